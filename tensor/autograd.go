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
	if pooled != nil { // after its Reset nobody gets at the node through out
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
		panic(Shapef(op, "shape %v needs an upstream gradient; only a single element, such as a Mean, does without",
			y.shape))
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
