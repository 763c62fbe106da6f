package tensor_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// spread returns a tensor whose elements differ by at least 0.05 from each other
// and from 0, so that no maximum and no kink is within reach of the finite
// differences, in a random order.
func spread(rng *rand.Rand, shape ...int) *tensor64 {
	x := tensor.Zeros[float64](shape...)
	for i, at := range rng.Perm(x.Len()) {
		x.Data()[i] = 0.05*(float64(at)-float64(x.Len()/2)) + 0.025
	}
	return x
}

// positive returns a tensor with elements between 1/2 and 3/2.
func positive(rng *rand.Rand, shape ...int) *tensor64 {
	return tensor.Uniform[float64](rng, 0.5, 1.5, shape...)
}

// Every operation of the package, over shapes that include 1, primes and no axes.
func TestGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	shapes := [][]int{{}, {1}, {7}, {3, 1}, {2, 3, 5}, {1, 1, 1, 1}, {2, 1, 3, 2}}
	check := func(name string, f gradcheck.Func, inputs ...*tensor64) {
		t.Helper()
		if err := gradcheck.Check(name, f, inputs...); err != nil {
			t.Error(err)
		}
	}
	for _, a := range tensor.Activations() {
		for _, s := range shapes {
			check(a.Name, func(in []*tensor64) *tensor64 { return tensor.Apply(a, in[0]) }, spread(rng, s...))
		}
	}
	for _, s := range shapes {
		unary := map[string]func(x *tensor64) *tensor64{
			"log": tensor.Log[float64], "sqrt": tensor.Sqrt[float64],
			"elu 0.3":       func(x *tensor64) *tensor64 { return tensor.ELU(x, 0.3) },
			"leaky relu -2": func(x *tensor64) *tensor64 { return tensor.LeakyReLU(x, -2) },
			"neg":           tensor.Neg[float64],
			"scale":         func(x *tensor64) *tensor64 { return tensor.Scale(x, -2.5) },
			"add scalar":    func(x *tensor64) *tensor64 { return tensor.AddScalar(x, 3) },
			"reshape":       func(x *tensor64) *tensor64 { return tensor.Reshape(x, -1) },
			"transpose":     func(x *tensor64) *tensor64 { return tensor.Transpose(x) },
			"sum":           func(x *tensor64) *tensor64 { return tensor.Sum(x) },
			"mean":          func(x *tensor64) *tensor64 { return tensor.Mean(x) },
			"max":           func(x *tensor64) *tensor64 { return tensor.Max(x) },
		}
		for name, f := range unary {
			x := positive(rng, s...)
			if name == "max" {
				x = spread(rng, s...)
			}
			check(fmt.Sprintf("%s %v", name, s), func(in []*tensor64) *tensor64 { return f(in[0]) }, x)
		}
		for axis := range s {
			for name, f := range map[string]func(x *tensor64) *tensor64{
				"sum":         func(x *tensor64) *tensor64 { return tensor.Sum(x, axis) },
				"mean":        func(x *tensor64) *tensor64 { return tensor.Mean(x, axis-len(s)) },
				"max":         func(x *tensor64) *tensor64 { return tensor.Max(x, axis) },
				"softmax":     func(x *tensor64) *tensor64 { return tensor.Softmax(x, axis) },
				"log softmax": func(x *tensor64) *tensor64 { return tensor.LogSoftmax(x, axis) },
				"select":      func(x *tensor64) *tensor64 { return tensor.Select(x, axis, []int{s[axis] - 1, 0, s[axis] - 1}) },
			} {
				check(fmt.Sprintf("%s %v axis %d", name, s, axis), func(in []*tensor64) *tensor64 { return f(in[0]) }, spread(rng, s...))
			}
			check("concat", func(in []*tensor64) *tensor64 { return tensor.Concat(axis, in...) },
				spread(rng, s...), spread(rng, s...), spread(rng, s...))
		}
	}
	check("transpose", func(in []*tensor64) *tensor64 { return tensor.Transpose(in[0], 2, 0, 3, 1) }, spread(rng, 2, 3, 1, 5))
	check("sum over two axes", func(in []*tensor64) *tensor64 { return tensor.Sum(in[0], 0, 2) }, spread(rng, 2, 3, 5))
}

func TestGradientsOfTwoInputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, s := range [][2][]int{
		{{}, {}}, {{3}, {3}}, {{2, 3}, {3}}, {{1}, {2, 5}}, {{4, 1, 3}, {2, 1}}, {{}, {2, 2}}, {{1, 3}, {5, 1}}, {{2, 1, 1}, {7}},
	} {
		for name, f := range map[string]func(a, b *tensor64) *tensor64{
			"add": tensor.Add[float64], "sub": tensor.Sub[float64], "mul": tensor.Mul[float64], "div": tensor.Div[float64],
		} {
			err := gradcheck.Check(fmt.Sprintf("%s %v", name, s), func(in []*tensor64) *tensor64 { return f(in[0], in[1]) },
				positive(rng, s[0]...), positive(rng, s[1]...))
			if err != nil {
				t.Error(err)
			}
		}
	}
	for _, s := range [][2][]int{
		{{1, 1}, {1, 1}}, {{2, 3}, {3, 5}}, {{7, 1}, {1, 2}}, {{3}, {3}}, {{3}, {3, 2}}, {{2, 3}, {3}}, {{2, 3, 4}, {2, 4, 1}}, {{2, 1, 3, 2}, {2, 1, 2, 5}},
	} {
		err := gradcheck.Check(fmt.Sprintf("matmul %v", s), func(in []*tensor64) *tensor64 { return tensor.MatMul(in[0], in[1]) },
			spread(rng, s[0]...), spread(rng, s[1]...))
		if err != nil {
			t.Error(err)
		}
	}
}

// The derivative at a kink is PyTorch's.
func TestGradientsAtKinks(t *testing.T) {
	for name, want := range map[string]float64{"relu": 0, "leakyrelu": 0.01, "abs": 0, "elu": 1} {
		for _, a := range tensor.Activations() {
			if a.Name != name {
				continue
			}
			x := tensor.Scalar(0.0).RequireGrad()
			if got := tensor.Gradients(tensor.Apply(a, x), nil, x)[0].Item(); got != want {
				t.Errorf("%s'(0) = %v, want %v", name, got, want)
			}
		}
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
			t.Errorf("%s(%g) = %g, but %s(%g) = %g", a.Name, sorted[fault-1], y[fault-1], a.Name, sorted[fault], y[fault])
		case !a.Nondecreasing && fault < 0:
			t.Errorf("%s never decreased", a.Name)
		}
	}
}

// No activation overflows where its value does not.
func TestActivationsAreFiniteFarOut(t *testing.T) {
	for _, a := range tensor.Activations() {
		if a.Name == "exp" {
			continue
		}
		x := tensor.FromSlice([]float32{-1000, -100, 100, 1000}).RequireGrad()
		y := tensor.Apply(a, x)
		y.Backward(tensor.Ones[float32](4))
		for i := range 4 {
			if v, d := float64(y.At(i)), float64(x.Grad().At(i)); math.IsNaN(v) || math.IsInf(v, 0) || math.IsNaN(d) || math.IsInf(d, 0) {
				t.Errorf("%s(%v) = %v with derivative %v", a.Name, x.At(i), v, d)
			}
		}
	}
}
