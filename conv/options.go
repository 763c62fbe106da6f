package conv

import (
	"math"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// Options are the options of Conv2d and NewConv2d. The zero value is a convolution with
// stride 1, without padding, dilation or groups. Of two numbers the first is for the
// height and the second for the width.
type Options struct {
	Stride   [2]int  // steps of the kernel over the image; 0 along an axis means 1
	Padding  [2]int  // rows and columns of zeros on either side of the image
	Dilation [2]int  // distance between the taps of the kernel; 0 along an axis means 1
	Groups   int     // parts of the channels that are convolved apart; 0 means 1
	Bias     nn.Bias // whether NewConv2d makes one; Conv2d refuses one if it says WithoutBias
}

// withDefaults replaces every zero by what it stands for. It panics if a number
// is negative.
func (o Options) withDefaults() Options {
	for axis := range 2 {
		o.Stride[axis] = positive("stride", o.Stride[axis])
		o.Dilation[axis] = positive("dilation", o.Dilation[axis])
		if o.Padding[axis] < 0 {
			panic(refuse("padding %d is negative", o.Padding[axis]))
		}
	}
	o.Groups = positive("groups", o.Groups)
	return o
}

// positive returns v, or 1 for 0. It panics if v is negative.
func positive(name string, v int) int {
	if v < 0 {
		panic(refuse("%s %d is negative", name, v))
	}
	return max(v, 1)
}

// refuse returns what the operation panics with.
func refuse(format string, args ...any) *tensor.ShapeError {
	return tensor.Shapef("conv2d", format, args...)
}

// OutputSize returns the height and the width of the output for an input and a
// kernel of the given sizes, along each axis
//
//	floor((in + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
//
// It panics with a [*tensor.ShapeError] as Conv2d does.
func (o Options) OutputSize(in, kernel [2]int) [2]int {
	o = o.withDefaults()
	var out [2]int
	for axis, name := range [...]string{"height", "width"} {
		out[axis] = outputLength(name, in[axis], kernel[axis], o.Stride[axis], o.Padding[axis], o.Dilation[axis])
	}
	return out
}

// outputLength is OutputSize along one axis, without defaults.
func outputLength(axis string, in, kernel, stride, padding, dilation int) int {
	if in <= 0 || kernel <= 0 {
		panic(refuse("%s %d of the input and %d of the kernel must be positive", axis, in, kernel))
	}
	if padding > (math.MaxInt-in)/2 || kernel-1 > (math.MaxInt-1)/dilation {
		panic(refuse("%s %d with padding %d and kernel %d with dilation %d are more than an int can count",
			axis, in, padding, kernel, dilation))
	}
	padded, span := in+2*padding, dilation*(kernel-1)+1
	if span > padded {
		panic(refuse("kernel of %s %d with dilation %d spans %d, more than the input of %d with padding %d",
			axis, kernel, dilation, span, in, padding))
	}
	return (padded-span)/stride + 1
}
