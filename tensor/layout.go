package tensor

import "slices"

// Reshape returns x with another shape of the same number of elements, sharing
// them. One length may be -1 and is then what the others leave. It panics if
// the numbers of elements differ, two lengths are -1, or one is and another is 0,
// which leave it open.
func Reshape[T Float](x *Tensor[T], shape ...int) *Tensor[T] {
	Need("reshape", x)
	out := x.reshaped(shape...)
	infer(x, out.shape)
	return RecordRule("reshape", out, reshape[T]{}, x)
}

// reshape is the rule of Reshape.
type reshape[T Float] struct{}

// Gradients reshapes dout.
func (*reshape[T]) Gradients(dout *Tensor[T], inputs, grads []*Tensor[T]) {
	grads[0] = dout.reshaped(inputs[0].shape...)
}

// infer replaces a -1 in shape by the length that makes the sizes agree.
func infer[T Float](x *Tensor[T], shape []int) {
	at := slices.Index(shape, -1)
	wanted := func() string {
		if at >= 0 {
			shape[at] = -1
		}
		return Tuple(shape)
	}
	if at >= 0 {
		shape[at] = 1
		if slices.Contains(shape, -1) || slices.Contains(shape, 0) {
			panic(Shapef("reshape", "shape %v to %v: more than one length would do for the -1", x.shape, wanted()))
		}
		shape[at] = len(x.data) / Size("reshape", shape)
	}
	if Size("reshape", shape) != len(x.data) {
		panic(Shapef("reshape", "shape %v has %d elements, which do not make shape %v", x.shape, len(x.data), wanted()))
	}
}

// Transpose returns x with its axes in reverse order, which transposes a matrix.
func Transpose[T Float](x *Tensor[T]) *Tensor[T] {
	Need("transpose", x)
	axes := make([]int, len(x.shape))
	for i := range axes {
		axes[i] = len(axes) - 1 - i
	}
	return Permute(x, axes...)
}

// Permute returns x with its axes in another order: axis i of the result is axis
// axes[i] of x. It panics if axes is not a permutation.
func Permute[T Float](x *Tensor[T], axes ...int) *Tensor[T] {
	Need("permute", x)
	axesOf("permute", axes, len(x.shape))
	if len(axes) != len(x.shape) {
		panic(Shapef("permute", "%d axes %v for shape %v", len(axes), axes, x.shape))
	}
	order, inverse := make([]int, len(axes)), make([]int, len(axes))
	for i, a := range axes {
		order[i] = axisOf("permute", a, len(axes))
		inverse[order[i]] = i
	}
	return Record("permute", permuted(x, order), []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		return []*Tensor[T]{permuted(dout, inverse)}
	})
}

// permuted returns x with its axes in the given order, outside the graph. Read with
// the strides of its own axes in that order, x is the result.
func permuted[T Float](x *Tensor[T], order []int) *Tensor[T] {
	own := rowMajor(x.shape)
	shape, strides := make([]int, len(order)), make([]int, len(order))
	for i, a := range order {
		shape[i], strides[i] = x.shape[a], own[a]
	}
	return spread(x, shape, strides)
}

// Concat returns the tensors of xs joined along an axis; their other axes must
// agree. It panics if they do not or if xs is empty.
func Concat[T Float](axis int, xs ...*Tensor[T]) *Tensor[T] {
	if len(xs) == 0 {
		panic(Shapef("concat", "nothing to join"))
	}
	Need("concat", xs...)
	axis = axisOf("concat", axis, len(xs[0].shape))
	var room [4]int
	shape := append(room[:0], xs[0].shape...)
	shape[axis] = 0
	for _, x := range xs {
		if len(x.shape) != len(shape) ||
			!slices.Equal(x.shape[:axis], shape[:axis]) || !slices.Equal(x.shape[axis+1:], shape[axis+1:]) {
			panic(Shapef("concat", "shape %v does not join %v along axis %d", x.shape, xs[0].shape, axis))
		}
		shape[axis] += x.shape[axis]
		Size("concat", shape)
	}
	out := Out(shape, xs...)
	at := 0
	for _, x := range xs {
		copyAxis(out, at, x, 0, x.shape[axis], axis)
		at += x.shape[axis]
	}
	return RecordRule("concat", out, concat[T]{axis}, xs...)
}

// concat is the rule of Concat.
type concat[T Float] struct{ axis int }

// Gradients cuts dout.
func (c *concat[T]) Gradients(dout *Tensor[T], xs, grads []*Tensor[T]) {
	at := 0
	for i, x := range xs {
		if x.RequiresGrad() {
			grads[i] = Out(x.shape, dout)
			copyAxis(grads[i], 0, dout, at, x.shape[c.axis], c.axis)
		}
		at += x.shape[c.axis]
	}
}

// copyAxis copies n positions of an axis from src, starting at from, to dst,
// starting at to.
func copyAxis[T Float](dst *Tensor[T], to int, src *Tensor[T], from, n, axis int) {
	outer, nd, inner := split3(dst.shape, axis)
	ns := src.shape[axis]
	for o := range outer {
		copy(dst.data[(o*nd+to)*inner:][:n*inner], src.data[(o*ns+from)*inner:])
	}
}

// IndexSelect returns the positions of an axis that index lists, in its order: with
// axis 1 of a batch of images the listed channels, x[:, index, :, :] in PyTorch.
// A position may be listed more than once; its gradients add up. It panics if
// one is out of range.
func IndexSelect[T Float](x *Tensor[T], axis int, index []int) *Tensor[T] {
	Need("index select", x)
	axis = axisOf("index select", axis, len(x.shape))
	index = slices.Clone(index)
	outer, n, inner := split3(x.shape, axis)
	for _, i := range index {
		if i < 0 || i >= n {
			panic(Shapef("index select", "index %d on axis %d of shape %v, want 0 to %d", i, axis, x.shape, n-1))
		}
	}
	shape := slices.Clone(x.shape)
	shape[axis] = len(index)
	Size("index select", shape)
	out := Out(shape, x)
	for o := range outer {
		for j, i := range index {
			copy(out.data[(o*len(index)+j)*inner:][:inner], x.data[(o*n+i)*inner:])
		}
	}
	return Record("index select", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := OutZero(x.shape, dout)
		for o := range outer {
			for j, i := range index {
				from := dout.data[(o*len(index)+j)*inner:][:inner]
				to := dx.data[(o*n+i)*inner:][:inner]
				for p, v := range from {
					to[p] += v
				}
			}
		}
		return []*Tensor[T]{dx}
	})
}
