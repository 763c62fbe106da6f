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

// String returns the name of the variant, as flags spell it.
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
	if arch == LeCun1998 {
		return newLeCun1998[T](rng)
	}
	return nn.Sequential[T]{
		{Name: "C1_layer", Module: nn.NewSequential[T](
			conv.NewLayer[T](rng, 1, 6, square(kernelSize), conv.LayerOptions{Options: conv.Options{Padding: square(2)}}),
			nn.Tanh[T]())},
		{Name: "P2_layer", Module: halve[T]()},
		{Name: "C3_layer", Module: nn.NewSequential[T](newC3[T](rng, arch), nn.Tanh[T]())},
		{Name: "P4_layer", Module: halve[T]()},
		{Name: "flatten", Module: nn.Flatten[T]()},
		{Name: "C5_layer", Module: nn.NewSequential[T](nn.NewLinear[T](rng, 16*5*5, 120, nn.LinearOptions{}), nn.Tanh[T]())},
		{Name: "F6_layer", Module: nn.NewSequential[T](nn.NewLinear[T](rng, 120, 84, nn.LinearOptions{}), nn.Tanh[T]())},
		{Name: "F7_layer", Module: nn.NewLinear[T](rng, 84, 10, nn.LinearOptions{})},
	}
}

// halve is a sub-sampling layer: 2x2 average pooling and, as in the course's
// network, a second tanh.
func halve[T tensor.Float]() nn.Module[T] {
	return nn.NewSequential[T](
		nn.Func[T](func(x *tensor.Tensor[T]) *tensor.Tensor[T] {
			return pool.AvgPool2d(x, pool.Options{Kernel: square(2)})
		}),
		nn.Tanh[T]())
}

// newC3 returns the layer in which the variants differ. PyTorch's name for the
// ordinary convolution is "conv_layer".
func newC3[T tensor.Float](rng *rand.Rand, arch Arch) nn.Module[T] {
	switch arch {
	case Original:
		return NewC3[T](rng)
	case Modern:
		return nn.Sequential[T]{{Name: "conv_layer", Module: conv.NewLayer[T](rng, 6, 16, square(kernelSize), conv.LayerOptions{})}}
	}
	panic(tensor.Shapef("lenet", "no variant %v", arch))
}

func square(n int) [2]int { return [2]int{n, n} }
