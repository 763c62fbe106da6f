package tensor_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// selected applies the operation of a case of PyTorch's to its inputs.
func selected(t *testing.T, c *torchref.Case, leaves map[string]*tensor64) *tensor64 {
	t.Helper()
	x, a, b := leaves["x"], leaves["a"], leaves["b"]
	var index []int
	for _, v := range c.Inputs["index"].Data {
		index = append(index, int(v))
	}
	switch c.Op {
	case "slice":
		return tensor.Slice(x, c.Ints("axis")[0], c.Ints("from")[0], c.Ints("to")[0])
	case "pad":
		var widths [][2]int
		for w := range slices.Chunk(c.Ints("widths"), 2) {
			widths = append(widths, [2]int(w))
		}
		return tensor.Pad(x, c.Float("value"), widths...)
	case "clamp":
		return tensor.Clamp(x, c.Options["bounds"][0], c.Options["bounds"][1])
	case "onehot":
		return tensor.Add(tensor.OneHot[float64](index, c.Ints("classes")[0]), tensor.Scale(tensor.Sum(x), 0))
	case "gather":
		return tensor.Gather(x, c.Ints("axis")[0], index, c.Inputs["index"].Shape...)
	case "argmax":
		found := tensor.Zeros[float64](c.Output.Shape...)
		for i, at := range tensor.Argmax(x, c.Ints("axis")[0]) {
			found.Data()[i] = float64(at)
		}
		return tensor.Add(found, tensor.Scale(tensor.Sum(x), 0))
	case "stack":
		return tensor.Stack(c.Ints("axis")[0], a, b, leaves["c"])
	case "where":
		return tensor.Where(leaves["c"].Detach(), a, b)
	case "matmul":
		return tensor.MatMul(a, b)
	}
	t.Fatalf("no operation %q", c.Op)
	return nil
}

func TestSelectionIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("selection")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		leaves := make(map[string]*tensor64)
		for _, name := range []string{"x", "a", "b", "c"} {
			leaves[name] = c.Leaf(name)
		}
		if err := c.Check(selected(t, &c, leaves), leaves); err != nil {
			t.Error(err)
		}
	}
}

func TestGradientsOfSelection(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for range 40 {
		s := randomShape(rng)
		axis := rng.IntN(len(s))
		from := rng.IntN(s[axis])
		to := from + rng.IntN(s[axis]-from+1)
		widths := make([][2]int, rng.IntN(len(s)+1))
		for i := range widths {
			widths[i] = [2]int{rng.IntN(3), rng.IntN(3)}
		}
		taken := slices.Clone(s)
		taken[axis] = 1 + rng.IntN(4)
		index := make([]int, tensor.Zeros[float64](taken...).Len())
		for i := range index {
			index[i] = rng.IntN(s[axis])
		}
		for name, f := range map[string]func(x *tensor64) *tensor64{
			"slice":  func(x *tensor64) *tensor64 { return tensor.Slice(x, axis, from, to) },
			"pad":    func(x *tensor64) *tensor64 { return tensor.Pad(x, 3, widths...) },
			"stack":  func(x *tensor64) *tensor64 { return tensor.Stack(axis, x, tensor.Scale(x, 2)) },
			"gather": func(x *tensor64) *tensor64 { return tensor.Gather(x, axis-len(s), index, taken...) },
			"clamp":  func(x *tensor64) *tensor64 { return tensor.Clamp(x, -0.3, 0.4) },
		} {
			op := fmt.Sprintf("%s of %v, axis %d, %d to %d, %v, %v", name, s, axis, from, to, widths, index)
			if err := gradcheck.Check(op, func(in []*tensor64) *tensor64 {
				return f(in[0])
			}, spread(rng, s...)); err != nil {
				t.Error(err)
			}
		}
		a, b, cond := broadcastTo(rng, s), broadcastTo(rng, s), tensor.Zeros[float64](s...)
		for i := range cond.Data() {
			cond.Data()[i] = float64(rng.IntN(2))
		}
		if err := gradcheck.Check(fmt.Sprintf("where %v %v %v", s, a, b), func(in []*tensor64) *tensor64 {
			return tensor.Where(cond, in[0], in[1])
		}, spread(rng, a...), spread(rng, b...)); err != nil {
			t.Error(err)
		}
		left, right := append(broadcastTo(rng, s), 2, 3), append(broadcastTo(rng, s), 3, 2)
		if err := gradcheck.Check(fmt.Sprintf("matmul %v %v", left, right), func(in []*tensor64) *tensor64 {
			return tensor.MatMul(in[0], in[1])
		}, spread(rng, left...), spread(rng, right...)); err != nil {
			t.Error(err)
		}
	}
}

// A matrix that no product is made of has a gradient, and it is zero even where the
// storage held something else before.
func TestMatMulOfNoMatrices(t *testing.T) {
	var scope tensor.Scope[float64]
	a := tensor.Ones[float64](1, 2, 3).RequireGrad()
	for _, n := range []int{5, 5, 0} {
		scope.Reset()
		tensor.Sum(tensor.MatMul(a, scope.Enter(tensor.Ones[float64](n, 3, 4)))).Backward(nil)
		if g := a.Grad().At(0, 1, 2); g != float64(4*n) {
			t.Errorf("%d products: gradient %v", n, a.Grad())
		}
		a.ZeroGrad()
	}
}

// NaN is the largest, and stays one in Clamp; what is outside of one bound may be
// inside of the other.
func TestSelectionOfNotANumber(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	x := tensor.FromSlice([]float64{1, nan, 3, nan, 2, 2, -inf, inf, 0}, 3, 3)
	if got := tensor.Argmax(x, 1); !slices.Equal(got, []int{1, 0, 1}) {
		t.Errorf("argmax of %v is %v", x, got)
	}
	y := tensor.Clamp(x, 1.5, inf)
	if want := []float64{1.5, nan, 3, nan, 2, 2, 1.5, inf, 1.5}; fmt.Sprint(y.Data()) != fmt.Sprint(want) {
		t.Errorf("clamped are %v, want %v", y.Data(), want)
	}
	edges := tensor.FromSlice([]float64{-1, -0.5, 0.5, 1, nan}).RequireGrad()
	tensor.Sum(tensor.Clamp(edges, -1, 1)).Backward(nil)
	if want := []float64{0, 1, 1, 0, 0}; !slices.Equal(edges.Grad().Data(), want) {
		t.Errorf("clamp at its bounds has the gradient %v, want %v", edges.Grad(), want)
	}
}
