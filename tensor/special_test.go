package tensor_test

import (
	"math"
	"testing"

	"hw4/internal/kernel"
	"hw4/tensor"
)

var nan, inf = math.NaN(), math.Inf(1)

// notFinite has for each function its value at NaN, Inf and -Inf, and behind each the
// gradients there for the upstream gradients 1, Inf and NaN. They are PyTorch 2.15's in
// float64, whose ELU has at NaN, by how its elements lie in vectors, 1 or NaN.
var notFinite = map[string][3][4]float64{
	"identity":   {{nan, 1, inf, nan}, {inf, 1, inf, nan}, {-inf, 1, inf, nan}},
	"sigmoid":    {{nan, nan, nan, nan}, {1, 0, nan, nan}, {0, 0, nan, nan}},
	"tanh":       {{nan, nan, nan, nan}, {1, 0, nan, nan}, {-1, 0, nan, nan}},
	"relu":       {{nan, 1, inf, nan}, {inf, 1, inf, nan}, {0, 0, 0, 0}},
	"leakyrelu":  {{nan, 0.01, inf, nan}, {inf, 1, inf, nan}, {-inf, 0.01, inf, nan}},
	"softplus":   {{nan, nan, nan, nan}, {inf, 1, inf, nan}, {0, 0, nan, nan}},
	"logsigmoid": {{nan, nan, nan, nan}, {0, 0, nan, nan}, {-inf, 1, inf, nan}},
	"elu":        {{nan, 1, inf, nan}, {inf, 1, inf, nan}, {-1, 0, nan, nan}},
	"exp":        {{nan, nan, nan, nan}, {inf, inf, inf, nan}, {0, 0, nan, nan}},
	"gelu":       {{nan, nan, nan, nan}, {inf, nan, nan, nan}, {nan, nan, nan, nan}},
	"silu":       {{nan, nan, nan, nan}, {inf, nan, nan, nan}, {nan, nan, nan, nan}},
	"square":     {{nan, nan, nan, nan}, {inf, inf, inf, nan}, {inf, -inf, -inf, nan}},
	"sin":        {{nan, nan, nan, nan}, {nan, nan, nan, nan}, {nan, nan, nan, nan}},
	"abs":        {{nan, 0, nan, nan}, {inf, 1, inf, nan}, {inf, -1, -inf, nan}},
	"log":        {{nan, nan, nan, nan}, {inf, 0, nan, nan}, {nan, 0, nan, nan}},
	"sqrt":       {{nan, nan, nan, nan}, {inf, 0, nan, nan}, {nan, nan, nan, nan}},
}

// What is not finite gives the same on all paths, in both types, wherever it stands in
// a vector.
func TestNotFinite(t *testing.T) {
	functions := append(tensor.Activations(), tensor.Activation{Name: "log"}, tensor.Activation{Name: "sqrt"})
	for _, isa := range kernel.ISAs() {
		defer kernel.Use(isa)()
		for _, a := range functions {
			if _, ok := notFinite[a.Name]; !ok {
				t.Errorf("%s: no values", a.Name)
			}
			checkNotFinite[float32](t, isa, a)
			checkNotFinite[float64](t, isa, a)
		}
	}
}

func checkNotFinite[T tensor.Float](t *testing.T, isa string, a tensor.Activation) {
	t.Helper()
	f := func(x *tensor.Tensor[T]) *tensor.Tensor[T] { return tensor.Apply(a, x) }
	switch a.Name {
	case "log":
		f = tensor.Log[T]
	case "sqrt":
		f = tensor.Sqrt[T]
	}
	same := func(a, b float64) bool { return a == b || a != a && b != b }
	for i, x := range []float64{nan, inf, -inf} {
		for j, dy := range []float64{1, inf, nan} {
			leaf := tensor.Full(T(x), 19).RequireGrad()
			y := f(leaf)
			y.Backward(tensor.Full(T(dy), 19))
			want := notFinite[a.Name][i]
			for k, v := range leaf.Grad().Data() {
				if !same(float64(y.At(k)), float64(T(want[0]))) || !same(float64(v), float64(T(want[1+j]))) {
					t.Fatalf("%s, %T, %s(%v) at %d is %v with gradient %v for %v, want %v and %v",
						isa, v, a.Name, x, k, y.At(k), v, dy, want[0], want[1+j])
				}
			}
		}
	}
}

// Softmax of +-1000 neither overflows nor loses its small terms' order, and what
// is infinite stays so.
func TestSoftmaxFarOut(t *testing.T) {
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
