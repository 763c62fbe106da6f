package nn_test

import (
	"fmt"
	"math/rand/v2"

	"hw4/tensor"
	"hw4/tensor/nn"
)

func ExampleLinear() {
	x := tensor.FromSlice([]float64{1, 2}, 1, 2)
	w := tensor.FromSlice([]float64{1, 0, 0, 1, 1, 1}, 3, 2)
	fmt.Println(nn.Linear(x, w, tensor.FromSlice([]float64{0, 0, 10})))
	// Output: [[ 1  2 13]]
}

func ExampleNewLinear() {
	rng := rand.New(rand.NewPCG(1, 2))
	layer := nn.NewLinear[float32](rng, 28*28, 10, nn.LinearOptions{})
	for _, p := range layer.Params() {
		fmt.Println(p.Name, p.Value.Shape())
	}
	// Output:
	// weight [10 784]
	// bias [10]
}

func ExampleNewSequential() {
	rng := rand.New(rand.NewPCG(1, 2))
	model := nn.NewSequential[float32](
		nn.NewFlatten[float32](),
		nn.NewLinear[float32](rng, 28*28, 10, nn.LinearOptions{}),
		nn.NewActivation[float32]("relu"),
	)
	y := model.Forward(tensor.Zeros[float32](5, 1, 28, 28))
	fmt.Println(y.Shape(), model.Params()[0].Name, nn.Count(model.Params()))
	// Output: [5 10] 1.weight 7850
}

// Children may have names, and children of their own.
func ExampleSequential() {
	rng := rand.New(rand.NewPCG(1, 2))
	linear := func(in, out int) nn.Module[float32] {
		return nn.NewLinear[float32](rng, in, out, nn.LinearOptions{Bias: nn.WithoutBias})
	}
	model := nn.Sequential[float32]{
		{Name: "body", Module: nn.NewSequential[float32](linear(4, 3), nn.NewActivation[float32]("tanh"), linear(3, 2))},
		{Name: "head", Module: linear(2, 1)},
	}
	for _, p := range model.Params() {
		fmt.Println(p.Name, p.Value.Shape())
	}
	// Output:
	// body.0.weight [3 4]
	// body.2.weight [2 3]
	// head.weight [1 2]
}

// Any function of a tensor is a layer.
func ExampleFunc() {
	shift := nn.Func[float64](func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.AddScalar(x, 1) })
	model := nn.NewSequential[float64](shift, nn.NewActivation[float64]("relu"))
	fmt.Println(model.Forward(tensor.FromSlice([]float64{-3, 0, 3})))
	// Output: [0 1 4]
}

func ExampleFlatten() {
	images := tensor.Zeros[float32](8, 3, 5, 5)
	fmt.Println(nn.Flatten(images).Shape())
	// Output: [8 75]
}

func ExampleNewActivation() {
	layer := nn.NewActivation[float64]("softplus")
	fmt.Printf("%.4f\n", layer.Forward(tensor.Scalar(0.0)).Item())
	// Output: 0.6931
}

// The layer of a function of one's own.
func ExampleActivationLayer() {
	cube := tensor.Activation{Name: "cube",
		F:  func(x float64) float64 { return x * x * x },
		DF: func(x, y float64) float64 { return 3 * x * x }}
	layer := nn.ActivationLayer[float64]{Activation: cube}
	fmt.Println(layer.Forward(tensor.FromSlice([]float64{-1, 2})))
	// Output: [-1  8]
}

func ExampleFanInUniform() {
	w := nn.FanInUniform[float64](rand.New(rand.NewPCG(1, 2)), 100, 20, 100)
	fmt.Printf("%v %.2f\n", w.Shape(), tensor.Max(w).Item())
	// Output: [20 100] 0.10
}

// A module of one's own lists the parameters of its layers under names.
func ExamplePrefixed() {
	rng := rand.New(rand.NewPCG(1, 2))
	layer := nn.NewLinear[float64](rng, 2, 1, nn.LinearOptions{})
	for _, p := range nn.Prefixed("readout", layer.Params()) {
		fmt.Println(p.Name)
	}
	// Output:
	// readout.weight
	// readout.bias
}

func ExampleWeightAndBias() {
	w, b := tensor.Ones[float64](2, 3).RequireGrad(), tensor.Zeros[float64](2).RequireGrad()
	fmt.Println(len(nn.WeightAndBias(w, b)), len(nn.WeightAndBias(w, nil)))
	// Output: 2 1
}

// Values turns the parameters into what an optimizer takes.
func ExampleValues() {
	rng := rand.New(rand.NewPCG(1, 2))
	layer := nn.NewLinear[float64](rng, 2, 1, nn.LinearOptions{})
	fmt.Println(nn.Values(layer.Params())[0] == layer.Weight, nn.Count(layer.Params()))
	// Output: true 3
}

func ExampleStateDict() {
	rng := rand.New(rand.NewPCG(1, 2))
	layer, other := nn.NewLinear[float64](rng, 2, 1, nn.LinearOptions{}),
		nn.NewLinear[float64](rng, 2, 1, nn.LinearOptions{})
	err := nn.LoadStateDict[float64](other, nn.StateDict[float64](layer))
	fmt.Println(err, other.Weight.At(0, 1) == layer.Weight.At(0, 1))
	// Output: <nil> true
}

func ExampleLoadStateDict() {
	rng := rand.New(rand.NewPCG(1, 2))
	layer := nn.NewLinear[float64](rng, 1, 1, nn.LinearOptions{})
	err := nn.LoadStateDict[float64](layer, map[string]*tensor.Tensor[float64]{"weight": tensor.Ones[float64](1, 1)})
	fmt.Println(err)
	// Output: state dict: it lacks "bias" (1,)
}

// A model of two pixels learns from images as they lie in a file.
func ExampleLinearBytes() {
	set := []byte{0, 255, 255, 0, 51, 102} // three images
	w := tensor.FromSlice([]float32{1, 10}, 1, 2).RequireGrad()
	var scope tensor.Scope[float32]
	z := nn.LinearBytes(&scope, set, []int{2, 0}, w, nil)
	tensor.Sum(z).Backward(nil)
	fmt.Println(z)
	fmt.Println(w.Grad())
	// Output:
	// [[4.2]
	//  [ 10]]
	// [[0.2 1.4]]
}
