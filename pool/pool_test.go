package pool_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
)

var (
	_ nn.Module[float32] = pool.NewAvgPool2d[float32](pool.Options{})
	_ nn.Module[float32] = pool.NewMaxPool2d[float32](pool.Options{})
)

// near fails unless got is want up to tol; NaN is near NaN.
func near[T tensor.Float](t *testing.T, what string, got *tensor.Tensor[T], want *tensor.Tensor[float64], tol float64) {
	t.Helper()
	if !slices.Equal(got.Shape(), want.Shape()) {
		t.Errorf("%s has shape %v, want %v", what, got.Shape(), want.Shape())
		return
	}
	for i, v := range want.Data() {
		g := float64(got.Data()[i])
		if g != v && !(math.Abs(g-v) <= tol*max(1, math.Abs(v))) && !(math.IsNaN(g) && math.IsNaN(v)) {
			t.Errorf("%s: element %d is %v, want %v", what, i, g, v)
			return
		}
	}
}

func to[T, S tensor.Float](x *tensor.Tensor[S]) *tensor.Tensor[T] {
	y := tensor.Zeros[T](x.Shape()...)
	for i, v := range x.Data() {
		y.Data()[i] = T(v)
	}
	return y
}

type (
	operation[T tensor.Float] func(x *tensor.Tensor[T], opt pool.Options) *tensor.Tensor[T]
	oracle                    func(x *tensor.Tensor[float64], opt pool.Options, dout func(int) float64) (y,
		dx *tensor.Tensor[float64])
)

// checkOracle compares a pooling and its gradient with naive loops.
func checkOracle[T tensor.Float](t *testing.T, x *tensor.Tensor[float64], opt pool.Options, op operation[T],
	want oracle, tol float64) {
	t.Helper()
	wantY, wantDx := want(x, opt, func(at int) float64 { return float64(at%7 - 3) })
	tx := to[T](x).RequireGrad()
	y := op(tx, opt)
	dout := tensor.Zeros[T](y.Shape()...)
	for i := range dout.Data() {
		dout.Data()[i] = T(i%7 - 3)
	}
	near(t, "y", y, wantY, tol)
	near(t, "dx", tensor.Gradients(y, dout, tx)[0], wantDx, tol)
	if t.Failed() {
		t.Fatalf("input %v, %+v", x.Shape(), opt)
	}
}

func TestNaiveLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	for range 1000 {
		x, opt := randomPool(rng, false)
		checkOracle(t, x, opt, pool.AvgPool2d[float64], naiveAvg, 1e-14)
		checkOracle(t, x, opt, pool.AvgPool2d[float32], naiveAvg, 1e-5)
		x, opt = randomPool(rng, true)
		checkOracle(t, x, opt, pool.MaxPool2d[float64], naiveMax, 0)
		checkOracle(t, x, opt, pool.MaxPool2d[float32], naiveMax, 0)
	}
}

// Few distinct values make ties, and ties have a rule too.
func TestMaxTies(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	values := []float64{0, 1, 1, math.Inf(-1), math.Inf(1), math.NaN()}
	for i := range 1000 {
		x, opt := randomPool(rng, true)
		for j := range x.Data() {
			x.Data()[j] = values[rng.IntN(2+i%5)]
		}
		checkOracle(t, x, opt, pool.MaxPool2d[float64], naiveMax, 0)
	}
}

func TestGradcheck(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	check := func(name string, op operation[float64], x *tensor.Tensor[float64], opt pool.Options) {
		t.Helper()
		err := gradcheck.Check(name, func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
			return op(in[0], opt)
		}, x)
		if err != nil {
			t.Errorf("input %v, %+v: %v", x.Shape(), opt, err)
		}
	}
	for range 80 {
		x, opt := randomPool(rng, false)
		check("avg_pool2d", pool.AvgPool2d[float64], x, opt)
		x, opt = randomPool(rng, true)
		y := pool.MaxPool2d(x, opt)
		if !slices.Contains(y.Data(), math.Inf(-1)) { // no differences of infinities
			check("max_pool2d", pool.MaxPool2d[float64], x, opt)
		}
	}
}

// The cases in which libraries have differed, worked out by hand.
func TestByHand(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	row := func(v ...float64) *tensor.Tensor[float64] { return tensor.FromSlice(v, 1, 1, 1, len(v)) }
	wide := func(kernel, stride, pad int) pool.Options {
		return pool.Options{Kernel: [2]int{1, kernel}, Stride: [2]int{1, stride}, Padding: [2]int{0, pad}}
	}
	ceil := func(o pool.Options) pool.Options { o.CeilMode = true; return o }
	exclude := func(o pool.Options) pool.Options { o.Divisor = pool.CountImage; return o }
	dilate := func(o pool.Options, d int) pool.Options { o.Dilation = [2]int{1, d}; return o }
	for _, c := range []struct {
		name    string
		op      operation[float64]
		x       *tensor.Tensor[float64]
		opt     pool.Options
		y, ones []float64 // output, and gradient of its sum
	}{
		{"stride is the kernel", pool.AvgPool2d[float64], row(1, 3, 5, 9, 7), wide(2, 0, 0),
			[]float64{2, 7}, []float64{.5, .5, .5, .5, 0}},
		{"overlap", pool.AvgPool2d[float64], row(1, 3, 5), wide(2, 1, 0),
			[]float64{2, 4}, []float64{.5, 1, .5}},
		{"padding counts", pool.AvgPool2d[float64], row(2, 4, 6), wide(2, 2, 1),
			[]float64{1, 5}, []float64{.5, .5, .5}},
		{"padding does not count", pool.AvgPool2d[float64], row(2, 4, 6), exclude(wide(2, 2, 1)),
			[]float64{2, 5}, []float64{1, .5, .5}},
		{"ceil: beyond the padding does not count", pool.AvgPool2d[float64], row(6, 6, 6, 6), ceil(wide(3, 3, 0)),
			[]float64{6, 6}, []float64{1. / 3, 1. / 3, 1. / 3, 1}},
		{"ceil: the right padding counts", pool.AvgPool2d[float64], row(6, 6, 6, 6, 6, 6), ceil(wide(4, 3, 1)),
			[]float64{4.5, 6, 3}, []float64{.25, .25, .5, .25, .25, .75}},
		{"ceil: a window on the right padding is dropped", pool.AvgPool2d[float64], row(4, 4), ceil(wide(2, 3, 1)),
			[]float64{2}, []float64{.5, 0}},
		{"ceil: a kernel beyond the input", pool.AvgPool2d[float64], row(3, 5), ceil(wide(3, 2, 0)),
			[]float64{4}, []float64{.5, .5}},
		{"first maximum", pool.MaxPool2d[float64], row(1, 7, 7, 7), wide(2, 2, 0),
			[]float64{7, 7}, []float64{0, 1, 1, 0}},
		{"shared maximum", pool.MaxPool2d[float64], row(1, 7, 3), wide(2, 1, 0),
			[]float64{7, 7}, []float64{0, 2, 0}},
		{"padding is no zero", pool.MaxPool2d[float64], row(-3, -2), wide(2, 2, 1),
			[]float64{-3, -2}, []float64{1, 1}},
		{"dilation", pool.MaxPool2d[float64], row(1, 9, 2, 8, 3), dilate(wide(2, 1, 0), 2),
			[]float64{2, 9, 3}, []float64{0, 1, 1, 0, 1}},
		{"dilation misses the image", pool.MaxPool2d[float64], row(1, 9), dilate(wide(2, 1, 1), 3),
			[]float64{-inf}, []float64{0, 0}},
		{"last NaN", pool.MaxPool2d[float64], row(1, nan, 9, nan, 3), wide(5, 1, 0),
			[]float64{nan}, []float64{0, 0, 0, 1, 0}},
		{"first of -Inf", pool.MaxPool2d[float64], row(-inf, -inf), wide(2, 1, 0),
			[]float64{-inf}, []float64{1, 0}},
		{"NaN in a mean", pool.AvgPool2d[float64], row(1, nan, 9, 7), wide(2, 2, 0),
			[]float64{nan, 8}, []float64{.5, .5, .5, .5}},
	} {
		c.x.RequireGrad()
		y := c.op(c.x, c.opt)
		near(t, c.name+": y", y, row(c.y...), 1e-15)
		near(t, c.name+": dx", tensor.Gradients(tensor.Sum(y), nil, c.x)[0], row(c.ones...), 1e-15)
	}
}

func TestEmptyBatch(t *testing.T) {
	x := tensor.Zeros[float64](0, 3, 4, 6).RequireGrad()
	opt := pool.Options{Kernel: [2]int{2, 2}}
	checkOracle(t, x, opt, pool.AvgPool2d[float64], naiveAvg, 0)
	checkOracle(t, x, opt, pool.MaxPool2d[float64], naiveMax, 0)
}

func TestLayers(t *testing.T) {
	x := shuffled(rand.New(rand.NewPCG(4, 3)), 2, 3, 6, 6)
	opt := pool.Options{Kernel: [2]int{3, 2}}
	near(t, "avg", pool.NewAvgPool2d[float64](opt).Forward(x), pool.AvgPool2d(x, opt), 0)
	near(t, "max", pool.NewMaxPool2d[float64](opt).Forward(x), pool.MaxPool2d(x, opt), 0)
}

func TestScope(t *testing.T) {
	x := tensor.Normal[float32](rand.New(rand.NewPCG(5, 3)), 0, 1, 100, 6, 28, 28).RequireGrad()
	for _, op := range []operation[float32]{pool.AvgPool2d[float32], pool.MaxPool2d[float32]} {
		step := func(x *tensor.Tensor[float32]) (y, dx *tensor.Tensor[float32]) {
			y = op(x, pool.Options{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}, Padding: [2]int{1, 1}})
			return y, tensor.Gradients(tensor.Sum(tensor.Square(y)), nil, x)[0]
		}
		y, dx := step(x)
		var scope tensor.Scope[float32]
		for range 3 { // the later rounds find the garbage of the earlier ones
			ys, dxs := step(scope.Enter(x).RequireGrad())
			near(t, "y", ys, to[float64](y), 0)
			near(t, "dx", dxs, to[float64](dx), 0)
			scope.Reset()
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		step(scope.Enter(x).RequireGrad())
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 16<<10 {
			t.Errorf("a step in a scope allocates %d bytes", n)
		}
	}
}
