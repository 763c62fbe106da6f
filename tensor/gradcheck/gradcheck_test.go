package gradcheck_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

type tensor64 = tensor.Tensor[float64]

// product is a b for matrices, with a backward rule that rule makes.
func product(rule func(a, b, dout *tensor64) []*tensor64) gradcheck.Func {
	return func(in []*tensor64) *tensor64 {
		a, b := in[0], in[1]
		y := tensor.MatMul(a.Detach(), b.Detach())
		return tensor.Record("product", y, in, func(dout *tensor64) []*tensor64 {
			return rule(a.Detach(), b.Detach(), dout)
		})
	}
}

func right(a, b, dout *tensor64) []*tensor64 {
	return []*tensor64{tensor.MatMul(dout, tensor.Transpose(b)), tensor.MatMul(tensor.Transpose(a), dout)}
}

func inputs() (a, b *tensor64) {
	rng := rand.New(rand.NewPCG(1, 2))
	return tensor.Normal[float64](rng, 0, 1, 3, 3), tensor.Normal[float64](rng, 0, 1, 3, 3)
}

func TestRightRulePasses(t *testing.T) {
	a, b := inputs()
	before := a.Clone()
	if err := gradcheck.Check("product", product(right), a, b); err != nil {
		t.Error(err)
	}
	if a.String() != before.String() || a.RequiresGrad() {
		t.Error("the check changed its input")
	}
}

// Every kind of mistake in a rule is found, at the input where it is.
func TestBrokenRulesAreCaught(t *testing.T) {
	for name, broken := range map[string]struct {
		input int
		rule  func(a, b, dout *tensor64) []*tensor64
	}{
		"wrong sign": {0, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			return []*tensor64{tensor.Neg(g[0]), g[1]}
		}},
		"not transposed": {0, func(a, b, dout *tensor64) []*tensor64 {
			return []*tensor64{tensor.MatMul(dout, b), right(a, b, dout)[1]}
		}},
		"wrong order": {1, func(a, b, dout *tensor64) []*tensor64 {
			return []*tensor64{right(a, b, dout)[0], tensor.MatMul(dout, tensor.Transpose(a))}
		}},
		"missing factor": {1, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			return []*tensor64{g[0], tensor.Scale(g[1], 0.5)}
		}},
		"factor off by a millionth": {1, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			return []*tensor64{g[0], tensor.Scale(g[1], 1+1e-6)}
		}},
		"upstream forgotten": {0, func(a, b, dout *tensor64) []*tensor64 {
			return right(a, b, tensor.Ones[float64](3, 3))
		}},
		"inputs exchanged": {0, func(a, b, dout *tensor64) []*tensor64 { return right(b, a, dout) }},
		"gradients exchanged": {0, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			return []*tensor64{g[1], g[0]}
		}},
		"zero": {1, func(a, b, dout *tensor64) []*tensor64 {
			return []*tensor64{right(a, b, dout)[0], tensor.Zeros[float64](3, 3)}
		}},
		"nil": {1, func(a, b, dout *tensor64) []*tensor64 { return []*tensor64{right(a, b, dout)[0], nil} }},
		"NaN": {0, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			g[0].Set(math.NaN(), 0, 0)
			return g
		}},
		"one entry": {1, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			g[1].Set(g[1].At(2, 1)+1e-5, 2, 1)
			return g
		}},
		"last row missing": {0, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			clear(g[0].Data()[6:])
			return g
		}},
		"shifted by one": {1, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			d := g[1].Data()
			copy(d[1:], d[:8])
			return g
		}},
		"read after it was overwritten": {1, func(a, b, dout *tensor64) []*tensor64 {
			g := right(a, b, dout)
			over := tensor.OutOver(dout)
			clear(over.Data())
			return []*tensor64{g[0], right(a, b, dout)[1]}
		}},
	} {
		a, b := inputs()
		err := gradcheck.Check(name, product(broken.rule), a, b)
		var e *gradcheck.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: not caught: %v", name, err)
			continue
		}
		if name == "gradients exchanged" || name == "inputs exchanged" || name == "upstream forgotten" {
			continue // both inputs are wrong
		}
		if e.Input != broken.input {
			t.Errorf("%s: found at input %d, is at %d", name, e.Input, broken.input)
		}
	}
}

func TestErrorNamesTheEntry(t *testing.T) {
	a, b := inputs()
	err := gradcheck.Check("product", product(func(a, b, dout *tensor64) []*tensor64 {
		g := right(a, b, dout)
		g[1].Set(7, 2, 1)
		return g
	}), a, b)
	var e *gradcheck.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if e.Op != "product" || e.Input != 1 || !slices.Equal(e.Index, []int{2, 1}) || e.Backward != 7 ||
		e.Relative <= e.Tol {
		t.Errorf("error %+v", e)
	}
	for _, part := range []string{"product", "input 1", "(2,1)", "7 by the backward rule",
		fmt.Sprintf("%.12g by finite differences", e.Numerical), fmt.Sprintf("relative error %.3g", e.Relative)} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestWithoutGraph(t *testing.T) {
	a, _ := inputs()
	err := gradcheck.Check("constant", func(in []*tensor64) *tensor64 { return in[0].Detach() }, a)
	if err == nil || !strings.Contains(err.Error(), "nothing was recorded") {
		t.Errorf("error %v", err)
	}
}

func TestTolerance(t *testing.T) {
	a, b := inputs()
	rough := product(func(a, b, dout *tensor64) []*tensor64 {
		g := right(a, b, dout)
		return []*tensor64{tensor.Scale(g[0], 1.001), g[1]}
	})
	if err := (gradcheck.Checker{Tol: 0.01}).Check("rough", rough, a, b); err != nil {
		t.Error(err)
	}
	if gradcheck.Check("rough", rough, a, b) == nil {
		t.Error("an error of a thousandth passed")
	}
}

func ExampleCheck() {
	// A cube with a mistake in its rule: 2x^2 for 3x^2.
	cube := func(in []*tensor64) *tensor64 {
		x := in[0]
		y := tensor.Out(x.Shape(), x)
		for i, v := range x.Data() {
			y.Data()[i] = v * v * v
		}
		return tensor.Record("cube", y, in, func(dout *tensor64) []*tensor64 {
			dx := tensor.Out(x.Shape(), dout)
			for i, v := range x.Data() {
				dx.Data()[i] = dout.Data()[i] * 2 * v * v
			}
			return []*tensor64{dx}
		})
	}
	err := gradcheck.Check("cube", cube, tensor.FromSlice([]float64{1, 2}))
	var e *gradcheck.Error
	fmt.Println(errors.As(err, &e), e.Op, e.Input, e.Index)
	// Output: true cube 0 [0]
}
