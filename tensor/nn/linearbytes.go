package nn

import (
	"slices"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// LinearBytes returns x wᵀ + b as Linear does, with the gradients by w and b, for
// rows of bytes such as the pixels of images: x[i, j] is byte j of row indices[i] of
// set, divided by 255. The rows follow each other in set, one byte for each of w's
// features. The result is stored in the scope.
//
// For one output x is never made: the bytes are read where they lie, a quarter of what
// x would be, and it is the sums that are divided by 255, so that the result may differ
// from Linear's in its last digits. Neither set nor indices must change before the last
// backward pass.
//
// It panics if the shapes do not fit or there is no such row.
func LinearBytes[T tensor.Float](scope *tensor.Scope[T], set []byte, indices []int,
	w, b *tensor.Tensor[T]) *tensor.Tensor[T] {
	out, in := w.Dims2("linear bytes: weight")
	if b != nil {
		tensor.Need("linear bytes: bias", b)
	}
	if scope == nil {
		panic(tensor.Shapef("linear bytes", "the scope is nil"))
	}
	if in == 0 || len(set)%in != 0 {
		panic(tensor.Shapef("linear bytes", "a set of %d bytes is no whole number of rows of %d, which weight %v wants",
			len(set), in, w.Shape()))
	}
	for _, i := range indices {
		if i < 0 || i >= len(set)/in {
			panic(tensor.Shapef("linear bytes", "row %d of a set of %d rows", i, len(set)/in))
		}
	}
	tensor.Size("linear bytes: output", []int{len(indices), out})
	if b != nil && !slices.Equal(b.Shape(), []int{out}) {
		panic(tensor.Shapef("linear bytes", "bias %v does not fit weight %v", b.Shape(), w.Shape()))
	}
	if out != 1 {
		x := scope.Empty(len(indices), in)
		kernel.Unit(x.Data(), set, in, indices)
		return Linear(x, w, b)
	}
	y, inputs := scope.Empty(len(indices), 1), []*tensor.Tensor[T]{w, b}
	kernel.ByteDots(y.Data(), set, indices, w.Data())
	if b == nil {
		inputs = inputs[:1]
	} else {
		kernel.AddScalar(y.Data(), y.Data(), b.Data()[0])
	}
	return tensor.Record("linear bytes", y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		grads := make([]*tensor.Tensor[T], len(inputs))
		if w.RequiresGrad() {
			grads[0] = tensor.Out(w.Shape(), dout)
			kernel.ByteCombine(grads[0].Data(), dout.Data(), set, indices)
		}
		if b != nil && b.RequiresGrad() {
			grads[1] = tensor.Out(b.Shape(), dout)
			kernel.AddRows(grads[1].Data(), dout.Data())
		}
		return grads
	})
}

// ForwardBytes returns LinearBytes(scope, set, indices, Weight, Bias).
func (l *LinearLayer[T]) ForwardBytes(scope *tensor.Scope[T], set []byte, indices []int) *tensor.Tensor[T] {
	return LinearBytes(scope, set, indices, l.Weight, l.Bias)
}
