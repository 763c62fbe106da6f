package difference

import (
	"fmt"

	"hw4/internal/judge"
)

// Task returns what judges a filter. The settings do not matter.
func (Options) Task() (*judge.Task, error) { return task(), nil }

// task returns what judges a filter: w of shape (2, 3, 3), padding 1.
func task() *judge.Task {
	weight := []int{2, 1, 3, 3}
	return &judge.Task{
		Definition: definition,
		Right:      Filter(),
		Step:       1,
		Forms:      []judge.Form{judge.Reshaped(weight, 2, 3, 3), judge.Reshaped(weight, 2, 1, 3, 3)},
		About:      "a 3x3 filter for each of the two directions, w = [w1, w2]",
		Outputs:    []string{"w1", "w2"},
		Mistakes:   mistakes(),
		Every:      "a pixel of Y is the same combination of the 3x3 window around it everywhere",
		Plane:      func(o, _ int) string { return fmt.Sprintf("w%d", o+1) },
		Entry:      func(at [4]int) string { return fmt.Sprintf("w[%d,%d,%d]", at[0]+1, at[2]+1, at[3]+1) },
	}
}

// mistakes returns the usual ones, the likeliest first.
func mistakes() []judge.Mistake {
	return append(arrangements(), append(otherDifferences(), settings()...)...)
}

// arrangements are the right weights at wrong places, with wrong signs, or some of
// them alone.
func arrangements() []judge.Mistake {
	const row, column = "every weight sits one row too %s: the centre w[2,2] stands for the pixel itself",
		"every weight sits one column too far to the %s: the centre w[2,2] stands for the pixel itself"
	return []judge.Mistake{
		judge.AllZero(),
		judge.Named("transposed", "rows and columns swapped",
			"the first index of a filter counts rows, downwards, the second columns, to the right",
			judge.Move(func(i, j, _ int) (int, int) { return j, i })),
		judge.Named("filters-swapped", "filters in the wrong order",
			"w1 belongs to Y_1, the difference along i, down the rows, w2 to Y_2, along j, the columns",
			judge.Reorder(0, 1, 0)),
		judge.Named("sign", "sign",
			"every weight has the opposite sign: the pixel minus its neighbour instead of the neighbour minus the pixel",
			judge.Scale(-1)),
		judge.Named("rotated", "rotated by 180 degrees",
			"this is the filter of a convolution as mathematics defines it, which flips the kernel; Conv2d and the sheet's "+
				"formula do not flip it: they are cross-correlations, where w[3,2] belongs to the pixel below",
			judge.Move(func(i, j, k int) (int, int) { return k - 1 - i, k - 1 - j })),
		judge.Named("centre-forgotten", "the pixel itself forgotten",
			"X[i,j] is missing; subtract it, with weight -1 in the centre w[2,2]",
			judge.Keep(func(_, _, i, j int) bool { return i != 1 || j != 1 })),
		judge.Named("neighbour-forgotten", "the neighbour forgotten",
			"the neighbour below or to the right is missing; add it, with weight 1",
			judge.Keep(func(_, _, i, j int) bool { return i == 1 && j == 1 })),
		judge.Named("sum", "a sum instead of a difference",
			"the pixel itself has weight 1; subtract it, with weight -1",
			judge.EachWeight(func(_ [4]int, v float64) float64 { return max(v, -v) })),
		judge.Named("shifted", "shifted by one row", fmt.Sprintf(row, "high"), judge.Shift(-1, 0)),
		judge.Named("shifted", "shifted by one row", fmt.Sprintf(row, "low"), judge.Shift(1, 0)),
		judge.Named("shifted", "shifted by one column", fmt.Sprintf(column, "left"), judge.Shift(0, -1)),
		judge.Named("shifted", "shifted by one column", fmt.Sprintf(column, "right"), judge.Shift(0, 1)),
		judge.Named("shifted-into-corner", "shifted into the corner",
			"the weights begin in the corner w[1,1], as if the window began at the pixel; with padding 1 it is centred on the "+
				"pixel, which belongs to w[2,2]",
			judge.Shift(-1, -1)),
		judge.Named("same-filter-twice", "the same filter twice",
			"both outputs are the difference down the rows; w2 must take the one along the columns", judge.Repeat(0)),
		judge.Named("same-filter-twice", "the same filter twice",
			"both outputs are the difference along the columns; w1 must take the one down the rows", judge.Repeat(1)),
	}
}

// otherDifferences are filters that people know by name.
func otherDifferences() []judge.Mistake {
	return []judge.Mistake{
		judge.Named("backward-difference", "backward difference",
			"X[i,j] - X[i-1,j] instead of X[i+1,j] - X[i,j]: every weight sits one pixel too early along its axis",
			instead(0, -1, 0, 0, 1, 0, 0, 0, 0)),
		judge.Named("central-difference", "central difference",
			"X[i+1,j] - X[i-1,j] leaves out the pixel itself and spans two pixels; the sheet asks for X[i+1,j] - X[i,j]",
			instead(0, -1, 0, 0, 0, 0, 0, 1, 0)),
		judge.Named("central-difference", "central difference",
			"(X[i+1,j] - X[i-1,j])/2 leaves out the pixel itself; the sheet asks for X[i+1,j] - X[i,j]",
			instead(0, -0.5, 0, 0, 0, 0, 0, 0.5, 0)),
		judge.Named("sobel", "Sobel filter",
			"the Sobel filter is an edge detector too, but smooths across the edge; the sheet's difference has two weights only",
			instead(-1, -2, -1, 0, 0, 0, 1, 2, 1)),
		judge.Named("prewitt", "Prewitt filter",
			"the Prewitt filter is an edge detector too, but averages three differences; the sheet's has two weights only",
			instead(-1, -1, -1, 0, 0, 0, 1, 1, 1)),
		judge.Named("second-difference", "second difference",
			"X[i+1,j] - 2 X[i,j] + X[i-1,j] is the second derivative; the sheet asks for the first",
			instead(0, 1, 0, 0, -2, 0, 0, 1, 0)),
		judge.Named("laplacian", "Laplacian",
			"the Laplacian is the sum of the second derivatives; the sheet asks for the two first ones",
			judge.Replace(0, 1, 0, 1, -4, 1, 0, 1, 0, 0, 1, 0, 1, -4, 1, 0, 1, 0)),
		judge.Named("diagonal-difference", "diagonal difference",
			"X[i+1,j+1] is the neighbour across the corner; the sheet takes the one below and the one to the right",
			judge.Replace(0, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 1)),
	}
}

// instead puts the filter of another vertical difference, and its transpose for the
// horizontal one, in the place of the answer.
func instead(vertical ...float64) func(judge.Filter) judge.Filter {
	values := make([]float64, 18)
	for i := range 3 {
		for j := range 3 {
			values[3*i+j] = vertical[3*i+j]
			values[9+3*j+i] = vertical[3*i+j]
		}
	}
	return judge.Replace(values...)
}

// settings are wrong strides and paddings.
func settings() []judge.Mistake {
	return []judge.Mistake{
		judge.Named("padding-forgotten", "padding forgotten",
			"without padding there is no output for the pixels of the border: Y would have two rows and two columns fewer than "+
				"X",
			judge.WithPadding(0)),
		judge.Named("too-much-padding", "too much padding",
			"a 3x3 filter needs one row and column of zeros on each side for Y to be as large as X", judge.WithPadding(2)),
		judge.Named("stride", "a stride", "Y is as large as X, so the window moves by one pixel: stride 1",
			judge.WithStride(2)),
	}
}
