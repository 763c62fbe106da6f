package judge

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"hw4/tensor"
)

// small returns a task whose right filter has two outputs of two weights.
func small() *Task {
	t := &Task{
		Right: Filter{W: tensor.FromSlice([]float64{1, 2, 3, 4}, 2, 1, 1, 2), Stride: 1}, Step: 1,
		Outputs: []string{"a", "b"},
		Mistakes: []Mistake{
			AllZero(), Named("sign", "negative", "every sign is wrong", Scale(-1)),
			Named("swapped", "swapped", "a is b", Reorder(0, 1, 0)),
			Named("exchanged", "exchanged", "b is a", Reorder(0, 1, 0)),
			Named("nothing", "nothing", "changes nothing", Scale(1)),
			Named("one-output", "one output", "b is not there", func(f Filter) Filter { return f.Output(0) }),
			Named("impossible", "impossible", "has no weights", Replace(1)),
			Named("stride", "a stride", "it is 1", WithStride(2)),
		},
		Entry: func(at [4]int) string { return fmt.Sprint("w", at) },
	}
	t.Definition = t.Right.Apply
	return t
}

// What turns the right filter into a wrong one: mistakes in all outputs or in one,
// two at once, a factor, or a little.
func TestDiagnose(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		w          []float64
		stride     int
		code, text string
	}{
		{[]float64{0, 0, 0, 0}, 1, "all-zero", "all weights are zero: the output is zero whatever the picture"},
		{[]float64{-1, -2, -3, -4}, 1, "sign", "negative: every sign is wrong"},
		{[]float64{3, 4, 1, 2}, 1, "swapped", "swapped: a is b; or, with the same result, exchanged: b is a"},
		{[]float64{1, 2, 3, 4}, 2, "stride", "a stride: it is 1"},
		{[]float64{-3, -4, -1, -2}, 1, "sign+swapped", "negative: every sign is wrong; and swapped: a is b"},
		{[]float64{-1, -2, -3, -4}, 2, "sign+stride", "negative: every sign is wrong; and a stride: it is 1"},
		{[]float64{2, 4, 6, 8}, 1, "scaled", "scaled: every weight is 2 times what it should be"},
		{[]float64{-6, -8, -2, -4}, 1, "swapped+scaled",
			"swapped: a is b; and scaled: every weight is -2 times what it should be"},
		{[]float64{2, 4, 6, 8}, 2, "stride+scaled", "a stride: it is 1; and scaled: every weight is 2 times what it " +
			"should be"},
		{[]float64{1, 2.0625, 3, 4}, 1, "nearly-right", "nearly right: every weight is within 3.1 % of the right one, " +
			"but not " +
			"equal. 1 weight is wrong: w[0 0 0 1] is 2.0625, should be 2"},
		{[]float64{0.96875, 2, 3, 4}, 1, "nearly-right", "within 3.1 %"},
		{[]float64{3.0625, 4.125, 1, 2}, 1, "swapped", "nearly (every weight within 3.1 %) swapped: a is b"},
		{[]float64{1, 2.07, 3, 4}, 1, "wrong", "no usual mistake. 1 weight is wrong: w[0 0 0 1] is 2.07, should be 2"},
		{[]float64{1 + 1e-7, 2, 3, 4}, 1, "nearly-right", "nearly right: every weight is within 1e-05 % of the right " +
			"one, but " +
			"not equal. 1 weight is wrong: w[0 0 0 0] is 1.0000001, should be 1"},
		{[]float64{-1, -2, 3, 4}, 1, "sign", "a: negative: every sign is wrong. b right"},
		{[]float64{1, 2, 9, 12}, 1, "scaled", "b: scaled: every weight is 3 times what it should be. a right"},
		{[]float64{-1, -2, 5, 7}, 1, "sign", "a: negative: every sign is wrong. " +
			"b: 2 weights are wrong: w[1 0 0 0] is 5, should be 3; w[1 0 0 1] is 7, should be 4"},
		{[]float64{5, 7, -3, -4}, 1, "sign", "a: 2 weights are wrong: w[0 0 0 0] is 5, should be 1; w[0 0 0 1] is 7, " +
			"should be 2. b: negative: every sign is wrong"},
		{[]float64{2, 4, -3, -4}, 1, "scaled",
			"a: scaled: every weight is 2 times what it should be. b: negative: every sign is wrong"},
		{[]float64{1, 2, 3, 5}, 1, "wrong", "no usual mistake. 1 weight is wrong: w[1 0 0 1] is 5, should be 4"},
		{[]float64{5, 6, 7, 9}, 1, "wrong", "no usual mistake. 4 weights are wrong: w[0 0 0 0] is 5, should be 1; w[0 0 " +
			"0 1] " +
			"is 6, should be 2; w[1 0 0 0] is 7, should be 3; w[1 0 0 1] is 9, should be 4"},
		{[]float64{5, 6, 7, 9}, 2, "wrong", "your stride is 2, your padding 0 and your weight has shape (2,1,1,2); they " +
			"should " +
			"be 1, 0 and (2,1,1,2)"},
		{[]float64{nan, 2, 3, 4}, 1, "wrong", "no usual mistake. 1 weight is wrong: w[0 0 0 0] is NaN, should be 1"},
		{[]float64{1, 2, math.Inf(1), 4}, 1, "wrong", "w[1 0 0 0] is +Inf, should be 3"},
		{[]float64{1, 2}, 1, "one-output", "one output: b is not there"},
		{[]float64{1, 2, 3, 4, 0, 0}, 1, "wrong", "your weight has shape (3,1,1,2); they should be 1, 0 and (2,1,1,2)"},
	} {
		f := Filter{W: tensor.FromSlice(c.w, len(c.w)/2, 1, 1, 2), Stride: c.stride}
		d := small().diagnose(f)
		if whole := c.text == d.text; d.code != c.code || !whole && !strings.Contains(d.text, c.text) {
			t.Errorf("%v, stride %d: %s: %q, want %s: %q", c.w, c.stride, d.code, d.text, c.code, c.text)
		}
	}
}

// Four wrong weights are listed, and the others counted.
func TestManyWrongWeights(t *testing.T) {
	task := &Task{Right: Filter{W: tensor.Zeros[float64](1, 1, 1, 6)}, Outputs: []string{"w"},
		Entry: func(at [4]int) string { return fmt.Sprint(at[3]) }}
	for wrong, end := range map[int]string{
		4: "4 weights are wrong: 0 is 1, should be 0; 1 is 1, should be 0; 2 is 1, should be 0; 3 is 1, should be 0",
		5: "3 is 1, should be 0; and 1 more",
		6: "3 is 1, should be 0; and 2 more",
	} {
		f := Filter{W: tensor.Zeros[float64](1, 1, 1, 6)}
		for i := range wrong {
			f.W.Data()[i] = 1
		}
		if d := task.diagnose(f); d.code != "wrong" || !strings.HasSuffix(d.text, end) {
			t.Errorf("%d wrong: %s: %q, want %q", wrong, d.code, d.text, end)
		}
	}
}

// Two mistakes at once are not looked for in filters so large that it takes long.
func TestTwoMistakesInLargeFilters(t *testing.T) {
	for side, code := range map[int]string{128: "shift-down+shift-right", 129: "wrong"} {
		right := Filter{W: tensor.Zeros[float64](1, 1, side, side), Stride: 1}
		right.W.Data()[0], right.W.Data()[1] = 1, 2
		task := &Task{Right: right, Outputs: []string{"w"}, Entry: func(at [4]int) string { return fmt.Sprint(at) },
			Mistakes: []Mistake{Named("shift-down", "down", "", Shift(1, 0)), Named("shift-right", "right", "", Shift(0, 1))}}
		if d := task.diagnose(Shift(1, 1)(right)); d.code != code {
			t.Errorf("%d weights: %s, want %s", side*side, d.code, code)
		}
	}
}

// The score is the share of the outputs that are right, up to the rounding of weights.
func TestScore(t *testing.T) {
	for _, c := range []struct {
		w       []float64
		stride  int
		score   float64
		code    string
		answers int // lines
	}{
		{[]float64{1, 2, 3, 4}, 1, 1, "right", 1},
		{[]float64{1 + 1e-8, 2, 3, 4 - 2e-7}, 1, 1, "right", 1},
		{[]float64{1 + 1e-7, 2, 3, 4}, 1, 0.5, "nearly-right", 2},
		{[]float64{1, 2, 3, 5}, 1, 0.5, "wrong", 3},
		{[]float64{2, 2, 3, 5}, 1, 0, "wrong", 3},
		{[]float64{1, 2, 3, 4}, 2, 0, "stride", 2},
	} {
		v := small().Judge(Filter{W: tensor.FromSlice(c.w, 2, 1, 1, 2), Stride: c.stride}, 3, 3)
		if v.Score != c.score || v.Right != (c.score == 1) || v.Code != c.code || len(v.Answer) != c.answers {
			t.Errorf("%v, stride %d: %+v, want score %g and code %s", c.w, c.stride, v, c.score, c.code)
		}
	}
}

func TestFits(t *testing.T) {
	f := Filter{W: tensor.Zeros[float64](1, 1, 3, 5)}
	for _, c := range []struct {
		h, w, padding int
		fits          bool
	}{
		{3, 5, 0, true}, {2, 5, 0, false}, {3, 4, 0, false}, {1, 3, 1, true}, {1, 2, 1, false}, {1, 1, 2, true},
		{1, 7, 0, false}, {7, 1, 1, false}, {1, 1, 1, false},
	} {
		if f.Padding = c.padding; f.fits(c.h, c.w) != c.fits {
			t.Errorf("a window of 3x5 with padding %d on %dx%d: %v", c.padding, c.h, c.w, !c.fits)
		}
	}
}

// Where a weight leaves the window, its output has weights that are none.
func TestMove(t *testing.T) {
	f := Filter{W: tensor.FromSlice([]float64{1, 2, 0, 0, 0, 0, 3, 4}, 2, 1, 2, 2)}
	down := Shift(1, 0)(f)
	if got := down.W.Data(); got[2] != 1 || got[3] != 2 || got[0] != 0 || !math.IsNaN(got[4]) || !math.IsNaN(tensor.Sum(
		down.Output(1).W).Item()) {
		t.Errorf("shifted down: %v", got)
	}
	if f.W.Data()[0] != 1 {
		t.Error("a change changed the filter itself")
	}
	all := Move(func(int, int, int) (int, int) { return 1, 0 })(f)
	if got := all.W.Data(); got[2] != 3 || got[6] != 7 {
		t.Errorf("weights at the same place do not add up: %v", got)
	}
	if got := Repeat(1)(f).W.Data(); got[2] != 3 || got[7] != 4 {
		t.Errorf("the second output twice: %v", got)
	}
}
