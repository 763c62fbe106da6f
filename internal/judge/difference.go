package judge

import (
	"fmt"

	"hw4/tensor"
)

// Difference is the task of Problem 1: w of shape (2, 3, 3), padding 1.
func Difference(definition Map, right *tensor.Tensor[float64]) *Task {
	weight := []int{2, 1, 3, 3}
	return &Task{
		Definition: definition,
		Right:      Filter{W: right, Stride: 1, Padding: 1},
		Step:       1,
		forms:      []form{reshaped(weight, 2, 3, 3), reshaped(weight, 2, 1, 3, 3)},
		about:      "a 3x3 filter for each of the two directions, w = [w1, w2]",
		outputs:    []string{"w1", "w2"},
		mistakes:   differenceMistakes(),
		every:      "a pixel of Y is the same combination of the 3x3 window around it everywhere",
		plane:      func(o, _ int) string { return fmt.Sprintf("w%d", o+1) },
		entry:      func(at [4]int) string { return fmt.Sprintf("w[%d,%d,%d]", at[0]+1, at[2]+1, at[3]+1) },
	}
}

func differenceMistakes() []mistake {
	return []mistake{
		allZero,
		{"rows and columns swapped", "the filter is transposed: the first index of a filter counts rows, downwards, the second columns, to the right", moveTaps(func(i, j, _ int) (int, int) { return j, i })},
		{"filters in the wrong order", "w1 and w2 are exchanged: w1 belongs to Y_1, the difference along i, down the rows, w2 to Y_2, along j, the columns", swapOutputs},
		{"sign", "every weight has the opposite sign: the pixel minus its neighbour instead of the neighbour minus the pixel", scaled(-1)},
		{"rotated by 180 degrees", "this is the filter of a convolution as mathematics defines it, which flips the kernel; Conv2d and the sheet's formula do " +
			"not: they are cross-correlations, in which w[3,2] belongs to the pixel below", moveTaps(func(i, j, k int) (int, int) { return k - 1 - i, k - 1 - j })},
		{"backward difference", "X[i,j] - X[i-1,j] instead of X[i+1,j] - X[i,j]: every weight sits one pixel too early along its axis", differenceInstead(
			[9]float64{0, -1, 0, 0, 1, 0, 0, 0, 0})},
		{"central difference", "X[i+1,j] - X[i-1,j] leaves out the pixel itself and spans two pixels; the sheet wants X[i+1,j] - X[i,j]", differenceInstead(
			[9]float64{0, -1, 0, 0, 0, 0, 0, 1, 0})},
		{"central difference", "(X[i+1,j] - X[i-1,j])/2 leaves out the pixel itself; the sheet wants X[i+1,j] - X[i,j]", differenceInstead(
			[9]float64{0, -0.5, 0, 0, 0, 0, 0, 0.5, 0})},
		{"Sobel filter", "the Sobel filter is an edge detector too, but smooths across the edge; the sheet's difference has two weights only", differenceInstead(
			[9]float64{-1, -2, -1, 0, 0, 0, 1, 2, 1})},
		{"Prewitt filter", "the Prewitt filter is an edge detector too, but averages three differences; the sheet's has two weights only", differenceInstead(
			[9]float64{-1, -1, -1, 0, 0, 0, 1, 1, 1})},
		{"second difference", "X[i+1,j] - 2 X[i,j] + X[i-1,j] is the second derivative; the sheet wants the first", differenceInstead(
			[9]float64{0, 1, 0, 0, -2, 0, 0, 1, 0})},
		{"Laplacian", "the Laplacian is the sum of the second derivatives; the sheet wants the two first ones", replaceWith([]float64{
			0, 1, 0, 1, -4, 1, 0, 1, 0, 0, 1, 0, 1, -4, 1, 0, 1, 0})},
		{"diagonal difference", "X[i+1,j+1] is the neighbour across the corner; the sheet takes the one below and the one to the right", replaceWith([]float64{
			0, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 1})},
		{"the pixel itself forgotten", "only the neighbour is there; X[i,j] is to be subtracted, with weight -1 in the centre w[2,2]", keepTaps(func(i, j int) bool { return i != 1 || j != 1 })},
		{"the neighbour forgotten", "only -X[i,j] is there; the neighbour below or to the right is to be added with weight 1", keepTaps(func(i, j int) bool { return i == 1 && j == 1 })},
		{"a sum instead of a difference", "the pixel itself has weight 1; it is to be subtracted, with weight -1", eachWeight(func(v float64) float64 { return max(v, -v) })},
		{"shifted by one row", "every weight sits one row too high: the centre w[2,2] stands for the pixel itself", shiftTaps(-1, 0)},
		{"shifted by one row", "every weight sits one row too low: the centre w[2,2] stands for the pixel itself", shiftTaps(1, 0)},
		{"shifted by one column", "every weight sits one column too far to the left: the centre w[2,2] stands for the pixel itself", shiftTaps(0, -1)},
		{"shifted by one column", "every weight sits one column too far to the right: the centre w[2,2] stands for the pixel itself", shiftTaps(0, 1)},
		{"shifted into the corner", "the weights begin in the corner w[1,1], as if the window began at the pixel; with padding 1 it is centred on the pixel, which belongs to w[2,2]", shiftTaps(-1, -1)},
		{"the same filter twice", "both outputs are the difference down the rows; w2 is to take the one along the columns", repeatOutput(0)},
		{"the same filter twice", "both outputs are the difference along the columns; w1 is to take the one down the rows", repeatOutput(1)},
		{"padding forgotten", "without padding there is no output for the pixels of the border: Y would have two rows and two columns fewer than X", withPadding(0)},
		{"too much padding", "a 3x3 filter wants one row and column of zeros on each side for Y to be as large as X", withPadding(2)},
		{"a stride", "Y is as large as X, so the window moves by one pixel: stride 1", withStride(2)},
	}
}

// differenceInstead puts the filter of another vertical difference, and its
// transpose for the horizontal one, in the place of the answer.
func differenceInstead(vertical [9]float64) func(Filter) Filter {
	values := make([]float64, 18)
	for i := range 3 {
		for j := range 3 {
			values[3*i+j] = vertical[3*i+j]
			values[9+3*j+i] = vertical[3*i+j]
		}
	}
	return replaceWith(values)
}
