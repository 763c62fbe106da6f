package homework

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/internal/report/text"
	"hw4/tensor"
)

// filter returns a filter of the shape with the given weights.
func filter(shape []int, values ...float64) FilterAnswer {
	return FilterAnswer{W: tensor.FromSlice(values, shape...)}
}

// full returns a filter of the shape whose weights are all v.
func full(v float64, shape ...int) FilterAnswer { return FilterAnswer{W: tensor.Full(v, shape...)} }

// zeros returns n zeros with some of them changed.
func zeros(n int, change map[int]float64) []float64 {
	v := make([]float64, n)
	for i, x := range change {
		v[i] = x
	}
	return v
}

// with changes stride and padding of an answer; -1 leaves them alone.
func (a FilterAnswer) with(stride, padding int) FilterAnswer {
	if stride > 0 {
		a.Stride = stride
	}
	if padding >= 0 {
		a.Padding = &padding
	}
	return a
}

var (
	p1     = []int{2, 3, 3}
	right1 = filter(p1, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0)
	right2 = full(0.25, 3, 2, 2)
	right3 = filter([]int{3}, 0.299, 0.587, 0.114)
)

func judged(t *testing.T, problem int, answer FilterAnswer, edit func(*Config)) (*report.Report, string) {
	t.Helper()
	cfg := Defaults(problem)
	cfg.Height, cfg.Width = 6, 6
	if edit != nil {
		edit(&cfg)
	}
	r, err := JudgeFilter(problem, cfg, answer)
	if err != nil {
		t.Fatalf("problem %d, shape %v: %v", problem, answer.W.Shape(), err)
	}
	var b strings.Builder
	if err := text.Write(&b, r, text.Style{}); err != nil {
		t.Fatal(err)
	}
	return r, strings.Join(strings.Fields(b.String()), " ")
}

// Every mistake that has a name, made by hand.
func TestMistakesAreNamed(t *testing.T) {
	eye := filter([]int{1, 3, 3}, 1./9, 0, 0, 0, 1./9, 0, 0, 0, 1./9)
	kernel3 := func(cfg *Config) { cfg.Kernel, cfg.Channels = 3, 1 }
	for _, c := range []struct {
		problem int
		edit    func(*Config)
		answer  FilterAnswer
		say     string
	}{
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), "rows and columns swapped"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), "filters in the wrong order"},
		{1, nil, filter(p1, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0), "rotated by 180 degrees"},
		{1, nil, filter(p1, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0), "sign"},
		{1, nil, filter(p1, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0), "backward difference"},
		{1, nil, filter(p1, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0), "central difference"},
		{1, nil, filter(p1, 0, -.5, 0, 0, 0, 0, 0, .5, 0, 0, 0, 0, -.5, 0, .5, 0, 0, 0), "central difference: (X[i+1,j] - X[i-1,j])/2"},
		{1, nil, filter(p1, -1, -2, -1, 0, 0, 0, 1, 2, 1, -1, 0, 1, -2, 0, 2, -1, 0, 1), "Sobel filter"},
		{1, nil, filter(p1, -1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1), "Sobel filter"},
		{1, nil, filter(p1, -1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1), "Prewitt filter"},
		{1, nil, filter(p1, 0, 1, 0, 0, -2, 0, 0, 1, 0, 0, 0, 0, 1, -2, 1, 0, 0, 0), "second difference"},
		{1, nil, filter(p1, 0, 1, 0, 1, -4, 1, 0, 1, 0, 0, 1, 0, 1, -4, 1, 0, 1, 0), "Laplacian"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 1), "diagonal difference"},
		{1, nil, filter(p1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), "the pixel itself forgotten"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0), "the neighbour forgotten"},
		{1, nil, filter(p1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0), "a sum instead of a difference"},
		{1, nil, filter(p1, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0), "shifted by one row"},
		{1, nil, filter(p1, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0), "shifted by one column"},
		{1, nil, filter(p1, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0), "shifted into the corner"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), "the same filter twice: both outputs are the difference down"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), "the same filter twice: both outputs are the difference along"},
		{1, nil, filter(p1, 0, 0, 0, 0, -3, 0, 0, 3, 0, 0, 0, 0, 0, -3, 3, 0, 0, 0), "every weight is 3 times"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0), "w2: sign: every weight has the opposite sign: the pixel minus its neighbour instead of the neighbour minus the pixel. w1 right"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 0, 0, 2, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), "1 weight is wrong: w[1,3,2] is 2, should be 1"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 1), "w2: shifted by one row: every weight sits one row too low: the centre w[2,2] stands for the pixel itself. w1 right"},
		{1, nil, filter(p1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, -1, 1, 0, 0, 0), "w1: shifted by one column: every weight sits one column too far to the right"},
		{1, nil, filter(p1, zeros(18, nil)...), "all weights are zero"},
		{1, nil, filter(p1, 0, 0, 0, 0, -1.01, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), "nearly right: every weight is within 1 % of the right one, but not equal. 1 weight is wrong: w[1,2,2] is -1.01, should be -1"},
		{1, nil, right1.with(1, 0), "padding forgotten"},
		{1, nil, right1.with(1, 2), "too much padding"},
		{1, nil, right1.with(2, 1), "a stride"},

		{2, nil, full(0.5, 3, 2, 2), "1/k instead of 1/k^2"},
		{2, nil, full(1, 3, 2, 2), "1 instead of 1/k^2"},
		{2, nil, full(4, 3, 2, 2), "k^2 instead of 1/k^2"},
		{2, nil, full(2, 3, 2, 2), "k instead of 1/k^2"},
		{2, nil, full(1./12, 3, 2, 2), "divided by the channels too"},
		{2, nil, full(1./3, 3, 2, 2), "1/(k^2 - 1) instead of 1/k^2"},
		{2, nil, full(-0.25, 3, 2, 2), "sign"},
		{2, nil, full(0.25, 3, 3, 2, 2), "summed over channels instead of depthwise"},
		{2, nil, full(1./12, 3, 3, 2, 2), "summed over channels instead of depthwise"},
		{2, nil, full(0.25, 1, 3, 2, 2), "one output channel for all"},
		{2, nil, right2.with(1, 0), "stride forgotten"},
		{2, nil, right2.with(2, 1), "padding added"},
		{2, nil, filter([]int{3, 2, 2}, .25, .25, .25, .25, 0, 0, 0, 0, 0, 0, 0, 0), "only the first channel"},
		{2, nil, filter([]int{3, 2, 2}, .25, .25, .25, .25, .5, .5, .5, .5, .25, .25, .25, .25), "w_2: 1/k instead of 1/k^2"},
		{2, kernel3, full(1./6, 1, 3, 3), "1/(2k) instead of 1/k^2"},
		{2, kernel3, eye, "the identity matrix instead of all ones"},
		{2, kernel3, filter([]int{1, 3, 3}, 1./9, 1./9, 1./9, 0, 0, 0, 0, 0, 0), "one row instead of the window"},
		{2, kernel3, filter([]int{1, 3, 3}, 1./9, 0, 0, 1./9, 0, 0, 1./9, 0, 0), "one column instead of the window"},
		{2, kernel3, filter([]int{1, 3, 3}, zeros(9, map[int]float64{0: 1})...), "one pixel instead of the mean"},
		{2, kernel3, filter([]int{1, 3, 3}, zeros(9, map[int]float64{4: 1})...), "one pixel instead of the mean"},
		{2, kernel3, full(0.111, 1, 3, 3), "rounded to 3 decimals"},
		{2, kernel3, full(0.33, 1, 3, 3), "1/k instead of 1/k^2: the window has k^2 pixels, k in each direction; and rounded to 2 decimals"},
		{2, func(cfg *Config) { cfg.Kernel, cfg.Channels = 6, 1 }, full(0.0277, 1, 6, 6), "cut off after 4 decimals"},

		{3, nil, filter([]int{3}, 0.114, 0.587, 0.299), "channels in the order BGR"},
		{3, nil, filter([]int{3}, 0.587, 0.299, 0.114), "channels in the order GRB"},
		{3, nil, full(1./3, 3), "weights of 1/3"},
		{3, nil, full(0.333, 3), "weights of 1/3"},
		{3, nil, full(1, 3), "weights of 1"},
		{3, nil, filter([]int{3}, 0.33, 0.33, 0.34), "nearly (every weight within 2 %) weights of 1/3"},
		{3, nil, filter([]int{3}, 0.2989, 0.587, 0.114), "weights of MATLAB's rgb2gray"},
		{2, nil, full(0, 3, 2, 2), "all weights are zero"},
		{3, nil, filter([]int{3}, 0.2126, 0.7152, 0.0722), "weights of BT.709"},
		{3, nil, filter([]int{3}, 0.2627, 0.678, 0.0593), "weights of BT.2020"},
		{3, nil, filter([]int{3}, -0.299, -0.587, -0.114), "sign"},
		{3, nil, filter([]int{3}, 29.9, 58.7, 11.4), "in per cent"},
		{3, nil, filter([]int{3}, 299, 587, 114), "in thousandths"},
		{3, nil, filter([]int{3}, 0.299*255, 0.587*255, 0.114*255), "multiplied by 255"},
		{3, nil, filter([]int{3}, 0.299/255, 0.587/255, 0.114/255), "divided by 255"},
		{3, nil, filter([]int{3}, 0.299/3, 0.587/3, 0.114/3), "divided by 3"},
		{3, nil, filter([]int{3}, 0.299, 0.587, 0), "blue forgotten"},
		{3, nil, filter([]int{3}, 0, 1, 0), "only green"},
		{3, nil, filter([]int{3}, 0.3, 0.59, 0.11), "rounded to 2 decimals"},
		{3, nil, filter([]int{3, 1, 1, 1}, 0.299, 0.587, 0.114), "depthwise instead of summed"},
		{3, nil, filter([]int{3, 3, 1, 1}, 0.299, 0.587, 0.114, 0.299, 0.587, 0.114, 0.299, 0.587, 0.114), "three outputs instead of one"},
		{3, nil, right3.with(2, 0), "a stride"},
		{3, nil, filter([]int{3}, 0.299, 0.587, 0.141), "1 weight is wrong: w[3,1,1] is 0.141, should be 0.114"},
	} {
		r, text := judged(t, c.problem, c.answer, c.edit)
		if r.OK() || !strings.Contains(text, c.say) {
			t.Errorf("problem %d, %v: not told %q:\n%s", c.problem, c.answer.W.Data(), c.say, text)
		}
	}
}

// The right answers, in every shape that a student may type.
func TestRightFiltersArePassed(t *testing.T) {
	for _, c := range []struct {
		problem int
		answer  FilterAnswer
		shapes  [][]int
	}{
		{1, right1, [][]int{{2, 3, 3}, {2, 1, 3, 3}}},
		{2, right2, [][]int{{3, 2, 2}, {3, 1, 2, 2}}},
		{2, FilterAnswer{W: denseAvgPool(3, 2)}, [][]int{{3, 3, 2, 2}}},
		{3, right3, [][]int{{3}, {3, 1}, {1, 3}, {3, 1, 1}, {1, 3, 1, 1}}},
	} {
		for _, shape := range c.shapes {
			c.answer.W = tensor.Reshape(c.answer.W, shape...)
			r, text := judged(t, c.problem, c.answer, nil)
			if !r.OK() || !strings.Contains(text, "proved: equal on all") || !strings.Contains(text, "equal on images of every size") {
				t.Errorf("problem %d, shape %v:\n%s", c.problem, shape, text)
			}
		}
	}
	single := tensor.Zeros[float64](3)
	for i, v := range right3.W.Data() {
		single.Data()[i] = float64(float32(v))
	}
	if r, text := judged(t, 3, FilterAnswer{W: single}, nil); !r.OK() || !strings.Contains(text, "the rounding of your weights to float32") {
		t.Errorf("float32 weights:\n%s", text)
	}
}

// The counterexample is as small as it can be and says what is expected.
func TestSmallestPictures(t *testing.T) {
	for _, c := range []struct {
		problem int
		answer  FilterAnswer
		say     string
	}{
		{1, filter(p1, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0),
			"the picture of 1 x 1 with a single 1, in row 1, column 1: the first wrong output is Y[1,1,1]: expected -1, got 1. X = [ 1 ] expected Y[1] = [ -1 ] your Y[1] = [ 1 ]"},
		{1, filter(p1, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 1e-9),
			"the picture of 2 x 2 with a single 1, in row 2, column 2: the first wrong output is Y[2,1,1]: expected 0, got 1e-09."},
		{2, filter([]int{3, 2, 2}, .25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .5),
			"the picture of 3 channels of 2 x 2 with a single 1, in channel 3, row 2, column 2: the first wrong output is Y[3,1,1]: expected 0.25, got 0.5."},
		{2, right2.with(1, 0), "the picture of 3 channels of 2 x 4 with a single 1, in channel 1, row 1, column 1: the output should have shape (3,1,2) and has (3,1,3)."},
		{3, filter([]int{3}, 0.299, 0.5, 0.114), "the picture of 3 channels of 1 x 1 with a single 1, in channel 2, row 1, column 1: the first wrong output is Y[1,1]: expected 0.587, got 0.5."},
	} {
		if _, text := judged(t, c.problem, c.answer, nil); !strings.Contains(text, c.say) {
			t.Errorf("problem %d, %v: not told %q:\n%s", c.problem, c.answer.W.Data(), c.say, text)
		}
	}
}

// On images that do not have every border case nothing is claimed for all sizes.
func TestTooSmallImagesProveLittle(t *testing.T) {
	r, text := judged(t, 1, right1, func(cfg *Config) { cfg.Height = 1 })
	if r.OK() || !r.Checks[0].OK || !strings.Contains(text, "does not have every border case") {
		t.Errorf("1x6:\n%s", text)
	}
	for _, side := range []int{3, 4, 28} {
		if r, text := judged(t, 1, right1, func(cfg *Config) { cfg.Height, cfg.Width = side, side }); !r.OK() {
			t.Errorf("%dx%d:\n%s", side, side, text)
		}
	}
}

func TestShapesThatAreNoAnswer(t *testing.T) {
	for _, c := range []struct {
		problem int
		shape   []int
		say     string
	}{
		{1, []int{3, 3}, "the filter has shape (3,3), want (2,3,3) or (2,1,3,3)"},
		{1, []int{3, 3, 2}, "the filter has shape (3,3,2), want (2,3,3) or (2,1,3,3); its axes are in another order"},
		{2, []int{2, 2}, "the filter has shape (2,2), want (3,2,2), (3,1,2,2) or (3,3,2,2)"},
		{2, []int{1, 5, 5}, "(--kernel 2 --channels 3); for this filter say --kernel 5 --channels 1"},
		{3, []int{4}, "the filter has shape (4,), want (3,), (3,1,1) or (1,3,1,1)"},
	} {
		_, err := JudgeFilter(c.problem, Defaults(c.problem), full(1, c.shape...))
		var input *InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("problem %d, %v: error %v, want %q", c.problem, c.shape, err, c.say)
		}
	}
}

// A filter that was read off its own convolution is the filter.
func TestRecoverIsTheInverse(t *testing.T) {
	rng := seed()
	for _, c := range []struct {
		shape           []int
		stride, padding int
		h, w            int
	}{
		{[]int{2, 3, 3, 3}, 1, 1, 5, 6},
		{[]int{1, 2, 2, 2}, 2, 0, 6, 8},
		{[]int{3, 1, 1, 1}, 1, 0, 2, 2},
		{[]int{1, 1, 3, 3}, 2, 1, 8, 8},
		{[]int{2, 2, 5, 5}, 1, 2, 7, 7},
		{[]int{1, 1, 3, 3}, 1, 0, 6, 5},
	} {
		want := judge.Filter{W: tensor.Normal[float64](rng, 0, 1, c.shape...), Stride: c.stride, Padding: c.padding}
		got, verdict := judge.Recover(rng, want.Apply, max(1, c.shape[2]-2*c.padding), c.shape[1], c.h, c.w)
		if got.W == nil || got.Stride != want.Stride || got.Padding != want.Padding || !slices.Equal(got.W.Shape(), c.shape) || !slices.Equal(got.W.Data(), want.W.Data()) {
			t.Errorf("%v, stride %d, padding %d: read %+v\n%+v", c.shape, c.stride, c.padding, got, verdict)
		}
	}
}

// What is no convolution is refused with a witness.
func TestRecoverRefuses(t *testing.T) {
	mirror := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		order := make([]int, x.Dim(3))
		for i := range order {
			order[i] = len(order) - 1 - i
		}
		return tensor.Select(x, 3, order)
	}
	ramp := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { // brighter towards the bottom
		y := tensor.Zeros[float64](x.Shape()...)
		for i, v := range x.Data() {
			y.Data()[i] = v * float64(1+i/x.Dim(3))
		}
		return y
	}
	shifted := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.AddScalar(x, 1) }
	for name, c := range map[string]struct {
		f     judge.Map
		check string
		say   string
	}{
		"max pooling": {maxPool(2), "linear", "f(X + Y) has 1 where f(X) + f(Y) has 2"},
		"abs":         {tensor.Abs[float64], "linear", "f(X + Y) has 0 where f(X) + f(Y) has 2"},
		"square":      {tensor.Square[float64], "linear", "f(X + Y) has 4 where f(X) + f(Y) has 2"},
		"affine":      {shifted, "linear", "f(X + Y) has 3 where f(X) + f(Y) has 4"},
		"mirror":      {mirror, "follows shifts", "no stride to the right fits"},
		"ramp":        {ramp, "follows shifts", "no stride down fits"},
		"zero":        {func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Scale(x, 0) }, "unique", "makes every picture zero"},
	} {
		step := 1
		if name == "max pooling" {
			step = 2
		}
		f, verdict := judge.Recover(seed(), c.f, step, 1, 4, 4)
		last := verdict.Checks[len(verdict.Checks)-1]
		if f.W != nil || last.OK || last.Name != c.check || !strings.Contains(last.Detail, c.say) {
			t.Errorf("%s: %+v, want %s: %s", name, verdict, c.check, c.say)
		}
	}
}

// The three mappings are recovered at many sizes; max pooling never is.
func TestRecoverFilters(t *testing.T) {
	for _, s := range [][3]int{{4, 4, 2}, {6, 9, 3}, {2, 7, 1}} {
		for problem := 1; problem <= 4; problem++ {
			cfg := Defaults(problem)
			cfg.Height, cfg.Width, cfg.Kernel = s[0], s[1], s[2]
			r, err := RecoverFilter(problem, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if wantOK := problem < 4 || s[2] == 1; r.OK() != wantOK && !(problem == 4 && s[2] == 1) {
				t.Errorf("problem %d at %v: %s", problem, s, failed(r))
			}
		}
	}
}
