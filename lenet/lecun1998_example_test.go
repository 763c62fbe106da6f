package lenet_test

import (
	"fmt"
	"math/rand/v2"

	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

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
