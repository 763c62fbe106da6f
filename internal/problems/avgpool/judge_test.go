package avgpool

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hw4/internal/judge/judgetest"
	"hw4/internal/problem"
	"hw4/tensor"
)

// typed is an answer of some weights, with the right stride and padding.
func typed(shape []int, w ...float64) judgetest.Answer {
	return judgetest.Answer{W: tensor.FromSlice(w, shape...)}
}

// full is an answer whose weights are all v.
func full(v float64, shape ...int) judgetest.Answer {
	return judgetest.Answer{W: tensor.Full(v, shape...)}
}

// Usual mistakes, written out by hand, are named.
func TestMistakesAreNamed(t *testing.T) {
	shape := []int{3, 2, 2}
	right := full(0.25, shape...).W
	for _, c := range []struct {
		answer    judgetest.Answer
		code, say string
	}{
		{full(0, shape...), "all-zero", "all weights are zero"},
		{full(0.5, shape...), "one-over-k", "1/k instead of 1/k^2"},
		{full(1, shape...), "not-divided", "1 instead of 1/k^2"},
		{full(4, shape...), "times-area", "k^2 instead of 1/k^2"},
		{full(2, shape...), "times-k", "k instead of 1/k^2"},
		{full(1./12, shape...), "divided-by-channels", "divided by the channels too"},
		{full(1./3, shape...), "sample-variance", "1/(k^2 - 1) instead of 1/k^2"},
		{full(-0.25, shape...), "sign", "sign"},
		{full(0.25, 3, 3, 2, 2), "channels-summed", "summed over channels instead of depthwise"},
		{full(1./12, 3, 3, 2, 2), "channels-summed+divided-by-channels", "; and divided by the channels too"},
		{full(0.25, 1, 3, 2, 2), "one-output", "one output channel for all"},
		{judgetest.Answer{W: right, Stride: 1}, "stride-forgotten", "stride forgotten"},
		{judgetest.Answer{W: right, Padding: 1}, "padding", "padding added"},
		{judgetest.Answer{W: right, Stride: 1, Padding: 1}, "stride-forgotten+padding",
			"it is to move by k, stride = k; and padding added"},
		{typed(shape, .25, .25, .25, .25, 0, 0, 0, 0, 0, 0, 0, 0), "first-channel-only", "only the first channel"},
		{typed(shape, .25, .25, .25, .25, .5, .5, .5, .5, .25, .25, .25, .25), "one-over-k",
			"w_2: 1/k instead of 1/k^2: the window has k^2 pixels, k in each direction. w_1, w_3 right."},
		{full(0.2525, shape...), "scaled", "scaled: every weight is 1.01 times what it should be"},
		{full(0.7, 3, 3, 2, 2), "channels-summed+scaled", "; and scaled: every weight is 2.8 times what it should be"},
		{typed(shape, .25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .255), "nearly-right",
			"every weight is within 2 % of the right one, but not equal. 1 weight is wrong: w[3,2,2] is 0.255, should be 0.25"},
	} {
		judgetest.Wrong(t, task(3, 2), c.answer, c.code, c.say)
	}
}

// The same for larger windows, in which more can go wrong.
func TestMistakesOfLargerWindows(t *testing.T) {
	const ninth = 1. / 9
	shape := []int{1, 3, 3}
	for _, c := range []struct {
		answer    judgetest.Answer
		code, say string
	}{
		{full(1./6, shape...), "one-over-2k", "1/(2k) instead of 1/k^2"},
		{typed(shape, ninth, 0, 0, 0, ninth, 0, 0, 0, ninth), "identity-window", "the identity matrix instead of all ones"},
		{typed(shape, ninth, ninth, ninth, 0, 0, 0, 0, 0, 0), "one-row", "one row instead of the window"},
		{typed(shape, ninth, 0, 0, ninth, 0, 0, ninth, 0, 0), "one-column", "one column instead of the window"},
		{typed(shape, 1, 0, 0, 0, 0, 0, 0, 0, 0), "one-pixel+not-divided", "only the first pixel of the window counts"},
		{typed(shape, 0, 0, 0, 0, 1, 0, 0, 0, 0), "one-pixel+not-divided", "only one pixel of the window counts"},
		{full(0.111, shape...), "rounded", "rounded to 3 decimals"},
		{full(0.33, shape...), "one-over-k+rounded",
			"1/k instead of 1/k^2: the window has k^2 pixels, k in each direction; and rounded to 2 decimals"},
	} {
		judgetest.Wrong(t, task(1, 3), c.answer, c.code, c.say)
	}
	judgetest.Wrong(t, task(1, 6), full(0.0277, 1, 6, 6), "cut-off", "cut off after 4 decimals")
	judgetest.Wrong(t, task(1, 6), full(0.0278, 1, 6, 6), "rounded", "rounded to 4 decimals")
}

// A weight half way between two short numbers may be rounded to either.
func TestRoundings(t *testing.T) {
	for _, c := range []struct {
		k         int
		w         float64
		code, say string
	}{
		{2, 0.3, "rounded", "rounded to 1 decimal:"}, {2, 0.2, "cut-off", "cut off after 1 decimal:"},
		{4, 0.063, "rounded", "rounded to 3 decimals:"}, {4, 0.062, "cut-off", "cut off after 3 decimals:"},
	} {
		judgetest.Wrong(t, task(1, c.k), full(c.w, 1, c.k, c.k), c.code, c.say)
	}
}

// Whoever adds a padding is told so once, also where half a window is one pixel.
func TestPaddingIsNamedOnce(t *testing.T) {
	for k, paddings := range map[int][]int{2: {1}, 3: {1}, 4: {1, 2}, 7: {1, 3}} {
		for _, padding := range paddings {
			a := judgetest.Answer{W: full(1/float64(k*k), 1, k, k).W, Padding: padding}
			v, text := judgetest.Judge(t, task(1, k), a)
			if v.Code != "padding" || strings.Count(text, "padding added") != 1 {
				t.Errorf("k = %d, padding %d: code %q, %s", k, padding, v.Code, text)
			}
		}
	}
}

// A window of one pixel leaves every other weight wrong, and none of them a usual one.
func TestWindowsOfOnePixel(t *testing.T) {
	judgetest.Right(t, task(1, 1), tensor.Ones[float64](1), []int{1, 1, 1})
	judgetest.Wrong(t, task(1, 1), full(0.7, 1, 1, 1), "scaled", "every weight is 0.7 times what it should be")
	judgetest.Wrong(t, task(1, 1), full(7e300, 1, 1, 1), "scaled", "times what it should be")
}

// A code is seen where its mistake makes another filter: of more than one channel,
// or with weights of more than one decimal.
func TestEveryMistakeIsRecognised(t *testing.T) {
	judgetest.Mistakes(t, task(3, 2), "one-over-2k")
	judgetest.Mistakes(t, task(2, 3))
	judgetest.Mistakes(t, task(3, 4))
	judgetest.Mistakes(t, task(1, 3), "channels-summed", "one-output", "first-channel-only", "channels-reordered",
		"divided-by-channels")
}

func TestRightFilters(t *testing.T) {
	judgetest.Right(t, task(3, 2), full(0.25, 3, 2, 2).W, []int{3, 2, 2}, []int{3, 1, 2, 2})
	judgetest.Right(t, task(2, 3), full(1./9, 2, 3, 3).W, []int{2, 3, 3}, []int{2, 1, 3, 3})
	judgetest.Right(t, task(3, 2), Filter(3, 2).W, []int{3, 3, 2, 2})
}

func TestRandomFilters(t *testing.T) {
	judgetest.Random(t, task(3, 2), full(0.25, 3, 2, 2).W)
	judgetest.Random(t, task(3, 2), Filter(3, 2).W)
}

// The weights of the ordinary convolution have names, too.
func TestNames(t *testing.T) {
	w := Filter(3, 2).W
	w.Set(7, 1, 2, 0, 1)
	judgetest.Wrong(t, task(3, 2), judgetest.Answer{W: w}, "wrong",
		"the weight of input channel 3 in output channel 2, at row 1, column 2, is 7, should be 0")
	if name := task(3, 2).Plane(1, 2); name != "w from 3 to 2" {
		t.Errorf("plane %q", name)
	}
}

func TestTask(t *testing.T) {
	for _, c := range []struct {
		o       Options
		setting string // the one that is refused
	}{
		{Options{Height: 6, Width: 4, Kernel: 2, Channels: 3}, ""},
		{Options{Height: 4, Width: 4, Kernel: 4, Channels: 1}, ""},
		{Options{Height: 4, Width: 3, Kernel: 4, Channels: 1}, "kernel"},
		{Options{Height: 3, Width: 4, Kernel: 4, Channels: 1}, "kernel"},
		{Options{Height: 6, Width: 5, Kernel: 2, Channels: 1}, "size"},
		{Options{Height: 5, Width: 6, Kernel: 2, Channels: 1}, "size"},
		{Options{Height: 4, Width: 4, Kernel: 2, Channels: 256}, ""}, // 2^18 weights
		{Options{Height: 4, Width: 4, Kernel: 2, Channels: 257}, "channels"},
	} {
		task, err := c.o.Task()
		var setting *problem.SettingError
		switch errors.As(err, &setting); {
		case c.setting == "" && (err != nil || !slices.Equal(task.Right.W.Shape(),
			[]int{c.o.Channels, c.o.Channels, c.o.Kernel, c.o.Kernel})):
			t.Errorf("%+v: %v", c.o, err)
		case c.setting != "" && (setting == nil || setting.Setting != c.setting || task != nil):
			t.Errorf("%+v: error %v, want one about the %s", c.o, err, c.setting)
		}
	}
}

func TestTooManyWeights(t *testing.T) {
	_, err := Options{Height: 6, Width: 6, Kernel: 3, Channels: 200}.Task()
	if err == nil ||
		!strings.HasPrefix(err.Error(), "channels 200 with a kernel of size 3 make more than 262144 weights") {
		t.Errorf("error %v", err)
	}
}

// The hint is with which settings a filter would fit.
func TestHint(t *testing.T) {
	for _, c := range []struct {
		shape            []int
		kernel, channels int // 0: no hint
	}{
		{[]int{1, 5, 5}, 5, 1}, {[]int{4, 1, 2, 2}, 2, 4}, {[]int{3, 3, 3}, 3, 3}, {[]int{2, 2, 2, 2}, 2, 2},
		{[]int{3, 2, 2}, 0, 0}, {[]int{2, 2}, 0, 0}, {[]int{3, 2, 3}, 0, 0}, {[]int{3}, 0, 0},
		{[]int{1, 3, 5, 5}, 0, 0}, {[]int{3, 4, 3, 3}, 0, 0}, {[]int{2, 1, 7, 3, 3}, 0, 0}, // of no settings
		{[]int{4000, 3, 3}, 0, 0}, {[]int{2, 0, 0}, 0, 0}, {[]int{0, 2, 2}, 0, 0}, // too many weights, or none
	} {
		kernel, channels, ok := Defaults().Hint(tensor.Ones[float64](c.shape...))
		if kernel != c.kernel || channels != c.channels || ok != (c.kernel > 0) {
			t.Errorf("%v: kernel %d, channels %d, %v", c.shape, kernel, channels, ok)
		}
	}
}
