package tensor_test

import (
	"math"
	"testing"

	"hw4/tensor"
)

// Values and slopes at -0, 0, NaN, +Inf and -Inf are PyTorch's, in both types, but
// for the slope of relu at NaN, which PyTorch has as 1.
func TestSpecialValues(t *testing.T) {
	specialValues[float32](t)
	specialValues[float64](t)
}

func specialValues[T tensor.Float](t *testing.T) {
	t.Helper()
	nan, inf, minus0 := math.NaN(), math.Inf(1), math.Copysign(0, -1)
	want := map[string][2][5]float64{
		"identity":  {{minus0, 0, nan, inf, -inf}, {1, 1, 1, 1, 1}},
		"sigmoid":   {{.5, .5, nan, 1, 0}, {.25, .25, nan, 0, 0}},
		"tanh":      {{minus0, 0, nan, 1, -1}, {1, 1, nan, 0, 0}},
		"relu":      {{minus0, 0, nan, inf, 0}, {0, 0, 0, 1, 0}},
		"leakyrelu": {{minus0, 0, nan, inf, -inf}, {.01, .01, .01, 1, .01}},
		"abs":       {{0, 0, nan, inf, inf}, {0, 0, 0, 1, -1}},
		"exp":       {{1, 1, nan, inf, 0}, {1, 1, nan, inf, 0}},
		"gelu":      {{minus0, 0, nan, inf, nan}, {.5, .5, nan, nan, nan}},
		"silu":      {{minus0, 0, nan, inf, nan}, {.5, .5, nan, nan, nan}},
	}
	for _, a := range tensor.Activations() {
		w, ok := want[a.Name]
		if !ok {
			continue
		}
		x := tensor.FromSlice([]T{T(minus0), 0, T(nan), T(inf), T(-inf)}).RequireGrad()
		y := tensor.Apply(a, x)
		y.Backward(tensor.Ones[T](5))
		for i := range 5 {
			for k, got := range [2]T{y.At(i), x.Grad().At(i)} {
				v := T(w[k][i])
				if (got != v || math.Signbit(float64(got)) != math.Signbit(float64(v))) && !(got != got && v != v) {
					t.Errorf("%s of %v (%T): value or slope is %v, want %v", a.Name, x.At(i), got, got, v)
				}
			}
		}
	}
}

// Softmax of +-1000 neither overflows nor loses its small terms' order, and what
// is infinite stays so.
func TestSoftmaxFarOut(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ x, softmax, log []float64 }{
		{[]float64{1000, -1000}, []float64{1, 0}, []float64{0, -2000}},
		{[]float64{-1000, -1000}, []float64{.5, .5}, []float64{-math.Ln2, -math.Ln2}},
		{[]float64{-inf, 0}, []float64{0, 1}, []float64{-inf, 0}},
	} {
		x := tensor.FromSlice(c.x)
		wantData(t, "softmax", tensor.Softmax(x, 0), c.softmax...)
		wantData(t, "log softmax", tensor.LogSoftmax(x, 0), c.log...)
	}
}
