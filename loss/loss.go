// Package loss has the losses of classification and regression, each fused into
// one operation that is exact where a composition of element-wise functions would
// overflow or cancel.
//
// Every loss is a tensor of rank 0. Its terms are computed and added up in
// float64, in the order of the elements, whatever the element type is. The sum
// of no terms is 0 and their mean is NaN, as in PyTorch.
package loss

import (
	"slices"

	"hw4/tensor"
)

// A Reduction says how the losses of samples or elements become one number.
type Reduction int

const (
	Mean Reduction = iota // their sum divided by their number
	Sum                   // their sum
)

// result returns the reduction of n terms, given their sum.
func (r Reduction) result(sum float64, n int) float64 {
	if r == Mean {
		return sum / float64(n)
	}
	return sum
}

// factor returns the derivative of the reduction by each of n terms.
func (r Reduction) factor(n int) float64 {
	if r == Mean {
		return 1 / float64(n)
	}
	return 1
}

// MSE returns the mean or sum over all elements of (x - target)^2: PyTorch's
// mse_loss. The gradients are 2 (x - target) and its negative, times 1 over the
// number of elements for the mean. It panics with a [*tensor.ShapeError] if the
// shapes differ.
func MSE[T tensor.Float](x, target *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	sameShape("mse", x, target)
	sum, want := 0.0, target.Data()
	for i, v := range x.Data() {
		d := float64(v) - float64(want[i])
		sum += float64(d * d)
	}
	out := tensor.Out(nil, x, target)
	out.Data()[0] = T(r.result(sum, x.Len()))
	return tensor.Record("mse", out, []*tensor.Tensor[T]{x, target}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		scale := 2 * float64(dout.Item()) * r.factor(x.Len())
		return []*tensor.Tensor[T]{difference(scale, x, target, dout), difference(scale, target, x, dout)}
	})
}

// difference returns the gradient scale (a - b) by a, or nil if a requires none.
func difference[T tensor.Float](scale float64, a, b, dout *tensor.Tensor[T]) *tensor.Tensor[T] {
	if !a.RequiresGrad() {
		return nil
	}
	da := tensor.Out(a.Shape(), dout)
	to, from := da.Data(), b.Data()
	for i, v := range a.Data() {
		to[i] = T(scale * (float64(v) - float64(from[i])))
	}
	return da
}

// sameShape panics in the name of op unless the shapes are equal: losses do not
// broadcast, which would hide a batch that lost an axis.
func sameShape[T tensor.Float](op string, a, b *tensor.Tensor[T]) {
	tensor.Need(op, a, b)
	if !slices.Equal(a.Shape(), b.Shape()) {
		panic(tensor.Shapef(op, "shapes %v and %v differ", a.Shape(), b.Shape()))
	}
}
