package tensor

// Argmax returns the positions along an axis of the largest elements, in the
// row-major order of the shape without the axis: of a matrix and axis 1, the column
// of the maximum of each row. Of equal elements it is the first, and NaN is larger
// than any number. It panics if there is no such axis or no element along it.
func Argmax[T Float](x *Tensor[T], axis int) []int {
	Need("argmax", x)
	axis = axisOf("argmax", axis, len(x.shape))
	if x.shape[axis] == 0 {
		panic(Shapef("argmax", "no elements to choose from on axis %d of shape %v", axis, x.shape))
	}
	outer, _, inner := split3(x.shape, axis)
	best := make([]int, 0, outer*inner)
	eachLine(x.shape, axis, func(at, n, stride int) {
		first := 0
		for i := 1; i < n; i++ {
			v, w := x.data[at+i*stride], x.data[at+first*stride]
			if v > w || (v != v && w == w) {
				first = i
			}
		}
		best = append(best, first)
	})
	return best
}

// Gather returns for every element of index, an array of the given shape in row-major
// order, the element of x at the same place but with that number on the axis: in
// PyTorch, gather. With axis 1 of a matrix
//
//	out[i, j] = x[i, index[i, j]]
//
// so that Gather(logits, 1, labels, len(labels), 1) has the logit of each row's label.
// An element may be taken more than once; its gradients add up. It panics if the shape
// has another rank than x or is longer along an axis that is not the given one, if it
// does not fit the index, or if one is out of range.
func Gather[T Float](x *Tensor[T], axis int, index []int, shape ...int) *Tensor[T] {
	Need("gather", x)
	axis = axisOf("gather", axis, len(x.shape))
	if len(shape) != len(x.shape) {
		panic(Shapef("gather", "an index of shape %v, want the rank of the input %v", shape, x.shape))
	}
	if n := Size("gather", shape); n != len(index) {
		panic(Shapef("gather", "%d numbers for an index of shape %v, want %d", len(index), shape, n))
	}
	for i, d := range shape {
		if i != axis && d > x.shape[i] {
			panic(Shapef("gather", "shape %v is longer than %v along axis %d", shape, x.shape, i))
		}
	}
	from := gathered(x, axis, index, shape)
	out := Out(shape, x)
	for i, at := range from {
		out.data[i] = x.data[at]
	}
	return Record("gather", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := OutZero(x.shape, dout)
		for i, at := range from {
			dx.data[at] += dout.data[i]
		}
		return []*Tensor[T]{dx}
	})
}

// gathered returns the places in x of the elements that Gather takes.
func gathered[T Float](x *Tensor[T], axis int, index, shape []int) []int {
	strides := rowMajor(x.shape)
	along := strides[axis]
	strides[axis] = 0
	from := make([]int, 0, len(index))
	n, step, _ := rowOf(shape, strides, strides)
	eachRow(shape, strides, strides, func(at, _ int) {
		for j := range n {
			i := index[len(from)]
			if i < 0 || i >= x.shape[axis] {
				panic(Shapef("gather", "index %d on axis %d of shape %v, want 0 to %d", i, axis, x.shape, x.shape[axis]-1))
			}
			from = append(from, at+j*step+i*along)
		}
	})
	return from
}

// OneHot returns a matrix with a row for each label: 1 in the label's column, and 0 in
// the others. It panics if a label is not one of the classes.
func OneHot[T Float](labels []int, classes int) *Tensor[T] {
	Size("one hot", []int{len(labels), classes})
	out := Zeros[T](len(labels), classes)
	for i, label := range labels {
		if label < 0 || label >= classes {
			panic(Shapef("one hot", "label %d of row %d is not one of %d classes", label, i, classes))
		}
		out.data[i*classes+label] = 1
	}
	return out
}
