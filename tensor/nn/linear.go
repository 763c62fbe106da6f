package nn

import (
	"math/rand/v2"
	"slices"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// Linear returns x wᵀ + b for a batch x of shape (N, in), weights w of shape
// (out, in) and biases b of shape (out), or no bias if b is nil: PyTorch's
// nn.functional.linear. The gradients are
//
//	dx = dout w,   dw = doutᵀ x,   db = sum of dout over the batch.
//
// It panics if the shapes do not fit.
func Linear[T tensor.Float](x, w, b *tensor.Tensor[T]) *tensor.Tensor[T] {
	n, in := x.Dims2("linear: input")
	out, wIn := w.Dims2("linear: weight")
	if in != wIn {
		panic(tensor.Shapef("linear", "input %v has %d features, weight %v wants %d", x.Shape(), in, w.Shape(), wIn))
	}
	tensor.Size("linear: output", []int{n, out})
	inputs := []*tensor.Tensor[T]{x, w, b}
	if b != nil {
		tensor.Need("linear: bias", b)
	}
	y := tensor.Out([]int{n, out}, x, w)
	switch {
	case b == nil:
		inputs = inputs[:2]
	case !slices.Equal(b.Shape(), []int{out}):
		panic(tensor.Shapef("linear", "bias %v does not fit weight %v", b.Shape(), w.Shape()))
	default:
		kernel.FillRows(y.Data(), b.Data())
	}
	kernel.Gemm(kernel.NT, n, out, in, x.Data(), in, w.Data(), in, y.Data(), out, b != nil)
	return tensor.Record("linear", y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		grads := make([]*tensor.Tensor[T], len(inputs))
		if x.RequiresGrad() {
			grads[0] = tensor.Out(x.Shape(), dout)
			kernel.Gemm(kernel.NN, n, in, out, dout.Data(), out, w.Data(), in, grads[0].Data(), in, false)
		}
		if w.RequiresGrad() {
			grads[1] = tensor.Out(w.Shape(), dout)
			kernel.Gemm(kernel.TN, out, in, n, dout.Data(), out, x.Data(), in, grads[1].Data(), in, false)
		}
		if b != nil && b.RequiresGrad() {
			grads[2] = tensor.Out(b.Shape(), dout)
			kernel.AddRows(grads[2].Data(), dout.Data())
		}
		return grads
	})
}

// Bias says whether a layer has a bias. The zero value is PyTorch's default.
type Bias int

const (
	WithBias    Bias = iota // it has one
	WithoutBias             // it has none: PyTorch's bias=False
)

// LinearOptions are the options of NewLinear.
type LinearOptions struct {
	Bias Bias // whether there is one
}

// LinearLayer is a fully connected layer, a Module with the parameters "weight"
// and, unless it is nil, "bias".
type LinearLayer[T tensor.Float] struct {
	Weight *tensor.Tensor[T] // (out, in)
	Bias   *tensor.Tensor[T] // (out), or nil
}

// NewLinear returns a layer from in to out features, with weights and biases
// drawn from rng as PyTorch's nn.Linear draws them: U(-1/sqrt(in), 1/sqrt(in)). It
// panics with a [*tensor.ShapeError] if rng is nil or a number is not positive.
func NewLinear[T tensor.Float](rng *rand.Rand, in, out int, opt LinearOptions) *LinearLayer[T] {
	if min(in, out) <= 0 {
		panic(tensor.Shapef("linear", "a layer from %d to %d features: both must be positive", in, out))
	}
	if rng == nil {
		panic(tensor.Shapef("linear", "the generator of random numbers is nil"))
	}
	tensor.Size("linear: weight", []int{out, in})
	l := &LinearLayer[T]{Weight: FanInUniform[T](rng, in, out, in)}
	if opt.Bias != WithoutBias {
		l.Bias = FanInUniform[T](rng, in, out)
	}
	return l
}

// Forward returns Linear(x, Weight, Bias).
func (l *LinearLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return Linear(x, l.Weight, l.Bias)
}

// Params returns "weight" and "bias".
func (l *LinearLayer[T]) Params() []Param[T] { return WeightAndBias(l.Weight, l.Bias) }

// WeightAndBias returns the parameters "weight" and, unless bias is nil, "bias".
func WeightAndBias[T tensor.Float](weight, bias *tensor.Tensor[T]) []Param[T] {
	params := []Param[T]{{Name: "weight", Value: weight}}
	if bias != nil {
		params = append(params, Param[T]{Name: "bias", Value: bias})
	}
	return params
}
