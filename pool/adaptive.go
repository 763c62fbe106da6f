package pool

import (
	"cmp"

	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// AdaptiveAvgPool2d returns the means of a batch of images (N, C, H, W) over windows
// that cover every channel evenly, so many that the result has the given height and
// width: PyTorch's nn.functional.adaptive_avg_pool2d. A 0 keeps the length of an axis.
// Of n elements, of which there are to be m, element i is the mean of those from
//
//	floor(i n/m) to ceil((i + 1) n/m) - 1
//
// so that windows overlap where m does not divide n. The gradient of a mean is spread
// evenly over its window. It panics with a [*tensor.ShapeError] if x is not of rank 4 or
// empty in any axis but N, or a length is negative.
func AdaptiveAvgPool2d[T tensor.Float](x *tensor.Tensor[T], size [2]int) *tensor.Tensor[T] {
	const op = "adaptive_avg_pool2d"
	n, c, height, width := x.Dims4(op)
	if c == 0 || height == 0 || width == 0 || size[0] < 0 || size[1] < 0 {
		panic(tensor.Shapef(op, "input %v to size %v: only the batch may be empty, and no length negative", x.Shape(), size))
	}
	outH, outW := cmp.Or(size[0], height), cmp.Or(size[1], width)
	tensor.Size(op, []int{n, c, outH, outW})
	y := tensor.Out([]int{n, c, outH, outW}, x)
	kernel.AdaptiveAvgPool(y.Data(), x.Data(), n*c, height, width, outH, outW)
	return tensor.Record(op, y, []*tensor.Tensor[T]{x}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx := tensor.Out(x.Shape(), dout)
		kernel.AdaptiveAvgPoolGrad(dx.Data(), dout.Data(), n*c, height, width, outH, outW)
		return []*tensor.Tensor[T]{dx}
	})
}

// AdaptiveAvgPool2dLayer is AdaptiveAvgPool2d with its size: an [nn.Module] without
// parameters.
type AdaptiveAvgPool2dLayer[T tensor.Float] struct {
	Size [2]int
}

// NewAdaptiveAvgPool2d returns a layer that applies AdaptiveAvgPool2d.
func NewAdaptiveAvgPool2d[T tensor.Float](size [2]int) *AdaptiveAvgPool2dLayer[T] {
	return &AdaptiveAvgPool2dLayer[T]{size}
}

// Forward returns AdaptiveAvgPool2d(x, Size).
func (l *AdaptiveAvgPool2dLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return AdaptiveAvgPool2d(x, l.Size)
}

// Params returns nothing.
func (l *AdaptiveAvgPool2dLayer[T]) Params() []nn.Param[T] { return nil }
