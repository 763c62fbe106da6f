package tensor_test

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"hw4/tensor"
)

// A watch counts the rules that the garbage collector has taken.
type watch struct{ freed atomic.Int64 }

// identity returns x by an operation whose rule is watched.
func (w *watch) identity(x *tensor64) *tensor64 {
	captured := new([16]byte)
	runtime.AddCleanup(captured, func(int) { w.freed.Add(1) }, 0)
	out := tensor.Out(x.Shape(), x)
	copy(out.Data(), x.Data())
	return tensor.Record("identity", out, []*tensor64{x}, func(dout *tensor64) []*tensor64 {
		captured[0]++
		return []*tensor64{dout}
	})
}

// wantFreed fails unless n rules are taken before long.
func (w *watch) wantFreed(t *testing.T, n int64) {
	t.Helper()
	for range 200 {
		runtime.GC()
		if w.freed.Load() >= n {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d rules of graphs that nobody needs are gone, want %d", w.freed.Load(), n)
}

// The rounds of a scope do not keep each other's graphs, whatever the number of
// tensors in each.
func TestRoundsAreForgotten(t *testing.T) {
	const rounds = 100
	for extra := range 20 {
		var (
			w     watch
			scope tensor.Scope[float64]
			leaf  = tensor.Ones[float64](1).RequireGrad()
		)
		for range extra {
			scope.Empty(1)
		}
		for range rounds {
			scope.Reset()
			y := w.identity(tensor.Mul(scope.Enter(tensor.Ones[float64](1)), leaf))
			tensor.Gradients(y, nil, leaf)
		}
		w.wantFreed(t, rounds-1)
		runtime.KeepAlive(&scope)
	}
}

// A walk does not tie a result to those that do not depend on it nor it on them.
func TestWalkTiesNothing(t *testing.T) {
	var w watch
	leaf := tensor.Ones[float64](1).RequireGrad()
	left, right := tensor.Tanh(leaf), tensor.Tanh(leaf)
	tensor.Gradients(tensor.Add(left, w.identity(tensor.Neg(leaf))), nil, leaf)
	tensor.Gradients(tensor.Add(w.identity(tensor.Neg(leaf)), right), nil, leaf)
	w.wantFreed(t, 2)
	runtime.KeepAlive([]*tensor64{left, right})
}
