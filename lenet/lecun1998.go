package lenet

import (
	"math/rand/v2"

	"hw4/conv"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// newLeCun1998 returns the network as the paper describes it.
func newLeCun1998[T tensor.Float](rng *rand.Rand) nn.Sequential[T] {
	squash := nn.Func[T](Squash[T])
	initial := paperInit[T](rng)
	convolution := func(in, out int) *conv.Layer[T] {
		fanIn := in * kernelSize * kernelSize
		return &conv.Layer[T]{Weight: initial(fanIn, out, in, kernelSize, kernelSize), Bias: initial(fanIn, out)}
	}
	subsampling := func(maps int) *Subsampling[T] {
		return &Subsampling[T]{Coefficient: initial(4, maps), Bias: initial(4, maps)}
	}
	return nn.Sequential[T]{
		{Name: "retina", Module: nn.Func[T](Retina[T])},
		{Name: "C1_layer", Module: nn.NewSequential[T](convolution(1, 6), squash)},
		{Name: "S2_layer", Module: subsampling(6)},
		{Name: "C3_layer", Module: nn.NewSequential[T](newC3By(initial), squash)},
		{Name: "S4_layer", Module: subsampling(16)},
		{Name: "C5_layer", Module: nn.NewSequential[T](convolution(16, 120), squash)},
		{Name: "flatten", Module: nn.Flatten[T]()},
		{Name: "F6_layer", Module: nn.NewSequential[T](&nn.LinearLayer[T]{Weight: initial(120, 84, 120), Bias: initial(120, 84)}, squash)},
		{Name: "RBF_layer", Module: &RBFLayer[T]{Centres: Centres[T]()}},
		{Name: "logits", Module: nn.Func[T](tensor.Neg[T])},
	}
}

// An initializer returns a leaf for parameters of units with a number of inputs.
type initializer[T tensor.Float] func(fanIn int, shape ...int) *tensor.Tensor[T]

// paperInit draws parameters from rng as Appendix A of the paper does, from the
// uniform distribution between -2.4/F and 2.4/F for units of F inputs.
func paperInit[T tensor.Float](rng *rand.Rand) initializer[T] {
	return func(fanIn int, shape ...int) *tensor.Tensor[T] {
		bound := 2.4 / float64(fanIn)
		return tensor.Uniform[T](rng, -bound, bound, shape...).RequireGrad()
	}
}
