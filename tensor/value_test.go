package tensor_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/tensor"
)

// counting returns the numbers from 0 on, in a shape.
func counting(shape ...int) *tensor64 {
	x := tensor.Zeros[float64](shape...)
	for i := range x.Data() {
		x.Data()[i] = float64(i)
	}
	return x
}

func wantShape(t *testing.T, what string, got *tensor64, want ...int) {
	t.Helper()
	if !slices.Equal(got.Shape(), want) {
		t.Errorf("%s has shape %v, want %v", what, got.Shape(), want)
	}
}

// The first NaN is the maximum, wherever it stands, and has the gradient.
func TestMaxOfNaN(t *testing.T) {
	nan := math.NaN()
	for at, row := range [][]float64{{nan, 3, 1}, {2, nan, 5}, {1, 2, nan}, {4, nan, nan}} {
		at = min(at, slices.IndexFunc(row, math.IsNaN))
		x := leaf(row...)
		y := tensor.Max(x)
		if v := y.Item(); v == v {
			t.Errorf("the maximum of %v is %g", row, v)
		}
		y.Backward(nil)
		want := make([]float64, 3)
		want[at] = 1
		wantData(t, "gradient", x.Grad(), want...)
	}
}

// Of equal maxima the first has the gradient.
func TestMaxOfEqual(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 7, 7, 5, 5, 5}, 2, 3).RequireGrad()
	y := tensor.Max(x, 1)
	y.Backward(tensor.FromSlice([]float64{2, 3}))
	wantData(t, "maximum", y, 7, 5)
	wantData(t, "gradient", x.Grad(), 0, 2, 0, 3, 0, 0)
}

func TestReshapeInfers(t *testing.T) {
	x := counting(2, 3, 4)
	wantShape(t, "with -1 first", tensor.Reshape(x, -1, 6), 4, 6)
	wantShape(t, "with -1 last", tensor.Reshape(x, 2, -1), 2, 12)
	wantShape(t, "with -1 alone", tensor.Reshape(x, -1), 24)
	wantShape(t, "of nothing", tensor.Reshape(counting(0, 3), 3, -1), 3, 0)
	wantShape(t, "to rank 0", tensor.Reshape(counting(1, 1)))
}

// Without axes all are reversed.
func TestTransposeReverses(t *testing.T) {
	x := counting(2, 3, 4)
	y := tensor.Transpose(x)
	wantShape(t, "the transpose", y, 4, 3, 2)
	for i := range 2 {
		for j := range 3 {
			for k := range 4 {
				if y.At(k, j, i) != x.At(i, j, k) {
					t.Fatalf("element %d %d %d is lost", i, j, k)
				}
			}
		}
	}
	wantData(t, "negative axes", tensor.Permute(counting(2, 2), -1, -2), 0, 2, 1, 3)
}

// Stacks may have several axes.
func TestStacksOfStacks(t *testing.T) {
	a, b := counting(2, 3, 1, 2).RequireGrad(), counting(2, 3, 2, 1).RequireGrad()
	y := tensor.MatMul(a, b)
	wantShape(t, "the product", y, 2, 3, 1, 1)
	wantData(t, "the product", y, 1, 13, 41, 85, 145, 221) // i² + (i+1)² with i = 0, 2, 4, ...
	y.Backward(tensor.Ones[float64](2, 3, 1, 1))
	wantData(t, "gradient of a", a.Grad(), b.Data()...)
	wantData(t, "gradient of b", b.Grad(), a.Data()...)
}

// Vectors are rows on the left and columns on the right.
func TestProductsOfVectors(t *testing.T) {
	v, w, m := leaf(1, 2), leaf(3, 4, 5), counting(2, 3)
	wantData(t, "vector by vector", tensor.MatMul(v, v), 5)
	wantShape(t, "vector by vector", tensor.MatMul(v, v))
	wantData(t, "vector by matrix", tensor.MatMul(v, m), 6, 9, 12)
	wantShape(t, "vector by matrix", tensor.MatMul(v, m), 3)
	wantData(t, "matrix by vector", tensor.MatMul(m, w), 14, 50)
	wantShape(t, "matrix by vector", tensor.MatMul(m, w), 2)
}

// A gradient that needs no sum is handed on as it is, to the sign of a zero.
func TestGradientOfAdd(t *testing.T) {
	x := leaf(1, 2)
	tensor.Add(x, leaf(3, 4)).Backward(tensor.FromSlice([]float64{math.Copysign(0, -1), 5}))
	if g := x.Grad().Data(); !math.Signbit(g[0]) || g[1] != 5 {
		t.Errorf("gradient %v, want [-0 5]", g)
	}
}

// Of nothing the sum is 0, the mean NaN, and the gradient nothing.
func TestReductionsOfNothing(t *testing.T) {
	x := counting(2, 0).RequireGrad()
	wantData(t, "sum", tensor.Sum(x, 1), 0, 0)
	wantData(t, "sum of all", tensor.Sum(x), 0)
	if m := tensor.Mean(x).Item(); m == m {
		t.Errorf("the mean is %g", m)
	}
	wantShape(t, "maximum of no rows", tensor.Max(x, 0), 0)
	tensor.Sum(x).Backward(nil)
	wantShape(t, "gradient", x.Grad(), 2, 0)
}

// Samples are drawn in the order of the elements, each from one number.
func TestSamples(t *testing.T) {
	uniform := tensor.Uniform[float64](rand.New(rand.NewPCG(1, 2)), -1, 3, 2, 3)
	normal := tensor.Normal[float64](rand.New(rand.NewPCG(1, 2)), 5, 0.5, 2, 3)
	u, n := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
	for i := range 6 {
		if got, want := uniform.Data()[i], -1+float64(4*u.Float64()); got != want {
			t.Errorf("uniform sample %d is %v, want %v", i, got, want)
		}
		if got, want := normal.Data()[i], 5+float64(0.5*n.NormFloat64()); got != want {
			t.Errorf("normal sample %d is %v, want %v", i, got, want)
		}
	}
}
