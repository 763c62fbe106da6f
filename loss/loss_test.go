package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

type tensor64 = tensor.Tensor[float64]

func labels(rng *rand.Rand, n int) *tensor64 {
	y := tensor.Zeros[float64](n)
	for i := range y.Data() {
		y.Data()[i] = float64(2*rng.IntN(2) - 1)
	}
	return y
}

func TestGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, r := range []loss.Reduction{loss.Mean, loss.Sum} {
		for _, n := range []int{1, 2, 7} {
			y, z := labels(rng, n), tensor.Normal[float64](rng, 0, 2, n)
			classes := make([]int, n)
			for i := range classes {
				classes[i] = rng.IntN(5)
			}
			for name, err := range map[string]error{
				"sum of squares": gradcheck.Check("sum of squares", func(in []*tensor64) *tensor64 { return loss.SumOfSquares(in[0], y, r) }, z),
				"kl":             gradcheck.Check("kl", func(in []*tensor64) *tensor64 { return loss.KL(in[0], y, r) }, z),
				"mse": gradcheck.Check("mse", func(in []*tensor64) *tensor64 { return loss.MSE(in[0], in[1], r) },
					tensor.Normal[float64](rng, 0, 1, n, 3), tensor.Normal[float64](rng, 0, 1, n, 3)),
				"cross entropy": gradcheck.Check("cross entropy", func(in []*tensor64) *tensor64 { return loss.CrossEntropy(in[0], classes, r) },
					tensor.Normal[float64](rng, 0, 2, n, 5)),
			} {
				if err != nil {
					t.Errorf("%s, n %d, reduction %d: %v", name, n, r, err)
				}
			}
		}
	}
}

// The losses of Problem 5 are the sheet's formulas, in both spellings.
func TestSheetsFormulas(t *testing.T) {
	sigma := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	sq := func(x float64) float64 { return x * x }
	rng := rand.New(rand.NewPCG(2, 0))
	for range 1000 {
		z, y := 8*rng.NormFloat64(), float64(2*rng.IntN(2)-1)
		zt, yt := tensor.FromSlice([]float64{z}), tensor.FromSlice([]float64{y})
		p := [2]float64{(1 - y) / 2, (1 + y) / 2}
		f := [2]float64{1 / (1 + math.Exp(z)), 1 / (1 + math.Exp(-z))}
		hint := 0.5*(1-y)*(sq(1-sigma(-z))+sq(sigma(z))) + 0.5*(1+y)*(sq(sigma(-z))+sq(1-sigma(z)))
		norm := sq(p[0]-f[0]) + sq(p[1]-f[1])
		kl := -p[0]*math.Log(f[0]) - p[1]*math.Log(f[1])
		got := loss.SumOfSquares(zt, yt, loss.Mean).Item()
		if math.Abs(got-hint) > 1e-14 || math.Abs(got-norm) > 1e-14 {
			t.Errorf("sum of squares at z %v, y %v: %v; the hint has %v, the norm %v", z, y, got, hint, norm)
		}
		if got := loss.KL(zt, yt, loss.Mean).Item(); math.Abs(got-kl) > 1e-10 {
			t.Errorf("KL at z %v, y %v: %v, by definition %v", z, y, got, kl)
		}
	}
}

func TestStableFarOut(t *testing.T) {
	far(t, 1e-6, tensor.FromSlice[float32])
	far(t, 1e-12, tensor.FromSlice[float64])
}

func far[T tensor.Float](t *testing.T, tol float64, from func([]T, ...int) *tensor.Tensor[T]) {
	t.Helper()
	for _, c := range []struct{ z, y, squares, dsquares, kl, dkl float64 }{
		{1000, 1, 0, 0, 0, 0},
		{-1000, -1, 0, 0, 0, 0},
		{1000, -1, 2, 0, 1000, 1},
		{-1000, 1, 2, 0, 1000, -1},
		{0, 1, 0.5, -0.5, math.Ln2, -0.5},
		{0, -1, 0.5, 0.5, math.Ln2, 0.5},
	} {
		z, y := from([]T{T(c.z)}).RequireGrad(), from([]T{T(c.y)})
		for name, l := range map[string]*tensor.Tensor[T]{"squares": loss.SumOfSquares(z, y, loss.Mean), "kl": loss.KL(z, y, loss.Mean)} {
			value, slope := c.squares, c.dsquares
			if name == "kl" {
				value, slope = c.kl, c.dkl
			}
			got := float64(tensor.Gradients(l, nil, z)[0].Item())
			if !(math.Abs(float64(l.Item())-value) <= tol*1000) || !(math.Abs(got-slope) <= tol) {
				t.Errorf("%s at z %v, y %v: %v with slope %v, want %v with %v", name, c.z, c.y, l.Item(), got, value, slope)
			}
		}
	}
	z := from([]T{1000, -1000, -1000, 1000}, 2, 2).RequireGrad()
	l := loss.CrossEntropy(z, []int{0, 0}, loss.Sum)
	l.Backward(nil)
	if l.Item() != 2000 || z.Grad().At(0, 0) != 0 || z.Grad().At(1, 0) != -1 || z.Grad().At(1, 1) != 1 {
		t.Errorf("cross-entropy of +-1000 is %v with gradient %v", l.Item(), z.Grad())
	}
}

func TestCorrect(t *testing.T) {
	z := tensor.FromSlice([]float32{1, 2, 0, 3, 3, 0, 0, 0, 1}, 3, 3)
	for want, labels := range map[int][]int{3: {1, 0, 2}, 2: {1, 1, 2}, 0: {0, 2, 1}} {
		if got := loss.Correct(z, labels); got != want {
			t.Errorf("labels %v: %d correct, want %d", labels, got, want)
		}
	}
}

func TestEmptyBatch(t *testing.T) {
	z := tensor.Zeros[float64](0, 3)
	if v := loss.CrossEntropy(z, nil, loss.Mean).Item(); !math.IsNaN(v) {
		t.Errorf("mean of no samples is %v, want NaN", v)
	}
	if v := loss.CrossEntropy(z, nil, loss.Sum).Item(); v != 0 {
		t.Errorf("sum of no samples is %v, want 0", v)
	}
}

func TestShapeErrors(t *testing.T) {
	zeros := tensor.Zeros[float64]
	for want, f := range map[string]func(){
		"sum of squares: shapes [2] and [3] differ":               func() { loss.SumOfSquares(zeros(2), zeros(3), loss.Mean) },
		"kl: shapes [2 1] and [2] differ":                         func() { loss.KL(zeros(2, 1), zeros(2), loss.Mean) },
		"mse: shapes [2] and [1] differ":                          func() { loss.MSE(zeros(2), zeros(1), loss.Mean) },
		"cross entropy: 1 labels for logits [2 3]":                func() { loss.CrossEntropy(zeros(2, 3), []int{0}, loss.Mean) },
		"cross entropy: label 3 of row 1 is not one of 3 classes": func() { loss.CrossEntropy(zeros(2, 3), []int{0, 3}, loss.Mean) },
		"correct: 3 labels for logits [2 3]":                      func() { loss.Correct(zeros(2, 3), []int{0, 1, 2}) },
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			f()
		}()
	}
}

func ExampleSumOfSquares() {
	z := tensor.FromSlice([]float64{0, 3, -3})
	y := tensor.FromSlice([]float64{1, 1, 1})
	fmt.Printf("%.4f\n", loss.SumOfSquares(z, y, loss.Sum).Item())
	// Output: 2.3193
}

func ExampleKL() {
	z, y := tensor.FromSlice([]float64{0}).RequireGrad(), tensor.FromSlice([]float64{1})
	l := loss.KL(z, y, loss.Mean)
	l.Backward(nil)
	fmt.Printf("%.4f, slope %v\n", l.Item(), z.Grad())
	// Output: 0.6931, slope [-0.5]
}

func ExampleMSE() {
	x := tensor.FromSlice([]float64{1, 2})
	fmt.Println(loss.MSE(x, tensor.FromSlice([]float64{0, 4}), loss.Mean).Item())
	// Output: 2.5
}

func ExampleCrossEntropy() {
	logits := tensor.FromSlice([]float64{2, 0, 0, 0, 0, 5}, 2, 3)
	fmt.Printf("%.4f, %d correct\n", loss.CrossEntropy(logits, []int{0, 2}, loss.Mean).Item(), loss.Correct(logits, []int{0, 2}))
	// Output: 0.1265, 2 correct
}
