package tensor

import (
	"slices"

	"hw4/internal/kernel"
)

// node is one recorded operation.
type node[T Float] struct {
	op       string
	inputs   []*Tensor[T]
	backward func(dout *Tensor[T]) []*Tensor[T]

	// State of the last walk that reached the node.
	walk   *walk[T]
	below  *node[T] // the one whose turn comes next
	dout   total[T] // the gradient by the result
	wanted bool     // dout is asked for and must stay
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
	Need(op, inputs...)
	if out.absent() { // so that the words are put together in this case only
		Need(op+": result", out)
	}
	if backward == nil {
		panic(graphf(op, "the backward rule is nil"))
	}
	if out.RequiresGrad() {
		panic(graphf(op, "the result is part of a graph already; Detach it"))
	}
	if s := scopeOf(inputs); s != nil && out.scope == nil {
		out.scope, out.epoch = s, s.epoch
	}
	record := false
	for _, x := range inputs {
		record = record || x.RequiresGrad()
		out.noGrad = out.noGrad || x.noGrad
	}
	if record && !out.noGrad {
		out.node = &node[T]{op: op, inputs: inputs, backward: backward}
	}
	return out
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
	w := newWalk[T]()
	start := upstream("backward", t, dout)
	if dout != nil { // it may be the Grad of a leaf, and some rule return it
		start = Out(dout.shape, t, dout)
		copy(start.data, dout.data)
	}
	w.run("backward", t, start)
	for i := range w.leaves {
		w.leaves[i].x.accumulate(w.leaves[i].dout.sum)
	}
	w.forget()
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
	Need("gradients: of which", xs...)
	w := newWalk[T]()
	w.run("gradients", y, upstream("gradients", y, dout), xs...)
	grads := make([]*Tensor[T], len(xs))
	for i, x := range xs {
		switch {
		case x.node == nil:
			if l := w.leaf(x); l != nil {
				grads[i] = l.dout.sum
			}
		case x.node.walk == w:
			grads[i] = x.node.dout.sum
		}
	}
	w.forget()
	return grads
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
	leaves  []leaf[T]          // in the order in which they were met
	index   map[*Tensor[T]]int // where they are, once they are many
	running bool
	scope   *Scope[T] // of the result; nil: none
}

// leaf is a leaf and its gradient.
type leaf[T Float] struct {
	x    *Tensor[T]
	dout total[T]
}

func newWalk[T Float]() *walk[T] {
	const usual = 4 // leaves
	return &walk[T]{leaves: make([]leaf[T], 0, usual)}
}

// leaf returns what is known of a leaf, or nil if it has not been met. A few leaves
// are found faster by looking at all of them than by a map.
func (w *walk[T]) leaf(x *Tensor[T]) *leaf[T] {
	if w.index != nil {
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
		w.index = make(map[*Tensor[T]]int)
		for i := range w.leaves {
			w.index[w.leaves[i].x] = i
		}
	case n > few:
		w.index[x] = n - 1
	}
	return &w.leaves[len(w.leaves)-1]
}

// forget drops the leaves, which would else stay in memory as long as the nodes,
// since these know the walk.
func (w *walk[T]) forget() { w.leaves, w.index = nil, nil }

// run gives every node and leaf below y its gradient, and keeps those of the tensors
// that are wanted.
func (w *walk[T]) run(op string, y, dout *Tensor[T], wanted ...*Tensor[T]) {
	if !y.RequiresGrad() {
		panic(graphf(op, "the tensor depends on no tensor that requires a gradient"))
	}
	if w.scope = scopeOf([]*Tensor[T]{y}); w.scope != nil {
		defer w.scope.beginPass()()
	}
	w.running = true
	defer func() { w.running = false }()
	if y.node != nil {
		w.sort(y.node)
	}
	for _, x := range wanted {
		if x.node != nil && x.node.walk == w {
			x.node.wanted = true
		}
	}
	w.deliver(y, dout)
	for n := y.node; n != nil; {
		if n.dout.sum != nil {
			w.step(n)
		}
		n, n.below = n.below, nil // or each node would keep those below it in memory
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
	grads := n.backward(dout)
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
	if !n.wanted {
		release(dout)
		n.dout = total[T]{}
	}
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
	type frame struct {
		n    *node[T]
		next int // input to look at
	}
	const usual = 16 // nodes on the way down
	var last *node[T]
	stack := append(make([]frame, 0, usual), frame{n: root})
	w.enter(root)
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next == len(f.n.inputs) {
			f.n.below, last = last, f.n
			stack = stack[:len(stack)-1]
			continue
		}
		scopeOf(f.n.inputs[f.next : f.next+1]) // which panics if its elements are gone
		n := f.n.inputs[f.next].node
		f.next++
		if n != nil && n.walk != w {
			w.enter(n)
			stack = append(stack, frame{n: n})
		}
	}
}

// enter begins the part of a node in the walk.
func (w *walk[T]) enter(n *node[T]) {
	if n.walk != nil && n.walk.running {
		panic(graphf(n.op, "a rule walks the graph that is being walked; Detach what it takes from it"))
	}
	n.walk, n.wanted = w, false
	n.dout = total[T]{}
}
