package tensor_test

import (
	"runtime"
	"slices"
	"testing"

	"hw4/tensor"
)

// power is the rule of the operation that multiplies x by itself n times.
type power struct {
	n     int
	watch *[16]byte
}

func (p *power) Gradients(dout *tensor64, inputs, grads []*tensor64) {
	grads[0] = tensor.Out(dout.Shape(), dout)
	for i, x := range inputs[0].Data() {
		slope := float64(p.n)
		for range p.n - 1 {
			slope *= x
		}
		grads[0].Data()[i] = slope * dout.Data()[i]
	}
}

func pow(x *tensor64, rule power) *tensor64 {
	y := tensor.Out(x.Shape(), x)
	for i, v := range x.Data() {
		y.Data()[i] = 1
		for range rule.n {
			y.Data()[i] *= v
		}
	}
	return tensor.RecordRule("pow", y, rule, x)
}

// A rule that is a struct is copied, and what one round has kept changes nothing in the
// next, whatever that computes.
func TestRuleStructs(t *testing.T) {
	var scope tensor.Scope[float64]
	leaf := tensor.Full(2.0, 3).RequireGrad()
	for round, operations := range [][]int{{3, 2}, {2, 3}, {2}, {0, 3, 0, 2}, {3, 0, 2}, {1, 1, 1}} {
		scope.Reset()
		y, degree := tensor.Mul(leaf, scope.Enter(tensor.Ones[float64](3))), 1
		for _, n := range operations {
			if n == 0 {
				y = tensor.Neg(tensor.Neg(y)) // by functions
				continue
			}
			rule := power{n: n}
			y = pow(y, rule)
			rule.n, degree = 0, degree*n
		}
		want := float64(degree) * float64(int(1)<<(degree-1))
		for range 2 {
			if got := tensor.Gradients(tensor.Sum(y), nil, leaf)[0].Data(); !slices.Equal(got, []float64{want, want, want}) {
				t.Errorf("round %d: the gradient is %v, want %v", round, got, want)
			}
		}
	}
}

// A round like the last one allocates nothing but its tensors, many at a time.
func TestSteadyRoundAllocatesNothing(t *testing.T) {
	var scope tensor.Scope[float64]
	image, leaf, grads := tensor.Ones[float64](2, 3, 4), tensor.Full(2.0, 24).RequireGrad(), make([]*tensor64, 1)
	round := func() {
		scope.Reset()
		x := scope.Enter(image).Detach()
		y := pow(tensor.Tanh(tensor.Reshape(x, 2, -1)), power{n: 2})
		tensor.OutInts(5, x)
		y = pow(tensor.Concat(0, leaf, tensor.Reshape(y, 24)), power{n: 3})
		tensor.GradientsInto(grads, y, y, leaf)
	}
	for range 500 {
		round()
	}
	const rounds, tensors = 1024, 16 // at most, in a round
	many := func() {
		for range rounds {
			round()
		}
	}
	if n := testing.AllocsPerRun(1, many); n > tensors*rounds/1024 {
		t.Errorf("%v allocations in %d rounds", n, rounds)
	}
}

// What has outlived its round says so, and keeps nothing else in memory.
func TestOutlivedTensors(t *testing.T) {
	const rounds = 50
	var w watch
	var scope tensor.Scope[float64]
	leaf, grads := tensor.Ones[float64](2).RequireGrad(), make([]*tensor64, 1)
	var kept []*tensor64
	for range rounds {
		scope.Reset()
		x := scope.Enter(tensor.Ones[float64](2))
		captured := new([16]byte)
		runtime.AddCleanup(captured, func(int) { w.freed.Add(1) }, 0)
		y := w.identity(pow(tensor.Add(x, leaf), power{n: 1, watch: captured}))
		kept = append(kept, x, x.Detach(), tensor.Scale(x, 2), y)
	}
	scope.Reset()
	for _, x := range kept {
		for name, use := range map[string]func(){
			"Data": func() { x.Data() }, "Shape": func() { x.Shape() }, "Item": func() { x.Item() },
			"Detach": func() { x.Detach() }, "Enter": func() { scope.Enter(x) }, "Add": func() { tensor.Add(leaf, x) },
			"RequireGrad": func() { x.RequireGrad() }, "Backward": func() { x.Backward(leaf) },
			"Gradients": func() { tensor.Gradients(tensor.Sum(leaf), nil, x) },
			"Record":    func() { tensor.RecordRule("op", x, power{}, leaf) },
		} {
			graphError(t, name+" after Reset", use)
		}
	}
	w.wantFreed(t, 2*rounds)
	if message := func() (p any) {
		defer func() { p = recover() }()
		tensor.GradientsInto(grads, tensor.Sum(leaf), nil)
		return nil
	}(); message == nil {
		t.Error("one place for no gradients is not refused")
	}
	runtime.KeepAlive(kept)
	runtime.KeepAlive(&scope)
}

// The error names the operation, also if the elements are not the scope's but the round was.
func TestOutlivedNamesTheOperation(t *testing.T) {
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](2))
	heap := tensor.Record("own", tensor.Ones[float64](2), []*tensor64{x, tensor.Ones[float64](2).RequireGrad()},
		func(dout *tensor64) []*tensor64 { return []*tensor64{nil, dout} })
	y := tensor.Mul(tensor.Ones[float64](2).RequireGrad(), heap.Clone())
	scope.Reset()
	for _, late := range []*tensor64{x, heap} {
		for want, use := range map[string]func(){
			"add": func() { tensor.Add(y, late) }, "data": func() { late.Data() }, "sum": func() { tensor.Sum(late) },
			"backward": func() { late.Backward(y) }, "enter": func() { scope.Enter(late) },
		} {
			want += ": a tensor is used after the Reset of the scope that holds it"
			if got := wantPanic[*tensor.GraphError](t, use); got != want {
				t.Errorf("panic %q, want %q", got, want)
			}
		}
	}
}

// A rule may reset none of the scopes that the graph goes through.
func TestResetOfAnotherScopeWithinAWalk(t *testing.T) {
	var a, b tensor.Scope[float64]
	x, z := a.Enter(tensor.Ones[float64](4)), b.Enter(tensor.Ones[float64](4)).RequireGrad()
	y := record(x, []*tensor64{tensor.Add(x, tensor.Neg(z))}, func(dout *tensor64) []*tensor64 {
		graphError(t, "a reset of the scope of the walk", a.Reset)
		graphError(t, "a reset of another scope of the graph", b.Reset)
		return []*tensor64{dout}
	})
	every(t, tensor.Gradients(tensor.Sum(y), nil, z)[0], -1)
	b.Reset()
	a.Reset()
}

// After a rule has panicked, the scope and the graph are of use.
func TestWalkAfterAPanic(t *testing.T) {
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](4)).RequireGrad()
	fails := true
	h := pow(x, power{n: 2})
	y := tensor.Sum(record(h, []*tensor64{h}, func(dout *tensor64) []*tensor64 {
		if fails {
			panic("the rule")
		}
		return []*tensor64{dout}
	}))
	func() {
		defer func() { _ = recover() }()
		tensor.Gradients(y, nil, h, x)
	}()
	if g := tensor.Gradients(tensor.Sum(x), nil, h, x); g[0] != nil {
		t.Errorf("a walk that does not reach h has the gradient %v", g[0])
	}
	fails = false
	every(t, tensor.Gradients(y, nil, h, x)[1], 2)
}
