package pool

import (
	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// MaxPool2d returns the maxima of a batch of images (N, C, H, W) over windows that
// slide over every channel by itself:
//
//	y[n, c, i, j] = max over p < KH, q < KW of
//	    x[n, c, S_h i + D_h p - P_h, S_w j + D_w q - P_w]
//
// with x = -Inf on the padding. It is PyTorch's nn.functional.max_pool2d. The
// number of windows is that of AvgPool2d with D (kernel - 1) + 1 for the kernel.
// A NaN under a window makes its maximum NaN. A dilated window may fall between
// the rows or columns of a small image and meet nothing; its maximum is -Inf.
//
// The gradient of a maximum goes to the first element in row-major order that is
// equal to it, or to the last NaN, as in PyTorch; where windows share a maximum
// the gradients add up.
//
// It panics with a [*tensor.ShapeError] if x is not of rank 4 or empty in any axis
// but N, a number is negative, the kernel is not positive or does not fit, the
// padding is more than half of it, whatever the dilation, or Divisor is not the zero
// value.
func MaxPool2d[T tensor.Float](x *tensor.Tensor[T], opt Options) *tensor.Tensor[T] {
	const op = "max_pool2d"
	w, shape := geometry(op, x, opt)
	if opt.Divisor != CountPad {
		panic(tensor.Shapef(op, "divisor CountImage, which only average pooling has"))
	}
	y := tensor.Out(shape, x)
	kernel.MaxPool(y.Data(), x.Data(), w)
	return tensor.Record(op, y, []*tensor.Tensor[T]{x}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx := tensor.Out(x.Shape(), dout)
		kernel.MaxPoolGrad(dx.Data(), dout.Data(), x.Data(), w)
		return []*tensor.Tensor[T]{dx}
	})
}

// MaxPool2dLayer is MaxPool2d with its options: an [nn.Module] without parameters.
type MaxPool2dLayer[T tensor.Float] struct {
	Options Options
}

// NewMaxPool2d returns a layer that applies MaxPool2d.
func NewMaxPool2d[T tensor.Float](opt Options) *MaxPool2dLayer[T] { return &MaxPool2dLayer[T]{opt} }

// Forward returns MaxPool2d(x, Options).
func (l *MaxPool2dLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return MaxPool2d(x, l.Options)
}

// Params returns nothing.
func (l *MaxPool2dLayer[T]) Params() []nn.Param[T] { return nil }
