package npy_test

import (
	"bytes"
	"fmt"

	"hw4/tensor"
	"hw4/tensor/npy"
)

func ExampleRead() {
	var content bytes.Buffer
	if err := npy.Write(&content, tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)); err != nil {
		panic(err)
	}
	a, err := npy.Read("x.npy", content.Bytes())
	if err != nil {
		panic(err)
	}
	x, err := npy.ToTensor[float64](a)
	fmt.Println(a.DType, x.Shape(), x.At(1, 2), err)
	// Output: <f4 [2 3] 6 <nil>
}

func ExampleReadZip() {
	var content bytes.Buffer
	err := npy.WriteZip(&content, map[string]*tensor.Tensor[float32]{"weight": tensor.Ones[float32](2, 3),
		"bias": tensor.Zeros[float32](2)})
	if err != nil {
		panic(err)
	}
	const limit = 1 << 20 // bytes, decompressed
	arrays, err := npy.ReadZip("w.npz", content.Bytes(), limit)
	if err != nil {
		panic(err)
	}
	dict, err := npy.StateDict[float32](arrays)
	fmt.Println(dict["weight"].Shape(), dict["bias"], err)
	// Output: [2 3] [0 0] <nil>
}
