package conv_test

import (
	"fmt"
	"math/rand/v2"

	"hw4/conv"
	"hw4/tensor"
)

// The differences of an image to the pixel below and to the right, as the two
// channels of one convolution.
func ExampleConv2d() {
	x := tensor.FromSlice([]float64{
		1, 1, 1, 1,
		1, 5, 5, 1,
		1, 1, 1, 1,
	}, 1, 1, 3, 4)
	w := tensor.FromSlice([]float64{
		0, 0, 0,
		0, -1, 0,
		0, 1, 0,

		0, 0, 0,
		0, -1, 1,
		0, 0, 0,
	}, 2, 1, 3, 3)
	fmt.Println(conv.Conv2d(x, w, nil, conv.Options{Padding: [2]int{1, 1}}))
	// Output:
	// [[[[ 0  4  4  0]
	//    [ 0 -4 -4  0]
	//    [-1 -1 -1 -1]]
	//
	//   [[ 0  0  0 -1]
	//    [ 4  0 -4 -1]
	//    [ 0  0  0 -1]]]]
}

// With as many groups as channels every channel is convolved by itself: here the
// first is doubled and the second negated.
func ExampleConv2d_depthwise() {
	x := tensor.FromSlice([]float64{1, 2, 3, 10, 20, 30}, 1, 2, 1, 3)
	w := tensor.FromSlice([]float64{2, -1}, 2, 1, 1, 1)
	fmt.Println(conv.Conv2d(x, w, nil, conv.Options{Groups: 2}))
	// Output:
	// [[[[  2   4   6]]
	//
	//   [[-10 -20 -30]]]]
}

func ExampleOptions_OutputSize() {
	same := conv.Options{Padding: [2]int{2, 2}}
	halved := conv.Options{Padding: [2]int{2, 2}, Stride: [2]int{2, 2}}
	fmt.Println(same.OutputSize([2]int{28, 28}, [2]int{5, 5}))
	fmt.Println(halved.OutputSize([2]int{28, 28}, [2]int{5, 5}))
	// Output:
	// [28 28]
	// [14 14]
}

func ExampleNewConv2d() {
	rng := rand.New(rand.NewPCG(1, 0))
	layer := conv.NewConv2d[float32](rng, 6, 16, [2]int{5, 5}, conv.Options{})
	for _, p := range layer.Params() {
		fmt.Println(p.Name, p.Value.Shape())
	}
	fmt.Println(layer.Forward(tensor.Zeros[float32](100, 6, 14, 14)).Shape())
	// Output:
	// weight [16 6 5 5]
	// bias [16]
	// [100 16 10 10]
}

// A layer needs no constructor where the weights are known: the mean of the
// colours, as a 1x1 convolution.
func ExampleConv2dLayer() {
	third := 1.0 / 3
	grey := conv.Conv2dLayer[float64]{Weight: tensor.Full(third, 1, 3, 1, 1)}
	pixel := tensor.FromSlice([]float64{0.9, 0.6, 0}, 1, 3, 1, 1)
	fmt.Println(grey.Forward(pixel))
	// Output: [[[[0.5]]]]
}
