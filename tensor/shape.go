package tensor

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A ShapeError is what operations panic with when the tensors, shapes or options
// they are given do not fit together.
type ShapeError struct {
	Path string // the layer in a network, such as "features.3"; see InLayer
	Op   string // the operation, such as "conv2d"
	Msg  string // the shapes that met and what was wanted
}

// Error returns the path, if there is one, the operation and the message.
func (e *ShapeError) Error() string { return located(e.Path, e.Op, e.Msg) }

func located(path, op, msg string) string {
	if path != "" {
		path += ": "
	}
	return path + op + ": " + msg
}

// InLayer puts the name of a layer, and a dot, before the path of a *ShapeError or
// *GraphError that the function which defers it panics with:
//
//	defer tensor.InLayer("C1_layer")
//
// A container defers it for each of its modules, by the name that their parameters
// have in a state dict, so that the error of a nested module has its whole path.
// Other panics pass as they are. Without a panic it does nothing.
func InLayer(name string) {
	p := recover()
	var path *string
	switch p := p.(type) {
	case nil:
		return
	case *ShapeError:
		path = &p.Path
	case *GraphError:
		path = &p.Path
	default:
		panic(p)
	}
	if *path != "" {
		name += "." + *path
	}
	*path = name
	panic(p)
}

// Shapef returns a ShapeError of op with a formatted message, to panic with. Behind
// the operation and a colon op may name an argument, as in "conv2d: weight", with
// which the message then begins. Among the args an []int or a [2]int is written as
// Tuple writes it.
func Shapef(op, format string, args ...any) *ShapeError {
	op, argument, of := strings.Cut(op, ": ")
	if of {
		format = strings.ReplaceAll(argument, "%", "%%") + ": " + format
	}
	for i, a := range args {
		switch a := a.(type) {
		case []int:
			args[i] = Tuple(a)
		case [2]int:
			args[i] = Tuple(a[:])
		}
	}
	return &ShapeError{Op: op, Msg: fmt.Sprintf(format, args...)}
}

// Tuple writes a shape as PyTorch does: (2,3,3), (3,) for a vector and () for a
// single number. All errors have shapes in this form.
func Tuple(shape []int) string {
	b := []byte{'('}
	for i, d := range shape {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(d), 10)
	}
	if len(shape) == 1 {
		b = append(b, ',')
	}
	return string(append(b, ')'))
}

// A GraphError is what Backward and its like panic with when the graph cannot
// be walked: no gradient is required, a rule is wrong, or a result is used
// after the scope that held it was reset.
type GraphError struct {
	Path string // as that of a ShapeError
	Op   string
	Msg  string
}

// Error returns the path, if there is one, the operation and the message.
func (e *GraphError) Error() string { return located(e.Path, e.Op, e.Msg) }

func graphf(op, format string, args ...any) *GraphError {
	return &GraphError{Op: op, Msg: fmt.Sprintf(format, args...)}
}

// Need panics in the name of op if one of the tensors is nil, a zero Tensor, or used after
// the Reset of its scope. An operation calls it before it looks at what it is given.
func Need[T Float](op string, tensors ...*Tensor[T]) {
	for i, t := range tensors {
		if t.absent() {
			which := "the tensor"
			if len(tensors) > 1 {
				which = fmt.Sprintf("tensor %d of %d", i+1, len(tensors))
			}
			panic(absence(op, which, t))
		}
	}
}

// absent reports whether t is nil, the zero value, or of a round that is over: a tensor of
// rank 0 has an element.
func (t *Tensor[T]) absent() bool {
	return t == nil || len(t.data)+len(t.shape) == 0 || t.scope != nil && t.epoch != t.scope.epoch
}

// known is Need for methods. It is a call, which loops over elements should make once.
func (t *Tensor[T]) known(op string) {
	if t.absent() {
		panic(absence(op, "the tensor", t))
	}
}

// absence is what to panic with for a tensor that is absent.
func absence[T Float](op, which string, t *Tensor[T]) error {
	switch {
	case t == nil:
		return Shapef(op, "%s is nil", which)
	case t.scope != nil:
		return outlived(op)
	}
	return Shapef(op, "%s is a zero Tensor, without shape or elements; make one by Zeros or FromSlice", which)
}

// MaxElements is the largest number of elements of a tensor: 2^36, and where an int has
// 32 bits 2^27 - 1. So a shape that no memory could hold is refused in words, and products
// of lengths do not overflow.
const MaxElements = min(math.MaxInt/16, 1<<36)

// Size returns the number of elements of a shape. It panics in the name of op if a
// length is negative, or if the lengths other than 0 multiply to more than MaxElements. The
// shape goes no further than Tuple, so that callers' shapes can stay off the heap.
func Size(op string, shape []int) int {
	n, empty := 1, false
	for _, d := range shape {
		switch {
		case d < 0:
			panic(Shapef(op, "negative dimension in shape %s", Tuple(shape)))
		case d == 0:
			empty = true
		case n > MaxElements/d:
			panic(Shapef(op, "shape %s is too large: its lengths multiply to more than %d", Tuple(shape), MaxElements))
		default:
			n *= d
		}
	}
	if empty {
		return 0
	}
	return n
}

// rowMajor returns the distance in elements between neighbours along each axis.
func rowMajor(shape []int) []int {
	strides := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	return strides
}

// axisOf returns axis as a number in [0, rank); negative axes count from the
// end. It panics if there is no such axis.
func axisOf(op string, axis, rank int) int {
	a := axis
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= rank {
		panic(Shapef(op, "axis %d of a tensor of rank %d, want %d to %d", axis, rank, -rank, rank-1))
	}
	return a
}

// axesOf resolves a list of axes, all of them if it is empty. It panics if one
// is named twice.
func axesOf(op string, axes []int, rank int) []bool {
	in := make([]bool, rank)
	for _, a := range axes {
		i := axisOf(op, a, rank)
		if in[i] {
			panic(Shapef(op, "axis %d named twice in %v", a, axes))
		}
		in[i] = true
	}
	if len(axes) == 0 {
		for i := range in {
			in[i] = true
		}
	}
	return in
}

// split3 sees a shape as outer x n x inner with n the length of axis: to work along
// one axis of a tensor of any rank is to work along the middle axis of three.
func split3(shape []int, axis int) (outer, n, inner int) {
	outer, inner = 1, 1
	for _, d := range shape[:axis] {
		outer *= d
	}
	for _, d := range shape[axis+1:] {
		inner *= d
	}
	return outer, shape[axis], inner
}

// broadcastShape returns the shape that a and b broadcast to by NumPy's rule:
// shapes are aligned at their last axes, and lengths must agree or be 1.
func broadcastShape(op string, a, b []int) []int {
	if slices.Equal(a, b) {
		return a
	}
	out := make([]int, max(len(a), len(b)))
	for i := range out {
		da, db := dimFromEnd(a, len(out)-i), dimFromEnd(b, len(out)-i)
		switch {
		case da == db || db == 1:
			out[i] = da
		case da == 1:
			out[i] = db
		default:
			panic(Shapef(op, "shapes %v and %v do not broadcast", a, b))
		}
	}
	Size(op, out)
	return out
}

// dimFromEnd returns the length of the i-th axis from the end, 1 if there is
// none.
func dimFromEnd(shape []int, i int) int {
	if i > len(shape) {
		return 1
	}
	return shape[len(shape)-i]
}

// broadcastStrides returns the strides with which a tensor of the given shape is
// read when it is broadcast to the shape to: 0 along every repeated axis.
func broadcastStrides(shape, to []int) []int {
	own := rowMajor(shape)
	strides := make([]int, len(to))
	lead := len(to) - len(shape)
	for i := lead; i < len(to); i++ {
		if shape[i-lead] != 1 {
			strides[i] = own[i-lead]
		}
	}
	return strides
}

// eachRow visits the rows (the last axis) of a shape in row-major order. For
// every row it calls visit with the offset of the row's first element in two
// tensors that have the given strides. The index of a row counts up like an
// odometer: the last wheel turns, and one that is through goes back to 0 and turns
// the wheel before it.
func eachRow(shape, sa, sb []int, visit func(a, b int)) {
	rank := len(shape) - 1
	if rank < 0 || slices.Contains(shape, 0) {
		if rank < 0 {
			visit(0, 0)
		}
		return
	}
	index := make([]int, rank)
	a, b := 0, 0
	for {
		visit(a, b)
		i := rank - 1
		for ; i >= 0; i-- {
			index[i]++
			a += sa[i]
			b += sb[i]
			if index[i] < shape[i] {
				break
			}
			a -= sa[i] * shape[i]
			b -= sb[i] * shape[i]
			index[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

// rowOf returns the length of the last axis and its strides; a tensor of rank 0
// is a row of one element.
func rowOf(shape, sa, sb []int) (n, da, db int) {
	last := len(shape) - 1
	if last < 0 {
		return 1, 0, 0
	}
	return shape[last], sa[last], sb[last]
}
