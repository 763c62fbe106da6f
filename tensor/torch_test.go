package tensor_test

import (
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
)

type tensor64 = tensor.Tensor[float64]

func TestArithmeticIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("arithmetic")
	if err != nil {
		t.Fatal(err)
	}
	reductions := map[string]func(x *tensor64, axes ...int) *tensor64{
		"sum": tensor.Sum[float64], "mean": tensor.Mean[float64], "max": tensor.Max[float64],
	}
	binary := map[string]func(a, b *tensor64) *tensor64{
		"add": tensor.Add[float64], "sub": tensor.Sub[float64], "mul": tensor.Mul[float64],
		"div": tensor.Div[float64], "matmul": tensor.MatMul[float64],
	}
	for _, c := range cases {
		leaves := map[string]*tensor64{"x": c.Leaf("x"), "a": c.Leaf("a"), "b": c.Leaf("b")}
		var y *tensor64
		if f := reductions[c.Op]; f != nil {
			y = f(leaves["x"], c.Ints("axes")...)
		} else {
			y = binary[c.Op](leaves["a"], leaves["b"])
		}
		if err := c.Check(y, leaves); err != nil {
			t.Error(err)
		}
	}
}
