package tensor

import (
	"slices"

	"hw4/internal/kernel"
)

// node is one recorded operation.
type node[T Float] struct {
	op     string
	inputs []*Tensor[T]
	// One of the two. In a scope the storage of a kept rule is used again if the node of
	// the same number in the next round has a rule of the same type.
	backward func(dout *Tensor[T]) []*Tensor[T]
	kept     keeper[T]

	// State of the walk that has reached the node.
	walk   *walk[T] // nil: none is under way
	below  *node[T] // the one whose turn comes next
	dout   total[T] // the gradient by the result
	wanted bool     // dout is asked for and must stay
}

// forget drops all that the node refers to.
func (n *node[T]) forget() {
	clear(n.inputs)
	if n.kept != nil {
		n.kept.forget()
	}
	*n = node[T]{inputs: n.inputs[:0], kept: n.kept}
}

// Record makes out, the result of the operation op on inputs, differentiable,
// and returns it. It is the one way to add an operation.
//
// The rule backward is given dout, the gradient of some scalar by out, of out's
// shape, and returns the gradients by the inputs in their order, each of its
// input's shape; nil stands for zero. A rule must not change dout, except as
// OutOver allows, and may return it, or a tensor that shares its elements. It may
// return one tensor, or the same elements, for several inputs. Neither dout nor what
// it returns is to be kept for another call: their storage may be used again. It
// may skip the work for an input that does not RequiresGrad. A rule may make a graph
// and walk it, but not the one that is being walked: it Detaches what it takes from it.
//
// Record keeps inputs, which must not be changed. It panics with a *GraphError if
// out is part of a graph already, so out is never one of the inputs that require
// a gradient.
//
// Nothing is recorded unless an input requires a gradient and none is under
// NoGrad. An out that is in no scope takes that of the inputs.
func Record[T Float](op string, out *Tensor[T], inputs []*Tensor[T],
	backward func(dout *Tensor[T]) []*Tensor[T]) *Tensor[T] {
	if backward == nil {
		panic(graphf(op, "the backward rule is nil"))
	}
	if n := record(op, out, inputs); n != nil {
		n.backward = backward
	}
	return out
}

// record makes out the result of an operation, and returns the node that waits for its
// rule, or nil if nothing is to be recorded.
func record[T Float](op string, out *Tensor[T], inputs []*Tensor[T]) *node[T] {
	Need(op, inputs...)
	if out.absent() { // so that the words are put together in this case only
		Need(op+": result", out)
	}
	if out.RequiresGrad() {
		panic(graphf(op, "the result is part of a graph already; Detach it"))
	}
	pooled := out.scope
	if s := scopeOf(inputs); s != nil && out.scope == nil {
		out.scope, out.epoch = s, s.epoch
	}
	record := false
	for _, x := range inputs {
		record = record || x.RequiresGrad()
		out.noGrad = out.noGrad || x.noGrad
	}
	if !record || out.noGrad {
		return nil
	}
	if pooled != nil { // out is gone after Reset, and so nobody knows the node
		out.node = pooled.node()
	} else {
		out.node = new(node[T])
	}
	out.node.op, out.node.inputs = op, append(out.node.inputs, inputs...)
	return out.node
}

// RequireGrad makes t a leaf: a tensor whose gradient Backward adds up in Grad.
// It returns t. It panics if t is itself the result of a recorded operation.
func (t *Tensor[T]) RequireGrad() *Tensor[T] {
	t.known("require grad")
	if t.node != nil {
		panic(graphf("require grad", "the tensor is the result of %s, not a leaf", t.node.op))
	}
	t.leaf = true
	return t
}

// RequiresGrad reports whether t is a leaf or was computed from one.
func (t *Tensor[T]) RequiresGrad() bool {
	t.known("requires grad")
	return t.leaf || t.node != nil
}

// Grad returns the gradient that calls of Backward have added up, of t's shape,
// or nil if there has been none since ZeroGrad. Only leaves have one.
func (t *Tensor[T]) Grad() *Tensor[T] {
	t.known("grad")
	if t.grads == nil {
		return nil
	}
	return t.grads.sum
}

// A gradient is what Backward has added up for a leaf.
type gradient[T Float] struct {
	sum   *Tensor[T] // nil: nothing since ZeroGrad
	store *Tensor[T] // the tensor that Backward made for the sum, kept over ZeroGrad
}

// gradient returns t's, which it makes if there is none.
func (t *Tensor[T]) gradient() *gradient[T] {
	if t.grads == nil {
		t.grads = new(gradient[T])
	}
	return t.grads
}

// SetGrad replaces the gradient by g, which t keeps: Backward adds to its elements,
// so they must belong to no other tensor. It panics if its shape is not t's.
func (t *Tensor[T]) SetGrad(g *Tensor[T]) {
	t.known("set grad")
	if g != nil {
		Need("set grad: gradient", g)
	}
	if g != nil && !slices.Equal(g.shape, t.shape) {
		panic(Shapef("set grad", "a gradient of shape %v for a tensor of shape %v", g.shape, t.shape))
	}
	t.gradient().sum = g
}

// ZeroGrad forgets the gradient: Grad is nil until the next Backward, which uses
// the same storage again, so that training allocates none for gradients. Clone
// a gradient that is to outlive ZeroGrad.
func (t *Tensor[T]) ZeroGrad() {
	t.known("zero grad")
	if t.grads != nil {
		t.grads.sum = nil
	}
}

// Backward adds to the Grad of every leaf that t was computed from the gradient
// of sum(dout * t) by that leaf. A nil dout means 1 and is allowed for a tensor
// of one element only.
//
// It panics with a *GraphError if t requires no gradient or a rule returns
// gradients of the wrong number or shape, and with a *ShapeError if dout does
// not have t's shape.
func (t *Tensor[T]) Backward(dout *Tensor[T]) {
	start := upstream("backward", t, dout)
	if dout != nil { // it may be the Grad of a leaf, and some rule return it
		start = Out(dout.shape, t, dout)
		copy(start.data, dout.data)
	}
	w := walkFrom(t)
	defer w.end()
	w.run("backward", t, start)
	for i := range w.leaves {
		w.leaves[i].x.accumulate(w.leaves[i].dout.sum)
	}
}

// accumulate adds g to the gradient of a leaf.
func (t *Tensor[T]) accumulate(g *Tensor[T]) {
	to := t.gradient()
	if to.sum != nil {
		kernel.Add(to.sum.data, to.sum.data, g.data)
		return
	}
	if to.store == nil {
		to.store = Zeros[T](t.shape...)
	}
	copy(to.store.data, g.data)
	to.sum = to.store
}

// Gradients returns the gradients of sum(dout * y) by each of xs, which may be
// leaves or results on the way to y, and leaves every Grad as it is. A tensor
// that y does not depend on gets nil. What it returns may share elements with
// other tensors and lives in y's scope; it must not be changed. It panics as
// Backward does. Goroutines may call it at the same time for graphs that share
// leaves, but not for graphs that share results.
func Gradients[T Float](y, dout *Tensor[T], xs ...*Tensor[T]) []*Tensor[T] {
	grads := make([]*Tensor[T], len(xs))
	GradientsInto(grads, y, dout, xs...)
	return grads
}

// GradientsInto is Gradients into a slice of the caller's, which has one element for each
// of xs.
func GradientsInto[T Float](grads []*Tensor[T], y, dout *Tensor[T], xs ...*Tensor[T]) {
	Need("gradients: of which", xs...)
	if len(grads) != len(xs) {
		panic(graphf("gradients", "room for %d gradients, of %d tensors", len(grads), len(xs)))
	}
	start := upstream("gradients", y, dout)
	w := walkFrom(y)
	defer w.end()
	w.run("gradients", y, start, xs...)
	for i, x := range xs {
		grads[i] = nil
		switch {
		case x.node == nil:
			if l := w.leaf(x); l != nil {
				grads[i] = l.dout.sum
			}
		case x.node.walk == w:
			grads[i] = x.node.dout.sum
		}
	}
}

// upstream returns the gradient to start from.
func upstream[T Float](op string, y, dout *Tensor[T]) *Tensor[T] {
	y.known(op)
	if dout != nil {
		dout.known(op)
		if !slices.Equal(dout.shape, y.shape) {
			panic(Shapef(op, "a gradient of shape %v for a tensor of shape %v", dout.shape, y.shape))
		}
		hold(dout) // for the caller, who may be a rule of another scope's walk
		return dout
	}
	if len(y.data) != 1 {
		panic(Shapef(op, "shape %v needs an upstream gradient; only a single element does without", y.shape))
	}
	one := Out(y.shape, y)
	one.data[0] = 1
	return one
}

// total adds up the gradients that arrive at one place. The first is kept as it
// came, since it may share storage with others; the second makes a sum of its
// own.
type total[T Float] struct {
	sum *Tensor[T]
	own bool
}

func (t *total[T]) add(g *Tensor[T]) {
	switch {
	case t.sum == nil:
		t.sum = g
		hold(g)
	case t.own:
		kernel.Add(t.sum.data, t.sum.data, g.data)
	default:
		sum := Out(g.shape, t.sum, g)
		kernel.Add(sum.data, t.sum.data, g.data)
		hold(sum)
		release(t.sum)
		t.sum, t.own = sum, true
	}
}

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
	return &walk[T]{scope: s}
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
		panic(graphf(op, "the tensor depends on no tensor that requires a gradient"))
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
	w.outermost = false
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
		scopeOf(f.n.inputs[f.next : f.next+1]) // which panics if its elements are gone
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
