package optim_test

import (
	"math"
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
	"hw4/tensor/optim"
)

// updates returns the cases of PyTorch's with one of the operations.
func updates(t *testing.T, ops ...string) []torchref.Case {
	t.Helper()
	cases, err := torchref.Load("updates")
	if err != nil {
		t.Fatal(err)
	}
	var found []torchref.Case
	for _, op := range ops {
		n := len(found)
		for _, c := range cases {
			if c.Op == op {
				found = append(found, c)
			}
		}
		if len(found) == n {
			t.Fatalf("no case of %s", op)
		}
	}
	return found
}

// option returns an option of a case, nil if PyTorch's default was used.
func option(c torchref.Case, name string) *float64 {
	if v := c.Float(name); v != 0 {
		return &v
	}
	return nil
}

func betas(c torchref.Case) *[2]float64 {
	if option(c, "beta1") == nil {
		return nil
	}
	return &[2]float64{c.Float("beta1"), c.Float("beta2")}
}

func TestStepsOfAdamWAndRMSpropArePyTorchs(t *testing.T) {
	for _, c := range updates(t, "adamw", "rmsprop") {
		p := c.Leaf("start")
		params := []*tensor64{p}
		var opt optim.Optimizer = optim.NewAdamW(params, optim.AdamWOptions{LR: c.Float("lr"), Betas: betas(c),
			Eps: option(c, "eps"), WeightDecay: option(c, "weight_decay")})
		if c.Op == "rmsprop" {
			opt = optim.NewRMSprop(params, optim.RMSpropOptions{LR: c.Float("lr"), Alpha: option(c, "alpha"),
				Eps: option(c, "eps"), WeightDecay: c.Float("weight_decay"), Momentum: c.Float("momentum"),
				Centered: c.Float("centered") == 1})
		}
		gradients := c.Inputs["gradients"].Tensor()
		var rows []*tensor64
		for i := range gradients.Dim(0) {
			p.SetGrad(tensor.Reshape(tensor.Slice(gradients, 0, i, i+1), p.Len()))
			opt.Step()
			rows = append(rows, p.Clone())
		}
		if err := torchref.Compare(tensor.Stack(0, rows...), c.Output); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func TestClippedGradientsArePyTorchs(t *testing.T) {
	for _, c := range updates(t, "clip") {
		params := make([]*tensor64, 3) // the last has no gradient
		for i, name := range []string{"a", "b", "a"} {
			params[i] = c.Leaf(name)
		}
		params[0].SetGrad(c.Inputs["a"].Tensor())
		params[1].SetGrad(c.Inputs["b"].Tensor())
		norm := optim.ClipGradNorm(params, c.Float("max"))
		if err := torchref.Compare(tensor.Scalar(norm), c.Output); err != nil {
			t.Errorf("%s: norm: %v", c.Name, err)
		}
		for i, name := range []string{"a", "b"} {
			if err := torchref.Compare(params[i].Grad(), c.Grads[name]); err != nil {
				t.Errorf("%s: %s: %v", c.Name, name, err)
			}
		}
		if params[2].Grad() != nil {
			t.Errorf("%s: a gradient out of nothing", c.Name)
		}
	}
}

func TestSchedulesArePyTorchs(t *testing.T) {
	for _, c := range updates(t, "steplr", "cosine", "warmup", "warmupcosine") {
		lr, steps := c.Float("lr"), int(c.Float("steps"))
		constant := func(int) float64 { return lr }
		schedule := map[string]func() optim.Schedule{
			"steplr": func() optim.Schedule { return optim.StepLR(lr, c.Ints("size")[0], c.Float("gamma")) },
			"cosine": func() optim.Schedule { return optim.CosineAnnealingLR(lr, c.Float("min"), steps) },
			"warmup": func() optim.Schedule { return optim.WarmUp(steps, c.Float("start"), constant) },
			"warmupcosine": func() optim.Schedule {
				return optim.WarmUp(steps, c.Float("start"), optim.CosineAnnealingLR(lr, 0, c.Ints("then")[0]))
			},
		}[c.Op]()
		rates := tensor.Zeros[float64](c.Output.Shape...)
		for i := range rates.Data() {
			rates.Data()[i] = schedule(i)
		}
		if err := torchref.Compare(rates, c.Output); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	if got := optim.CosineAnnealingLR(1, 0.25, 10)(15); got != 0.25 {
		t.Errorf("behind its last step the rate is %v", got)
	}
}

// A gradient that does not change has no variance. By rounding that could be negative.
func TestCenteredRMSpropOfAConstant(t *testing.T) {
	p := tensor.Scalar(0.0).RequireGrad()
	opt := optim.NewRMSprop([]*tensor64{p}, optim.RMSpropOptions{Alpha: new(0.1), Centered: true})
	for range 1000 {
		p.SetGrad(tensor.Scalar(0.1))
		opt.Step()
	}
	if math.IsNaN(p.Item()) {
		t.Error("the parameter is NaN")
	}
}

func TestClippedNormIsNotLostInOverflow(t *testing.T) {
	p := tensor.Zeros[float32](2).RequireGrad()
	p.SetGrad(tensor.FromSlice([]float32{3e30, 4e30}))
	if norm := optim.ClipGradNorm([]*tensor.Tensor[float32]{p}, 1); math.Abs(norm/5e30-1) > 1e-6 ||
		math.Abs(float64(p.Grad().At(0))-0.6) > 1e-6 {
		t.Errorf("norm %v, clipped to %v", norm, p.Grad())
	}
}
