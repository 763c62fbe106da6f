package grey

import (
	"fmt"
	"strings"

	"hw4/internal/judge"
	"hw4/tensor"
)

// Task returns what judges a filter. The settings do not matter.
func (Options) Task() (*judge.Task, error) { return task(), nil }

// task returns what judges a filter: w of shape (3, 1, 1), a 1 x 1 convolution.
func task() *judge.Task {
	weight := []int{1, 3, 1, 1}
	apart := judge.Form{Shape: []int{3, 1, 1, 1}, Dense: func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return judge.Depthwise(tensor.Reshape(w, 3, 1, 1))
	}}
	return &judge.Task{
		Definition: definition,
		Right:      Filter(),
		Step:       1,
		Forms: []judge.Form{
			judge.Reshaped(weight, 3), judge.Reshaped(weight, 3, 1, 1), judge.Reshaped(weight, weight...),
			judge.Reshaped(weight, 1, 3).Hide(), judge.Reshaped(weight, 3, 1).Hide(), apart.Hide(),
			judge.Reshaped([]int{3, 3, 1, 1}, 3, 3, 1, 1).Hide(),
		},
		About:    "a weight for each of red, green and blue",
		Outputs:  []string{"w"},
		Mistakes: mistakes(),
		Every:    "a 1x1 window sees one pixel at a time, and every pixel is weighted alike",
		Plane:    func(_, c int) string { return fmt.Sprintf("w[%d,1,1]", c+1) },
		Entry:    func(at [4]int) string { return fmt.Sprintf("w[%d,1,1]", at[1]+1) },
	}
}

// mistakes returns the usual ones, the likeliest first.
func mistakes() []judge.Mistake {
	list := append([]judge.Mistake{judge.AllZero(), permuted(2, 1, 0)}, otherWeights()...)
	list = append(list, scaled()...)
	list = append(list, permuted(1, 0, 2), permuted(0, 2, 1), permuted(1, 2, 0), permuted(2, 0, 1))
	list = append(list, otherShapes()...)
	for c, colour := range colours {
		list = append(list, judge.Named(colour+"-forgotten", colour+" forgotten", "the weight of "+colour+" is zero",
			judge.Keep(func(_, from, _, _ int) bool { return from != c })))
	}
	for c, colour := range colours {
		values := make([]float64, 3)
		values[c] = 1
		list = append(list, judge.Named("only-"+colour, "only "+colour,
			"the output is one of the colours; the sheet mixes all three", judge.Replace(values...)))
	}
	return append(list, judge.Roundings(1, 6)...)
}

// otherWeights are those of other formulas.
func otherWeights() []judge.Mistake {
	const sheets = "; the sheet's are those of BT.601: 0.299, 0.587, 0.114"
	return []judge.Mistake{
		judge.Named("mean", "weights of 1/3",
			"the mean of the three colours; the eye sees green as brighter than red, and red as brighter than blue, which the "+
				"sheet's weights follow", judge.Replace(1./3, 1./3, 1./3)),
		judge.Named("ones", "weights of 1",
			"the sum of the three colours, up to three times as bright; the weights are to add up to 1", judge.Replace(1, 1, 1)),
		judge.Named("rgb2gray", "weights of MATLAB's rgb2gray",
			"0.2989, 0.587 and 0.114, which add up to 0.9999; the sheet has 0.299 for red", judge.Replace(0.2989, 0.587, 0.114)),
		judge.Named("bt709", "weights of BT.709", "these are the weights of HDTV (ITU-R BT.709)"+sheets,
			judge.Replace(0.2126, 0.7152, 0.0722)),
		judge.Named("bt2020", "weights of BT.2020", "these are the weights of UHDTV (ITU-R BT.2020)"+sheets,
			judge.Replace(0.2627, 0.678, 0.0593)),
	}
}

// scaled are the right weights times a number.
func scaled() []judge.Mistake {
	const white = "the mapping does not depend on the range of the pixels: white, (1,1,1) or (255,255,255), stays white"
	return []judge.Mistake{
		judge.Named("sign", "sign", "every weight has the opposite sign", judge.Scale(-1)),
		judge.Named("divided-by-3", "divided by 3", "the weights add up to 1 already: they are the mean", judge.Scale(1.0/3)),
		judge.Named("per-cent", "in per cent", "29.9 % is 0.299: the weights add up to 1", judge.Scale(100)),
		judge.Named("thousandths", "in thousandths", "the weights add up to 1", judge.Scale(1000)),
		judge.Named("times-255", "multiplied by 255", white, judge.Scale(255)),
		judge.Named("divided-by-255", "divided by 255", white, judge.Scale(1.0/255)),
		judge.Named("times-3", "multiplied by 3", "the weights add up to 1", judge.Scale(3)),
	}
}

// otherShapes are wrong numbers of outputs, strides and paddings.
func otherShapes() []judge.Mistake {
	return []judge.Mistake{
		judge.Named("depthwise", "depthwise instead of summed",
			"three outputs, each from one colour; the 1x1 convolution adds the three up into one, with a weight of shape "+
				"(1,3,1,1)", func(f judge.Filter) judge.Filter {
				f.W = judge.Depthwise(tensor.Reshape(f.W, 3, 1, 1))
				return f
			}),
		judge.Named("three-outputs", "three outputs instead of one", "the same grey picture three times; Y has one channel",
			func(f judge.Filter) judge.Filter {
				f.W = tensor.Concat(0, f.W, f.W, f.W)
				return f
			}),
		judge.Named("stride", "a stride", "Y is as large as X, so the window moves by one pixel: stride 1",
			judge.WithStride(2)),
		judge.Named("padding", "padding added", "a 1x1 window needs no padding: Y is as large as X", judge.WithPadding(1)),
	}
}

var colours = [3]string{"red", "green", "blue"}

// permuted is the mistake of an order of the channels that is not R, G, B.
func permuted(order ...int) judge.Mistake {
	letters := ""
	for _, c := range order {
		letters += strings.ToUpper(colours[c][:1])
	}
	return judge.Named("colours-"+strings.ToLower(letters), "channels in the order "+letters,
		fmt.Sprintf("the weights are those of %s, %s, %s; X_1 is red, X_2 green, X_3 blue",
			colours[order[0]], colours[order[1]], colours[order[2]]), judge.Reorder(1, order...))
}
