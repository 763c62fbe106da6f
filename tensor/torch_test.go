package tensor_test

import (
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
)

type tensor64 = tensor.Tensor[float64]

func TestActivationsArePyTorchs(t *testing.T) {
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
		var y *tensor64
		switch c.Op {
		case "softmax":
			y = tensor.Softmax(x, c.Ints("axis")[0])
		case "logsoftmax":
			y = tensor.LogSoftmax(x, c.Ints("axis")[0])
		case "leakyrelu":
			y = tensor.LeakyReLU(x, c.Float("slope"))
		case "elu":
			y = tensor.ELU(x, c.Float("alpha"))
		default:
			y = unary[c.Op](x)
		}
		if err := c.Check(y, map[string]*tensor64{"x": x}); err != nil {
			t.Error(err)
		}
	}
}

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
