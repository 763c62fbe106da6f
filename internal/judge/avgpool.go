package judge

import (
	"fmt"

	"hw4/tensor"
)

// AvgPool is the task of Problem 2 for images of the given number of channels and
// kernel size k: w of shape (C, k, k), one filter a channel, stride k.
func AvgPool(definition Map, channels, k int) *Task {
	right := Filter{W: depthwise(tensor.Full(1/float64(k*k), channels, k, k)), Stride: k}
	plain := func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return depthwise(tensor.Reshape(w, channels, k, k))
	}
	weight := []int{channels, channels, k, k}
	summing := reshaped([]int{1, channels, k, k}, 1, channels, k, k)
	summing.hidden = true
	t := &Task{
		Definition: definition,
		Right:      right,
		Step:       k,
		forms: []form{
			{shape: []int{channels, k, k}, dense: plain},
			{shape: []int{channels, 1, k, k}, dense: plain},
			reshaped(weight, weight...),
			summing,
		},
		about:    fmt.Sprintf("a %dx%d filter for each of the %d channels", k, k, channels),
		mistakes: avgPoolMistakes(channels, k),
		every:    "the windows do not reach over the border, and a pixel of Y is the same combination of its window everywhere",
		plane: func(o, c int) string {
			if o == c {
				return fmt.Sprintf("w_%d", o+1)
			}
			return fmt.Sprintf("w from %d to %d", c+1, o+1)
		},
		entry: func(at [4]int) string {
			if at[0] == at[1] {
				return fmt.Sprintf("w[%d,%d,%d]", at[0]+1, at[2]+1, at[3]+1)
			}
			return fmt.Sprintf("the weight of input channel %d in output channel %d, at row %d, column %d,", at[1]+1, at[0]+1, at[2]+1, at[3]+1)
		},
	}
	for c := range channels {
		t.outputs = append(t.outputs, fmt.Sprintf("w_%d", c+1))
	}
	return t
}

// depthwise returns the weight (C, C, k, k) that convolves every channel with its
// own filter of w, of shape (C, k, k).
func depthwise(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	c, k := w.Dim(0), w.Dim(1)
	dense := tensor.Zeros[float64](c, c, k, k)
	for i := range c {
		copy(dense.Data()[i*(c+1)*k*k:][:k*k], w.Data()[i*k*k:][:k*k])
	}
	return dense
}

func avgPoolMistakes(channels, k int) []mistake {
	list := []mistake{
		allZero,
		{"summed over channels instead of depthwise", "every output channel adds up all input channels; the average pool of a channel depends on that channel alone, " +
			"so the weights between different channels are zero (groups = C)", sumChannels},
		{"one output channel for all", "a weight of shape (1,C,k,k) adds up the channels into one; Y has C channels, each pooled by itself", func(f Filter) Filter {
			return sumChannels(f.output(0))
		}},
		{"stride forgotten", "the window moves by one pixel and the pools overlap; it is to move by k, stride = k", withStride(1)},
		{"padding added", "the windows of the average pool cover the image as it is: padding 0", withPadding(1)},
		{"padding added", "the windows of the average pool cover the image as it is: padding 0", withPadding(k / 2)},
		{"only the first channel", "the filters of the other channels are zero; every channel has the same filter", eachTap(func(at [4]int, v float64) float64 {
			if at[0] > 0 {
				return 0
			}
			return v
		})},
		{"the identity matrix instead of all ones", "the sheet's bold 1 has ones everywhere; here only the diagonal of the window is averaged", keepTaps(func(i, j int) bool { return i == j })},
		{"one row instead of the window", "only the first row of the window is averaged", keepTaps(func(i, _ int) bool { return i == 0 })},
		{"one column instead of the window", "only the first column of the window is averaged", keepTaps(func(_, j int) bool { return j == 0 })},
		{"one pixel instead of the mean", "only the first pixel of the window counts: the image is thinned out, not averaged", keepTaps(func(i, j int) bool { return i == 0 && j == 0 })},
		{"one pixel instead of the mean", "only one pixel of the window counts: the image is thinned out, not averaged", keepTaps(func(i, j int) bool { return i == k/2 && j == k/2 })},
		{"channels in the wrong order", "output channel 1 is to be the pool of input channel 1; here it is that of the last", func(f Filter) Filter {
			order := make([]int, channels)
			for c := range order {
				order[c] = channels - 1 - c
			}
			f.W = tensor.Select(f.W, 0, order)
			return f
		}},
	}
	list = append(list, avgPoolScales(channels, k)...)
	return append(list, roundings(1, 6)...)
}

// sumChannels gives every pair of channels the weights of the first.
func sumChannels(f Filter) Filter {
	_, _, kh, kw := f.W.Dims4("judge")
	first := f.W.Data()[:kh*kw]
	return eachTap(func(at [4]int, _ float64) float64 { return first[at[2]*kw+at[3]] })(f)
}

// avgPoolScales are the mistakes in the number to divide by.
func avgPoolScales(channels, k int) []mistake {
	side, area, c := float64(k), float64(k*k), float64(channels)
	return []mistake{
		{"1/k instead of 1/k^2", "the window has k^2 pixels, k in each direction", scaled(side)},
		{"1 instead of 1/k^2", "the weights add the window up; dividing by its k^2 pixels is missing", scaled(area)},
		{"divided by the channels too", "the mean is over the k^2 pixels of one channel's window; the C channels are not averaged", scaled(1 / c)},
		{"1/(2k) instead of 1/k^2", "the window has k^2 pixels, not 2k", scaled(side / 2)},
		{"k instead of 1/k^2", "the weights multiply where they are to divide", scaled(side * area)},
		{"k^2 instead of 1/k^2", "the weights multiply by k^2 where they are to divide by it", scaled(area * area)},
		{"1/(k^2 - 1) instead of 1/k^2", "the mean divides by the number of pixels; one less is for a sample's variance", scaled(area / (area - 1))},
		{"sign", "every weight has the opposite sign", scaled(-1)},
	}
}

// roundings are the mistakes of writing a weight with too few decimals.
func roundings(from, to int) []mistake {
	var list []mistake
	for d := to; d >= from; d-- {
		list = append(list, mistake{
			fmt.Sprintf("rounded to %d decimals", d), "so short a number is near the weight but is not the weight; write it in full", rounded(d),
		}, mistake{
			fmt.Sprintf("cut off after %d decimals", d), "so short a number is near the weight but is not the weight; write it in full", cutOff(d),
		})
	}
	return list
}
