package loss_test

import (
	"testing"

	"hw4/internal/torchref"
	"hw4/loss"
	"hw4/tensor"
)

func TestLossesArePyTorchs(t *testing.T) {
	cases, err := torchref.Load("losses")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		leaves := map[string]*tensor.Tensor[float64]{"z": c.Leaf("z"), "x": c.Leaf("x"), "t": c.Leaf("t")}
		r := loss.Reduction(c.Ints("sum")[0])
		var y *tensor.Tensor[float64]
		switch c.Op {
		case "sumofsquares":
			y = loss.SumOfSquares(leaves["z"], c.Inputs["y"].Tensor(), r)
		case "kl":
			y = loss.SoftMargin(leaves["z"], c.Inputs["y"].Tensor(), r)
		case "mse":
			y = loss.MSE(leaves["x"], leaves["t"], r)
		case "crossentropy":
			var labels []int
			for _, l := range c.Inputs["labels"].Data {
				labels = append(labels, int(l))
			}
			y = loss.CrossEntropy(leaves["x"], labels, loss.CrossEntropyOptions{Reduction: r})
		default:
			t.Fatalf("no operation %q", c.Op)
		}
		if err := c.Check(y, leaves); err != nil {
			t.Error(err)
		}
	}
}
