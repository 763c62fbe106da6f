package safetensors_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"

	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/safetensors"
)

// A network's weights go into a file and come back.
func ExampleRead() {
	rng := rand.New(rand.NewPCG(1, 2))
	model, other := nn.NewLinear[float32](rng, 3, 2, nn.LinearOptions{}),
		nn.NewLinear[float32](rng, 3, 2, nn.LinearOptions{})
	var content bytes.Buffer
	err := safetensors.Write(&content, safetensors.FromStateDict(nn.StateDict(model), nil))
	if err != nil {
		panic(err)
	}
	file, err := safetensors.Read("w.safetensors", content.Bytes())
	if err != nil {
		panic(err)
	}
	for _, t := range file.Tensors {
		fmt.Println(t.Name, t.DType, t.Shape)
	}
	dict, err := safetensors.StateDict[float32](file)
	if err != nil {
		panic(err)
	}
	fmt.Println(nn.LoadStateDict(other, dict), other.Weight.At(1, 2) == model.Weight.At(1, 2))
	// Output:
	// bias F32 [2]
	// weight F32 [2 3]
	// <nil> true
}

func ExampleWrite() {
	x := tensor.FromSlice([]float32{1, 2}, 1, 2)
	var content bytes.Buffer
	err := safetensors.Write(&content, &safetensors.File{
		Tensors:  []safetensors.Tensor{safetensors.FromTensor("x", x)},
		Metadata: map[string]string{"made by": "hand"},
	})
	header := content.Bytes()[8 : content.Len()-8] // behind its length, in front of two elements of 4 bytes
	fmt.Printf("%s %v\n", bytes.TrimSpace(header), err)
	// Output: {"__metadata__":{"made by":"hand"},"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}} <nil>
}

func ExampleToTensor() {
	x := safetensors.FromTensor("x", tensor.FromSlice([]float64{0.5, 0.1}))
	wide, err := safetensors.ToTensor[float64](&x)
	fmt.Println(wide, err)
	_, err = safetensors.ToTensor[float32](&x)
	fmt.Println(err != nil) // 0.1 is another number in float32
	// Output:
	// [0.5 0.1] <nil>
	// true
}
