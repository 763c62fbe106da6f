package losses

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

// An objective is the mean loss over a set of images, as a function
// of w = (a, b), or of w = a if there is no bias, in double precision. Images are
// kept by their pixels that are not 0, about a sixth of them in MNIST. The bias counts
// as one more pixel, which is 1 in every image.
type objective struct {
	loss  binaryLoss
	dim   int // of w
	bias  bool
	cols  int   // of an image
	first []int // image i has the entries first[i] to first[i+1]-1 of
	pixel []int32
	value []float64
	y     *tensor.Tensor[float64] // labels -1 and +1, (N, 1)
}

// newObjective returns the objective of a set of images of the classes 4 and 9.
func newObjective(l binaryLoss, set *data.Set, noBias bool) *objective {
	o := &objective{loss: l, dim: set.Rows*set.Cols + one(!noBias), cols: set.Cols, bias: !noBias, first: []int{0},
		y: tensor.Zeros[float64](set.Len(), 1)}
	add := func(pixel int, value float64) {
		o.pixel, o.value = append(o.pixel, int32(pixel)), append(o.value, value)
	}
	for i, class := range set.Labels {
		if o.bias {
			add(o.dim-1, 1)
		}
		for p, v := range set.Image(i) {
			if v > 0 {
				add(p, float64(v)/255)
			}
		}
		o.first = append(o.first, len(o.pixel))
		o.y.Data()[i] = float64(label(class))
	}
	return o
}

func (o *objective) images() int { return len(o.first) - 1 }

// objectiveShards is how many parts the images are cut into, whatever the number
// of cores.
const objectiveShards = 16

// shards calls f for consecutive ranges of images, on all cores.
func (o *objective) shards(f func(shard, lo, hi int)) {
	n := o.images()
	parallel.Do(objectiveShards, func(s int) { f(s, n*s/objectiveShards, n*(s+1)/objectiveShards) })
}

// logits returns z = a'x + b for every image, (N, 1).
func (o *objective) logits(w []float64) *tensor.Tensor[float64] {
	z := tensor.Zeros[float64](o.images(), 1)
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

// at returns the mean loss at w and stores its gradient in dw.
func (o *objective) at(w, dw []float64) float64 {
	z := o.logits(w).RequireGrad()
	mean := o.loss.exact(z, o.y, loss.Mean)
	dz := tensor.Gradients(mean, nil, z)[0].Data()
	var parts [objectiveShards][]float64
	o.shards(func(s, lo, hi int) {
		part := make([]float64, o.dim)
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

// accuracy returns the share of images that are classified correctly.
func (o *objective) accuracy(w []float64) float64 {
	return float64(loss.CorrectSign(o.logits(w), o.y)) / float64(o.images())
}

// An optimum is where L-BFGS came to.
type optimum struct {
	w          []float64
	loss       float64
	gradient   float64 // the norm of the gradient
	iterations int
	gain       float64 // by what part of its value the last quarter of the iterations lowered the loss
}

// maxIterations bounds the time that a minimisation takes.
const maxIterations = 200

// minimise runs gonum's L-BFGS from w until the gradient is negligible, the loss
// stays what it is, or after maxIterations. Pixels are scaled to a root mean
// square near 1, without which the rare ones would take thousands of iterations.
func (o *objective) minimise(ctx context.Context, w []float64, task string, p progress.Progress) (optimum, error) {
	scale := o.scales()
	slope := make([]float64, o.dim) // where the loss was asked for last: gonum asks for the gradient there next
	value := func(v []float64) float64 {
		f := o.at(floats.MulTo(make([]float64, o.dim), v, scale), slope)
		floats.Mul(slope, scale)
		return f
	}
	gradient := func(dv, _ []float64) { copy(dv, slope) }
	var losses []float64 // by iteration
	settings := &optimize.Settings{
		GradientThreshold: 1e-10,
		MajorIterations:   maxIterations,
		FuncEvaluations:   4 * maxIterations,
		Converger:         &optimize.FunctionConverge{Relative: 1e-12, Iterations: 20},
		Recorder: recorder(func(l *optimize.Location, iteration int) error {
			losses = append(losses, l.F)
			p.At(progress.Step{
				Task: task, Unit: "iterations", Done: min(iteration, maxIterations), Total: maxIterations, Loss: l.F,
			})
			return ctx.Err()
		}),
	}
	start := make([]float64, o.dim)
	floats.DivTo(start, w, scale)
	result, err := optimize.Minimize(optimize.Problem{Func: value, Grad: gradient}, start, settings,
		&optimize.LBFGS{Linesearcher: &optimize.MoreThuente{}})
	if ctx.Err() != nil {
		return optimum{}, ctx.Err()
	}
	if result == nil || !report.Finite(result.F) { // the start is not finite
		return optimum{}, err
	}
	// Any other error is a line search that rounding has ended: no lower loss can be
	// told from this one.
	best := optimum{w: floats.MulTo(make([]float64, o.dim), result.X, scale), iterations: result.MajorIterations}
	dw := make([]float64, o.dim)
	best.loss = o.at(best.w, dw)
	best.gradient = floats.Norm(dw, 2)
	if n := len(losses); n > 0 && best.loss > 0 {
		best.gain = losses[n-1-n/4]/best.loss - 1
	}
	return best, nil
}

// scales returns what to divide the parameters' scale by: 1 for the bias, and for
// a pixel the root of its mean square over the images and a little more, for those
// that are hardly ever lit.
func (o *objective) scales() []float64 {
	scale := make([]float64, o.dim)
	for e, p := range o.pixel {
		scale[p] += o.value[e] * o.value[e] / float64(o.images())
	}
	for j := range scale {
		scale[j] = 1 / math.Sqrt(scale[j]+1e-4)
	}
	if o.bias {
		scale[o.dim-1] = 1
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
