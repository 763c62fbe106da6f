package lenet_test

import (
	"testing"

	"hw4/internal/torchref"
	"hw4/lenet"
	"hw4/loss"
)

// The operations of the network of 1998 and their gradients are PyTorch's.
func TestOperationsOf1998ArePyTorchs(t *testing.T) {
	cases, err := torchref.Load("lecun1998")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		leaves := map[string]*tensor64{"x": c.Leaf("x"), "w": c.Leaf("w"), "b": c.Leaf("b"), "z": c.Leaf("z")}
		var y *tensor64
		switch c.Op {
		case "squash":
			y = lenet.Squash(leaves["x"])
		case "subsample":
			y = lenet.Subsample(leaves["x"], leaves["w"], leaves["b"])
		case "rbf":
			y = lenet.RBF(leaves["x"], leaves["w"])
		case "map":
			var labels []int
			for _, l := range c.Inputs["labels"].Data {
				labels = append(labels, int(l))
			}
			y = loss.MAP(leaves["z"], labels, c.Float("j"), loss.Reduction(c.Ints("sum")[0]))
		default:
			t.Fatalf("no operation %q", c.Op)
		}
		if err := c.Check(y, leaves); err != nil {
			t.Error(err)
		}
		if c.Name == "rbf with the bitmaps" {
			if err := torchref.Compare(lenet.Centres[float64](), c.Inputs["w"]); err != nil {
				t.Errorf("the bitmaps: %v", err)
			}
		}
	}
}
