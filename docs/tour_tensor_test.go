// Package docs_test has the programs that the documents beside it show.
package docs_test

import (
	"fmt"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
)

func Example_tensors() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	fmt.Println(x)
	fmt.Println(x.Shape(), x.Rank(), x.Len(), x.At(1, 0))
	fmt.Println(tensor.Reshape(x, 3, -1))
	images := tensor.Zeros[float32](8, 1, 28, 28) // batch, channels, height, width
	fmt.Println(images.Dim(0), "images of", images.Len()/images.Dim(0), "pixels")
	// Output:
	// [[1 2 3]
	//  [4 5 6]]
	// [2 3] 2 6 4
	// [[1 2]
	//  [3 4]
	//  [5 6]]
	// 8 images of 784 pixels
}

func Example_operations() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 2, 3)
	row := tensor.FromSlice([]float64{10, 20, 30})
	fmt.Println(tensor.Add(x, row))
	column := tensor.Reshape(tensor.Mean(x, 1), 2, 1)
	fmt.Println(tensor.Sub(x, column))
	fmt.Println(tensor.MatMul(x, tensor.Transpose(x)))

	defer func() { fmt.Println(recover()) }()
	tensor.MatMul(x, x)
	// Output:
	// [[11 22 33]
	//  [14 25 36]]
	// [[-1  0  1]
	//  [-1  0  1]]
	// [[14 32]
	//  [32 77]]
	// matmul: shapes (2,3) and (2,3) do not fit: want (.., m, k) and (.., k, n)
}

func Example_gradients() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4}, 2, 2)
	w := tensor.FromSlice([]float64{0.5, -0.5}, 2, 1).RequireGrad()
	y := tensor.Mean(tensor.Square(tensor.MatMul(x, w)))
	y.Backward(nil)
	fmt.Println(w.Grad())
	// Output:
	// [[-2]
	//  [-3]]
}

func Example_scope() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4})
	target := tensor.FromSlice([]float64{3, 5, 7, 9})
	slope, offset := tensor.Scalar(0.0).RequireGrad(), tensor.Scalar(0.0).RequireGrad()
	var scope tensor.Scope[float64]
	for range 500 {
		scope.Reset()
		y := tensor.Add(tensor.Mul(scope.Enter(x), slope), offset)
		tensor.Mean(tensor.Square(tensor.Sub(y, target))).Backward(nil)
		for _, p := range []*tensor.Tensor[float64]{slope, offset} {
			p.Data()[0] -= 0.05 * p.Grad().Item()
			p.ZeroGrad()
		}
	}
	fmt.Printf("y = %.2f x + %.2f\n", slope.Item(), offset.Item())
	// Output:
	// y = 2.00 x + 1.00
}

// prelu returns x where x > 0, and slope times x elsewhere, for a slope of one element.
func prelu[T tensor.Float](x, slope *tensor.Tensor[T]) *tensor.Tensor[T] {
	tensor.Need("prelu", x, slope)
	y := tensor.Out(x.Shape(), x, slope)
	a := slope.Item()
	for i, v := range x.Data() {
		y.Data()[i] = max(v, 0) + a*min(v, 0)
	}
	return tensor.Record("prelu", y, []*tensor.Tensor[T]{x, slope}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx, dslope := tensor.Out(x.Shape(), dout), tensor.OutZero(slope.Shape(), dout)
		for i, g := range dout.Data() {
			if v := x.Data()[i]; v > 0 {
				dx.Data()[i] = g
			} else {
				dx.Data()[i] = a * g
				dslope.Data()[0] += v * g
			}
		}
		return []*tensor.Tensor[T]{dx, dslope}
	})
}

type preluLayer[T tensor.Float] struct{ slope *tensor.Tensor[T] }

func newPReLU[T tensor.Float]() *preluLayer[T] {
	return &preluLayer[T]{tensor.FromSlice([]T{0.25}).RequireGrad()}
}

func (l *preluLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] { return prelu(x, l.slope) }

func (l *preluLayer[T]) Params() []nn.Param[T] { return nn.WeightAndBias(l.slope, nil) }

func Example_layer() {
	x := tensor.FromSlice([]float64{-2, -1, 1, 2})
	f := func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] { return prelu(in[0], in[1]) }
	fmt.Println(gradcheck.Check("prelu", f, x, tensor.FromSlice([]float64{0.25})))

	network := nn.NewSequential(newPReLU[float32]())
	fmt.Println(network.Forward(tensor.FromSlice([]float32{-4, 4})), network.Params()[0].Name)
	// Output:
	// <nil>
	// [-1  4] 0.weight
}
