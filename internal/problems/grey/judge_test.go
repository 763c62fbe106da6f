package grey

import (
	"testing"

	"hw4/internal/judge/judgetest"
	"hw4/tensor"
)

// typed is an answer of three weights, with the right stride and padding.
func typed(red, green, blue float64) judgetest.Answer {
	return judgetest.Answer{W: tensor.FromSlice([]float64{red, green, blue}, 3)}
}

// Usual mistakes, written out by hand, are named.
func TestMistakesAreNamed(t *testing.T) {
	w := typed(0.299, 0.587, 0.114).W
	for _, c := range []struct {
		answer    judgetest.Answer
		code, say string
	}{
		{typed(0.114, 0.587, 0.299), "colours-bgr", "channels in the order BGR"},
		{typed(0.587, 0.299, 0.114), "colours-grb", "channels in the order GRB: the weights are those of green, red, blue"},
		{typed(1./3, 1./3, 1./3), "mean", "weights of 1/3"},
		{typed(0.333, 0.333, 0.333), "mean+rounded", "weights of 1/3"},
		{typed(1, 1, 1), "ones", "weights of 1"},
		{typed(0.33, 0.33, 0.34), "mean", "nearly (every weight within 2 %) weights of 1/3"},
		{typed(0.2989, 0.587, 0.114), "rgb2gray", "weights of MATLAB's rgb2gray"},
		{typed(0.2126, 0.7152, 0.0722), "bt709", "weights of BT.709"},
		{typed(0.2627, 0.678, 0.0593), "bt2020", "weights of BT.2020"},
		{typed(-0.299, -0.587, -0.114), "sign", "sign"},
		{typed(29.9, 58.7, 11.4), "per-cent", "in per cent"},
		{typed(299, 587, 114), "thousandths", "in thousandths"},
		{typed(0.299*255, 0.587*255, 0.114*255), "times-255", "multiplied by 255"},
		{typed(0.299/255, 0.587/255, 0.114/255), "divided-by-255", "divided by 255"},
		{typed(0.299/3, 0.587/3, 0.114/3), "divided-by-3", "divided by 3"},
		{typed(0.299, 0.587, 0), "blue-forgotten", "blue forgotten"},
		{typed(0, 1, 0), "only-green", "only green"},
		{typed(0.3, 0.59, 0.11), "rounded", "rounded to 2 decimals"},
		{typed(0.29, 0.58, 0.11), "cut-off", "cut off after 2 decimals"},
		{judgetest.Answer{W: tensor.Reshape(w, 3, 1, 1, 1)}, "depthwise", "depthwise instead of summed"},
		{judgetest.Answer{W: tensor.Reshape(tensor.Concat(0, w, w, w), 3, 3, 1, 1)}, "three-outputs",
			"three outputs instead of one"},
		{judgetest.Answer{W: w, Stride: 2}, "stride", "a stride"},
		{judgetest.Answer{W: w, Padding: 1}, "padding", "padding added"},
		{judgetest.Answer{W: w, Stride: 3, Padding: 1}, "wrong", "Diagnosis: your stride is 3, your padding 1 and your " +
			"weight has shape " +
			"(1,3,1,1); they should be 1, 0 and (1,3,1,1)."},
		{typed(0.598, 1.174, 0.228), "scaled", "every weight is 2 times what it should be"},
		{typed(0.2126*7, 0.7152*7, 0.0722*7), "bt709+scaled", "; and scaled: every weight is 7 times what it should be"},
		{typed(0.299, 0.587, 0.141), "wrong", "1 weight is wrong: w[3,1,1] is 0.141, should be 0.114"},
		{typed(5, 6, 8), "wrong", "no usual mistake. 3 weights are wrong: w[1,1,1] is 5, should be 0.299; w[2,1,1] is 6, " +
			"should be 0.587; w[3,1,1] is 8, should be 0.114."},
	} {
		judgetest.Wrong(t, task(), c.answer, c.code, c.say)
	}
}

func TestEveryMistakeIsRecognised(t *testing.T) { judgetest.Mistakes(t, task()) }

func TestRightFilters(t *testing.T) {
	judgetest.Right(t, task(), Filter().W, []int{3}, []int{3, 1}, []int{1, 3}, []int{3, 1, 1}, []int{1, 3, 1, 1})
	if task, err := Defaults().Task(); err != nil || !task.IsRight(task.Right) {
		t.Errorf("the task of the options: %v", err)
	}
}

func TestRandomFilters(t *testing.T) {
	judgetest.Random(t, task(), tensor.Reshape(Filter().W, 3))
	judgetest.Random(t, task(), Filter().W)
}

func TestNames(t *testing.T) {
	if name := task().Plane(0, 2); name != "w[3,1,1]" {
		t.Errorf("the plane of blue is called %q", name)
	}
}
