package tensor_test

import (
	"fmt"
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
			points := smoothPoints(a)
			x := tensor.Zeros[float64](s...)
			for i := range x.Data() {
				x.Data()[i] = points[rng.IntN(len(points))]
			}
			check(a.Name, func(in []*tensor64) *tensor64 { return tensor.Apply(a, in[0]) }, x)
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
				"select": func(x *tensor64) *tensor64 {
					return tensor.IndexSelect(x, axis, []int{s[axis] - 1, 0, s[axis] - 1})
				},
			} {
				check(fmt.Sprintf("%s %v axis %d", name, s, axis), func(in []*tensor64) *tensor64 {
					return f(in[0])
				}, spread(rng, s...))
			}
			check("concat", func(in []*tensor64) *tensor64 { return tensor.Concat(axis, in...) },
				spread(rng, s...), spread(rng, s...), spread(rng, s...))
		}
	}
	check("permute", func(in []*tensor64) *tensor64 {
		return tensor.Permute(in[0], 2, 0, 3, 1)
	}, spread(rng, 2, 3, 1, 5))
	check("sum over two axes", func(in []*tensor64) *tensor64 { return tensor.Sum(in[0], 0, 2) }, spread(rng, 2, 3, 5))
}

func TestGradientsOfTwoInputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, s := range [][2][]int{
		{{}, {}}, {{3}, {3}}, {{2, 3}, {3}}, {{1}, {2, 5}}, {{4, 1, 3}, {2, 1}}, {{}, {2, 2}}, {{1, 3}, {5, 1}},
		{{2, 1, 1}, {7}},
	} {
		for name, f := range map[string]func(a, b *tensor64) *tensor64{
			"add": tensor.Add[float64], "sub": tensor.Sub[float64], "mul": tensor.Mul[float64],
			"div": tensor.Div[float64],
		} {
			err := gradcheck.Check(fmt.Sprintf("%s %v", name, s), func(in []*tensor64) *tensor64 {
				return f(in[0], in[1])
			},
				positive(rng, s[0]...), positive(rng, s[1]...))
			if err != nil {
				t.Error(err)
			}
		}
	}
	for _, s := range [][2][]int{
		{{1, 1}, {1, 1}}, {{2, 3}, {3, 5}}, {{7, 1}, {1, 2}}, {{3}, {3}}, {{3}, {3, 2}}, {{2, 3}, {3}},
		{{2, 3, 4}, {2, 4, 1}}, {{2, 1, 3, 2}, {2, 1, 2, 5}},
	} {
		err := gradcheck.Check(fmt.Sprintf("matmul %v", s), func(in []*tensor64) *tensor64 {
			return tensor.MatMul(in[0], in[1])
		},
			spread(rng, s[0]...), spread(rng, s[1]...))
		if err != nil {
			t.Error(err)
		}
	}
}
