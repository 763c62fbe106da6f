package optim_test

import (
	"fmt"
	"maps"
	"slices"

	"hw4/tensor"
	"hw4/tensor/optim"
)

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

// A schedule sets the learning rate between steps.
func ExampleSGD_schedule() {
	x := tensor.Scalar(10.0).RequireGrad()
	sgd := optim.NewSGD([]*tensor.Tensor[float64]{x}, optim.SGDOptions{LR: 1})
	x.SetGrad(tensor.Scalar(1.0))
	for range 3 {
		sgd.Step()
		fmt.Println(x.Item())
		sgd.LR /= 2
	}
	// Output:
	// 9
	// 8.5
	// 8.25
}

func ExampleStateDict() {
	x := tensor.Scalar(0.0).RequireGrad()
	x.SetGrad(tensor.Scalar(2.0))
	params := []*tensor.Tensor[float64]{x}
	adam := optim.NewAdam(params, optim.AdamOptions{})
	adam.Step()

	saved := adam.StateDict()
	fmt.Println(slices.Sorted(maps.Keys(saved)))

	resumed := optim.NewAdam(params, optim.AdamOptions{})
	fmt.Println(resumed.LoadStateDict(saved))
	delete(saved, "0.step")
	fmt.Println(resumed.LoadStateDict(saved))
	// Output:
	// [0.exp_avg 0.exp_avg_sq 0.step]
	// <nil>
	// adam: state: 0.step is missing
}

func ExampleAdamW() {
	x := tensor.Scalar(0.0).RequireGrad()
	adamw := optim.NewAdamW([]*tensor.Tensor[float64]{x}, optim.AdamWOptions{})
	schedule := optim.WarmUp(20, 0.1, optim.CosineAnnealingLR(0.1, 0, 480))
	for step := range 500 {
		adamw.LR = schedule(step)
		adamw.ZeroGrad()
		tensor.Square(tensor.AddScalar(x, -3)).Backward(nil)
		adamw.Step()
	}
	fmt.Printf("%.2f\n", x.Item())
	// Output: 2.98
}

func ExampleRMSprop() {
	x := tensor.Scalar(0.0).RequireGrad()
	rmsprop := optim.NewRMSprop([]*tensor.Tensor[float64]{x}, optim.RMSpropOptions{})
	for range 1000 {
		rmsprop.ZeroGrad()
		tensor.Square(tensor.AddScalar(x, -3)).Backward(nil)
		rmsprop.Step()
	}
	fmt.Printf("%.1f\n", x.Item())
	// Output: 3.0
}

func ExampleClipGradNorm() {
	x := tensor.FromSlice([]float64{3, 4}).RequireGrad()
	tensor.Sum(tensor.Square(x)).Backward(nil)
	params := []*tensor.Tensor[float64]{x}
	fmt.Println(optim.ClipGradNorm(params, 1))
	fmt.Printf("%.3f %.3f\n", x.Grad().At(0), x.Grad().At(1))
	// Output: 10
	// 0.600 0.800
}
