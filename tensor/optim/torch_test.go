package optim_test

import (
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
	"hw4/tensor/optim"
)

func TestStepsArePyTorchs(t *testing.T) {
	cases, err := torchref.Load("optimizers")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		p := c.Leaf("start")
		params := []*tensor.Tensor[float64]{p}
		var opt optim.Optimizer
		switch c.Op {
		case "sgd":
			opt = optim.NewSGD(params, optim.SGDOptions{
				LR: c.Float("lr"), Momentum: c.Float("momentum"), Dampening: c.Float("dampening"),
				WeightDecay: c.Float("weight_decay"), Nesterov: c.Float("nesterov") == 1,
			})
		case "adam":
			opt = optim.NewAdam(params, optim.AdamOptions{
				LR: c.Float("lr"), Betas: &[2]float64{c.Float("beta1"), c.Float("beta2")},
				Eps: new(c.Float("eps")), WeightDecay: c.Float("weight_decay"),
			})
		}
		gradients := c.Inputs["gradients"].Tensor()
		var rows []*tensor.Tensor[float64]
		for i := range gradients.Dim(0) {
			p.SetGrad(tensor.Reshape(tensor.IndexSelect(gradients, 0, []int{i}), p.Len()))
			opt.Step()
			rows = append(rows, tensor.FromSlice(p.Clone().Data(), 1, p.Len()))
		}
		if err := torchref.Compare(tensor.Concat(0, rows...), c.Output); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
