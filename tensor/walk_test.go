package tensor_test

import (
	"slices"
	"testing"

	"hw4/tensor"
)

// chain returns the square of x, n times scaled by 1, so that as many gradients of
// one size follow each other.
func chain(x *tensor64, n int) *tensor64 {
	x = tensor.Square(x)
	for range n {
		x = tensor.Scale(x, 1)
	}
	return x
}

// A rule may return dout itself, or one gradient for two inputs; its storage must
// not be given away while another result on the walk still holds it.
func TestSharedGradientsKeepTheirStorage(t *testing.T) {
	var scope tensor.Scope[float64]
	const n = 40
	for range 2 {
		scope.Reset()
		x := scope.Enter(tensor.Ones[float64](n)).RequireGrad()
		// Add's rule returns dout twice: one of the chains is walked, with new gradients,
		// while the other's waits.
		y := tensor.Sum(tensor.Add(chain(x, 3), chain(tensor.Scale(x, 3), 5)))
		dx := tensor.Gradients(y, nil, x)[0]
		for i, v := range dx.Data() {
			if v != 2+2*9 {
				t.Fatalf("gradient %d is %v, want 20", i, v)
			}
		}
	}
}

// So must it not if a rule returns a tensor of its own over dout's elements.
func TestViewsOfGradientsKeepTheirStorage(t *testing.T) {
	var scope tensor.Scope[float64]
	const n = 40
	x := scope.Enter(tensor.Ones[float64](n)).RequireGrad()
	a, b := tensor.Square(x), x
	for range 3 {
		b = tensor.Scale(b, 3)
	}
	out := tensor.Out(x.Shape(), x)
	copy(out.Data(), a.Data())
	y := tensor.Record("view", out, []*tensor64{a, b}, func(dout *tensor64) []*tensor64 {
		return []*tensor64{tensor.FromSlice(dout.Data()), dout}
	})
	for i, v := range tensor.Gradients(tensor.Sum(y), nil, x)[0].Data() {
		if v != 2+27 {
			t.Fatalf("gradient %d is %v, want 29", i, v)
		}
	}
}

// A rule that overwrites dout does so only where nobody else needs it: not a leaf,
// nor a result that was asked for, nor another rule.
func TestOverwrittenGradients(t *testing.T) {
	grads := func(scope *tensor.Scope[float64]) []float64 {
		x := tensor.FromSlice([]float64{0.5, -1, 2})
		if scope != nil {
			x = scope.Enter(x)
		}
		x.RequireGrad()
		leaf := tensor.Full(1.0, 3).RequireGrad()
		middle := tensor.Tanh(x)
		// Add's rule returns dout for both terms.
		y := tensor.Add(leaf, tensor.Add(tensor.Sigmoid(middle), tensor.Tanh(tensor.Exp(middle))))
		var all []float64
		for _, g := range tensor.Gradients(tensor.Sum(tensor.Square(y)), nil, x, leaf, middle, y) {
			all = append(all, g.Data()...)
		}
		return all
	}
	want := grads(nil) // where nothing is overwritten
	if got := grads(new(tensor.Scope[float64])); !slices.Equal(got, want) {
		t.Errorf("gradients are %v, want %v", got, want)
	}
}

// The gradient of a result that was asked for is still there after the walk has
// gone on below it.
func TestWantedGradientsStay(t *testing.T) {
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Full(3.0, 40)).RequireGrad()
	middle := x
	for range 4 {
		middle = tensor.Scale(middle, 2) // to 48, with another gradient each time
	}
	y := tensor.Sum(tensor.Scale(tensor.Square(middle), 5))
	grads := tensor.Gradients(y, nil, middle, x)
	for i := range 40 {
		if d, dx := grads[0].Data()[i], grads[1].Data()[i]; d != 480 || dx != 16*480 {
			t.Fatalf("gradients %d are %v and %v, want 480 and 7680", i, d, dx)
		}
	}
}

// However long a chain of operations is, its gradients need the storage of a few.
func TestConsumedGradientsAreUsedAgain(t *testing.T) {
	const n, links = 1 << 12, 64
	var scope tensor.Scope[float64]
	x := scope.Enter(tensor.Ones[float64](n)).RequireGrad()
	seen := make(map[*float64]bool)
	y := x
	for range links {
		in := y
		out := tensor.Out(in.Shape(), in)
		copy(out.Data(), in.Data())
		y = tensor.Record("link", out, []*tensor64{in}, func(dout *tensor64) []*tensor64 {
			dx := tensor.Out(in.Shape(), dout)
			seen[&dx.Data()[0]] = true
			copy(dx.Data(), dout.Data())
			return []*tensor64{dx}
		})
	}
	tensor.Gradients(tensor.Sum(y), nil, x)
	if len(seen) > 4 {
		t.Errorf("%d gradients of one size lie in %d places", links, len(seen))
	}
}

// Many leaves are told apart as few are.
func TestManyLeaves(t *testing.T) {
	const n = 200
	leaves := make([]*tensor64, n)
	sum := tensor.Scalar(0.0)
	for i := range leaves {
		leaves[i] = tensor.Scalar(1.0).RequireGrad()
	}
	for range 2 { // each is met twice
		for i, x := range leaves {
			sum = tensor.Add(sum, tensor.Scale(x, float64(i)))
		}
	}
	sum.Backward(nil)
	for i, x := range leaves {
		if g := x.Grad().Item(); g != 2*float64(i) {
			t.Errorf("gradient of leaf %d is %v, want %d", i, g, 2*i)
		}
	}
}

// A result that an earlier walk went through, but not the last, has no gradient.
func TestGradientsOfTheLastWalkOnly(t *testing.T) {
	x := leaf(2)
	a, b := tensor.Square(x), tensor.Exp(x)
	tensor.Gradients(a, nil, a)
	if g := tensor.Gradients(b, nil, a)[0]; g != nil {
		t.Errorf("a result that y does not depend on got %v", g)
	}
}

// What requires no gradient is not among the leaves, whatever a rule returns for it.
func TestUnwantedGradientsAreDropped(t *testing.T) {
	x, c := leaf(2), tensor.FromSlice([]float64{3})
	y := tensor.Mul(x, c)
	if g := tensor.Gradients(y, nil, c)[0]; g != nil {
		t.Errorf("a constant got the gradient %v", g)
	}
	y.Backward(nil)
	if c.Grad() != nil {
		t.Errorf("Backward gave a constant the gradient %v", c.Grad())
	}
}
