package tensor

import "slices"

// A Scope is storage for the results of a computation that is done again and
// again, such as a training step: what is computed from a tensor in a scope
// lives in the scope too, and Reset makes all of that storage available to the
// next round. After a first round nothing large is allocated, and by a round that
// computes what the last one did nothing but the tensors themselves, a thousand at a time.
//
// Results must not be used after Reset: methods and operations panic, but slices that
// Data has returned before silently hold elements of the next round. Clone what is to
// stay. The zero value is ready to use. A scope serves one goroutine at a time.
//
// Gradients on the way from a result back to its leaves are needed for one step
// only. Their storage is used again within the round, by the next gradient of the
// same size, while it is still in the cache.
type Scope[T Float] struct {
	slab   slab[T]
	ints   slab[int]
	epoch  int
	blocks []*block[T]       // handed out in this round, and behind them those of earlier ones
	count  int               // of blocks handed out
	free   map[int]*block[T] // by size, the last whose gradient has been consumed
	inPass bool              // a backward pass is under way
	recent []*block[T]       // handed out to the rule that is being applied
	fresh  []Tensor[T]       // to be handed out, once each, so that one that has outlived its round is known
	next   int               // how many to allocate when there are no more
	made   []*Tensor[T]      // in this round
	nodes  []*node[T]        // of this round, and behind them those of earlier ones
	taken  int               // of nodes
	walk   *walk[T]          // to be used again

	step       *Step // of a training; nil: evaluation
	purposeful bool  // it is known which of the two
}

// A slab is storage that is handed out from the front, again in every round.
type slab[E any] struct {
	room  []E
	used  int
	spill int // elements that did not fit in this round
}

// take returns n elements: of the slab, or of the heap in a round that needs more than
// any before it.
func (s *slab[E]) take(n int) []E {
	if s.used+n > len(s.room) {
		s.spill += n
		return make([]E, n)
	}
	s.used += n
	return s.room[s.used-n : s.used : s.used]
}

func (s *slab[E]) reset() {
	if s.spill > 0 {
		s.room = make([]E, len(s.room)+s.spill)
	}
	s.used, s.spill = 0, 0
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
// which results are stored in the scope. If t is under NoGrad, so is it: see [Tensor.NoGrad].
// If t is in another scope, nothing notices when that is Reset, and what Enter has returned
// must not be used after.
func (s *Scope[T]) Enter(t *Tensor[T]) *Tensor[T] {
	s.known("enter")
	Need("enter", t)
	d := s.tensor()
	d.share(t)
	d.scope, d.epoch = s, s.epoch
	return d
}

// Empty returns a tensor in the scope whose elements are arbitrary, to be filled
// by the caller.
func (s *Scope[T]) Empty(shape ...int) *Tensor[T] {
	s.known("empty")
	n := Size("empty", shape)
	b := s.alloc((n + lanes - 1) / lanes * lanes)
	t := s.tensor()
	t.data, t.scope, t.epoch, t.block = b.data[:n:n], s, s.epoch, b
	t.setShape(shape)
	return t
}

// tensor returns a new tensor. They are allocated many at a time, the more the longer the
// scope is in use.
func (s *Scope[T]) tensor() *Tensor[T] {
	if len(s.fresh) == 0 {
		const few, many = 8, 1024
		s.next = min(max(2*s.next, few), many)
		s.fresh = make([]Tensor[T], s.next)
	}
	t := &s.fresh[0]
	s.fresh = s.fresh[1:]
	s.made = append(s.made, t)
	return t
}

// node returns a node to be filled, with what it held in an earlier round as far as that
// is storage.
func (s *Scope[T]) node() *node[T] {
	if s.taken == len(s.nodes) {
		s.nodes = append(s.nodes, new(node[T]))
	}
	s.taken++
	return s.nodes[s.taken-1]
}

// Reset ends a round: the storage of all results is used again from now on. It
// panics with a *GraphError if it is called by the rule of an operation.
func (s *Scope[T]) Reset() {
	s.known("reset")
	nodes := s.nodes[:s.taken]
	if s.inPass || slices.ContainsFunc(nodes, func(n *node[T]) bool { return n.walk != nil }) {
		panic(graphf("reset", "a backward pass in the scope is under way"))
	}
	for _, n := range nodes {
		n.forget()
	}
	for i, t := range s.made { // which may be kept by somebody, and is not to keep more
		*t = Tensor[T]{scope: s, epoch: s.epoch}
		s.made[i] = nil
	}
	s.slab.reset()
	s.ints.reset()
	clear(s.free)
	s.taken, s.made, s.count, s.recent = 0, s.made[:0], 0, s.recent[:0]
	s.epoch++
}

// alloc returns a block of n elements: a gradient's that is free, or else a new one. Only
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
	b.data = s.slab.take(n)
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

// OutInts returns n whole numbers, such as labels or places, for a rule to keep, stored
// where the result of an operation on inputs is. They are arbitrary.
func OutInts[T Float](n int, inputs ...*Tensor[T]) []int {
	Need("out ints", inputs...)
	Size("out ints", []int{n})
	if s := scopeOf(inputs); s != nil {
		return s.ints.take(n)
	}
	return make([]int, n)
}

// scopeOf returns the scope in which results of the inputs belong: that of the
// first input that has one.
func scopeOf[T Float](inputs []*Tensor[T]) *Scope[T] {
	for _, x := range inputs {
		if x.scope != nil {
			return x.scope
		}
	}
	return nil
}

// outlived is the error of a tensor whose round is over.
func outlived(op string) *GraphError {
	return graphf(op, "a tensor is used after the Reset of the scope that holds it")
}

// beginPass begins a backward pass and reports whether it is the outermost, which must
// end it. In one that a rule makes, what the rule has computed before is kept, as is what
// is computed before any other.
func (s *Scope[T]) beginPass() (outermost bool) {
	if s.inPass {
		for _, b := range s.recent {
			b.gradient = b.gradient && b.holders > 0
		}
		return false
	}
	s.inPass = true
	return true
}
