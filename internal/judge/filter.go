// Package judge says whether an answer to the sheet is right and, when it is not,
// what is wrong with it: the smallest example on which it fails, and the name of
// the mistake when it is a common one. It also reads the filter of a convolution
// off the mapping itself. It returns the items and checks of a report and knows
// nothing of files or terminals.
package judge

import (
	"math"
	"slices"

	"hw4/conv"
	"hw4/tensor"
)

// A Map takes a batch of images (N, C, H, W) to a batch of images.
type Map func(x *tensor.Tensor[float64]) *tensor.Tensor[float64]

// A Filter is a convolution without bias. Every filter is an ordinary one, which
// adds up its input channels: a depthwise filter has zeros between different
// channels.
type Filter struct {
	W       *tensor.Tensor[float64] // (O, C, KH, KW)
	Stride  int                     // along both axes
	Padding int                     // on all four sides
}

// Apply returns the convolution of a batch of images. It panics with a
// *tensor.ShapeError if the images do not suit the filter.
func (f Filter) Apply(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return conv.Conv2d(x, f.W, nil, conv.Options{
		Stride:  [2]int{f.Stride, f.Stride},
		Padding: [2]int{f.Padding, f.Padding},
	})
}

// fits reports whether an image of h x w pixels with its padding is as large as
// the window.
func (f Filter) fits(h, w int) bool {
	_, _, kh, kw := f.W.Dims4("filter")
	return h+2*f.Padding >= kh && w+2*f.Padding >= kw
}

// equal reports whether two filters are the same convolution, weights but for
// float32 rounding.
func (f Filter) equal(g Filter) bool {
	return f.Stride == g.Stride && f.Padding == g.Padding && f.sameShape(g) &&
		slices.EqualFunc(f.W.Data(), g.W.Data(), same)
}

// sameShape reports whether the weights of two filters have the same shape.
func (f Filter) sameShape(g Filter) bool { return slices.Equal(f.W.Shape(), g.W.Shape()) }

// output returns the part of a filter that makes output channel o.
func (f Filter) output(o int) Filter {
	f.W = tensor.Select(f.W, 0, []int{o})
	return f
}

// float32Rounding is the largest relative error of a number that has been rounded
// to float32, as PyTorch stores weights.
const float32Rounding = 1.0 / (1 << 24)

// same reports whether got is want, but for rounding to float32. Where want is
// zero got must be.
func same(got, want float64) bool { return math.Abs(got-want) <= float32Rounding*math.Abs(want) }
