package avgpool

import (
	"fmt"
	"slices"

	"hw4/internal/judge"
	"hw4/internal/problem"
	"hw4/tensor"
)

// maxDense bounds the weights of an ordinary convolution as which a depthwise
// filter is judged.
const maxDense = 1 << 18

// Task returns what judges a filter, if the settings are possible.
func (o Options) Task() (*judge.Task, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Channels*o.Channels > maxDense/(o.Kernel*o.Kernel) {
		return nil, problem.Settingf("channels", "%d with a kernel of size %d make more than %d weights of an ordinary "+
			"convolution; choose fewer", o.Channels, o.Kernel, maxDense)
	}
	return task(o.Channels, o.Kernel), nil
}

// task returns what judges a filter: w of shape (C, k, k), one filter a channel, stride
// k.
func task(channels, k int) *judge.Task {
	plain := func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return judge.Depthwise(tensor.Reshape(w, channels, k, k))
	}
	weight := []int{channels, channels, k, k}
	summed := func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return tensor.Reshape(w, 1, channels, k, k)
	}
	t := &judge.Task{
		Definition: definition(k),
		Right:      Filter(channels, k),
		Step:       k,
		Forms: []judge.Form{
			{Shape: []int{channels, k, k}, Dense: plain},
			{Shape: []int{channels, 1, k, k}, Dense: plain},
			judge.Reshaped(weight, weight...),
			{Shape: []int{1, channels, k, k}, Dense: summed, Hidden: true},
		},
		About:    fmt.Sprintf("a %dx%d filter for each of the %d channels", k, k, channels),
		Mistakes: mistakes(channels, k),
		Every: "the windows do not reach over the border, and a pixel of Y is the same combination of its window " +
			"everywhere",
		Plane: func(o, c int) string {
			if o == c {
				return fmt.Sprintf("w_%d", o+1)
			}
			return fmt.Sprintf("w from %d to %d", c+1, o+1)
		},
		Entry: func(at [4]int) string {
			if at[0] == at[1] {
				return fmt.Sprintf("w[%d,%d,%d]", at[0]+1, at[2]+1, at[3]+1)
			}
			return fmt.Sprintf("the weight of input channel %d in output channel %d, at row %d, column %d,",
				at[1]+1, at[0]+1, at[2]+1, at[3]+1)
		},
	}
	for c := range channels {
		t.Outputs = append(t.Outputs, fmt.Sprintf("w_%d", c+1))
	}
	return t
}

// mistakes returns the usual ones, the likeliest first.
func mistakes(channels, k int) []judge.Mistake {
	return slices.Concat([]judge.Mistake{judge.AllZero()}, channelMistakes(channels), windowMistakes(k),
		scaleMistakes(channels, k), judge.Roundings(1, 6))
}

// channelMistakes mix or forget channels.
func channelMistakes(channels int) []judge.Mistake {
	backwards := make([]int, channels)
	for c := range backwards {
		backwards[c] = channels - 1 - c
	}
	return []judge.Mistake{
		judge.Named("channels-summed", "summed over channels instead of depthwise",
			"every output channel adds up all input channels; the average pool of a channel depends only on that channel, "+
				"so the weights between different channels are zero (groups = C)", sumChannels),
		judge.Named("one-output", "one output channel for all",
			"a weight of shape (1,C,k,k) adds up the channels into one; Y has C channels, each pooled by itself",
			func(f judge.Filter) judge.Filter { return sumChannels(f.Output(0)) }),
		judge.Named("first-channel-only", "only the first channel",
			"the filters of the other channels are zero; every channel has the same filter",
			judge.Keep(func(o, _, _, _ int) bool { return o == 0 })),
		judge.Named("channels-reordered", "channels in the wrong order",
			"output channel 1 must be the pool of input channel 1; here it is that of the last",
			judge.Reorder(0, backwards...)),
	}
}

// windowMistakes move the window wrongly, or average a part of it.
func windowMistakes(k int) []judge.Mistake {
	const padding = "the windows of the average pool cover the image as it is: padding 0"
	const thinned = "pixel of the window counts: the image is thinned out, not averaged"
	list := []judge.Mistake{
		judge.Named("stride-forgotten", "stride forgotten",
			"the window moves by one pixel and the pools overlap; it is to move by k, stride = k", judge.WithStride(1)),
		judge.Named("padding", "padding added", padding, judge.WithPadding(1)),
		judge.Named("identity-window", "the identity matrix instead of all ones",
			"the sheet's bold 1 has ones everywhere; here only the diagonal of the window is averaged",
			judge.Keep(func(_, _, i, j int) bool { return i == j })),
		judge.Named("one-row", "one row instead of the window", "only the first row of the window is averaged",
			judge.Keep(func(_, _, i, _ int) bool { return i == 0 })),
		judge.Named("one-column", "one column instead of the window", "only the first column of the window is averaged",
			judge.Keep(func(_, _, _, j int) bool { return j == 0 })),
		judge.Named("one-pixel", "one pixel instead of the mean", "only the first "+thinned,
			judge.Keep(func(_, _, i, j int) bool { return i == 0 && j == 0 })),
		judge.Named("one-pixel", "one pixel instead of the mean", "only one "+thinned,
			judge.Keep(func(_, _, i, j int) bool { return i == k/2 && j == k/2 })),
	}
	if half := k / 2; half > 1 {
		list = append(list, judge.Named("padding", "padding added", padding, judge.WithPadding(half)))
	}
	return list
}

// sumChannels gives every pair of channels the weights of the first.
func sumChannels(f judge.Filter) judge.Filter {
	_, _, kh, kw := f.W.Dims4("judge")
	first := f.W.Data()[:kh*kw]
	return judge.EachWeight(func(at [4]int, _ float64) float64 { return first[at[2]*kw+at[3]] })(f)
}

// scaleMistakes are those in the number to divide by.
func scaleMistakes(channels, k int) []judge.Mistake {
	side, area, c := float64(k), float64(k*k), float64(channels)
	scaled := func(code, name, why string, by float64) judge.Mistake {
		return judge.Named(code, name, why, judge.Scale(by))
	}
	return []judge.Mistake{
		scaled("one-over-k", "1/k instead of 1/k^2", "the window has k^2 pixels, k in each direction", side),
		scaled("not-divided", "1 instead of 1/k^2", "the weights add the window up; dividing by its k^2 pixels is missing",
			area),
		scaled("divided-by-channels", "divided by the channels too",
			"the mean is over the k^2 pixels of one channel's window; the C channels are not averaged", 1/c),
		scaled("one-over-2k", "1/(2k) instead of 1/k^2", "the window has k^2 pixels, not 2k", side/2),
		scaled("times-k", "k instead of 1/k^2", "the weights multiply where they are to divide", side*area),
		scaled("times-area", "k^2 instead of 1/k^2", "the weights multiply by k^2 where they are to divide by it", area*area),
		scaled("sample-variance", "1/(k^2 - 1) instead of 1/k^2",
			"the mean divides by the number of pixels; one less is for a sample's variance", area/(area-1)),
		scaled("sign", "sign", "every weight has the opposite sign", -1),
	}
}

// Hint says with which other settings a filter would fit; ok is false if it would with
// none.
func (o Options) Hint(w *tensor.Tensor[float64]) (kernel, channels int, ok bool) {
	if w.Rank() < 3 || w.Len() == 0 {
		return 0, 0, false
	}
	channels, kernel = w.Dim(0), w.Dim(-1)
	if kernel == o.Kernel && channels == o.Channels {
		return 0, 0, false
	}
	t, err := Options{Height: kernel, Width: kernel, Channels: channels, Kernel: kernel}.Task()
	if err != nil {
		return 0, 0, false
	}
	if _, err := t.Fit(w); err != nil {
		return 0, 0, false
	}
	return kernel, channels, true
}
