package tensor

// Sum returns the sum over the named axes, which disappear from the shape; over
// all of them, to rank 0, if none is named. Negative axes count from the end.
// Sums are formed in float64 with what rounding loses beside them, and rounded to T
// once. It panics if an axis does not exist or is named twice.
func Sum[T Float](x *Tensor[T], axes ...int) *Tensor[T] {
	shape, strides := reduced("sum", x, axes)
	out := sumInto(Out(shape, x), x, strides, 1)
	return Record("sum", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		return []*Tensor[T]{spread(dout, x.shape, strides)}
	})
}

// Mean returns the mean over the named axes, the sum that Sum forms divided by the
// number of its terms: so the mean of equal elements is what they are. The mean of
// no elements is NaN.
func Mean[T Float](x *Tensor[T], axes ...int) *Tensor[T] {
	shape, strides := reduced("mean", x, axes)
	n := 1
	for i, in := range axesOf("mean", axes, len(x.shape)) {
		if in {
			n *= x.shape[i]
		}
	}
	out := sumInto(Out(shape, x), x, strides, n)
	return Record("mean", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		share := Out(dout.shape, dout)
		for i, v := range dout.data {
			share.data[i] = T(float64(v) / float64(n))
		}
		return []*Tensor[T]{spread(share, x.shape, strides)}
	})
}

// Max returns the maximum over the named axes, as Sum does; NaN if one of the
// elements is. The gradient goes to the first of equal maxima in row-major
// order, as PyTorch's max along a dimension does on the CPU. It panics if there
// are no elements to choose from.
func Max[T Float](x *Tensor[T], axes ...int) *Tensor[T] {
	shape, strides := reduced("max", x, axes)
	out := Out(shape, x)
	if len(x.data) == 0 && len(out.data) > 0 {
		panic(Shapef("max", "no elements to choose from in shape %v", x.shape))
	}
	first := make([]int, len(out.data))
	for i := range first {
		first[i] = -1
	}
	n, d, _ := rowOf(x.shape, strides, strides)
	from := 0
	eachRow(x.shape, strides, strides, func(to, _ int) {
		for i := range n {
			best := &first[to+i*d]
			if v := x.data[from+i]; *best < 0 || v > x.data[*best] || (v != v && x.data[*best] == x.data[*best]) {
				*best = from + i
			}
		}
		from += n
	})
	for i, at := range first {
		out.data[i] = x.data[at]
	}
	return Record("max", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := OutZero(x.shape, dout)
		for i, at := range first {
			dx.data[at] = dout.data[i]
		}
		return []*Tensor[T]{dx}
	})
}

// reduced returns the shape that is left of x without the named axes, and the
// strides that map x's elements to it: those of the shape for the axes that are
// left, 0 for the others, along which all elements go to one place.
func reduced[T Float](op string, x *Tensor[T], axes []int) (shape, strides []int) {
	Need(op, x)
	in := axesOf(op, axes, len(x.shape))
	shape = make([]int, 0, len(x.shape))
	for i, d := range x.shape {
		if !in[i] {
			shape = append(shape, d)
		}
	}
	strides = make([]int, len(x.shape))
	kept := rowMajor(shape)
	for i := range strides {
		if !in[i] {
			strides[i], kept = kept[0], kept[1:]
		}
	}
	return shape, strides
}
