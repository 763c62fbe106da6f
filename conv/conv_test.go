package conv_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"hw4/conv"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// sameAs fails unless got has the shape and exactly the elements of want.
func sameAs[T tensor.Float](t *testing.T, what string, got *tensor.Tensor[T], want *tensor.Tensor[float64]) {
	t.Helper()
	if got == nil {
		t.Errorf("%s is missing", what)
		return
	}
	if !slices.Equal(got.Shape(), want.Shape()) {
		t.Errorf("%s has shape %v, want %v", what, got.Shape(), want.Shape())
		return
	}
	for i, v := range want.Data() {
		if float64(got.Data()[i]) != v {
			t.Errorf("%s: element %d is %v, want %v", what, i, got.Data()[i], v)
			return
		}
	}
}

// to returns the elements of x in another type.
func to[T tensor.Float](x *tensor.Tensor[float64]) *tensor.Tensor[T] {
	y := tensor.Zeros[T](x.Shape()...)
	for i, v := range x.Data() {
		y.Data()[i] = T(v)
	}
	return y
}

// checkOracle compares Conv2d and its gradients, exactly, with seven loops.
func checkOracle[T tensor.Float](t *testing.T, g geometry, rng *rand.Rand) {
	t.Helper()
	x, w, b := g.tensors(integers(rng))
	want := sevenLoops(g, x, w, b, func(at int) float64 { return float64(at%7 - 3) })
	tx, tw, tb := to[T](x).RequireGrad(), to[T](w).RequireGrad(), to[T](b).RequireGrad()
	y := conv.Conv2d(tx, tw, tb, g.opt)
	dout := tensor.Zeros[T](y.Shape()...)
	for i := range dout.Data() {
		dout.Data()[i] = T(i%7 - 3)
	}
	grads := tensor.Gradients(y, dout, tx, tw, tb)
	sameAs(t, "y", y, want.y)
	sameAs(t, "dx", grads[0], want.dx)
	sameAs(t, "dw", grads[1], want.dw)
	sameAs(t, "db", grads[2], want.db)
	if t.Failed() {
		t.Fatalf("%v", g)
	}
}

func TestSevenLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 7))
	for _, g := range geometries() {
		checkOracle[float64](t, g, rng)
		checkOracle[float32](t, g, rng)
	}
	for range 300 {
		g := randomGeometry(rng)
		checkOracle[float64](t, g, rng)
		checkOracle[float32](t, g, rng)
	}
}

func TestGradcheck(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 7))
	cases := geometries()
	for range 40 {
		cases = append(cases, randomGeometry(rng))
	}
	for _, g := range cases {
		x, w, b := g.tensors(func(shape ...int) *tensor.Tensor[float64] {
			return tensor.Normal[float64](rng, 0, 1, shape...)
		})
		err := gradcheck.Check("conv2d", func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
			return conv.Conv2d(in[0], in[1], in[2], g.opt)
		}, x, w, b)
		if err != nil {
			t.Errorf("%v: %v", g, err)
		}
		err = gradcheck.Check("conv2d", func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
			return conv.Conv2d(in[0], in[1], nil, g.opt)
		}, x, w)
		if err != nil {
			t.Errorf("no bias, %v: %v", g, err)
		}
	}
}

func TestNoBiasIsZeroBias(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 7))
	for range 20 {
		g := randomGeometry(rng)
		x, w, b := g.tensors(integers(rng))
		clear(b.Data())
		sameAs(t, "y", conv.Conv2d(x, w, nil, g.opt), conv.Conv2d(x, w, b, g.opt))
	}
}

// Every image is convolved by itself, so its place in a batch changes no bit.
func TestBatchOfOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 7))
	x := tensor.Normal[float64](rng, 0, 1, 3, 2, 9, 8)
	w := tensor.Normal[float64](rng, 0, 1, 4, 2, 3, 3)
	b := tensor.Normal[float64](rng, 0, 1, 4)
	y := conv.Conv2d(x, w, b, conv.Options{})
	for n := range 3 {
		one := conv.Conv2d(tensor.IndexSelect(x, 0, []int{n}), w, b, conv.Options{})
		sameAs(t, "y", one, tensor.IndexSelect(y, 0, []int{n}))
	}
}

// step is one forward and backward pass of C3 of LeNet-5 for x.
func step(x, w, b *tensor.Tensor[float32]) (y *tensor.Tensor[float32], grads []*tensor.Tensor[float32]) {
	x = tensor.Scale(x, 1)
	y = conv.Conv2d(x, w, b, conv.Options{})
	return y, tensor.Gradients(tensor.Sum(tensor.Square(y)), nil, x, w, b)
}

func TestScope(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 7))
	x := tensor.Normal[float32](rng, 0, 1, 10, 6, 14, 14).RequireGrad()
	w := tensor.Normal[float32](rng, 0, 1, 16, 6, 5, 5).RequireGrad()
	b := tensor.Normal[float32](rng, 0, 1, 16).RequireGrad()
	y, want := step(x, w, b)
	var scope tensor.Scope[float32]
	for range 3 { // the later rounds find the garbage of the earlier ones
		ys, got := step(scope.Enter(x).RequireGrad(), w, b)
		sameAs(t, "y", ys, widen(y))
		for i := range want {
			sameAs(t, "gradient", got[i], widen(want[i]))
		}
		scope.Reset()
	}
	// The least of some steps: a collection in between empties the kernels' pool.
	least := uint64(math.MaxUint64)
	for range 5 {
		scope.Reset()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		step(scope.Enter(x).RequireGrad(), w, b)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	if least > 16<<10 {
		t.Errorf("a step in a scope allocates %d bytes", least)
	}
}

func widen(x *tensor.Tensor[float32]) *tensor.Tensor[float64] {
	y := tensor.Zeros[float64](x.Shape()...)
	for i, v := range x.Data() {
		y.Data()[i] = float64(v)
	}
	return y
}
