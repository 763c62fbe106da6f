// Package judge says whether a convolution is the mapping that it should be and,
// when it is not, what is wrong with it: the smallest picture on which it fails, and
// the name of the mistake when it is a usual one. It also reads the filter of a
// convolution off the mapping itself. It knows no problem of the sheet: a Task
// brings the mapping, the right filter and the usual mistakes.
package judge

import (
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

// equal reports whether two filters are the same convolution, up to the rounding of
// weights.
func (f Filter) equal(g Filter) bool {
	return f.comparable(g) && slices.EqualFunc(f.W.Data(), g.W.Data(), weights.Equal)
}

// comparable reports whether two filters differ in their weights at most.
func (f Filter) comparable(g Filter) bool {
	return f.Stride == g.Stride && f.Padding == g.Padding && f.sameShape(g)
}

// sameShape reports whether the weights of two filters have the same shape.
func (f Filter) sameShape(g Filter) bool { return slices.Equal(f.W.Shape(), g.W.Shape()) }

// Output returns the part of a filter that makes output channel o.
func (f Filter) Output(o int) Filter {
	f.W = tensor.IndexSelect(f.W, 0, []int{o})
	return f
}

// Depthwise returns the weight (C, C, k, k) that convolves every channel with its
// own filter of w, of shape (C, k, k).
func Depthwise(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	c, k := w.Dim(0), w.Dim(1)
	dense := tensor.Zeros[float64](c, c, k, k)
	for i := range c {
		copy(dense.Data()[i*(c+1)*k*k:][:k*k], w.Data()[i*k*k:][:k*k])
	}
	return dense
}
