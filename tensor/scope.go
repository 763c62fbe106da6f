package tensor

// A Scope is storage for the results of a computation that is done again and
// again, such as a training step: what is computed from a tensor in a scope
// lives in the scope too, and Reset makes all of that storage available to the
// next round. After a first round nothing large is allocated.
//
// Results must not be used after Reset: operations on them panic, but elements
// read through Data are silently those of the next round. Clone what is to
// stay. The zero value is ready to use. A scope serves one goroutine at a time.
//
// Gradients on the way from a result back to its leaves are needed for one step
// only. Their storage is used again within the round, by the next gradient of the
// same size, while it is still in the cache.
type Scope[T Float] struct {
	slab   []T // storage handed out from the front
	used   int
	spill  int // elements that did not fit since the last Reset
	epoch  int
	blocks []*block[T]       // handed out in this round, and behind them those of earlier ones
	count  int               // of blocks handed out
	free   map[int]*block[T] // by size, the last whose gradient has been consumed
	inPass bool              // a backward pass is under way
	recent []*block[T]       // handed out to the rule that is being applied
	fresh  []Tensor[T]       // to be handed out, once each, so that one that has outlived its round is known
	made   int               // tensors in this round
	usual  int               // and in the last

	step       *Step // of a training; nil: evaluation
	purposeful bool  // it is known which of the two
}

// A block is a piece of a scope's storage.
type block[T Float] struct {
	data  []T
	owner *Scope[T]
	// A gradient's block is free once no result on the walk holds it.
	gradient bool
	holders  int
	below    *block[T] // the one of the same size that was freed before it
	spare    bool      // the rule that is being applied may overwrite it
}

// hold says that a gradient is needed: by a node or leaf that keeps it as its sum, or
// by the step that has just got it from a rule.
func hold[T Float](g *Tensor[T]) {
	if b := g.block; b != nil {
		b.holders++
	}
}

// release says that a gradient that was held is needed no longer.
func release[T Float](g *Tensor[T]) {
	b := g.block
	if b == nil {
		return
	}
	if b.holders--; b.holders == 0 && b.gradient {
		free := &b.owner.free
		if *free == nil {
			*free = make(map[int]*block[T])
		}
		b.below, (*free)[len(b.data)] = (*free)[len(b.data)], b
	}
}

// known panics in the name of op if there is no scope.
func (s *Scope[T]) known(op string) {
	if s == nil {
		panic(Shapef(op, "the scope is nil"))
	}
}

// lanes is the granularity of a scope's storage in elements: every result starts
// 64 bytes of float32, or a multiple, after the last.
const lanes = 16

// Enter returns a tensor that shares t's elements, outside any graph, and from
// which results are stored in the scope.
func (s *Scope[T]) Enter(t *Tensor[T]) *Tensor[T] {
	s.known("enter")
	Need("enter", t)
	d := t.Detach()
	d.scope, d.epoch = s, s.epoch
	return d
}

// Empty returns a tensor in the scope whose elements are arbitrary, to be filled
// by the caller.
func (s *Scope[T]) Empty(shape ...int) *Tensor[T] {
	s.known("empty")
	n := Size("empty", shape)
	b := s.alloc((n + lanes - 1) / lanes * lanes)
	t := s.next()
	t.data, t.scope, t.epoch, t.block = b.data[:n:n], s, s.epoch, b
	t.setShape(shape)
	return t
}

// next returns a new tensor. They are allocated as many at a time as a round has
// needed before, but never for two rounds: all of them live as long as one does.
func (s *Scope[T]) next() *Tensor[T] {
	if len(s.fresh) == 0 {
		const few = 8
		s.fresh = make([]Tensor[T], max(s.usual-s.made, few))
	}
	t := &s.fresh[0]
	s.fresh = s.fresh[1:]
	s.made++
	return t
}

// Reset ends a round: the storage of all results is used again from now on. It
// panics with a *GraphError if it is called by the rule of an operation.
func (s *Scope[T]) Reset() {
	s.known("reset")
	if s.inPass {
		panic(graphf("reset", "a backward pass in the scope is under way"))
	}
	if s.spill > 0 {
		s.slab = make([]T, len(s.slab)+s.spill)
	}
	s.used, s.spill, s.count = 0, 0, 0
	clear(s.free)
	s.fresh, s.recent = nil, s.recent[:0]
	s.usual, s.made = s.made, 0
	s.epoch++
}

// alloc returns a block of n elements: a gradient's that is free, or else a piece
// of the slab, or of the heap in a round that needs more than any before it. Only
// gradients are freed within a round: a result may be read by any rule to come.
func (s *Scope[T]) alloc(n int) *block[T] {
	if b := s.free[n]; b != nil && s.inPass {
		s.free[n], b.below = b.below, nil
		b.gradient = true
		s.recent = append(s.recent, b)
		return b
	}
	if s.count == len(s.blocks) {
		s.blocks = append(s.blocks, new(block[T]))
	}
	b := s.blocks[s.count]
	s.count++
	*b = block[T]{owner: s, gradient: s.inPass}
	if s.inPass {
		s.recent = append(s.recent, b)
	}
	if s.used+n > len(s.slab) {
		s.spill += n
		b.data = make([]T, n)
		return b
	}
	b.data = s.slab[s.used : s.used+n : s.used+n]
	s.used += n
	return b
}

// Out returns a tensor for the result of an operation on inputs, stored where
// theirs are. Its elements are arbitrary: the operation must write every one.
func Out[T Float](shape []int, inputs ...*Tensor[T]) *Tensor[T] {
	Need("out", inputs...)
	n := Size("out", shape)
	s := scopeOf(inputs)
	if s == nil {
		t := &Tensor[T]{data: make([]T, n)}
		t.setShape(shape)
		return t
	}
	return s.Empty(shape...)
}

// OutOver returns a tensor for a gradient of the shape of dout that a backward rule
// makes of it element by element: over dout's own elements, if nobody else needs
// them. The rule must have read an element of dout for the last time when it writes
// the same element of the result.
func OutOver[T Float](dout *Tensor[T]) *Tensor[T] {
	Need("out over", dout)
	if b := dout.block; b != nil && b.spare {
		b.spare = false
		return dout
	}
	return Out(dout.shape, dout)
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
			panic(graphf("scope", "a tensor is used after the Reset of the scope that holds it"))
		}
		if s == nil {
			s = x.scope
		}
	}
	return s
}

// beginPass begins a backward pass and returns a function that ends it. In one that a
// rule makes, what the rule has computed before is kept, as is what is computed
// before any other.
func (s *Scope[T]) beginPass() (end func()) {
	if s.inPass {
		for _, b := range s.recent {
			b.gradient = b.gradient && b.holders > 0
		}
		return func() {}
	}
	s.inPass = true
	return func() { s.inPass = false }
}
