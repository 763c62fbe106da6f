package tensor

import (
	"slices"

	"hw4/internal/kernel"
)

// walk is one pass from a result y back to its leaves. In the order of sort every
// node comes after all that use its result, so that its gradient
//
//	dout(n) = sum over the nodes m that n feeds of (dm/dn)ᵀ dout(m)
//
// is complete when its turn comes, and its rule is applied once.
type walk[T Float] struct {
	leaves    []leaf[T]          // in the order in which they were met
	index     map[*Tensor[T]]int // where they are, if they are many
	scope     *Scope[T]          // of the result; nil: none
	outermost bool               // of the walks in the scope
	stack     []frame[T]         // of nodes on the way down
	last      *node[T]           // of those that have a place in the order, the first
	grads     []*Tensor[T]       // room for those of a kept rule
}

// leaf is a leaf and its gradient.
type leaf[T Float] struct {
	x    *Tensor[T]
	dout total[T]
}

// walkFrom returns a walk from y, the one that its scope has if no other is under way.
func walkFrom[T Float](y *Tensor[T]) *walk[T] {
	s := scopeOf([]*Tensor[T]{y})
	if s != nil && s.walk != nil {
		w := s.walk
		s.walk = nil
		return w
	}
	const leaves, nodes = 4, 16 // as many as there usually are
	return &walk[T]{scope: s, leaves: make([]leaf[T], 0, leaves), stack: make([]frame[T], 0, nodes)}
}

// leaf returns what is known of a leaf, or nil if it has not been met. A few leaves
// are found faster by looking at all of them than by a map.
func (w *walk[T]) leaf(x *Tensor[T]) *leaf[T] {
	if len(w.index) > 0 {
		if i, ok := w.index[x]; ok {
			return &w.leaves[i]
		}
		return nil
	}
	for i := range w.leaves {
		if w.leaves[i].x == x {
			return &w.leaves[i]
		}
	}
	return nil
}

// meet adds a leaf.
func (w *walk[T]) meet(x *Tensor[T]) *leaf[T] {
	const few = 64
	w.leaves = append(w.leaves, leaf[T]{x: x})
	switch n := len(w.leaves); {
	case n == few:
		if w.index == nil {
			w.index = make(map[*Tensor[T]]int)
		}
		for i := range w.leaves {
			w.index[w.leaves[i].x] = i
		}
	case n > few:
		w.index[x] = n - 1
	}
	return &w.leaves[len(w.leaves)-1]
}

// run gives every node and leaf below y its gradient, and keeps those of the tensors
// that are wanted.
func (w *walk[T]) run(op string, y, dout *Tensor[T], wanted ...*Tensor[T]) {
	if !y.RequiresGrad() {
		why := "depends on no tensor that requires a gradient"
		if y.noGrad {
			why = "is NoGrad, or computed from a tensor that is, from which nothing is recorded"
		}
		panic(graphf(op, "the tensor %s", why))
	}
	w.outermost = w.scope != nil && w.scope.beginPass()
	if y.node != nil {
		w.sort(y.node)
	}
	for _, x := range wanted {
		if x.node != nil && x.node.walk == w {
			x.node.wanted = true
		}
	}
	w.deliver(y, dout)
	for n := w.last; n != nil; n = n.below {
		if n.dout.sum != nil {
			w.step(n)
		}
	}
}

// end lets go of the nodes, each of which would keep those below it in memory, and of the
// leaves, and leaves the rest for the next walk in the scope.
func (w *walk[T]) end() {
	for i, f := range w.stack { // of a walk that has panicked
		f.n.walk, w.stack[i] = nil, frame[T]{}
	}
	for n := w.last; n != nil; {
		n.walk, n.wanted, n.dout = nil, false, total[T]{}
		n, n.below = n.below, nil
	}
	clear(w.leaves)
	clear(w.index)
	w.stack, w.last, w.leaves = w.stack[:0], nil, w.leaves[:0]
	if w.scope != nil {
		w.scope.inPass = w.scope.inPass && !w.outermost
		w.scope.walk = w
	}
}

// step applies the rule of one node, whose gradient is complete.
func (w *walk[T]) step(n *node[T]) {
	dout := n.dout.sum
	if b := dout.block; b != nil {
		b.spare = b.gradient && b.holders == 1 && !n.wanted
	}
	if w.scope != nil {
		w.scope.recent = w.scope.recent[:0]
	}
	grads := w.gradients(n, dout)
	if len(grads) != len(n.inputs) {
		panic(graphf(n.op, "the backward rule returned %d gradients for %d inputs", len(grads), len(n.inputs)))
	}
	adoptAll(grads, dout)
	for _, g := range grads {
		if g != nil {
			hold(g) // it may be there twice, or be dout
		}
	}
	for i, g := range grads {
		x := n.inputs[i]
		if g == nil || !x.RequiresGrad() {
			continue
		}
		if !slices.Equal(g.shape, x.shape) {
			panic(graphf(n.op, "the backward rule returned a gradient of shape %s for input %d of shape %s",
				Tuple(g.shape), i, Tuple(x.shape)))
		}
		w.deliver(x, g)
	}
	for _, g := range grads {
		if g != nil {
			release(g)
		}
	}
	if dout.block != nil {
		dout.block.spare = false
	}
	clear(w.grads)
	if !n.wanted {
		release(dout)
		n.dout = total[T]{}
	}
}

// gradients returns what the rule of a node makes of dout.
func (w *walk[T]) gradients(n *node[T], dout *Tensor[T]) []*Tensor[T] {
	if n.backward != nil {
		return n.backward(dout)
	}
	w.grads = append(w.grads[:0], n.inputs...)
	clear(w.grads)
	n.kept.gradients(dout, n.inputs, w.grads)
	return w.grads
}

// adoptAll makes known of each gradient that a rule has made over elements of another,
// or of dout, that it lies in the other's block: a rule may build a tensor by hand over
// the elements of dout, as FromSlice does, and the block must not be freed under it.
// Blocks are apart, so the one that a gradient may lie in is found in their order.
func adoptAll[T Float](grads []*Tensor[T], dout *Tensor[T]) {
	if dout.block == nil && !slices.ContainsFunc(grads, func(g *Tensor[T]) bool { return g != nil && g.block != nil }) {
		return
	}
	var in []*Tensor[T] // blocks, made when the first gradient without one is met
	for _, g := range grads {
		if g == nil || g.block != nil || len(g.data) == 0 {
			continue
		}
		if in == nil {
			for _, o := range append(slices.Clone(grads), dout) {
				if o != nil && o.block != nil && len(o.block.data) > 0 {
					in = append(in, o)
				}
			}
			slices.SortFunc(in, func(a, b *Tensor[T]) int { return kernel.Order(a.block.data, b.block.data) })
		}
		at, found := slices.BinarySearchFunc(in, g.data,
			func(o *Tensor[T], data []T) int { return kernel.Order(o.block.data, data) })
		if !found {
			at--
		}
		if at >= 0 && kernel.Overlap(g.data, in[at].block.data) {
			g.block, g.scope, g.epoch = in[at].block, in[at].scope, in[at].epoch
		}
	}
}

// deliver adds a gradient to those of x.
func (w *walk[T]) deliver(x, g *Tensor[T]) {
	if x.node != nil {
		x.node.dout.add(g)
		return
	}
	l := w.leaf(x)
	if l == nil {
		l = w.meet(x)
	}
	l.dout.add(g)
}

// sort brings root and the nodes that it depends on into an order, every node above
// all nodes it depends on, and clears what earlier walks left in them. It keeps
// its own stack: a graph may be deeper than the goroutine's could become.
func (w *walk[T]) sort(root *node[T]) {
	w.enter(root)
	for len(w.stack) > 0 {
		f := &w.stack[len(w.stack)-1]
		if f.next == len(f.n.inputs) {
			f.n.below, w.last = w.last, f.n
			*f = frame[T]{}
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		Need(f.n.op, f.n.inputs[f.next]) // which panics if its elements are gone
		n := f.n.inputs[f.next].node
		f.next++
		if n != nil && n.walk != w {
			w.enter(n)
		}
	}
}

// A frame is a node on the way down.
type frame[T Float] struct {
	n    *node[T]
	next int // input to look at
}

// enter begins the part of a node in the walk.
func (w *walk[T]) enter(n *node[T]) {
	if n.walk != nil {
		panic(graphf(n.op, "a rule walks the graph that is being walked; Detach what it takes from it"))
	}
	n.walk, n.wanted = w, false
	n.dout = total[T]{}
	w.stack = append(w.stack, frame[T]{n: n})
}
