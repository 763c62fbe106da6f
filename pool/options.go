package pool

import (
	"cmp"
	"math"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// Divisor says which positions of a window AvgPool2d counts, to divide by their
// number. The zero value is PyTorch's default.
type Divisor int

const (
	CountPad   Divisor = iota // those of the image and of its padding: count_include_pad=True
	CountImage                // those of the image alone: count_include_pad=False
)

// Options are the options of AvgPool2d and MaxPool2d. Only Kernel is required.
// Of two numbers the first is for the height and the second for the width.
type Options struct {
	Kernel   [2]int  // size of the window
	Stride   [2]int  // steps of the window; 0 along an axis means the kernel's length
	Padding  [2]int  // rows and columns added on either side; at most half the kernel
	Dilation [2]int  // distance between the elements under a window; 0 along an axis means 1. MaxPool2d only
	CeilMode bool    // let the last window reach over the end; see AvgPool2d
	Divisor  Divisor // what AvgPool2d divides by. MaxPool2d takes the zero value only
}

// geometry returns the window that the options describe over all planes of x. It
// panics in the name of op if they make no sense or do not suit x.
func geometry[T tensor.Float](op string, x *tensor.Tensor[T], opt Options) (w *kernel.Window, shape []int) {
	n, c, height, width := x.Dims4(op)
	if c == 0 || height == 0 || width == 0 {
		panic(tensor.Shapef(op, "input %v is empty: only the batch may be", x.Shape()))
	}
	w = &kernel.Window{
		Channels: n * c, Height: height, Width: width,
		KernelH: opt.Kernel[0], KernelW: opt.Kernel[1],
		StrideH: cmp.Or(opt.Stride[0], opt.Kernel[0]), StrideW: cmp.Or(opt.Stride[1], opt.Kernel[1]),
		PadH: opt.Padding[0], PadW: opt.Padding[1],
		DilationH: cmp.Or(opt.Dilation[0], 1), DilationW: cmp.Or(opt.Dilation[1], 1),
	}
	w.OutH = outputLength(op, "height", height, w.KernelH, w.StrideH, w.PadH, w.DilationH, opt.CeilMode)
	w.OutW = outputLength(op, "width", width, w.KernelW, w.StrideW, w.PadW, w.DilationW, opt.CeilMode)
	shape = []int{n, c, w.OutH, w.OutW}
	tensor.Size(op, shape)
	return w, shape
}

// outputLength returns the number of windows along one axis.
func outputLength(op, axis string, in, kernel, stride, padding, dilation int, ceil bool) int {
	const limit = math.MaxInt / 8 // sums of a few numbers below it do not overflow
	switch {
	case kernel <= 0:
		panic(tensor.Shapef(op, "kernel of %s %d must be positive", axis, kernel))
	case stride < 0 || dilation < 0 || padding < 0:
		panic(tensor.Shapef(op, "stride %d, padding %d or dilation %d along the %s is negative",
			stride, padding, dilation, axis))
	case stride > limit || kernel > limit || kernel-1 > limit/dilation:
		panic(tensor.Shapef(op, "kernel of %s %d, stride %d and dilation %d are more than an int can count",
			axis, kernel, stride, dilation))
	}
	span := dilation*(kernel-1) + 1
	if padding > kernel/2 {
		panic(tensor.Shapef(op, "padding %d along the %s is more than half of the kernel's %d", padding, axis, kernel))
	}
	rest := in + 2*padding - span // to move the window over
	out := 0
	switch {
	case rest >= 0 && !ceil:
		out = rest/stride + 1
	case ceil && rest > -stride:
		out = (rest+stride-1)/stride + 1
		if (out-1)*stride >= in+padding {
			out-- // it would start beyond the input and its left padding
		}
	}
	if out < 1 {
		panic(tensor.Shapef(op, "window of %s %d does not fit the input of %d with padding %d",
			axis, span, in, padding))
	}
	return out
}
