// Package minimum looks for the minimum of a loss of the logistic model of Problem 5.
package minimum

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"

	"hw4/data"
	"hw4/internal/parallel"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/loss"
	"hw4/tensor"
)

// An Objective is the mean loss over a set of images, as a function
// of w = (a, b), or of w = a if there is no bias, in double precision. Images are
// kept by their pixels that are not 0, about a sixth of them in MNIST. The bias counts
// as one more pixel, which is 1 in every image.
type Objective struct {
	Dim  int                     // of w
	Cols int                     // of an image
	Y    *tensor.Tensor[float64] // labels -1 and +1, (N, 1)

	loss  Loss
	bias  bool
	first []int // image i has the entries first[i] to first[i+1]-1 of
	pixel []int32
	value []float64
}

// A Loss is one of logits and labels -1 and +1, such as loss.SoftMargin.
type Loss func(z, y *tensor.Tensor[float64], r loss.Reduction) *tensor.Tensor[float64]

// New returns the objective of a set of images, of which label says -1 or +1 by the class.
func New(l Loss, set *data.Set, label func(class byte) float32, noBias bool) *Objective {
	o := &Objective{Dim: set.Rows * set.Cols, Cols: set.Cols, Y: tensor.Zeros[float64](set.Len(), 1), loss: l, bias: !noBias,
		first: []int{0}}
	if o.bias {
		o.Dim++
	}
	add := func(pixel int, value float64) {
		o.pixel, o.value = append(o.pixel, int32(pixel)), append(o.value, value)
	}
	for i, class := range set.Labels {
		if o.bias {
			add(o.Dim-1, 1)
		}
		for p, v := range set.Image(i) {
			if v > 0 {
				add(p, float64(v)/255)
			}
		}
		o.first = append(o.first, len(o.pixel))
		o.Y.Data()[i] = float64(label(class))
	}
	return o
}

// Images returns how many there are.
func (o *Objective) Images() int { return len(o.first) - 1 }

// objectiveShards is how many parts the images are cut into, whatever the number
// of cores.
const objectiveShards = 16

// shards calls f for consecutive ranges of images, on all cores.
func (o *Objective) shards(f func(shard, lo, hi int)) {
	n := o.Images()
	parallel.Do(objectiveShards, func(s int) { f(s, n*s/objectiveShards, n*(s+1)/objectiveShards) })
}

// logits returns z = a'x + b for every image, (N, 1).
func (o *Objective) logits(w []float64) *tensor.Tensor[float64] {
	z := tensor.Zeros[float64](o.Images(), 1)
	o.shards(func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			sum := 0.0
			for e := o.first[i]; e < o.first[i+1]; e++ {
				sum += w[o.pixel[e]] * o.value[e]
			}
			z.Data()[i] = sum
		}
	})
	return z
}

// At returns the mean loss at w and stores its gradient in dw.
func (o *Objective) At(w, dw []float64) float64 {
	z := o.logits(w).RequireGrad()
	mean := o.loss(z, o.Y, loss.Mean)
	dz := tensor.Gradients(mean, nil, z)[0].Data()
	var parts [objectiveShards][]float64
	o.shards(func(s, lo, hi int) {
		part := make([]float64, o.Dim)
		for i := lo; i < hi; i++ {
			for e := o.first[i]; e < o.first[i+1]; e++ {
				part[o.pixel[e]] += dz[i] * o.value[e]
			}
		}
		parts[s] = part
	})
	clear(dw)
	for _, part := range parts {
		floats.Add(dw, part)
	}
	return mean.Item()
}

// Accuracy returns the share of images that are classified correctly.
func (o *Objective) Accuracy(w []float64) float64 {
	return float64(loss.CorrectSign(o.logits(w), o.Y)) / float64(o.Images())
}

// An Optimum is where L-BFGS came to.
type Optimum struct {
	W          []float64
	Loss       float64
	Gradient   float64 // the norm of the gradient
	Iterations int
	Gain       float64 // by what part of its value the last quarter of the iterations lowered the loss
}

// MaxIterations bounds the time that a minimisation takes.
const MaxIterations = 200

// Minimise runs gonum's L-BFGS from w until the gradient is negligible, the loss
// stays what it is, or after MaxIterations. Pixels are scaled to a root mean
// square near 1, without which the rare ones would take thousands of iterations.
func (o *Objective) Minimise(ctx context.Context, w []float64, task string, p progress.Progress) (Optimum, error) {
	scale := o.scales()
	slope := make([]float64, o.Dim) // where the loss was asked for last: gonum asks for the gradient there next
	value := func(v []float64) float64 {
		f := o.At(floats.MulTo(make([]float64, o.Dim), v, scale), slope)
		floats.Mul(slope, scale)
		return f
	}
	gradient := func(dv, _ []float64) { copy(dv, slope) }
	var losses []float64 // by iteration
	settings := &optimize.Settings{
		GradientThreshold: 1e-10,
		MajorIterations:   MaxIterations,
		FuncEvaluations:   4 * MaxIterations,
		Converger:         &optimize.FunctionConverge{Relative: 1e-12, Iterations: 20},
		Recorder: recorder(func(l *optimize.Location, iteration int) error {
			losses = append(losses, l.F)
			p.At(progress.Step{
				Task: task, Unit: "iterations", Done: min(iteration, MaxIterations), Total: MaxIterations, Loss: l.F,
			})
			return ctx.Err()
		}),
	}
	start := make([]float64, o.Dim)
	floats.DivTo(start, w, scale)
	result, err := optimize.Minimize(optimize.Problem{Func: value, Grad: gradient}, start, settings,
		&optimize.LBFGS{Linesearcher: &optimize.MoreThuente{}})
	if ctx.Err() != nil {
		return Optimum{}, ctx.Err()
	}
	if result == nil || !report.Finite(result.F) { // the start is not finite
		return Optimum{}, err
	}
	// Any other error is a line search that rounding has ended: no lower loss can be
	// told from this one.
	best := Optimum{W: floats.MulTo(make([]float64, o.Dim), result.X, scale), Iterations: result.MajorIterations}
	dw := make([]float64, o.Dim)
	best.Loss = o.At(best.W, dw)
	best.Gradient = floats.Norm(dw, 2)
	if n := len(losses); n > 0 && best.Loss > 0 {
		best.Gain = losses[n-1-n/4]/best.Loss - 1
	}
	return best, nil
}

// scales returns what to divide the parameters' scale by: 1 for the bias, and for
// a pixel the root of its mean square over the images and a little more, for those
// that are hardly ever lit.
func (o *Objective) scales() []float64 {
	scale := make([]float64, o.Dim)
	for e, p := range o.pixel {
		scale[p] += o.value[e] * o.value[e] / float64(o.Images())
	}
	for j := range scale {
		scale[j] = 1 / math.Sqrt(scale[j]+1e-4)
	}
	if o.bias {
		scale[o.Dim-1] = 1
	}
	return scale
}

// recorder is called after every iteration and may end the minimisation.
type recorder func(l *optimize.Location, iteration int) error

// Init does nothing.
func (recorder) Init() error { return nil }

// Record passes on the iterations.
func (r recorder) Record(l *optimize.Location, op optimize.Operation, stats *optimize.Stats) error {
	if op != optimize.MajorIteration {
		return nil
	}
	return r(l, stats.MajorIterations)
}

// OneSided says which pixels are lit in images of only one class.
type OneSided struct {
	Pixels int     // how many there are
	Most   int     // the one that is lit in most images
	Images int     // in how many
	Label  float64 // of these images
}

// OneSided looks for pixels that are lit in images of only one class: the
// further the weight of such a pixel goes towards the class, the smaller is the
// KL divergence, so that no weights attain its minimum.
func (o *Objective) OneSided() OneSided {
	lit := make([][2]int, o.Dim)
	for i, y := range o.Y.Data() {
		for e := o.first[i]; e < o.first[i+1]; e++ {
			class := 0
			if y > 0 {
				class = 1
			}
			lit[o.pixel[e]][class]++
		}
	}
	var found OneSided
	for p, n := range lit {
		if (n[0] == 0) == (n[1] == 0) {
			continue
		}
		found.Pixels++
		for class, images := range n {
			if images > found.Images {
				found.Most, found.Images, found.Label = p, images, float64(2*class-1)
			}
		}
	}
	return found
}
