package loss_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"hw4/loss"
	"hw4/tensor"
)

// The losses of Problem 5 are the sheet's formulas: the sum of squares its hint
// and its norm, KL the definition of the divergence, where 0 log 0 is 0.
func TestSheetsFormulas(t *testing.T) {
	sigma := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	sq := func(x float64) float64 { return x * x }
	rng := rand.New(rand.NewPCG(2, 0))
	for range 1000 {
		z, y := 8*rng.NormFloat64(), float64(2*rng.IntN(2)-1)
		zt, yt := tensor.Scalar(z), tensor.Scalar(y)
		p := [2]float64{(1 - y) / 2, (1 + y) / 2}
		f := [2]float64{1 / (1 + math.Exp(z)), 1 / (1 + math.Exp(-z))}
		hint := 0.5*(1-y)*(sq(1-sigma(-z))+sq(sigma(z))) + 0.5*(1+y)*(sq(sigma(-z))+sq(1-sigma(z)))
		norm := sq(p[0]-f[0]) + sq(p[1]-f[1])
		divergence := 0.0
		for i := range p {
			if p[i] > 0 {
				divergence += p[i] * math.Log(p[i]/f[i])
			}
		}
		got := loss.SumOfSquares(zt, yt, loss.Mean).Item()
		if math.Abs(got-hint) > 1e-14 || math.Abs(got-norm) > 1e-14 {
			t.Errorf("sum of squares at z %v, y %v: %v; the hint has %v, the norm %v", z, y, got, hint, norm)
		}
		if got := loss.SoftMargin(zt, yt, loss.Mean).Item(); math.Abs(got-divergence) > 1e-10 {
			t.Errorf("KL at z %v, y %v: %v, by definition %v", z, y, got, divergence)
		}
	}
}

func TestStableFarOut(t *testing.T) {
	farOut[float32](t, 1e-6)
	farOut[float64](t, 1e-12)
}

func farOut[T tensor.Float](t *testing.T, tol float64) {
	t.Helper()
	for _, c := range []struct{ z, y, squares, dsquares, kl, dkl float64 }{
		{1000, 1, 0, 0, 0, 0},
		{-1000, -1, 0, 0, 0, 0},
		{1000, -1, 2, 0, 1000, 1},
		{-1000, 1, 2, 0, 1000, -1},
		{math.MaxFloat32, -1, 2, 0, math.MaxFloat32, 1},
		{0, 1, 0.5, -0.5, math.Ln2, -0.5},
		{0, -1, 0.5, 0.5, math.Ln2, 0.5},
	} {
		z, y := tensor.Scalar(T(c.z)).RequireGrad(), tensor.Scalar(T(c.y))
		near := func(op string, l *tensor.Tensor[T], value, slope float64) {
			got := float64(tensor.Gradients(l, nil, z)[0].Item())
			if !(math.Abs(float64(l.Item())-value) <= tol*math.Max(1, value)) || !(math.Abs(got-slope) <= tol) {
				t.Errorf("%s of %T at z %v, y %v: %v with slope %v, want %v with %v", op, l.Item(), c.z, c.y, l.Item(),
					got, value, slope)
			}
		}
		near("sum of squares", loss.SumOfSquares(z, y, loss.Mean), c.squares, c.dsquares)
		near("KL", loss.SoftMargin(z, y, loss.Mean), c.kl, c.dkl)
	}
}

// For a large margin m the losses are 2 e^(-2m) and e^(-m), and minus their
// slopes 4 e^(-2m) and e^(-m). All digits of them are there: nothing cancels.
func TestTailsKeepTheirDigits(t *testing.T) {
	for m := 40.0; m <= 350; m += 10 {
		for _, y := range []float64{-1, 1} {
			z, yt := tensor.Scalar(y*m).RequireGrad(), tensor.Scalar(y)
			near := func(what string, got, want float64) {
				if !(math.Abs(got/want-1) <= 1e-13) {
					t.Errorf("%s at z %v, y %v: %v, want %v", what, y*m, y, got, want)
				}
			}
			squares, kl := loss.SumOfSquares(z, yt, loss.Mean), loss.SoftMargin(z, yt, loss.Mean)
			near("sum of squares", squares.Item(), 2*math.Exp(-2*m))
			near("slope of it", tensor.Gradients(squares, nil, z)[0].Item(), -4*y*math.Exp(-2*m))
			near("KL", kl.Item(), math.Exp(-m))
			near("slope of it", tensor.Gradients(kl, nil, z)[0].Item(), -y*math.Exp(-m))
		}
	}
}

// The loss of a batch has all digits of the sum of the samples' losses, be they many
// or large, small or both.
func TestSumsKeepTheirDigits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for _, n := range []int{1, 2, 3, 64, 1000} {
		for _, margin := range []func() float64{
			func() float64 { return 0 },
			func() float64 { return 1e-3 * rng.NormFloat64() },
			func() float64 { return 3 * rng.NormFloat64() },
			func() float64 { return 20 * rng.NormFloat64() },
			func() float64 { return 40 + rng.Float64() },
			func() float64 { return -40 - rng.Float64() },
		} {
			z, y := tensor.Zeros[float64](n), tensor.Ones[float64](n)
			squares, kl := 0.0, 0.0
			for i := range n {
				m := margin()
				z.Set(m, i)
				squares += loss.SumOfSquares(tensor.Scalar(m), tensor.Scalar(1.0), loss.Sum).Item()
				kl += loss.SoftMargin(tensor.Scalar(m), tensor.Scalar(1.0), loss.Sum).Item()
			}
			for op, v := range map[string][2]float64{
				"sum of squares": {loss.SumOfSquares(z, y, loss.Sum).Item(), squares},
				"KL":             {loss.SoftMargin(z, y, loss.Sum).Item(), kl},
			} {
				if !(math.Abs(v[0]/v[1]-1) <= 1e-13) {
					t.Errorf("%s of %d samples with margins like %v: %v, their losses add up to %v", op, n, z.At(0),
						v[0], v[1])
				}
			}
		}
	}
}

// Changing the signs of logits and labels changes nothing but the sign of the
// slopes, and both losses fall as the margin grows.
func TestMarginSymmetryAndOrder(t *testing.T) {
	for op, f := range map[string]func(z, y *tensor64, r loss.Reduction) *tensor64{
		"sum of squares": loss.SumOfSquares[float64], "KL": loss.SoftMargin[float64],
	} {
		last := math.Inf(1)
		for m := -30.0; m <= 30; m += 0.25 {
			plus, minus := tensor.Scalar(m).RequireGrad(), tensor.Scalar(-m).RequireGrad()
			a, b := f(plus, tensor.Scalar(1.0), loss.Mean), f(minus, tensor.Scalar(-1.0), loss.Mean)
			da, db := tensor.Gradients(a, nil, plus)[0].Item(), tensor.Gradients(b, nil, minus)[0].Item()
			if a.Item() != b.Item() || da != -db {
				t.Errorf("%s at margin %v: %v with slope %v for +1, %v with %v for -1", op, m, a.Item(), da, b.Item(),
					db)
			}
			if !(a.Item() < last) {
				t.Errorf("%s at margin %v is %v, no less than %v a quarter before", op, m, a.Item(), last)
			}
			last = a.Item()
		}
	}
}
