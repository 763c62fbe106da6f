package tensor

import "slices"

// A Scope is storage for the results of a computation that is done again and
// again, such as a training step: what is computed from a tensor in a scope
// lives in the scope too, and Reset makes all of that storage available to the
// next round. After a first round nothing large is allocated.
//
// Results must not be used after Reset: operations on them panic, but elements
// read through Data are silently those of the next round. Clone what is to
// stay. The zero value is ready to use. A scope serves one goroutine at a time.
type Scope[T Float] struct {
	slab  []T // storage handed out from the front
	used  int
	spill int // elements that did not fit since the last Reset
	epoch int
}

// lanes is the granularity of a scope's storage in elements: every result starts
// 64 bytes of float32, or a multiple, after the last.
const lanes = 16

// Enter returns a tensor that shares t's elements, outside any graph, and from
// which results are stored in the scope.
func (s *Scope[T]) Enter(t *Tensor[T]) *Tensor[T] {
	d := t.Detach()
	d.scope, d.epoch = s, s.epoch
	return d
}

// Empty returns a tensor in the scope whose elements are arbitrary, to be filled
// by the caller.
func (s *Scope[T]) Empty(shape ...int) *Tensor[T] {
	return &Tensor[T]{
		shape: slices.Clone(shape), data: s.alloc(size("empty", shape)),
		scope: s, epoch: s.epoch,
	}
}

// Reset ends a round: everything that was stored in the scope is given up.
func (s *Scope[T]) Reset() {
	if s.spill > 0 {
		s.slab = make([]T, len(s.slab)+s.spill)
	}
	s.used, s.spill = 0, 0
	s.epoch++
}

// alloc returns n elements of the slab, or of the heap in a round that needs
// more than any before it.
func (s *Scope[T]) alloc(n int) []T {
	step := (n + lanes - 1) / lanes * lanes
	if s.used+step > len(s.slab) {
		s.spill += step
		return make([]T, n)
	}
	data := s.slab[s.used : s.used+n : s.used+n]
	s.used += step
	return data
}

// Out returns a tensor for the result of an operation on inputs, stored where
// theirs are. Its elements are arbitrary: the operation must write every one.
func Out[T Float](shape []int, inputs ...*Tensor[T]) *Tensor[T] {
	n := size("out", shape)
	s := scopeOf(inputs)
	if s == nil {
		return &Tensor[T]{shape: slices.Clone(shape), data: make([]T, n)}
	}
	return s.Empty(shape...)
}

// OutZero is Out with all elements set to zero, for operations that add to their
// result.
func OutZero[T Float](shape []int, inputs ...*Tensor[T]) *Tensor[T] {
	out := Out(shape, inputs...)
	clear(out.data)
	return out
}

// scopeOf returns the scope in which results of the inputs belong: that of the
// first input that has one. It panics if an input has outlived its scope.
func scopeOf[T Float](inputs []*Tensor[T]) *Scope[T] {
	var s *Scope[T]
	for _, x := range inputs {
		if x.scope == nil {
			continue
		}
		if x.epoch != x.scope.epoch {
			panic(&GraphError{Op: "scope", Msg: "a tensor is used after the Reset of the scope that holds it"})
		}
		if s == nil {
			s = x.scope
		}
	}
	return s
}
