package conv

import (
	"math/rand/v2"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// Conv2dLayer is a convolution with its weights: an [nn.Module] with the parameters
// "weight" and, unless it is nil, "bias".
type Conv2dLayer[T tensor.Float] struct {
	Weight  *tensor.Tensor[T] // (out, in/groups, KH, KW)
	Bias    *tensor.Tensor[T] // (out), or nil
	Options Options
}

// NewConv2d returns a layer from in to out channels with a kernel of the given
// height and width. Weights and biases are drawn from rng as PyTorch's nn.Conv2d
// draws them, U(-1/sqrt(k), 1/sqrt(k)) with k = in/groups KH KW, the weights
// first. It panics with a [*tensor.ShapeError] if rng is nil, a number is not positive, the
// groups do not divide both in and out, or an option is negative.
func NewConv2d[T tensor.Float](rng *rand.Rand, in, out int, kernel [2]int, opt Options) *Conv2dLayer[T] {
	groups := opt.withDefaults().Groups
	if min(in, out, kernel[0], kernel[1]) <= 0 {
		panic(refuse("a layer from %d to %d channels with kernel %v: all must be positive", in, out, kernel))
	}
	if in%groups != 0 || out%groups != 0 {
		panic(refuse("a layer from %d to %d channels: %d groups do not divide both", in, out, groups))
	}
	if rng == nil {
		panic(refuse("the generator of random numbers is nil"))
	}
	tensor.Size("conv2d: weight", []int{out, in / groups, kernel[0], kernel[1]})
	fanIn := in / groups * kernel[0] * kernel[1]
	l := &Conv2dLayer[T]{
		Weight:  nn.FanInUniform[T](rng, fanIn, out, in/groups, kernel[0], kernel[1]),
		Options: opt,
	}
	if opt.Bias != nn.WithoutBias {
		l.Bias = nn.FanInUniform[T](rng, fanIn, out)
	}
	return l
}

// Forward returns Conv2d(x, Weight, Bias, Options).
func (l *Conv2dLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return Conv2d(x, l.Weight, l.Bias, l.Options)
}

// Params returns "weight" and "bias".
func (l *Conv2dLayer[T]) Params() []nn.Param[T] { return nn.WeightAndBias(l.Weight, l.Bias) }
