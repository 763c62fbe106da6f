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
