package tensor_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hw4/tensor"
)

func leaf(v ...float64) *tensor64 { return tensor.FromSlice(v).RequireGrad() }

func wantData(t *testing.T, what string, got *tensor64, want ...float64) {
	t.Helper()
	if got == nil || !slices.Equal(got.Data(), want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// wantPanic runs f and returns the message it panics with.
func wantPanic[E error](t *testing.T, f func()) (msg string) {
	t.Helper()
	defer func() {
		t.Helper()
		e, ok := recover().(E)
		if !ok {
			t.Errorf("no panic of type %T", *new(E))
			return
		}
		msg = e.Error()
	}()
	f()
	return ""
}

func TestGradientsAccumulate(t *testing.T) {
	x := leaf(3)
	y := tensor.Square(x)
	y.Backward(nil)
	wantData(t, "gradient", x.Grad(), 6)
	y.Backward(nil) // the same graph again
	wantData(t, "gradient after a second walk", x.Grad(), 12)
	tensor.Square(x).Backward(nil)
	wantData(t, "gradient after another graph", x.Grad(), 18)
	x.ZeroGrad()
	if x.Grad() != nil {
		t.Error("ZeroGrad left a gradient")
	}
	y.Backward(nil)
	wantData(t, "gradient after ZeroGrad", x.Grad(), 6)
}

// ZeroGrad gives up the gradient but not its storage, unless that is the
// caller's.
func TestGradientStorageIsUsedAgain(t *testing.T) {
	x := leaf(3, 4)
	y := tensor.Sum(tensor.Square(x))
	y.Backward(nil)
	first := x.Grad()
	x.ZeroGrad()
	y.Backward(nil)
	if x.Grad() != first {
		t.Error("Backward allocated a gradient where one lay idle")
	}
	callers := tensor.Ones[float64](2)
	x.SetGrad(callers)
	x.ZeroGrad()
	y.Backward(nil)
	wantData(t, "gradient", x.Grad(), 6, 8)
	wantData(t, "the caller's gradient", callers, 1, 1)
	x.Detach().RequireGrad().Backward(tensor.Zeros[float64](2))
	wantData(t, "gradient after Backward of a detached copy", x.Grad(), 6, 8)
}

func TestSharedResults(t *testing.T) {
	x := leaf(2)
	a := tensor.Square(x)                // 4
	b := tensor.Add(tensor.Mul(a, a), a) // 20, used three times
	y := tensor.Mul(b, tensor.Add(x, x)) // 80 = (x^4 + x^2) 2x
	y.Backward(nil)                      // 10 x^4 + 6 x^2
	wantData(t, "gradient", x.Grad(), 184)
	unused := tensor.Exp(x)
	if unused.Grad() != nil {
		t.Error("a result outside the graph got a gradient")
	}
}

func TestUpstreamGradient(t *testing.T) {
	x := leaf(1, 2, 3)
	y := tensor.Square(x)
	y.Backward(tensor.FromSlice([]float64{1, 10, 100}))
	wantData(t, "gradient", x.Grad(), 2, 40, 600)
	if msg := wantPanic[*tensor.ShapeError](t, func() {
		y.Backward(nil)
	}); !strings.Contains(msg, "(3,) needs an upstream gradient") {
		t.Errorf("message %q", msg)
	}
	if msg := wantPanic[*tensor.ShapeError](t, func() {
		y.Backward(tensor.Ones[float64](2))
	}); !strings.Contains(msg, "shape (2,) for a tensor of shape (3,)") {
		t.Errorf("message %q", msg)
	}
}

func TestBackwardOfLeafAndOfConstant(t *testing.T) {
	x := leaf(5)
	x.Backward(nil)
	wantData(t, "gradient of a leaf by itself", x.Grad(), 1)
	c := tensor.FromSlice([]float64{1})
	if msg := wantPanic[*tensor.GraphError](t, func() {
		tensor.Square(c).Backward(nil)
	}); !strings.Contains(msg, "requires a gradient") {
		t.Errorf("message %q", msg)
	}
	if msg := wantPanic[*tensor.GraphError](t, func() {
		tensor.Square(tensor.Square(x.NoGrad())).Backward(nil)
	}); !strings.Contains(msg, "backward: the tensor is NoGrad, or computed from a tensor that is") {
		t.Errorf("message %q", msg)
	}
	if msg := wantPanic[*tensor.GraphError](t, func() {
		tensor.Square(x).RequireGrad()
	}); !strings.Contains(msg, "square") {
		t.Errorf("message %q", msg)
	}
}

func TestUpstreamIsNotKeptNorChanged(t *testing.T) {
	x := leaf(1, 2)
	dout := tensor.FromSlice([]float64{1, 1})
	y := tensor.Add(tensor.Reshape(x, 2), x) // both gradients are dout itself
	y.Backward(dout)
	y.Backward(dout)
	wantData(t, "upstream gradient", dout, 1, 1)
	wantData(t, "gradient", x.Grad(), 4, 4)
	dout.Set(100, 0)
	wantData(t, "gradient after dout changed", x.Grad(), 4, 4)
}

func TestDetachAndNoGrad(t *testing.T) {
	x := leaf(2)
	y := tensor.Mul(x, tensor.Square(x).Detach()) // 4x
	y.Backward(nil)
	wantData(t, "gradient beside a detached factor", x.Grad(), 4)
	frozen := tensor.Mul(x.NoGrad(), x)
	if frozen.RequiresGrad() || tensor.Exp(tensor.Add(frozen, x)).RequiresGrad() {
		t.Error("what was computed from a tensor under NoGrad requires a gradient")
	}
	if !tensor.Exp(x).RequiresGrad() {
		t.Error("NoGrad changed the tensor it was called on")
	}
	var scope tensor.Scope[float64]
	for name, y := range map[string]*tensor64{"Detach": frozen.Detach(), "Enter": scope.Enter(frozen),
		"Reshape": tensor.Reshape(frozen, 1, 1), "Clone": frozen.Clone()} {
		if tensor.Add(y, x).RequiresGrad() != (name == "Clone") {
			t.Errorf("%s of a tensor under NoGrad: a sum with a leaf requires a gradient: %v", name, name == "Clone")
		}
	}
}

func TestGradientsOfResults(t *testing.T) {
	x := leaf(3)
	a := tensor.Square(x)
	y := tensor.Square(a)
	other := leaf(1)
	g := tensor.Gradients(y, nil, a, x, y, other)
	wantData(t, "dy/da", g[0], 18)
	wantData(t, "dy/dx", g[1], 108)
	wantData(t, "dy/dy", g[2], 1)
	if g[3] != nil {
		t.Errorf("gradient by a stranger is %v", g[3])
	}
	if x.Grad() != nil {
		t.Error("Gradients changed Grad")
	}
}

func TestDeepGraph(t *testing.T) {
	const depth = 100_000
	x := leaf(1)
	y := x
	for range depth {
		y = tensor.AddScalar(y, 1)
	}
	start := time.Now()
	y.Backward(nil)
	wantData(t, "gradient", x.Grad(), 1)
	t.Logf("%d operations in %v", depth, time.Since(start))
}

// Several goroutines differentiate through the same leaves.
func TestGradientsAreConcurrent(t *testing.T) {
	w := tensor.Normal[float64](rand.New(rand.NewPCG(1, 2)), 0, 1, 5, 5).RequireGrad()
	gradient := func(seed uint64) *tensor64 {
		x := tensor.Normal[float64](rand.New(rand.NewPCG(seed, 3)), 0, 1, 4, 5)
		return tensor.Gradients(tensor.Sum(tensor.Tanh(tensor.MatMul(x, w))), nil, w)[0]
	}
	var group sync.WaitGroup
	results := make([]*tensor64, 8)
	for i := range results {
		group.Go(func() { results[i] = gradient(uint64(i)) })
	}
	group.Wait()
	for i, r := range results {
		wantData(t, "gradient", r, gradient(uint64(i)).Data()...)
	}
	if w.Grad() != nil {
		t.Error("the leaf was touched")
	}
}

func TestWrongRulesAreNamed(t *testing.T) {
	x := leaf(1, 2)
	for want, rule := range map[string]func(dout *tensor64) []*tensor64{
		"2 gradients for 1 inputs": func(d *tensor64) []*tensor64 { return []*tensor64{d, d} },
		"0 gradients for 1 inputs": func(d *tensor64) []*tensor64 { return nil },
		"a gradient of shape (1,2) for input 0 of shape (2,)": func(d *tensor64) []*tensor64 {
			return []*tensor64{tensor.Reshape(d, 1, 2)}
		},
	} {
		want = "broken: the backward rule returned " + want
		y := tensor.Record("broken", tensor.Zeros[float64](2), []*tensor64{x}, rule)
		if msg := wantPanic[*tensor.GraphError](t, func() { y.Backward(tensor.Ones[float64](2)) }); msg != want {
			t.Errorf("message %q, want %q", msg, want)
		}
	}
	zero := tensor.Record("constant", tensor.Zeros[float64](2), []*tensor64{x}, func(*tensor64) []*tensor64 {
		return []*tensor64{nil}
	})
	zero.Backward(tensor.Ones[float64](2))
	if x.Grad() != nil {
		t.Errorf("a nil gradient became %v", x.Grad())
	}
}

// A computation gives the same bits in a scope as on the heap, and after the
// first rounds takes no new storage.
func TestScope(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	w := tensor.Normal[float64](rng, 0, 1, 64, 64).RequireGrad()
	x := tensor.Normal[float64](rng, 0, 1, 64, 64)
	double := func(x *tensor64) *tensor64 { // made outside the scope by a user
		y := tensor.Zeros[float64](x.Shape()...)
		for i, v := range x.Data() {
			y.Data()[i] = 2 * v
		}
		return tensor.Record("double", y, []*tensor64{x}, func(dout *tensor64) []*tensor64 {
			return []*tensor64{tensor.Scale(dout, 2)}
		})
	}
	round := func(x *tensor64) (loss float64, dw *tensor64) {
		y := tensor.Sum(tensor.Tanh(double(tensor.Add(tensor.MatMul(x, w), tensor.Transpose(x)))))
		return y.Item(), tensor.Gradients(y, nil, w)[0]
	}
	wantLoss, wantDw := round(x)
	var scope tensor.Scope[float64]
	for range 3 {
		scope.Reset()
		loss, dw := round(scope.Enter(x))
		if loss != wantLoss {
			t.Errorf("loss %v, want %v", loss, wantLoss)
		}
		wantData(t, "gradient", dw, wantDw.Data()...)
	}
	pure := func() {
		scope.Reset()
		y := tensor.Sum(tensor.Tanh(tensor.MatMul(scope.Enter(x), w)))
		tensor.Gradients(y, nil, w)
	}
	pure()
	if bytes := allocated(100, pure); bytes > 64*64*8/4 {
		t.Errorf("a round in a scope allocates %d bytes", bytes)
	}
}

// Storage that is used again is zero where zeros are asked for.
func TestZerosInAScope(t *testing.T) {
	var scope tensor.Scope[float64]
	for range 4 {
		scope.Reset()
		y := tensor.OutZero([]int{2, 3}, scope.Enter(leaf(1)))
		wantData(t, "zeros", y, 0, 0, 0, 0, 0, 0)
		for i := range y.Data() {
			y.Data()[i] = 7
		}
	}
}

// allocated returns the bytes that a call of f allocates.
func allocated(runs int, f func()) int {
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			for range runs {
				f()
			}
		}
	})
	return int(r.AllocedBytesPerOp()) / runs
}

func TestUseAfterReset(t *testing.T) {
	var scope tensor.Scope[float64]
	x := leaf(1)
	y := tensor.Mul(scope.Enter(tensor.FromSlice([]float64{2})), x)
	scope.Reset()
	wantPanic[*tensor.GraphError](t, func() { tensor.Exp(y) })
	wantPanic[*tensor.GraphError](t, func() { y.Backward(nil) })
}
