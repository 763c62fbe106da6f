package pool_test

import (
	"fmt"

	"hw4/pool"
	"hw4/tensor"
)

func square() *tensor.Tensor[float64] {
	return tensor.FromSlice([]float64{
		1, 3, 0, 0,
		5, 7, 0, 8,
		2, 2, 9, 6,
		2, 2, 3, 6,
	}, 1, 1, 4, 4)
}

func ExampleAvgPool2d() {
	fmt.Println(pool.AvgPool2d(square(), pool.Options{Kernel: [2]int{2, 2}}))
	// Output:
	// [[[[4 2]
	//    [2 6]]]]
}

// Windows that reach over the end are averaged over what they cover.
func ExampleAvgPool2d_ceilMode() {
	fmt.Println(pool.AvgPool2d(square(), pool.Options{Kernel: [2]int{3, 3}, CeilMode: true}))
	// Output:
	// [[[[3.2222 4.6667]
	//    [2.3333      6]]]]
}

func ExampleMaxPool2d() {
	fmt.Println(pool.MaxPool2d(square(), pool.Options{Kernel: [2]int{2, 2}}))
	// Output:
	// [[[[7 8]
	//    [2 9]]]]
}

// The first of equal maxima takes the gradient.
func ExampleMaxPool2d_gradient() {
	x := square().RequireGrad()
	tensor.Sum(pool.MaxPool2d(x, pool.Options{Kernel: [2]int{2, 2}})).Backward(nil)
	fmt.Println(x.Grad())
	// Output:
	// [[[[0 0 0 0]
	//    [0 1 0 1]
	//    [1 0 1 0]
	//    [0 0 0 0]]]]
}

func ExampleNewAvgPool2d() {
	layer := pool.NewAvgPool2d[float64](pool.Options{Kernel: [2]int{4, 4}})
	fmt.Println(layer.Forward(square()))
	// Output: [[[[3.5]]]]
}

func ExampleNewMaxPool2d() {
	layer := pool.NewMaxPool2d[float64](pool.Options{Kernel: [2]int{1, 4}})
	fmt.Println(layer.Forward(square()))
	// Output:
	// [[[[3]
	//    [8]
	//    [9]
	//    [6]]]]
}
