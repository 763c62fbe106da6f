// Package lenet is LeNet-5 as the course's homework has it: the modern network,
// whose C3 is an ordinary convolution, and the original one, whose C3 is
// connected by Table I of the paper; and the network as it was published.
//
//	layer   output          modern                       original
//	C1      6 x 28 x 28     5x5 convolution, padding 2, tanh
//	S2      6 x 14 x 14     2x2 average pooling, tanh
//	C3      16 x 10 x 10    5x5 convolution, tanh        5x5 by Table I, tanh
//	S4      16 x 5 x 5      2x2 average pooling, tanh
//	C5      120             linear, tanh
//	F6      84              linear, tanh
//	F7      10              linear: the logits
//
// LeNet-5 as LeCun, Bottou, Bengio and Haffner published it in "Gradient-based
// learning applied to document recognition", 1998, which comments here call the
// paper, differs in more than C3, which is that of the original network:
//
//	retina  1 x 32 x 32     the image in a larger field, white at -0.1, black at 1.175
//	C1      6 x 28 x 28     5x5 convolution, squashed
//	S2      6 x 14 x 14     2x2 sums times a coefficient plus a bias, squashed
//	C3      16 x 10 x 10    5x5 by Table I, squashed
//	S4      16 x 5 x 5      as S2
//	C5      120 x 1 x 1     5x5 convolution, squashed
//	F6      84              linear, squashed
//	RBF     10              squared distances from ten fixed bitmaps: the penalties
//	logits  10              the penalties' negatives
package lenet

import (
	"fmt"
	"math/rand/v2"

	"hw4/conv"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// An Arch is a variant of LeNet-5.
type Arch int

const (
	Original  Arch = iota // C3 connected by Table I: 60,806 parameters
	Modern                // C3 an ordinary convolution: 61,706 parameters
	LeCun1998             // the network of the paper: 60,000 parameters
)

// Archs returns all variants.
func Archs() []Arch { return []Arch{Original, Modern, LeCun1998} }

// String returns the name of the variant in lower case.
func (a Arch) String() string {
	switch a {
	case Original:
		return "original"
	case Modern:
		return "modern"
	case LeCun1998:
		return "lecun1998"
	}
	return fmt.Sprintf("Arch(%d)", int(a))
}

// New returns the network for images (N, 1, 28, 28) with pixels in [0, 1] and
// logits (N, 10). The largest logit is that of the class. Parameters are drawn
// from rng by PyTorch's default initialisation, or for LeCun1998 by the paper's,
// U(-2.4/F, 2.4/F) with F the number of inputs of a unit. They have the names of
// the course's scripts, such as "C1_layer.0.weight" and
// "C3_layer.0.module_4.2.bias", and in their style "S2_layer.coefficient". It
// panics if arch is not one of the variants.
func New[T tensor.Float](rng *rand.Rand, arch Arch) nn.Sequential[T] {
	layers := Layers(arch)
	b := builder[T]{nn.NewActivation[T]("tanh"), func(fanIn int, shape ...int) *tensor.Tensor[T] {
		return nn.FanInUniform[T](rng, fanIn, shape...)
	}}
	var network nn.Sequential[T]
	add := func(name string, m nn.Module[T]) { network = append(network, nn.Child[T]{Name: name, Module: m}) }
	if arch == LeCun1998 {
		b = builder[T]{nn.Func[T](squash[T]), paperInit[T](rng)}
		add("retina", nn.Func[T](retina[T]))
	}
	for i, l := range layers {
		if l.Kind == KindLinear && layers[i-1].Kind != KindLinear {
			add("flatten", nn.NewFlatten[T]())
		}
		add(l.Child(), b.layer(l))
	}
	if arch == LeCun1998 {
		add("logits", nn.Func[T](tensor.Neg[T]))
	}
	return network
}

// An initializer returns a leaf for parameters of units with a number of inputs.
type initializer[T tensor.Float] func(fanIn int, shape ...int) *tensor.Tensor[T]

// A builder makes the modules of a network's layers.
type builder[T tensor.Float] struct {
	squash  nn.Module[T] // the function of the units
	initial initializer[T]
}

// layer returns a layer with its function. The outputs of the network have none.
func (b builder[T]) layer(l Layer) nn.Module[T] {
	switch l.Kind {
	case KindConv:
		fanIn := l.In * l.Kernel * l.Kernel
		var m nn.Module[T] = &conv.Conv2dLayer[T]{
			Weight:  b.initial(fanIn, l.Out, l.In, l.Kernel, l.Kernel),
			Bias:    b.initial(fanIn, l.Out),
			Options: conv.Options{Padding: square(l.Padding)},
		}
		if l.Name == "C3" { // which the course's script has in a module of its own
			m = nn.Sequential[T]{{Name: "conv_layer", Module: m}}
		}
		return nn.NewSequential(m, b.squash)
	case KindTable:
		return nn.NewSequential[T](newC3By(b.initial), b.squash)
	case KindAverage:
		return nn.NewSequential[T](pool.NewAvgPool2d[T](pool.Options{Kernel: square(l.Kernel)}), b.squash)
	case KindSum:
		fanIn := l.Kernel * l.Kernel
		return &subsampleLayer[T]{Coefficient: b.initial(fanIn, l.Out), Bias: b.initial(fanIn, l.Out)}
	case KindRBF:
		return &rbfLayer[T]{Centres: centres[T]()}
	}
	m := &nn.LinearLayer[T]{Weight: b.initial(l.In, l.Out, l.In), Bias: b.initial(l.In, l.Out)}
	if l.Name == "F7" {
		return m
	}
	return nn.NewSequential[T](m, b.squash)
}

// paperInit draws parameters from rng as Appendix A of the paper does, from the
// uniform distribution between -2.4/F and 2.4/F for units of F inputs.
func paperInit[T tensor.Float](rng *rand.Rand) initializer[T] {
	return func(fanIn int, shape ...int) *tensor.Tensor[T] {
		bound := 2.4 / float64(fanIn)
		return tensor.Uniform[T](rng, -bound, bound, shape...).RequireGrad()
	}
}

func square(n int) [2]int { return [2]int{n, n} }
