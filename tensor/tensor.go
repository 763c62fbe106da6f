package tensor

import (
	"math/rand/v2"
	"slices"

	"hw4/internal/kernel"
)

// Float is the set of element types.
type Float = kernel.Float

// A Tensor is an n-dimensional array of float32 or float64 in row-major order,
// together with what is needed to differentiate through it. Tensors are handled
// by pointer. Operations and methods panic with a *ShapeError if they get nil or the
// zero value, which has neither shape nor elements.
type Tensor[T Float] struct {
	shape []int
	data  []T

	node   *node[T]     // how it was computed; nil if that was not recorded
	leaf   bool         // a gradient is wanted
	noGrad bool         // nothing computed from it is recorded
	grads  *gradient[T] // what Backward has added up; may be nil if that is nothing

	scope *Scope[T] // where what is computed from it is stored; nil: the heap
	epoch int       // how often the scope had been reset when it was made
	block *block[T] // the part of the scope that holds the elements; nil: none
	dims  [4]int    // room for shape, which seldom is longer
}

// Zeros returns a tensor of zeros. Without a shape it has rank 0 and one
// element. It panics if a dimension is negative or the shape too large (see Size), as
// do all functions that make tensors.
func Zeros[T Float](shape ...int) *Tensor[T] { return zeros[T]("zeros", shape) }

func zeros[T Float](op string, shape []int) *Tensor[T] {
	return &Tensor[T]{shape: slices.Clone(shape), data: make([]T, Size(op, shape))}
}

// Ones returns a tensor of ones.
func Ones[T Float](shape ...int) *Tensor[T] { return full("ones", T(1), shape) }

// Full returns a tensor whose elements are all v.
func Full[T Float](v T, shape ...int) *Tensor[T] { return full("full", v, shape) }

func full[T Float](op string, v T, shape []int) *Tensor[T] {
	t := zeros[T](op, shape)
	kernel.Fill(t.data, v)
	return t
}

// Scalar returns a tensor of rank 0 that holds v.
func Scalar[T Float](v T) *Tensor[T] { return FromSlice([]T{v}).reshaped() }

// FromSlice returns a tensor of the given shape over data, which it shares and
// does not copy. Without a shape it is a vector of all of data. It panics if
// the shape has another number of elements.
func FromSlice[T Float](data []T, shape ...int) *Tensor[T] {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	if n := Size("from slice", shape); n != len(data) {
		panic(Shapef("from slice", "%d elements for shape %v, which has %d", len(data), shape, n))
	}
	return &Tensor[T]{shape: slices.Clone(shape), data: data}
}

// Uniform returns a tensor of independent samples of the uniform distribution
// on [lo, hi), rounded to T, which makes hi of some that are near it, and drawn from rng in
// row-major order. It panics if rng is nil.
func Uniform[T Float](rng *rand.Rand, lo, hi float64, shape ...int) *Tensor[T] {
	return drawn("uniform", rng, shape, func() T { return T(lo + float64((hi-lo)*rng.Float64())) })
}

// Normal returns a tensor of independent samples of the normal distribution
// with the given mean and standard deviation, drawn from rng in row-major order. It
// panics if rng is nil.
func Normal[T Float](rng *rand.Rand, mean, std float64, shape ...int) *Tensor[T] {
	return drawn("normal", rng, shape, func() T { return T(mean + float64(std*rng.NormFloat64())) })
}

// drawn returns a tensor of samples.
func drawn[T Float](op string, rng *rand.Rand, shape []int, sample func() T) *Tensor[T] {
	if rng == nil {
		panic(Shapef(op, "the generator of random numbers for shape %v is nil", shape))
	}
	t := zeros[T](op, shape)
	for i := range t.data {
		t.data[i] = sample()
	}
	return t
}

// Shape returns the lengths of the axes. The slice must not be modified.
func (t *Tensor[T]) Shape() []int {
	t.known("shape")
	return t.shape
}

// Rank returns the number of axes.
func (t *Tensor[T]) Rank() int {
	t.known("rank")
	return len(t.shape)
}

// Len returns the number of elements.
func (t *Tensor[T]) Len() int {
	t.known("len")
	return len(t.data)
}

// Dim returns the length of an axis; a negative axis counts from the end. It
// panics if there is no such axis.
func (t *Tensor[T]) Dim(axis int) int {
	t.known("dim")
	return t.shape[axisOf("dim", axis, len(t.shape))]
}

// Data returns the elements in row-major order: the tensor's own storage, so
// that writing to it changes the tensor. Changing a tensor that a recorded
// operation has used makes the gradients through that operation wrong.
func (t *Tensor[T]) Data() []T {
	t.known("data")
	return t.data
}

// Dims2 returns the shape of a matrix, rows and columns, or of any tensor of
// rank 2. It panics in the name of op, which is as that of Shapef, if the rank is another.
func (t *Tensor[T]) Dims2(op string) (rows, cols int) {
	t.known(op)
	if len(t.shape) != 2 {
		panic(Shapef(op, "want a tensor of rank 2, got shape %v", t.shape))
	}
	return t.shape[0], t.shape[1]
}

// Dims4 returns the shape of a batch of images: batch, channels, height and
// width. It panics in the name of op if the rank is not 4.
func (t *Tensor[T]) Dims4(op string) (n, c, h, w int) {
	t.known(op)
	if len(t.shape) != 4 {
		panic(Shapef(op, "want a tensor of rank 4 (N, C, H, W), got shape %v", t.shape))
	}
	return t.shape[0], t.shape[1], t.shape[2], t.shape[3]
}

// At returns one element. It panics if there is not one index an axis or an
// index is out of range.
func (t *Tensor[T]) At(index ...int) T { return t.data[t.offset("at", index)] }

// Set changes one element. It panics as At does.
func (t *Tensor[T]) Set(v T, index ...int) { t.data[t.offset("set", index)] = v }

func (t *Tensor[T]) offset(op string, index []int) int {
	t.known(op)
	if len(index) != len(t.shape) {
		panic(Shapef(op, "%d indices for shape %v, want one an axis", len(index), t.shape))
	}
	at := 0
	for i, x := range index {
		if x < 0 || x >= t.shape[i] {
			panic(Shapef(op, "index %v is outside shape %v", index, t.shape))
		}
		at = at*t.shape[i] + x
	}
	return at
}

// Item returns the only element of a tensor of one element, of any rank. It
// panics if there are more or none.
func (t *Tensor[T]) Item() T {
	t.known("item")
	if len(t.data) != 1 {
		panic(Shapef("item", "want one element, got shape %v", t.shape))
	}
	return t.data[0]
}

// Clone returns a copy of the elements on the heap, outside any graph and any
// scope, and not under NoGrad, whatever t is.
func (t *Tensor[T]) Clone() *Tensor[T] {
	t.known("clone")
	return &Tensor[T]{shape: slices.Clone(t.shape), data: slices.Clone(t.data)}
}

// Detach returns a tensor that shares the elements but is outside the graph: no
// gradient flows through it. It stays in the scope, and under NoGrad if t is.
func (t *Tensor[T]) Detach() *Tensor[T] {
	t.known("detach")
	var d *Tensor[T]
	if t.scope != nil {
		d = t.scope.tensor()
	} else {
		d = new(Tensor[T])
	}
	d.share(t)
	return d
}

// share makes a new tensor share t's elements, outside the graph and where t is.
func (d *Tensor[T]) share(t *Tensor[T]) {
	d.shape, d.data, d.noGrad = t.shape, t.data, t.noGrad
	d.scope, d.epoch, d.block = t.scope, t.epoch, t.block
}

// NoGrad returns a tensor that shares the elements and from which nothing is
// recorded: results computed from it require no gradient, whatever else they
// are computed from. Feed a model NoGrad inputs to run it for inference.
//
// It is a property of the tensor, and stays: results are under NoGrad, too, and so is all
// that is computed from these, long after, and what Detach, Enter and Reshape return. To
// such a tensor layers are in evaluation, whatever its scope says. Only [Tensor.Clone] ends
// it. In a training take what a frozen network returns by Clone, or the loss that is
// computed from it has no gradient, and Backward panics.
func (t *Tensor[T]) NoGrad() *Tensor[T] {
	t.known("no grad")
	d := t.Detach()
	d.noGrad = true
	return d
}

// reshaped returns a tensor of another shape over the same elements, outside the
// graph.
func (t *Tensor[T]) reshaped(shape ...int) *Tensor[T] {
	d := t.Detach()
	d.setShape(shape)
	return d
}

// setShape gives a new tensor a shape of its own, without an allocation for up to
// four axes.
func (t *Tensor[T]) setShape(shape []int) { t.shape = append(t.dims[:0], shape...) }
