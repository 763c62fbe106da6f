package loss_test

import (
	"fmt"

	"hw4/loss"
	"hw4/tensor"
)

func ExampleSumOfSquares() {
	z := tensor.FromSlice([]float64{0, 3, -3})
	y := tensor.FromSlice([]float64{1, 1, 1})
	fmt.Printf("%.4f\n", loss.SumOfSquares(z, y, loss.Sum).Item())
	// Output: 2.3193
}

func ExampleSoftMargin() {
	z, y := tensor.FromSlice([]float64{0}).RequireGrad(), tensor.FromSlice([]float64{1})
	l := loss.SoftMargin(z, y, loss.Mean)
	l.Backward(nil)
	fmt.Printf("%.4f, slope %v\n", l.Item(), z.Grad())
	// Output: 0.6931, slope [-0.5]
}

func ExampleMSE() {
	x := tensor.FromSlice([]float64{1, 2})
	fmt.Println(loss.MSE(x, tensor.FromSlice([]float64{0, 4}), loss.Mean).Item())
	// Output: 2.5
}

func ExampleCrossEntropy() {
	logits := tensor.FromSlice([]float64{2, 0, 0, 0, 0, 5}, 2, 3).RequireGrad()
	l := loss.CrossEntropy(logits, []int{0, 2}, loss.CrossEntropyOptions{})
	l.Backward(nil)
	fmt.Printf("%.4f, slope by the first logit %.4f\n", l.Item(), logits.Grad().At(0, 0))
	// Output: 0.1265, slope by the first logit -0.1065
}

func ExampleCorrect() {
	logits := tensor.FromSlice([]float64{2, 0, 0, 0, 7, 5}, 2, 3)
	fmt.Println(loss.Correct(logits, []int{0, 2}), "of", logits.Dim(0))
	// Output: 1 of 2
}

func ExampleCorrectSign() {
	z, y := tensor.FromSlice([]float64{2, 0, -1}), tensor.FromSlice([]float64{1, 1, -1})
	fmt.Println(loss.CorrectSign(z, y), "of", z.Len()) // a tie says -1
	// Output: 2 of 3
}

func ExampleReduction() {
	x, target := tensor.FromSlice([]float64{1, 2, 3}), tensor.Zeros[float64](3)
	fmt.Printf("sum %v, mean %.3f\n", loss.MSE(x, target, loss.Sum).Item(), loss.MSE(x, target, loss.Mean).Item())
	// Output: sum 14, mean 4.667
}
