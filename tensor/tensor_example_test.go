package tensor_test

import (
	"fmt"

	"hw4/tensor"
)

func Example() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4}, 2, 2)
	w := tensor.FromSlice([]float64{0.5, -0.5}, 2, 1).RequireGrad()
	y := tensor.Mean(tensor.Square(tensor.MatMul(x, w)))
	y.Backward(nil)
	fmt.Println(y.Item())
	fmt.Println(w.Grad())
	// Output:
	// 0.25
	// [[-2]
	//  [-3]]
}

// A new operation is a function that computes its result and records its rule.
func ExampleRecord() {
	cube := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		y := tensor.Out(x.Shape(), x)
		for i, v := range x.Data() {
			y.Data()[i] = v * v * v
		}
		return tensor.Record("cube", y, []*tensor.Tensor[float64]{x},
			func(dout *tensor.Tensor[float64]) []*tensor.Tensor[float64] {
				dx := tensor.Out(x.Shape(), dout)
				for i, v := range x.Data() {
					dx.Data()[i] = dout.Data()[i] * 3 * v * v
				}
				return []*tensor.Tensor[float64]{dx}
			})
	}
	x := tensor.FromSlice([]float64{1, 2, 3}).RequireGrad()
	tensor.Sum(cube(x)).Backward(nil)
	fmt.Println(x.Grad())
	// Output: [ 3 12 27]
}

func ExampleGradients() {
	x := tensor.Scalar(3.0).RequireGrad()
	square := tensor.Square(x)
	y := tensor.Exp(tensor.Neg(square))
	g := tensor.Gradients(y, nil, square)
	fmt.Printf("%.6f\n", g[0].Item())
	// Output: -0.000123
}

func ExampleAdd() {
	matrix := tensor.FromSlice([]float64{1, 2, 3, 4}, 2, 2)
	row := tensor.FromSlice([]float64{10, 20})
	fmt.Println(tensor.Add(matrix, row))
	// Output:
	// [[11 22]
	//  [13 24]]
}

func ExampleIndexSelect() {
	// Channels 2 and 0 of one image of three 1 x 2 channels.
	x := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 1, 3, 1, 2)
	fmt.Println(tensor.Reshape(tensor.IndexSelect(x, 1, []int{2, 0}), 2, 2))
	// Output:
	// [[5 6]
	//  [1 2]]
}

func ExampleScope() {
	var scope tensor.Scope[float64]
	x := tensor.FromSlice([]float64{1, 2, 3})
	for range 2 {
		scope.Reset()
		y := tensor.Sum(tensor.Square(scope.Enter(x)))
		fmt.Println(y.Item())
	}
	// Output:
	// 14
	// 14
}

func ExampleApply() {
	hardTanh := tensor.Activation{
		Name: "hardtanh", Nondecreasing: true,
		F: func(x float64) float64 { return max(-1, min(1, x)) },
		DF: func(x, y float64) float64 {
			if x == y {
				return 1
			}
			return 0
		},
	}
	x := tensor.FromSlice([]float64{-2, 0.5, 7}).RequireGrad()
	y := tensor.Apply(hardTanh, x)
	tensor.Sum(y).Backward(nil)
	fmt.Println(y, x.Grad())
	// Output: [ -1 0.5   1] [0 1 0]
}

func ExampleActivationNamed() {
	f, ok := tensor.ActivationNamed("relu")
	fmt.Println(f.F(-3), f.F(3), f.Kinks, ok)
	// Output: 0 3 [0] true
}

func ExampleSoftmax() {
	fmt.Println(tensor.Softmax(tensor.FromSlice([]float64{1000, 1000, -1000}), 0))
	// Output: [0.5 0.5   0]
}

func ExampleTuple() {
	fmt.Println(tensor.Tuple([]int{2, 3, 3}), tensor.Tuple([]int{3}), tensor.Tuple(nil))
	// Output: (2,3,3) (3,) ()
}

func ExampleShapef() {
	x, kernel := tensor.Zeros[float32](8, 1, 28), [2]int{5, 5}
	fmt.Println(tensor.Shapef("blur", "input %v has no room for a kernel of %v", x.Shape(), kernel))
	// Output: blur: input (8,1,28) has no room for a kernel of (5,5)
}

func ExampleSlice() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	fmt.Println(tensor.Slice(x, 1, 0, 2), tensor.Slice(x, 1, -1, 3))
	// Output: [[1 2]
	//  [4 5]] [[3]
	//  [6]]
}

func ExamplePad() {
	x := tensor.FromSlice([]float64{1, 2}, 1, 2)
	fmt.Println(tensor.Pad(x, 0, [2]int{0, 1}, [2]int{1, 1}))
	// Output: [[0 1 2 0]
	//  [0 0 0 0]]
}

func ExampleStack() {
	a, b := tensor.FromSlice([]float64{1, 2}), tensor.FromSlice([]float64{3, 4})
	fmt.Println(tensor.Stack(0, a, b))
	// Output: [[1 2]
	//  [3 4]]
}

func ExampleArgmax() {
	logits := tensor.FromSlice([]float64{0, 3, 1, 2, 2, 0}, 2, 3)
	fmt.Println(tensor.Argmax(logits, 1))
	// Output: [1 0]
}

func ExampleGather() {
	logits := tensor.FromSlice([]float64{0, 3, 1, 2, 2, 0}, 2, 3)
	fmt.Println(tensor.Gather(logits, 1, []int{2, 0}, 2, 1))
	// Output: [[1]
	//  [2]]
}

func ExampleOneHot() {
	fmt.Println(tensor.OneHot[float64]([]int{2, 0}, 3))
	// Output: [[0 0 1]
	//  [1 0 0]]
}

func ExampleWhere() {
	cond, x := tensor.FromSlice([]float64{1, 0, 1}), tensor.FromSlice([]float64{5, 6, 7})
	fmt.Println(tensor.Where(cond, x, tensor.Scalar(-1.0)))
	// Output: [ 5 -1  7]
}

func ExampleClamp() {
	fmt.Println(tensor.Clamp(tensor.FromSlice([]float64{-3, 0.5, 8}), 0, 1))
	// Output: [  0 0.5   1]
}
