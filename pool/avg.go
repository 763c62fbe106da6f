// Package pool has the average and maximum pooling of PyTorch's nn.AvgPool2d and
// nn.MaxPool2d as differentiable operations and as layers.
package pool

import (
	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// AvgPool2d returns the means of a batch of images (N, C, H, W) over windows that
// slide over every channel by itself:
//
//	y[n, c, i, j] = 1/D sum over p < KH, q < KW of x[n, c, S_h i + p - P_h, S_w j + q - P_w]
//
// with x = 0 on the padding. It is PyTorch's nn.functional.avg_pool2d. Along each
// axis there are
//
//	floor((in + 2 padding - kernel) / stride) + 1
//
// windows. With CeilMode the quotient is rounded up instead, as long as the last
// window starts inside the image or the padding before it. The divisor D is the
// number of positions of the window inside the image and its padding, which is KH
// KW for all but the windows that CeilMode lets reach over the end, or with
// CountImage the number of those inside the image.
//
// The gradient of a mean is spread evenly over its window; where windows overlap
// the gradients add up.
//
// It panics with a [*tensor.ShapeError] if x is not of rank 4 or empty in any axis
// but N, a number is negative, the kernel is not positive or does not fit, the
// padding is more than half of it, or there is a Dilation other than 1.
func AvgPool2d[T tensor.Float](x *tensor.Tensor[T], opt Options) *tensor.Tensor[T] {
	const op = "avg_pool2d"
	w, shape := geometry(op, x, opt)
	if w.DilationH != 1 || w.DilationW != 1 {
		panic(tensor.Shapef(op, "dilation %v, which only max pooling has", opt.Dilation))
	}
	y := tensor.Out(shape, x)
	kernel.AvgPool(y.Data(), x.Data(), w, opt.Divisor == CountImage)
	return tensor.Record(op, y, []*tensor.Tensor[T]{x}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx := tensor.Out(x.Shape(), dout)
		kernel.AvgPoolGrad(dx.Data(), dout.Data(), w, opt.Divisor == CountImage)
		return []*tensor.Tensor[T]{dx}
	})
}

// AvgPool2dLayer is AvgPool2d with its options: an [nn.Module] without parameters.
type AvgPool2dLayer[T tensor.Float] struct {
	Options Options
}

// NewAvgPool2d returns a layer that applies AvgPool2d.
func NewAvgPool2d[T tensor.Float](opt Options) *AvgPool2dLayer[T] { return &AvgPool2dLayer[T]{opt} }

// Forward returns AvgPool2d(x, Options).
func (l *AvgPool2dLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return AvgPool2d(x, l.Options)
}

// Params returns nothing.
func (l *AvgPool2dLayer[T]) Params() []nn.Param[T] { return nil }
