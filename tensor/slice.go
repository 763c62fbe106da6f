package tensor

import (
	"math"
	"slices"

	"hw4/internal/kernel"
)

// Slice returns the positions from to to-1 of an axis: with axis 2 of a batch of
// images the rows between them, x[:, :, from:to] in PyTorch. Negative numbers count
// from the end. It panics if the axis has no such positions.
func Slice[T Float](x *Tensor[T], axis, from, to int) *Tensor[T] {
	Need("slice", x)
	axis = axisOf("slice", axis, len(x.shape))
	n := x.shape[axis]
	lo, hi := from, to
	if lo < 0 {
		lo += n
	}
	if hi < 0 {
		hi += n
	}
	if lo < 0 || lo > hi || hi > n {
		panic(Shapef("slice", "%d to %d on axis %d of shape %v, want a part of 0 to %d", from, to, axis, x.shape, n))
	}
	shape := slices.Clone(x.shape)
	shape[axis] = hi - lo
	out := Out(shape, x)
	copyAxis(out, 0, x, lo, hi-lo, axis)
	return Record("slice", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := OutZero(x.shape, dout)
		copyAxis(dx, lo, dout, 0, hi-lo, axis)
		return []*Tensor[T]{dx}
	})
}

// Pad returns x with elements v added around it. The widths belong to the last axes,
// in the order of the axes: before and after each. So Pad(x, 0, [2]int{1, 2}, [2]int{3,
// 4}) of images adds one row above, two below, three columns at the left and four at
// the right: PyTorch's nn.functional.pad(x, (3, 4, 1, 2)). It panics if there are more
// widths than axes or one is negative.
func Pad[T Float](x *Tensor[T], v T, widths ...[2]int) *Tensor[T] {
	Need("pad", x)
	lead := len(x.shape) - len(widths)
	if lead < 0 {
		panic(Shapef("pad", "widths for %d axes of shape %v", len(widths), x.shape))
	}
	shape, first := slices.Clone(x.shape), 0
	for i, w := range widths {
		if w[0] < 0 || w[1] < 0 {
			panic(Shapef("pad", "widths %v of axis %d of shape %v; none may be negative", w, lead+i, x.shape))
		}
		if shape[lead+i] > math.MaxInt-w[0] || shape[lead+i]+w[0] > math.MaxInt-w[1] {
			panic(Shapef("pad", "widths %v of axis %d of shape %v make a length beyond all", w, lead+i, x.shape))
		}
		shape[lead+i] += w[0] + w[1]
	}
	Size("pad", shape)
	for i, s := range rowMajor(shape)[lead:] {
		first += widths[i][0] * s
	}
	out, strides := Out(shape, x), rowMajor(shape)
	kernel.Fill(out.data, v)
	n := 1
	if rank := len(x.shape); rank > 0 {
		n = x.shape[rank-1]
	}
	own := rowMajor(x.shape)
	eachRow(x.shape, strides, own, func(to, from int) { copy(out.data[first+to:][:n], x.data[from:]) })
	return Record("pad", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := Out(x.shape, dout)
		eachRow(x.shape, strides, own, func(from, to int) { copy(dx.data[to:][:n], dout.data[first+from:]) })
		return []*Tensor[T]{dx}
	})
}

// Stack returns the tensors of xs, all of one shape, joined along a new axis, which is
// the given one of the result. It panics if shapes differ or xs is empty.
func Stack[T Float](axis int, xs ...*Tensor[T]) *Tensor[T] {
	if len(xs) == 0 {
		panic(Shapef("stack", "nothing to join"))
	}
	Need("stack", xs...)
	axis = axisOf("stack", axis, len(xs[0].shape)+1)
	rows := make([]*Tensor[T], len(xs))
	for i, x := range xs {
		if !slices.Equal(x.shape, xs[0].shape) {
			panic(Shapef("stack", "shapes %v and %v differ", xs[0].shape, x.shape))
		}
		rows[i] = Reshape(x, slices.Insert(slices.Clone(x.shape), axis, 1)...)
	}
	return Concat(axis, rows...)
}
