package tensor_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// The mean of equal elements is what they are, and their sum their number of times, in
// both types, whatever rounding does on the way.
func TestMeansOfConstants(t *testing.T) {
	for _, c := range []float64{0.1, 1, 1. / 3, math.Pi, -7e200, math.MaxFloat64 / 1e4} {
		for n := 1; n < 700; n++ {
			if m := tensor.Mean(tensor.Full(c, n)).Item(); m != c {
				t.Fatalf("the mean of %d times %v is %v", n, c, m)
			}
			if s := tensor.Sum(tensor.Full(c, n)).Item(); s != c*float64(n) {
				t.Fatalf("the sum of %d times %v is %v", n, c, s)
			}
			if m := tensor.Mean(tensor.Full(float32(c), n)).Item(); m != float32(c) {
				t.Fatalf("the mean of %d times %v is %v", n, float32(c), m)
			}
		}
	}
	wantData(t, "of what cancels", tensor.Sum(tensor.FromSlice([]float64{1, 1e100, 1, -1e100})), 2)
	for _, x := range [][]float64{{inf, 1}, {math.MaxFloat64, math.MaxFloat64}, {1, inf, 2}} {
		wantData(t, "of infinities", tensor.Sum(tensor.FromSlice(x)), inf)
		wantData(t, "mean of infinities", tensor.Mean(tensor.FromSlice(x)), inf)
	}
	for _, x := range [][]float64{{nan, 1}, {inf, -inf}, {}} {
		if m := tensor.Mean(tensor.FromSlice(x)).Item(); m == m {
			t.Errorf("the mean of %v is %v", x, m)
		}
	}
	x := tensor.Ones[float32](3).RequireGrad()
	tensor.Mean(x).Backward(nil)
	if g := x.Grad().At(2); g != float32(1)/3 {
		t.Errorf("the gradient of a mean of 3 is %v", g)
	}
}

// Leading axes broadcast, and vectors meet stacks, as in NumPy and PyTorch.
func TestMatMulBroadcasts(t *testing.T) {
	for _, c := range []struct{ a, b, want []int }{
		{[]int{4}, []int{2, 4, 1}, []int{2, 1}}, {[]int{2, 3, 4}, []int{4}, []int{2, 3}}, {[]int{4}, []int{4}, nil},
		{[]int{2, 3, 4}, []int{4, 5}, []int{2, 3, 5}}, {[]int{3, 4}, []int{2, 1, 4, 2}, []int{2, 1, 3, 2}},
		{[]int{2, 1, 3, 4}, []int{5, 4, 2}, []int{2, 5, 3, 2}}, {[]int{4}, []int{0, 4, 2}, []int{0, 2}},
		{[]int{2, 0, 3}, []int{3, 0}, []int{2, 0, 0}}, {[]int{2, 0}, []int{0, 3}, []int{2, 3}},
	} {
		a, b := counting(c.a...), counting(c.b...)
		y := tensor.MatMul(a, b)
		if !slices.Equal(y.Shape(), c.want) {
			t.Errorf("%v by %v has shape %v, want %v", c.a, c.b, y.Shape(), c.want)
		}
		err := gradcheck.Check("matmul", func(in []*tensor64) *tensor64 { return tensor.MatMul(in[0], in[1]) },
			tensor.Scale(a, 0.1), tensor.Scale(b, 0.1))
		if err != nil {
			t.Error(err)
		}
	}
	y := tensor.MatMul(counting(1, 2, 2), counting(2, 2, 1)) // [0 1; 2 3] by (0, 1) and (2, 3)
	wantData(t, "one matrix by two columns", y, 1, 3, 3, 13)
}

// A rule with many inputs, with and without storage in a scope, some of its gradients
// made by hand; and a graph in which every rule walks a graph of its own.
func TestBackwardTakesLinearTime(t *testing.T) {
	const n, limit = 150_000, 30 * time.Second // if it were quadratic: half a minute
	for _, scoped := range []bool{false, true} {
		start := time.Now()
		one := tensor.Ones[float64](1)
		if scoped {
			one = new(tensor.Scope[float64]).Enter(one)
		}
		xs := make([]*tensor64, n)
		for i := range xs {
			xs[i] = tensor.Ones[float64](1).RequireGrad()
		}
		y := tensor.Mul(one, tensor.Concat(0, xs...))
		wantData(t, "gradient", tensor.Gradients(tensor.Sum(y), nil, xs...)[n-1], 1)
		out := tensor.Out([]int{1}, one)
		y = tensor.Record("half by hand", out, xs, func(dout *tensor64) []*tensor64 {
			grads := make([]*tensor64, n)
			for i := range grads {
				if grads[i] = tensor.FromSlice([]float64{2}); i%2 == 0 {
					grads[i] = tensor.Out([]int{1}, dout)
					grads[i].Data()[0] = 1
				}
			}
			return grads
		})
		wantData(t, "gradient by hand", tensor.Gradients(y, nil, xs...)[n-1], 2)
		y = tensor.Mul(one, xs[0])
		for range n / 4 {
			x := y
			y = record(x, []*tensor64{x}, func(dout *tensor64) []*tensor64 {
				inner := x.Detach().RequireGrad()
				return tensor.Gradients(tensor.Scale(inner, 1), dout, inner)
			})
		}
		wantData(t, "gradient by rules that walk", tensor.Gradients(y, nil, xs[0])[0], 1)
		if d := time.Since(start); d > limit {
			t.Errorf("in a scope %v: %v", scoped, d)
		}
	}
}

// Storage of many gradients that have been consumed is found at once by size.
func TestManyFreeGradients(t *testing.T) {
	start := time.Now()
	const n = 60_000
	one, wide := tensor.Ones[float64](1), tensor.Ones[float64](20)
	scope := new(tensor.Scope[float64])
	one, wide = scope.Enter(one), scope.Enter(wide)
	w := tensor.Ones[float64](1).RequireGrad()
	xs := make([]*tensor64, 2*n)
	for i := range xs {
		xs[i] = tensor.Scale(tensor.Mul(one, w), 1)
		if i < n { // its gradients come last, of another size
			xs[i] = tensor.Sum(tensor.Scale(tensor.Mul(wide, w), 1))
			xs[i] = tensor.Reshape(xs[i], 1)
		}
	}
	tensor.Sum(tensor.Concat(0, xs...)).Backward(nil)
	wantData(t, "gradient", w.Grad(), 21*n)
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("%v", d)
	}
}

// No shape overflows an int, nor asks for more memory than there is anywhere: not even
// beside a length of 0.
func TestSizes(t *testing.T) {
	zeros := tensor.Zeros[float32]
	const huge = 1 << 20 // whose square is too large
	for want, f := range map[string]func(){
		"zeros":        func() { zeros(0, math.MaxInt, math.MaxInt) },
		"ones":         func() { tensor.Ones[float32](math.MaxInt) },
		"full":         func() { tensor.Full[float32](1, 1<<30, 1<<30) },
		"empty":        func() { new(tensor.Scope[float32]).Empty(math.MaxInt, 2) },
		"out":          func() { tensor.Out[float32]([]int{math.MaxInt / 8}) },
		"reshape":      func() { tensor.Reshape(zeros(0), 0, math.MaxInt) },
		"add":          func() { tensor.Add(zeros(huge, 1), zeros(huge)) },
		"matmul":       func() { tensor.MatMul(zeros(huge, 0), zeros(0, huge)) },
		"concat":       func() { tensor.Concat(1, slices.Repeat([]*tensor.Tensor[float32]{zeros(0, 1<<26)}, 2048)...) },
		"index select": func() { tensor.IndexSelect(zeros(0, 1, 1<<26), 1, make([]int, 2048)) },
	} {
		if msg := wantPanic[*tensor.ShapeError](t, f); len(msg) < len(want) || msg[:len(want)] != want {
			t.Errorf("%q, want %s", msg, want)
		}
	}
	if n := tensor.Size("op", []int{1 << 20, 0, 1 << 6}); n != 0 {
		t.Errorf("the size of nothing is %d", n)
	}
}
