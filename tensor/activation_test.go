package tensor_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// The comment of Activations, which go doc shows, has the names of all.
func TestActivationsAreListed(t *testing.T) {
	source, err := os.ReadFile("activation.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range tensor.Activations() {
		names = append(names, a.Name)
	}
	comment := strings.ReplaceAll(string(source), "\n// ", " ")
	if list := strings.Join(names, ", "); !strings.Contains(comment, "default: "+list+".") {
		t.Errorf("the comment does not have the names %s", list)
	}
}

// smoothPoints returns points from -8 to 8, and on both sides of every kink, where
// finite differences of a say something: none is within their reach of a kink.
func smoothPoints(a tensor.Activation) []float64 {
	const away = 0.02
	var points []float64
	for i := range 401 {
		points = append(points, -8.003+0.04*float64(i))
	}
	for _, k := range a.Kinks {
		points = append(points, k-away, k+away)
	}
	return slices.DeleteFunc(points, func(x float64) bool {
		return slices.ContainsFunc(a.Kinks, func(k float64) bool { return math.Abs(x-k) < away/2 })
	})
}

func TestActivationGradients(t *testing.T) {
	for _, a := range tensor.Activations() {
		for _, x := range smoothPoints(a) {
			err := gradcheck.Check(a.Name, func(in []*tensor64) *tensor64 {
				return tensor.Apply(a, in[0])
			}, tensor.Scalar(x))
			if err != nil {
				t.Errorf("at %g: %v", x, err)
				break
			}
		}
	}
}

// bend returns the jump of the slope of a function about x as its values at a
// distance h show it: h f"(x) where it is smooth, and more than half of the jump
// if there is a kink within h/2.
func bend(f func(x float64) float64, x, h float64) float64 {
	return math.Abs((f(x+h)-f(x))/h - (f(x)-f(x-h))/h)
}

// sharpest returns the point about x at which f bends most, and how much, looked
// for with ever smaller steps.
func sharpest(f func(x float64) float64, x, h float64) (float64, float64) {
	for h > 1e-5 {
		h /= 4
		from := x
		for i := -4.0; i <= 4; i++ {
			if at := from + i*h; bend(f, at, h) > bend(f, x, h) {
				x = at
			}
		}
	}
	return x, bend(f, x, h)
}

// A row names all its kinks and no others, with the slope that the operation has
// there. The jumps are seen in the values of the function, not in its derivative.
func TestKinks(t *testing.T) {
	const h = 1.0 / 64
	jumps := func(a tensor.Activation, x float64) (at float64, found bool) {
		at, jump := sharpest(a.F, x, h)
		return at, jump > 1e-3*(1+math.Abs(a.F(at+h)-a.F(at-h))/(2*h))
	}
	for _, a := range tensor.Activations() {
		for i := range 1025 {
			at, found := jumps(a, -8+float64(i)*h)
			if found && !slices.ContainsFunc(a.Kinks, func(k float64) bool { return math.Abs(at-k) < 1e-4 }) {
				t.Errorf("the slope of %s jumps near %.4f: the row has no such kink", a.Name, at)
				break
			}
		}
		for _, k := range a.Kinks {
			if _, found := jumps(a, k); !found {
				t.Errorf("%s has no kink at %g", a.Name, k)
			}
			x := tensor.Scalar(k).RequireGrad()
			if got := tensor.Gradients(tensor.Apply(a, x), nil, x)[0].Item(); got != a.DF(k, a.F(k)) {
				t.Errorf("%s'(%g) = %v, the row says %v", a.Name, k, got, a.DF(k, a.F(k)))
			}
		}
	}
}

// Functions with a jump of the slope anywhere are found out, and smooth ones,
// however steep or curved, are not.
func TestSharpest(t *testing.T) {
	for _, at := range []float64{0, 1, -0.0041, 0.3333, 2.9} {
		f := func(x float64) float64 { return 0.1*math.Max(x, at) + x*x }
		x, jump := sharpest(f, math.Round(64*at)/64, 1.0/64)
		if math.Abs(x-at) > 1e-4 || math.Abs(jump-0.1) > 0.06 {
			t.Errorf("kink of 0.1 at %g: found %g at %g", at, jump, x)
		}
	}
	if _, jump := sharpest(math.Exp, 8, 1.0/64); jump > 1e-4*math.Exp(8) {
		t.Errorf("e^x bends by %g at 8", jump)
	}
}

// Nondecreasing functions are so on sorted float32 numbers, bit for bit, and the
// others are not.
func TestNondecreasing(t *testing.T) {
	var points []float32
	for bits := uint32(0); bits < 0x7f800000; bits += 65521 {
		points = append(points, math.Float32frombits(bits))
	}
	n := len(points)
	sorted := make([]float32, 0, 2*n)
	for i := range n {
		sorted = append(sorted, -points[n-1-i])
	}
	sorted = append(sorted, points...)
	for _, a := range tensor.Activations() {
		y := tensor.Apply(a, tensor.FromSlice(sorted)).Data()
		fault := -1
		for i := 1; i < len(y); i++ {
			if y[i] < y[i-1] {
				fault = i
				break
			}
		}
		switch {
		case a.Nondecreasing && fault >= 0:
			t.Errorf("%s(%g) = %g, but %s(%g) = %g", a.Name, sorted[fault-1], y[fault-1], a.Name, sorted[fault],
				y[fault])
		case !a.Nondecreasing && fault < 0:
			t.Errorf("%s never decreased", a.Name)
		}
	}
}

// No activation overflows where its value does not.
func TestActivationsAreFiniteFarOut(t *testing.T) {
	for _, a := range tensor.Activations() {
		for _, at := range []float64{-1000, -100, 100, 1000} {
			if math.Abs(a.F(at)) > math.MaxFloat32 {
				continue
			}
			x := tensor.Scalar(float32(at)).RequireGrad()
			y := tensor.Apply(a, x)
			y.Backward(nil)
			if v, d := float64(y.Item()), float64(x.Grad().Item()); math.IsNaN(v-v) || math.IsNaN(d-d) {
				t.Errorf("%s(%v) = %v with derivative %v", a.Name, at, v, d)
			}
		}
	}
}

// Every row has PyTorch's values and gradients, from -8 to 8 and at its kinks.
func TestActivationsArePyTorchs(t *testing.T) {
	cases, err := torchref.Load("activations")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range tensor.Activations() {
		i := slices.IndexFunc(cases, func(c torchref.Case) bool { return c.Op == a.Name && len(c.Options) == 0 })
		if i < 0 {
			t.Errorf("no values of PyTorch for %s: it needs a row of ACTIVATIONS in testdata/torch/generate.py", a.Name)
			continue
		}
		x := cases[i].Leaf("x")
		if gap := uncovered(a, x.Data()); gap != "" {
			t.Errorf("PyTorch's values for %s have no %s", a.Name, gap)
		}
		if err := cases[i].Check(tensor.Apply(a, x), map[string]*tensor64{"x": x}); err != nil {
			t.Error(err)
		}
	}
}

// uncovered returns what points lack to tell whether an activation is right, or "":
// they are to lie within 1/4 of each other from -8 to 8, and to include each kink with
// points that near on both sides.
func uncovered(a tensor.Activation, points []float64) string {
	const near = 0.25
	between := func(lo, hi float64) bool { // lo < x <= hi
		return slices.ContainsFunc(points, func(x float64) bool { return lo < x && x <= hi })
	}
	for lo := -8 - near; lo < 8; lo += near {
		if !between(lo, lo+near) {
			return fmt.Sprintf("point between %g and %g", lo, lo+near)
		}
	}
	for _, k := range a.Kinks {
		below := math.Nextafter(k, math.Inf(-1))
		if !slices.Contains(points, k) || !between(below-near, below) || !between(k, k+near) {
			return fmt.Sprintf("points at %g and near it on both sides, for the kink there", k)
		}
	}
	return ""
}

// The functions with a name of their own, and those with a parameter.
func TestNamedActivationsArePyTorchs(t *testing.T) {
	cases, err := torchref.Load("activations")
	if err != nil {
		t.Fatal(err)
	}
	unary := map[string]func(x *tensor64) *tensor64{
		"sigmoid": tensor.Sigmoid[float64], "tanh": tensor.Tanh[float64], "relu": tensor.ReLU[float64],
		"logsigmoid": tensor.LogSigmoid[float64], "softplus": tensor.Softplus[float64],
		"gelu": tensor.GELU[float64], "silu": tensor.SiLU[float64], "square": tensor.Square[float64],
		"sin": tensor.Sin[float64], "abs": tensor.Abs[float64], "exp": tensor.Exp[float64],
		"log": tensor.Log[float64], "sqrt": tensor.Sqrt[float64],
	}
	for _, c := range cases {
		x := c.Leaf("x")
		f := unary[c.Op]
		switch {
		case c.Op == "softmax":
			f = func(x *tensor64) *tensor64 { return tensor.Softmax(x, c.Ints("axis")[0]) }
		case c.Op == "logsoftmax":
			f = func(x *tensor64) *tensor64 { return tensor.LogSoftmax(x, c.Ints("axis")[0]) }
		case c.Options["slope"] != nil:
			f = func(x *tensor64) *tensor64 { return tensor.LeakyReLU(x, c.Float("slope")) }
		case c.Options["alpha"] != nil:
			f = func(x *tensor64) *tensor64 { return tensor.ELU(x, c.Float("alpha")) }
		}
		delete(unary, c.Op)
		if f == nil {
			continue // a row of Activations without a function of its own
		}
		if err := c.Check(f(x), map[string]*tensor64{"x": x}); err != nil {
			t.Error(err)
		}
	}
	if len(unary) != 0 {
		t.Errorf("no values of PyTorch for %v", unary)
	}
}

// Values and slopes at -0, 0, NaN, +Inf and -Inf are PyTorch's, in both types.
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
		"relu":      {{minus0, 0, nan, inf, 0}, {0, 0, 1, 1, 0}},
		"leakyrelu": {{minus0, 0, nan, inf, -inf}, {.01, .01, .01, 1, .01}},
		"abs":       {{0, 0, nan, inf, inf}, {0, 0, 0, 1, -1}},
		"exp":       {{1, 1, nan, inf, 0}, {1, 1, nan, inf, 0}},
		"gelu":      {{minus0, 0, nan, inf, nan}, {.5, .5, nan, nan, nan}},
		"silu":      {{minus0, 0, nan, inf, nan}, {.5, .5, nan, nan, nan}},
	}
	for _, a := range tensor.Activations() {
		x := tensor.FromSlice([]T{T(minus0), 0, T(nan), T(inf), T(-inf)}).RequireGrad()
		y := tensor.Apply(a, x)
		y.Backward(tensor.Ones[T](5))
		if v := y.At(2); v == v {
			t.Errorf("%s of NaN (%T) is %v", a.Name, v, v)
		}
		w, ok := want[a.Name]
		for i := 0; ok && i < 5; i++ {
			for k, got := range [2]T{y.At(i), x.Grad().At(i)} {
				v := T(w[k][i])
				if (got != v || math.Signbit(float64(got)) != math.Signbit(float64(v))) && !(got != got && v != v) {
					t.Errorf("%s of %v (%T): value or slope is %v, want %v", a.Name, x.At(i), got, got, v)
				}
			}
		}
	}
}
