package optim_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"hw4/tensor"
	"hw4/tensor/optim"
)

func TestParametersWithoutGradientStay(t *testing.T) {
	a, b := tensor.FromSlice([]float64{1}).RequireGrad(), tensor.FromSlice([]float64{2}).RequireGrad()
	a.SetGrad(tensor.FromSlice([]float64{1}))
	params := []*tensor.Tensor[float64]{a, b}
	for _, opt := range []optim.Optimizer{
		optim.NewSGD(params, optim.SGDOptions{LR: 0.5, WeightDecay: 0.1}),
		optim.NewAdam(params, optim.AdamOptions{}),
	} {
		opt.Step()
		if b.Item() != 2 || a.Item() >= 1 {
			t.Errorf("parameters are %v and %v", a.Item(), b.Item())
		}
	}
	optim.NewSGD(params, optim.SGDOptions{LR: 1}).ZeroGrad()
	if a.Grad() != nil {
		t.Error("ZeroGrad left a gradient")
	}
}

// A step leaves the gradient alone and allocates nothing once it is warm.
func TestStepIsInPlace(t *testing.T) {
	p := tensor.Ones[float32](1000).RequireGrad()
	p.SetGrad(tensor.Full(float32(0.5), 1000))
	params := []*tensor.Tensor[float32]{p}
	for _, opt := range []optim.Optimizer{
		optim.NewSGD(params, optim.SGDOptions{LR: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 0.1}),
		optim.NewAdam(params, optim.AdamOptions{WeightDecay: 0.1}),
	} {
		opt.Step()
		if n := testing.AllocsPerRun(10, opt.Step); n != 0 {
			t.Errorf("%T: a step allocates %v times", opt, n)
		}
		if p.Grad().At(7) != 0.5 {
			t.Errorf("%T changed the gradient", opt)
		}
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	for want, f := range map[string]func(){
		"sgd: the learning rate is 0":     func() { optim.NewSGD[float32](nil, optim.SGDOptions{}) },
		"sgd: the learning rate is NaN":   func() { optim.NewSGD[float32](nil, optim.SGDOptions{LR: math.NaN()}) },
		"sgd: the momentum is -1":         func() { optim.NewSGD[float32](nil, optim.SGDOptions{LR: 1, Momentum: -1}) },
		"sgd: the weight decay is -1":     func() { optim.NewSGD[float32](nil, optim.SGDOptions{LR: 1, WeightDecay: -1}) },
		"sgd: Nesterov's momentum wants":  func() { optim.NewSGD[float32](nil, optim.SGDOptions{LR: 1, Nesterov: true}) },
		"adam: the learning rate is +Inf": func() { optim.NewAdam[float32](nil, optim.AdamOptions{LR: math.Inf(1)}) },
		"adam: a decay of 1":              func() { optim.NewAdam[float32](nil, optim.AdamOptions{Beta2: 1}) },
	} {
		func() {
			defer func() {
				if p, ok := recover().(string); !ok || !strings.HasPrefix(p, want) {
					t.Errorf("panic %q, want %q", p, want)
				}
			}()
			f()
		}()
	}
}

func ExampleSGD() {
	// Minimise (x - 3)^2.
	x := tensor.Scalar(0.0).RequireGrad()
	sgd := optim.NewSGD([]*tensor.Tensor[float64]{x}, optim.SGDOptions{LR: 0.1, Momentum: 0.5})
	for range 100 {
		sgd.ZeroGrad()
		tensor.Square(tensor.AddScalar(x, -3)).Backward(nil)
		sgd.Step()
	}
	fmt.Printf("%.6f\n", x.Item())
	// Output: 3.000000
}

func ExampleAdam() {
	x := tensor.Scalar(0.0).RequireGrad()
	adam := optim.NewAdam([]*tensor.Tensor[float64]{x}, optim.AdamOptions{LR: 0.1})
	for range 500 {
		adam.ZeroGrad()
		tensor.Square(tensor.AddScalar(x, -3)).Backward(nil)
		adam.Step()
	}
	fmt.Printf("%.3f\n", x.Item())
	// Output: 3.000
}
