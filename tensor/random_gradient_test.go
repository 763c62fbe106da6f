package tensor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// randomShape returns up to four lengths, of which many are 1.
func randomShape(rng *rand.Rand) []int {
	shape := make([]int, 1+rng.IntN(4))
	for i := range shape {
		shape[i] = []int{1, 1, 2, 3, 5}[rng.IntN(5)]
	}
	return shape
}

// broadcastTo returns a shape that broadcasts to the given one: some lengths are
// 1, and some leading axes missing.
func broadcastTo(rng *rand.Rand, shape []int) []int {
	out := append([]int{}, shape[rng.IntN(len(shape)+1):]...)
	for i := range out {
		if rng.IntN(2) == 0 {
			out[i] = 1
		}
	}
	return out
}

// Operations with axes, lists and broadcasting, over random ones.
func TestGradientsOfRandomShapes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 40 {
		s := randomShape(rng)
		axis := rng.IntN(len(s))
		axes := rng.Perm(len(s))[:1+rng.IntN(len(s))]
		order := rng.Perm(len(s))
		index := make([]int, 1+rng.IntN(4))
		for i := range index {
			index[i] = rng.IntN(s[axis])
		}
		for name, f := range map[string]func(x *tensor64) *tensor64{
			"sum":         func(x *tensor64) *tensor64 { return tensor.Sum(x, axes...) },
			"mean":        func(x *tensor64) *tensor64 { return tensor.Mean(x, axes...) },
			"max":         func(x *tensor64) *tensor64 { return tensor.Max(x, axes...) },
			"softmax":     func(x *tensor64) *tensor64 { return tensor.Softmax(x, axis) },
			"log softmax": func(x *tensor64) *tensor64 { return tensor.LogSoftmax(x, axis-len(s)) },
			"permute":     func(x *tensor64) *tensor64 { return tensor.Permute(x, order...) },
			"select":      func(x *tensor64) *tensor64 { return tensor.IndexSelect(x, axis, index) },
			"concat":      func(x *tensor64) *tensor64 { return tensor.Concat(axis, x, tensor.IndexSelect(x, axis, index)) },
		} {
			op := fmt.Sprintf("%s of %v, axis %d, axes %v, order %v, index %v", name, s, axis, axes, order, index)
			if err := gradcheck.Check(op, func(in []*tensor64) *tensor64 {
				return f(in[0])
			}, spread(rng, s...)); err != nil {
				t.Error(err)
			}
		}
		a, b := broadcastTo(rng, s), s
		if rng.IntN(2) == 0 {
			a, b = b, a
		}
		for name, f := range map[string]func(a, b *tensor64) *tensor64{
			"add": tensor.Add[float64], "sub": tensor.Sub[float64], "mul": tensor.Mul[float64],
			"div": tensor.Div[float64],
		} {
			op := fmt.Sprintf("%s of %v and %v", name, a, b)
			if err := gradcheck.Check(op, func(in []*tensor64) *tensor64 {
				return f(in[0], in[1])
			}, positive(rng, a...), positive(rng, b...)); err != nil {
				t.Error(err)
			}
		}
	}
}

// What moves elements puts each where its index says.
func TestElementsMoveByTheirIndex(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	x := spread(rng, 2, 3, 5)
	turned := tensor.Permute(x, 2, 0, 1)
	chosen := tensor.IndexSelect(x, 1, []int{2, 0, 2})
	joined := tensor.Concat(2, x, chosen)
	for i := range 2 {
		for j := range 3 {
			for k := range 5 {
				if v := x.At(i, j, k); turned.At(k, i, j) != v || joined.At(i, j, k) != v {
					t.Errorf("element %d %d %d is lost by transpose or concat", i, j, k)
				}
				if v := x.At(i, []int{2, 0, 2}[j], k); chosen.At(i, j, k) != v || joined.At(i, j, 5+k) != v {
					t.Errorf("element %d %d %d is lost by select or concat", i, j, k)
				}
			}
		}
	}
}
