package tensor

import (
	"math"

	"hw4/internal/portable"
)

// Softmax returns e^x / sum(e^x) with the sum along an axis, computed from
// x - max(x) so that it neither overflows nor loses all terms. With
// y = softmax(x) the gradient is dx = y (dout - sum(dout y)). It panics if there
// is no such axis.
func Softmax[T Float](x *Tensor[T], axis int) *Tensor[T] {
	Need("softmax", x)
	axis = axisOf("softmax", axis, len(x.shape))
	y := Out(x.shape, x)
	eachLine(x.shape, axis, func(at, n, stride int) {
		maxim, total := logSum(x.data, at, n, stride)
		for i := range n {
			j := at + i*stride
			y.data[j] = T(portable.Exp(float64(x.data[j])-maxim) / total)
		}
	})
	return Record("softmax", y, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := Out(x.shape, dout)
		eachLine(x.shape, axis, func(at, n, stride int) {
			var dot float64
			for j := at; j < at+n*stride; j += stride {
				dot += float64(float64(dout.data[j]) * float64(y.data[j]))
			}
			for j := at; j < at+n*stride; j += stride {
				dx.data[j] = T(float64(y.data[j]) * (float64(dout.data[j]) - dot))
			}
		})
		return []*Tensor[T]{dx}
	})
}

// LogSoftmax returns x - log(sum(e^x)) with the sum along an axis, computed as
// Softmax is. The gradient is dx = dout - softmax(x) sum(dout). It panics if
// there is no such axis.
func LogSoftmax[T Float](x *Tensor[T], axis int) *Tensor[T] {
	Need("log softmax", x)
	axis = axisOf("log softmax", axis, len(x.shape))
	y := Out(x.shape, x)
	eachLine(x.shape, axis, func(at, n, stride int) {
		maxim, total := logSum(x.data, at, n, stride)
		log := portable.Log(total)
		for j := at; j < at+n*stride; j += stride {
			y.data[j] = T(float64(x.data[j]) - maxim - log)
		}
	})
	return Record("log softmax", y, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := Out(x.shape, dout)
		eachLine(x.shape, axis, func(at, n, stride int) {
			var total float64
			for j := at; j < at+n*stride; j += stride {
				total += float64(dout.data[j])
			}
			for j := at; j < at+n*stride; j += stride {
				dx.data[j] = T(float64(dout.data[j]) - portable.Exp(float64(y.data[j]))*total)
			}
		})
		return []*Tensor[T]{dx}
	})
}

// logSum returns the maximum m of n elements and the sum of e^(x-m), of which one
// term is 1: log(sum e^x) = m + log(sum e^(x-m)).
func logSum[T Float](x []T, at, n, stride int) (maxim, total float64) {
	maxim = math.Inf(-1)
	for i := range n {
		maxim = math.Max(maxim, float64(x[at+i*stride]))
	}
	for i := range n {
		total += portable.Exp(float64(x[at+i*stride]) - maxim)
	}
	return maxim, total
}

// eachLine visits every line along an axis: n elements from at on, stride apart. In
// the shape (outer, n, inner) line (o, i) begins at element o n inner + i.
func eachLine(shape []int, axis int, visit func(at, n, stride int)) {
	outer, n, inner := split3(shape, axis)
	for o := range outer {
		for i := range inner {
			visit(o*n*inner+i, n, inner)
		}
	}
}
