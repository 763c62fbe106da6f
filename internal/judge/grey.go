package judge

import (
	"fmt"
	"strings"

	"hw4/tensor"
)

// Grey is the task of Problem 3: w of shape (3, 1, 1), a 1 x 1 convolution.
func Grey(definition Map, right *tensor.Tensor[float64]) *Task {
	weight := []int{1, 3, 1, 1}
	apart := form{shape: []int{3, 1, 1, 1}, hidden: true, dense: func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return depthwise(tensor.Reshape(w, 3, 1, 1))
	}}
	square := reshaped([]int{3, 3, 1, 1}, 3, 3, 1, 1)
	square.hidden = true
	short := func(shape ...int) form {
		f := reshaped(weight, shape...)
		f.hidden = true
		return f
	}
	return &Task{
		Definition: definition,
		Right:      Filter{W: right, Stride: 1},
		Step:       1,
		forms:      []form{reshaped(weight, 3), reshaped(weight, 3, 1, 1), reshaped(weight, weight...), short(1, 3), short(3, 1), apart, square},
		about:      "a weight for each of red, green and blue",
		outputs:    []string{"w"},
		mistakes:   greyMistakes(),
		every:      "a 1x1 window sees one pixel at a time, and every pixel is weighted alike",
		plane:      func(_, c int) string { return fmt.Sprintf("w[%d,1,1]", c+1) },
		entry:      func(at [4]int) string { return fmt.Sprintf("w[%d,1,1]", at[1]+1) },
	}
}

func greyMistakes() []mistake {
	list := []mistake{
		allZero,
		permutedColours(2, 1, 0),
		{"weights of 1/3", "the mean of the three colours; the eye sees green as brighter than red, and red than blue, which the sheet's weights follow", replaceWith([]float64{1. / 3, 1. / 3, 1. / 3})},
		{"weights of 1", "the sum of the three colours, up to three times as bright; the weights are to add up to 1", replaceWith([]float64{1, 1, 1})},
		{"weights of MATLAB's rgb2gray", "0.2989, 0.587 and 0.114, which add up to 0.9999; the sheet has 0.299 for red", replaceWith([]float64{0.2989, 0.587, 0.114})},
		{"weights of BT.709", "these are the weights of HDTV (ITU-R BT.709); the sheet's are those of BT.601: 0.299, 0.587, 0.114", replaceWith([]float64{0.2126, 0.7152, 0.0722})},
		{"weights of BT.2020", "these are the weights of UHDTV (ITU-R BT.2020); the sheet's are those of BT.601: 0.299, 0.587, 0.114", replaceWith([]float64{0.2627, 0.678, 0.0593})},
		{"sign", "every weight has the opposite sign", scaled(-1)},
		{"divided by 3", "the weights add up to 1 already: they are the mean", scaled(1.0 / 3)},
		{"in per cent", "29.9 % is 0.299: the weights add up to 1", scaled(100)},
		{"in thousandths", "the weights add up to 1", scaled(1000)},
		{"multiplied by 255", "the mapping does not depend on the range of the pixels: white, (1,1,1) or (255,255,255), stays white", scaled(255)},
		{"divided by 255", "the mapping does not depend on the range of the pixels: white, (1,1,1) or (255,255,255), stays white", scaled(1.0 / 255)},
		{"multiplied by 3", "the weights add up to 1", scaled(3)},
		permutedColours(1, 0, 2), permutedColours(0, 2, 1), permutedColours(1, 2, 0), permutedColours(2, 0, 1),
		{"depthwise instead of summed", "three outputs, each from one colour; the 1x1 convolution adds the three up into one, with a weight of shape (1,3,1,1)", func(f Filter) Filter {
			f.W = depthwise(tensor.Reshape(f.W, 3, 1, 1))
			return f
		}},
		{"three outputs instead of one", "the same grey picture three times; Y has one channel", func(f Filter) Filter {
			f.W = tensor.Concat(0, f.W, f.W, f.W)
			return f
		}},
		{"a stride", "Y is as large as X, so the window moves by one pixel: stride 1", withStride(2)},
		{"padding added", "a 1x1 window needs no padding: Y is as large as X", withPadding(1)},
	}
	for c, colour := range colours {
		list = append(list, mistake{colour + " forgotten", "the weight of " + colour + " is zero", withoutColour(c)})
	}
	for c, colour := range colours {
		values := make([]float64, 3)
		values[c] = 1
		list = append(list, mistake{"only " + colour, "the output is one of the colours; the sheet mixes all three", replaceWith(values)})
	}
	return append(list, roundings(1, 6)...)
}

var colours = [3]string{"red", "green", "blue"}

// permutedColours is the mistake of an order of the channels that is not R, G, B.
func permutedColours(order ...int) mistake {
	var letters []string
	for _, c := range order {
		letters = append(letters, strings.ToUpper(colours[c][:1]))
	}
	return mistake{
		fmt.Sprintf("channels in the order %s", strings.Join(letters, "")),
		fmt.Sprintf("the weights are those of %s, %s, %s; X_1 is red, X_2 green, X_3 blue", colours[order[0]], colours[order[1]], colours[order[2]]),
		func(f Filter) Filter {
			f.W = tensor.Select(f.W, 1, order)
			return f
		},
	}
}

func withoutColour(c int) func(Filter) Filter {
	return eachTap(func(at [4]int, v float64) float64 {
		if at[1] == c {
			return 0
		}
		return v
	})
}
