package tensor_test

import (
	"errors"
	"testing"

	"hw4/tensor"
)

// graphError fails the test unless f panics with a GraphError.
func graphError(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		var g *tensor.GraphError
		if err, ok := recover().(error); !ok || !errors.As(err, &g) {
			t.Errorf("%s: no GraphError, but %v", what, err)
		}
	}()
	f()
}

// record makes a copy of a in its scope the result of an operation with a rule.
func record(a *tensor64, inputs []*tensor64, rule func(dout *tensor64) []*tensor64) *tensor64 {
	out := tensor.Out(a.Shape(), a)
	copy(out.Data(), a.Data())
	return tensor.Record("custom", out, inputs, rule)
}

// every fails the test unless all elements of x are v.
func every(t *testing.T, x *tensor64, v float64) {
	t.Helper()
	for i, e := range x.Data() {
		if e != v {
			t.Fatalf("element %d is %v, want %v", i, e, v)
		}
	}
}

// A tensor that a rule has made over another gradient it returns keeps the storage.
func TestViewsOfSiblingsKeepTheirStorage(t *testing.T) {
	for _, first := range []int{0, 1} { // the place of the view
		var scope tensor.Scope[float64]
		x := scope.Enter(tensor.Ones[float64](40)).RequireGrad()
		a, b := chain(x, 3), chain(x, 3)
		y := record(a, []*tensor64{a, b}, func(dout *tensor64) []*tensor64 {
			dx := tensor.Out(dout.Shape(), dout)
			copy(dx.Data(), dout.Data())
			grads := []*tensor64{dx, dx}
			grads[first] = tensor.FromSlice(dx.Data())
			return grads
		})
		y = tensor.Add(y, chain(tensor.Scale(x, 3), 1))
		every(t, tensor.Gradients(tensor.Sum(tensor.Scale(y, 2)), nil, x)[0], 2*(2+2+18))
	}
}

// A rule that walks a graph of its own may use again what it has started from,
// wherever that graph lives.
func TestUpstreamOfNestedWalksStays(t *testing.T) {
	var scope, other tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](40)).RequireGrad()
	for _, in := range []*tensor64{x.Detach(), other.Enter(x), x.Clone()} {
		in.RequireGrad()
		y := record(x, []*tensor64{x}, func(dout *tensor64) []*tensor64 {
			up := tensor.Scale(dout, 3)
			tensor.Gradients(tensor.ReLU(chain(in, 2)), up, in)
			return tensor.Gradients(chain(in, 2), up, in)
		})
		every(t, tensor.Gradients(tensor.Sum(y), nil, x)[0], 6)
	}
}

// A graph that a rule makes may be walked again, though its own rules return what
// they have computed beforehand.
func TestNestedGraphIsWalkedTwice(t *testing.T) {
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](40)).RequireGrad()
	y := record(x, []*tensor64{x}, func(dout *tensor64) []*tensor64 {
		in := x.Detach().RequireGrad()
		saved := tensor.Scale(dout, 3)
		h := record(in, []*tensor64{in}, func(*tensor64) []*tensor64 { return []*tensor64{saved} })
		z := tensor.Sum(chain(tensor.ReLU(h), 2)) // chain's gradients have saved's size
		z = tensor.Add(z, tensor.Sum(record(tensor.Tanh(in), []*tensor64{in}, func(*tensor64) []*tensor64 {
			return []*tensor64{saved}
		})))
		tensor.Gradients(tensor.Sum(record(tensor.Scale(in, 1), []*tensor64{tensor.Sigmoid(in)},
			func(*tensor64) []*tensor64 { return []*tensor64{saved} })), nil, in)
		return tensor.Gradients(z, nil, in)
	})
	every(t, tensor.Gradients(tensor.Sum(y), nil, x)[0], 6)
}

// A rule may ask for the gradient of a result of the outer graph, which gets none,
// and the one that the outer walk was asked for stays.
func TestNestedWalkNamesAResultOutside(t *testing.T) {
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](40)).RequireGrad()
	mid := tensor.Tanh(tensor.Scale(x, 2))
	y := record(mid, []*tensor64{tensor.Scale(mid, 3)}, func(dout *tensor64) []*tensor64 {
		in := x.Detach().RequireGrad()
		if g := tensor.Gradients(tensor.Sum(tensor.Tanh(in)), nil, mid, in); g[0] != nil || g[1] == nil {
			t.Errorf("the inner walk has %v by a result outside and %v by its own leaf", g[0], g[1])
		}
		return []*tensor64{dout}
	})
	every(t, tensor.Gradients(tensor.Sum(y), nil, mid, x)[0], 3)
}

// A scope is not reset under a walk.
func TestResetWithinAWalk(t *testing.T) {
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](4)).RequireGrad()
	y := tensor.Sum(record(x, []*tensor64{x}, func(dout *tensor64) []*tensor64 {
		scope.Reset()
		return []*tensor64{dout}
	}))
	graphError(t, "a reset within a walk", func() { y.Backward(nil) })
	scope.Reset() // after it, even if it has failed
}

// A graph has room for one walk at a time.
func TestRuleThatWalksItsOwnGraph(t *testing.T) {
	x := tensor.Ones[float64](4).RequireGrad()
	h := tensor.Square(x)
	inner := true
	y := tensor.Sum(record(h, []*tensor64{h}, func(dout *tensor64) []*tensor64 {
		if inner {
			tensor.Gradients(tensor.Sum(h), nil, x)
		}
		return []*tensor64{dout}
	}))
	graphError(t, "a walk within a walk", func() { y.Backward(nil) })
	inner = false // the graph is of use after that
	every(t, tensor.Gradients(y, nil, x)[0], 2)
}

// A walk notices that a part of the graph has lost its storage.
func TestWalkOverTwoScopes(t *testing.T) {
	var a, b tensor.Scope[float64]
	x, z := a.Enter(tensor.Ones[float64](4)).RequireGrad(), b.Enter(tensor.Ones[float64](4)).RequireGrad()
	y := tensor.Sum(tensor.Add(x, tensor.Tanh(tensor.Square(z))))
	b.Reset()
	graphError(t, "a walk over a scope that has been reset", func() { y.Backward(nil) })
}

// A gradient that Backward starts from may be one that it adds to.
func TestBackwardFromAGradient(t *testing.T) {
	x, z := tensor.Ones[float64](4).RequireGrad(), tensor.Ones[float64](4).RequireGrad()
	x.SetGrad(tensor.Ones[float64](4))
	tensor.Add(x, z).Backward(x.Grad())
	every(t, x.Grad(), 2)
	every(t, z.Grad(), 1)
}

// A tensor has one place in a graph.
func TestRecordOfARecordedResult(t *testing.T) {
	x := tensor.Ones[float64](4).RequireGrad()
	h := tensor.Square(x)
	for _, out := range []*tensor64{x, h} {
		graphError(t, "a result recorded twice", func() {
			tensor.Record("in place", out, []*tensor64{out}, func(dout *tensor64) []*tensor64 {
				return []*tensor64{dout}
			})
		})
	}
}
