package loss_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

type tensor64 = tensor.Tensor[float64]

// signs returns labels of -1 and +1.
func signs(rng *rand.Rand, shape ...int) *tensor64 {
	y := tensor.Zeros[float64](shape...)
	for i := range y.Data() {
		y.Data()[i] = float64(2*rng.IntN(2) - 1)
	}
	return y
}

// classes returns n labels from 0 to k-1.
func classes(rng *rand.Rand, n, k int) []int {
	labels := make([]int, n)
	for i := range labels {
		labels[i] = rng.IntN(k)
	}
	return labels
}

func TestGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	normal := func(shape ...int) *tensor64 { return tensor.Normal[float64](rng, 0, 2, shape...) }
	for _, r := range []loss.Reduction{loss.Mean, loss.Sum} {
		for _, shape := range [][]int{{}, {1}, {2, 1}, {7}, {3, 5}} {
			y, z, x, target := signs(rng, shape...), normal(shape...), normal(shape...), normal(shape...)
			for op, err := range map[string]error{
				"sum of squares": gradcheck.Check("sum of squares", func(in []*tensor64) *tensor64 {
					return loss.SumOfSquares(in[0], y, r)
				}, z),
				"kl": gradcheck.Check("kl", func(in []*tensor64) *tensor64 {
					return loss.SoftMargin(in[0], y, r)
				}, z),
				"mse": gradcheck.Check("mse", func(in []*tensor64) *tensor64 {
					return loss.MSE(in[0], in[1], r)
				}, x, target),
				"mse, a fixed target": gradcheck.Check("mse", func(in []*tensor64) *tensor64 {
					return loss.MSE(in[0], target, r)
				}, x),
				"mse, fixed prediction": gradcheck.Check("mse", func(in []*tensor64) *tensor64 {
					return loss.MSE(x, in[0], r)
				}, target),
			} {
				if err != nil {
					t.Errorf("%s, shape %v, reduction %d: %v", op, shape, r, err)
				}
			}
		}
		for _, d := range [][2]int{{1, 1}, {1, 2}, {2, 7}, {11, 3}} {
			labels := classes(rng, d[0], d[1])
			err := gradcheck.Check("cross entropy", func(in []*tensor64) *tensor64 {
				return loss.CrossEntropy(in[0], labels, loss.CrossEntropyOptions{Reduction: r})
			}, normal(d[0], d[1]))
			if err != nil {
				t.Errorf("%v, reduction %d: %v", d, r, err)
			}
		}
	}
}

// Only what requires a gradient gets one, whatever the other argument is.
func TestConstantsGetNoGradient(t *testing.T) {
	leaf := func() *tensor64 { return tensor.Ones[float64](2).RequireGrad() }
	z, y := leaf(), leaf()
	tensor.Add(loss.SoftMargin(z, y, loss.Mean), loss.SumOfSquares(z, y, loss.Mean)).Backward(nil)
	if z.Grad() == nil || y.Grad() != nil {
		t.Errorf("gradients are %v by the logits and %v by the labels", z.Grad(), y.Grad())
	}
	if loss.MSE(tensor.Ones[float64](2), tensor.Ones[float64](2), loss.Mean).RequiresGrad() {
		t.Error("a loss of constants was recorded")
	}
}

// Terms are added up in float64: in float32, 2^24 + 1 is 2^24.
func TestSumsAreWide(t *testing.T) {
	x := tensor.Ones[float32](17)
	x.Set(4096, 0)
	if l := loss.MSE(x, tensor.Zeros[float32](17), loss.Sum).Item(); l != 1<<24+16 {
		t.Errorf("4096^2 and 16 times 1 add up to %.0f", l)
	}
}

func TestEmptyBatch(t *testing.T) {
	none := tensor.Zeros[float64](0)
	for op, f := range map[string]func(r loss.Reduction) *tensor64{
		"sum of squares": func(r loss.Reduction) *tensor64 { return loss.SumOfSquares(none, none, r) },
		"kl":             func(r loss.Reduction) *tensor64 { return loss.SoftMargin(none, none, r) },
		"mse":            func(r loss.Reduction) *tensor64 { return loss.MSE(none, none, r) },
		"cross entropy": func(r loss.Reduction) *tensor64 {
			return loss.CrossEntropy(tensor.Zeros[float64](0, 3), nil, loss.CrossEntropyOptions{Reduction: r})
		},
	} {
		mean, sum := f(loss.Mean), f(loss.Sum)
		if !math.IsNaN(mean.Item()) || sum.Item() != 0 {
			t.Errorf("%s of no samples: mean %v and sum %v, want NaN and 0", op, mean.Item(), sum.Item())
		}
		if mean.Rank() != 0 {
			t.Errorf("%s has rank %d", op, mean.Rank())
		}
	}
}

func TestShapeErrors(t *testing.T) {
	zeros := tensor.Zeros[float64]
	for want, f := range map[string]func(){
		"sum of squares: shapes (2,) and (3,) differ": func() {
			loss.SumOfSquares(zeros(2), zeros(3), loss.Mean)
		},
		"soft margin: shapes (2,1) and (2,) differ": func() {
			loss.SoftMargin(zeros(2, 1), zeros(2), loss.Mean)
		},
		"mse: shapes (2,) and (1,) differ": func() { loss.MSE(zeros(2), zeros(1), loss.Mean) },
		"cross entropy: want a tensor of rank 2, got shape (3,)": func() {
			loss.CrossEntropy(zeros(3), []int{0}, loss.CrossEntropyOptions{})
		},
		"cross entropy: 1 labels for logits (2,3)": func() {
			loss.CrossEntropy(zeros(2, 3), []int{0}, loss.CrossEntropyOptions{})
		},
		"cross entropy: label 3 of row 1 is not one of 3 classes": func() {
			loss.CrossEntropy(zeros(2, 3), []int{0, 3}, loss.CrossEntropyOptions{})
		},
		"cross entropy: label -1 of row 0 is not one of 3 classes": func() {
			loss.CrossEntropy(zeros(1, 3), []int{-1}, loss.CrossEntropyOptions{})
		},
		"correct sign: shapes (2,) and (3,) differ": func() { loss.CorrectSign(zeros(2), zeros(3)) },
		"correct: 3 labels for logits (2,3)": func() {
			loss.Correct(zeros(2, 3), []int{0, 1, 2})
		},
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
