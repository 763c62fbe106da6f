package lenet_test

import (
	"fmt"
	"math/rand/v2"

	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

func ExampleSquash() {
	y := lenet.Squash(tensor.FromSlice([]float64{-100, -1, 0, 1, 100}))
	for _, v := range y.Data() {
		fmt.Printf("%.4f ", v)
	}
	// Output: -1.7159 -1.0000 0.0000 1.0000 1.7159
}

func ExampleSubsample() {
	x := tensor.FromSlice([]float64{
		1, 2, 10, 20,
		3, 4, 30, 40,
	}, 1, 1, 2, 4)
	coefficient, bias := tensor.FromSlice([]float64{0.5}), tensor.FromSlice([]float64{-1})
	fmt.Println(lenet.Subsample(x, coefficient, bias).Data())
	// Output: [4 49]
}

func ExampleRetina() {
	y := lenet.Retina(tensor.FromSlice([]float64{0, 1, 1, 0}, 1, 1, 2, 2))
	fmt.Println(y.Shape())
	for i := 14; i < 18; i++ {
		fmt.Printf("%6.3f\n", y.Data()[32*i+14:32*i+18])
	}
	// Output:
	// [1 1 32 32]
	// [-0.100 -0.100 -0.100 -0.100]
	// [-0.100 -0.100  1.175 -0.100]
	// [-0.100  1.175 -0.100 -0.100]
	// [-0.100 -0.100 -0.100 -0.100]
}

func ExampleNew_lecun1998() {
	network := lenet.New[float32](rand.New(rand.NewPCG(0, 0)), lenet.LeCun1998)
	z := network.Forward(tensor.Zeros[float32](4, 1, 28, 28))
	l := loss.MAP(z, []int{1, 9, 9, 8}, 0.1, loss.Mean)
	l.Backward(nil)
	for _, p := range network.Params()[2:4] {
		fmt.Println(p.Name, p.Value.Grad().Shape())
	}
	fmt.Println(nn.Count(network.Params()), "parameters")
	// Output:
	// S2_layer.coefficient [6]
	// S2_layer.bias [6]
	// 60000 parameters
}
