package difference

import (
	"testing"

	"hw4/internal/judge/judgetest"
	"hw4/tensor"
)

// typed is an answer of 18 weights with the right stride and padding.
func typed(w ...float64) judgetest.Answer { return judgetest.Answer{W: tensor.FromSlice(w, 2, 3, 3)} }

// Usual mistakes, written out by hand, are named.
func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		answer    judgetest.Answer
		code, say string
	}{
		{typed(0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), "transposed", "rows and columns swapped"},
		{typed(0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), "transposed",
			"; or, with the same result, filters in the wrong order"},
		{typed(0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0), "rotated", "rotated by 180 degrees"},
		{typed(0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0), "sign", "sign"},
		{typed(0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0), "backward-difference", "backward difference"},
		{typed(0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0), "central-difference", "central difference"},
		{typed(0, -.5, 0, 0, 0, 0, 0, .5, 0, 0, 0, 0, -.5, 0, .5, 0, 0, 0), "central-difference",
			"central difference: (X[i+1,j] - X[i-1,j])/2"},
		{typed(-1, -2, -1, 0, 0, 0, 1, 2, 1, -1, 0, 1, -2, 0, 2, -1, 0, 1), "sobel", "Sobel filter"},
		{typed(-1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1), "prewitt", "Prewitt filter"},
		{typed(0, 1, 0, 0, -2, 0, 0, 1, 0, 0, 0, 0, 1, -2, 1, 0, 0, 0), "second-difference", "second difference"},
		{typed(0, 1, 0, 1, -4, 1, 0, 1, 0, 0, 1, 0, 1, -4, 1, 0, 1, 0), "laplacian", "Laplacian"},
		{typed(0, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 1), "diagonal-difference", "diagonal difference"},
		{typed(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), "centre-forgotten", "the pixel itself forgotten"},
		{typed(0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0), "neighbour-forgotten", "the neighbour forgotten"},
		{typed(0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0), "sum", "a sum instead of a difference"},
		{typed(0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0), "shifted", "shifted by one row"},
		{typed(0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0), "shifted", "shifted by one column"},
		{typed(-1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0), "shifted-into-corner", "shifted into the corner"},
		{typed(0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), "same-filter-twice",
			"the same filter twice: both outputs are the difference down"},
		{typed(0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), "same-filter-twice",
			"the same filter twice: both outputs are the difference along"},
		{typed(make([]float64, 18)...), "all-zero", "all weights are zero"},
		{judgetest.Answer{W: Filter().W, Padding: judgetest.None}, "padding-forgotten", "padding forgotten"},
		{judgetest.Answer{W: Filter().W, Padding: 2}, "too-much-padding", "too much padding"},
		{judgetest.Answer{W: Filter().W, Stride: 2}, "stride", "a stride"},
	} {
		judgetest.Wrong(t, task(), c.answer, c.code, c.say)
	}
}

// What is wrong in one output alone, by a factor, by a little, or twice over, is told.
func TestOtherMistakesAreDescribed(t *testing.T) {
	for _, c := range []struct {
		answer    judgetest.Answer
		code, say string
	}{
		{typed(0, 0, 0, 0, -3, 0, 0, 3, 0, 0, 0, 0, 0, -3, 3, 0, 0, 0), "scaled", "every weight is 3 times"},
		{typed(0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0), "sign", "Diagnosis: w2: sign: every weight has the " +
			"opposite sign: the pixel minus its neighbour instead of the neighbour minus the pixel. w1 right."},
		{typed(0, 0, 0, 0, -1, 0, 0, 2, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), "wrong",
			"Diagnosis: no usual mistake. 1 weight is wrong: w[1,3,2] is 2, should be 1."},
		{typed(0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 1), "shifted", "w2: shifted by one row: every weight " +
			"sits one row too low: the centre w[2,2] stands for the pixel itself. w1 right"},
		{typed(0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, -1, 1, 0, 0, 0), "shifted",
			"w1: shifted by one column: every weight sits one column too far to the right"},
		{typed(0, 0, 0, 0, -1.01, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), "nearly-right",
			"nearly right: every weight is within 1 % of the right one, but not equal. 1 weight is wrong: w[1,2,2] is -1.01, " +
				"should be -1"},
	} {
		judgetest.Wrong(t, task(), c.answer, c.code, c.say)
	}
}

func TestEveryMistakeIsRecognised(t *testing.T) { judgetest.Mistakes(t, task()) }

func TestRightFilters(t *testing.T) {
	judgetest.Right(t, task(), Filter().W, []int{2, 3, 3}, []int{2, 1, 3, 3})
	if task, err := Defaults().Task(); err != nil || !task.IsRight(task.Right) {
		t.Errorf("the task of the options: %v", err)
	}
}

func TestRandomFilters(t *testing.T) { judgetest.Random(t, task(), Filter().W) }
