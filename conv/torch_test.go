package conv_test

import (
	"testing"

	"hw4/conv"
	"hw4/internal/torchref"
	"hw4/tensor"
)

func TestTorch(t *testing.T) {
	cases, err := torchref.Load("conv2d")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		x, w, b := c.Leaf("x"), c.Leaf("w"), c.Leaf("b")
		y := conv.Conv2d(x, w, b, conv.Options{
			Stride:   c.Pair("stride"),
			Padding:  c.Pair("padding"),
			Dilation: c.Pair("dilation"),
			Groups:   c.Ints("groups")[0],
		})
		if err := c.Check(y, map[string]*tensor.Tensor[float64]{"x": x, "w": w, "b": b}); err != nil {
			t.Error(err)
		}
	}
}
