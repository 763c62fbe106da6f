package judge_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hw4/conv"
	"hw4/internal/judge"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/commute"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/tensor"
)

func seed() *rand.Rand { return rand.New(rand.NewPCG(1, 0)) }

// tasks returns the tasks of the sheet.
func tasks(t *testing.T) map[string]*judge.Task {
	t.Helper()
	all := make(map[string]*judge.Task)
	for name, o := range map[string]interface{ Task() (*judge.Task, error) }{
		"difference":     difference.Options{},
		"avgpool":        avgpool.Options{Height: 8, Width: 8, Channels: 3, Kernel: 4},
		"avgpool of one": avgpool.Options{Height: 6, Width: 6, Channels: 1, Kernel: 3},
		"grey":           grey.Options{},
	} {
		task, err := o.Task()
		if err != nil {
			t.Fatal(err)
		}
		all[name] = task
	}
	return all
}

// answer joins the lines of an answer.
func answer(b report.Body) string {
	var said []string
	for _, line := range b.Answer {
		if text, ok := line.(report.Text); ok {
			said = append(said, string(text))
		}
	}
	return strings.Join(said, " ")
}

// A counterexample is one: the filter and the definition differ at the pixel that
// it names, and no smaller picture with a single 1 tells them apart.
func TestCounterexamplesAreSmallest(t *testing.T) {
	for name, task := range tasks(t) {
		c := task.Right.W.Dim(1)
		for _, m := range task.Mistakes {
			made := m.Change(task.Right)
			if made.W == nil || task.IsRight(made) || math.IsNaN(tensor.Sum(made.W).Item()) {
				continue
			}
			x, pixel, shapes := task.Smallest(made, 8*task.Step, 8*task.Step)
			h, w := x.Dim(2), x.Dim(3)
			if o, i, j := pixel[0], pixel[1], pixel[2]; !shapes &&
				judge.Weights.Equal(made.Apply(x).At(0, o, i, j), task.Definition(x).At(0, o, i, j)) {
				t.Errorf("%s, %s: Y%v is right", name, m.Name, pixel)
			}
			for i := task.Step; i*task.Step < h*w; i += task.Step {
				for j := task.Step; i*j < h*w; j += task.Step {
					if made.Fits(i, j) && judge.Compare(made.Apply, task.Definition, judge.Basis(c, i, j), judge.Weights).Differ {
						t.Errorf("%s, %s: %dx%d tells them apart, smaller than %dx%d", name, m.Name, i, j, h, w)
					}
				}
			}
		}
	}
}

// The counterexample is as small as it can be and says what is expected.
func TestSmallestPictures(t *testing.T) {
	all := tasks(t)
	all["avgpool of two"], _ = avgpool.Options{Height: 6, Width: 6, Channels: 3, Kernel: 2}.Task()
	right2 := tensor.Full(0.25, 3, 2, 2)
	for _, c := range []struct {
		task   string
		w      *tensor.Tensor[float64]
		stride int
		say    string
	}{
		{"difference", tensor.FromSlice([]float64{0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0}, 2, 3, 3), 1,
			"the picture of 1 x 1 with a single 1, in row 1, column 1: the first wrong output is Y[1,1,1]: expected -1, got 1. " +
				"X = [1] should give Y[1] = [-1], and yours gives [1]."},
		{"difference", tensor.FromSlice([]float64{0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 1e-9}, 2, 3, 3), 1,
			"the picture of 2 x 2 with a single 1, in row 2, column 2: the first wrong output is Y[2,1,1]: expected 0, got 1e-09."},
		{"avgpool of two", tensor.FromSlice([]float64{.25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .5}, 3, 2, 2), 2,
			"the picture of 3 channels of 2 x 2 with a single 1, in channel 3, row 2, column 2: the first wrong output is " +
				"Y[3,1,1]: expected 0.25, got 0.5."},
		{"avgpool of two", right2, 1, "the picture of 3 channels of 2 x 4 with a single 1, in channel 1, row 1, column 1: " +
			"the output should have shape (3,1,2) and has (3,1,3)."},
		{"grey", tensor.FromSlice([]float64{0.299, 0.5, 0.114}, 3), 1, "the picture of 3 channels of 1 x 1 with a single 1, " +
			"in channel 2, row 1, column 1: the first wrong output is Y[1,1]: expected 0.587, got 0.5."},
	} {
		f, err := all[c.task].Fit(c.w)
		if err != nil {
			t.Fatal(err)
		}
		f.Stride = c.stride
		if text := answer(all[c.task].Judge(f, 6, 6).Body); !strings.Contains(text, c.say) {
			t.Errorf("%s: not told %q:\n%s", c.task, c.say, text)
		}
	}
}

// The score is the share of the outputs that are right, and nothing is right with
// another stride.
func TestScore(t *testing.T) {
	task := tasks(t)["difference"]
	half := judge.Filter{W: difference.Filter(), Stride: 1, Padding: 1}
	half.W.Set(5, 1, 0, 0, 0)
	if v := task.Judge(half, 6, 6); v.Score != 0.5 || v.Right || v.Code != report.CodeWrong {
		t.Errorf("one output of two: %+v", v)
	}
	half.Stride = 2
	if v := task.Judge(half, 6, 6); v.Score != 0 {
		t.Errorf("with stride 2: score %g", v.Score)
	}
}

// NaN is no weight, and a window larger than the image has no output.
func TestFiltersThatCannotBe(t *testing.T) {
	task := tasks(t)["difference"]
	nan := judge.Filter{W: tensor.Full(math.NaN(), 2, 1, 3, 3), Stride: 1, Padding: 1}
	if v := task.Judge(nan, 4, 4); v.Right || v.Score != 0 {
		t.Errorf("NaN: %+v", v)
	}
	none := judge.Filter{W: difference.Filter(), Stride: 1}
	if v := task.Judge(none, 1, 1); v.Right || v.Code != "padding-forgotten" || !strings.Contains(answer(v.Body), "smaller than the window") {
		t.Errorf("no padding on 1x1: %+v", v)
	}
}

// On images that do not have every border case nothing is claimed for all sizes.
func TestTooSmallImagesProveLittle(t *testing.T) {
	task := tasks(t)["difference"]
	v := task.Judge(task.Right, 1, 6)
	if v.Right || v.Code != "size-too-small" || v.OK() || !v.Checks[0].OK ||
		!strings.Contains(v.Checks[1].Detail, "does not have every border case") {
		t.Errorf("1x6: %+v", v)
	}
	for _, side := range []int{3, 4, 28} {
		if v := task.Judge(task.Right, side, side); !v.Right {
			t.Errorf("%dx%d: %+v", side, side, v)
		}
	}
}

func TestShapesThatAreNoAnswer(t *testing.T) {
	all := tasks(t)
	for _, c := range []struct {
		task  string
		shape []int
		say   string
	}{
		{"difference", []int{3, 3}, "the filter has shape (3,3), want (2,3,3) or (2,1,3,3): a 3x3 filter for each"},
		{"difference", []int{3, 3, 2}, "has shape (3,3,2), want (2,3,3) or (2,1,3,3); its axes are in another order"},
		{"avgpool", []int{2, 2}, "has shape (2,2), want (3,4,4), (3,1,4,4) or (3,3,4,4)"},
		{"grey", []int{4}, "the filter has shape (4,), want (3,), (3,1,1) or (1,3,1,1)"},
	} {
		_, err := all[c.task].Fit(tensor.Ones[float64](c.shape...))
		var shape *judge.ShapeError
		if !errors.As(err, &shape) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s, %v: error %v, want %q", c.task, c.shape, err, c.say)
		}
	}
}

// A claim that is false is refuted, on the basis and on random images.
func TestProveRefutes(t *testing.T) {
	task := tasks(t)["difference"]
	prove := func(left, right judge.Map) report.Body {
		var b report.Body
		claim := judge.Claim{Left: left, Right: right, Definition: "d", Channels: 1, Height: 4, Width: 5}
		if err := judge.Prove(t.Context(), progress.Progress{}, seed(), &b, claim); err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, w := range map[string][]float64{
		"transposed":    {0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0},
		"a grain extra": {1e-9, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0},
	} {
		b := prove(func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
			return conv.Conv2d(x, tensor.FromSlice(w, 2, 1, 3, 3), nil, conv.Options{Padding: [2]int{1, 1}})
		}, task.Definition)
		if b.OK() || b.Checks[0].OK || b.Checks[2].OK || !b.Checks[1].OK || !strings.Contains(b.Checks[0].Detail, "differ by at most") {
			t.Errorf("%s: %+v", name, b.Checks)
		}
	}
	if b := prove(tensor.Abs[float64], tensor.Abs[float64]); b.Checks[1].OK || !strings.Contains(b.Checks[0].Detail, "agree exactly") {
		t.Errorf("the absolute value: %+v", b.Checks)
	}
	if b := prove(task.Right.Apply, tensor.Neg[float64]); b.OK() || !strings.Contains(b.Checks[0].Detail, "outputs of shapes") {
		t.Errorf("outputs of different shapes: %+v", b.Checks)
	}
}

// Proving tells how far it has come, and ends with its context.
func TestProveReportsAndEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	task := tasks(t)["grey"]
	claim := judge.Claim{Left: task.Right.Apply, Right: task.Definition, Channels: 3, Height: 30, Width: 30}
	var steps []progress.Step
	p := progress.Progress{Step: func(s progress.Step) { steps = append(steps, s); cancel() }}
	var b report.Body
	if err := judge.Prove(ctx, p, seed(), &b, claim); !errors.Is(err, context.Canceled) || len(b.Checks) != 0 {
		t.Errorf("error %v, checks %v", err, b.Checks)
	}
	if len(steps) != 1 || steps[0].Total != 2700 || steps[0].Done <= 0 || steps[0].Done >= 2700 {
		t.Errorf("steps %+v", steps)
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
		got, found := judge.Recover(rng, want.Apply, max(1, c.shape[2]-2*c.padding), c.shape[1], c.h, c.w)
		if got.W == nil || got.Stride != want.Stride || got.Padding != want.Padding || !found.OK() ||
			!slices.Equal(got.W.Shape(), c.shape) || !slices.Equal(got.W.Data(), want.W.Data()) {
			t.Errorf("%v, stride %d, padding %d: read %+v\n%+v", c.shape, c.stride, c.padding, got, found)
		}
	}
}

// What is no convolution is refused with a proof.
func TestRecoverRefuses(t *testing.T) {
	ramp := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { // brighter towards the bottom
		y := tensor.Zeros[float64](x.Shape()...)
		for i, v := range x.Data() {
			y.Data()[i] = v * float64(1+i/x.Dim(3))
		}
		return y
	}
	mirror := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return tensor.Select(x, 3, []int{3, 2, 1, 0}[4-x.Dim(3):])
	}
	strides := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return conv.Conv2d(x, tensor.Ones[float64](1, 1, 1, 1), nil, conv.Options{Stride: [2]int{2, 1}})
	}
	for name, c := range map[string]struct {
		f     judge.Map
		check string
		say   string
	}{
		"max pooling": {commute.MaxPool(2), "linear", "f(X + Y) has 1 where f(X) + f(Y) has 2"},
		"abs":         {tensor.Abs[float64], "linear", "f(X + Y) has 0 where f(X) + f(Y) has 2"},
		"square":      {tensor.Square[float64], "linear", "f(X + Y) has 4 where f(X) + f(Y) has 2"},
		"affine": {func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.AddScalar(x, 1) }, "linear",
			"f(X + Y) has 3 where f(X) + f(Y) has 4"},
		"mirror":      {mirror, "follows shifts", "no stride to the right fits"},
		"ramp":        {ramp, "follows shifts", "no stride down fits"},
		"two strides": {strides, "follows shifts", "stride 2 down and 1 to the right"},
		"zero": {func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Scale(x, 0) }, "unique",
			"makes every picture zero"},
	} {
		step := 1
		if name == "max pooling" {
			step = 2
		}
		f, found := judge.Recover(seed(), c.f, step, 1, 4, 4)
		last := found.Checks[len(found.Checks)-1]
		if f.W != nil || last.OK || last.Name != c.check || !strings.Contains(last.Detail, c.say) {
			t.Errorf("%s: %+v, want %s: %s", name, found, c.check, c.say)
		}
	}
	if _, found := judge.Recover(seed(), commute.MaxPool(1), 1, 1, 1, 1); found.OK() || !strings.Contains(answer(found), "choose a larger size") {
		t.Errorf("one pixel: %+v", found)
	}
}

// The three mappings are recovered at many sizes, and shown.
func TestRecovered(t *testing.T) {
	for _, s := range [][3]int{{4, 4, 2}, {6, 9, 3}, {2, 7, 1}} {
		h, w, k := s[0], s[1], s[2]
		pooled, err := avgpool.Options{Height: h, Width: w, Channels: 3, Kernel: k}.Task()
		if err != nil {
			t.Fatal(err)
		}
		all := tasks(t)
		for name, task := range map[string]*judge.Task{"difference": all["difference"], "grey": all["grey"], "avgpool": pooled} {
			b := task.Recovered(seed(), h, w)
			if !b.OK() || len(b.Answer) < 2 || !strings.HasPrefix(answer(b), "Read off the answers") {
				t.Errorf("%s at %v: %+v", name, s, b)
			}
		}
	}
}

// Show leaves out planes of zeros, and more than eight.
func TestShow(t *testing.T) {
	many, err := avgpool.Options{Height: 2, Width: 2, Channels: 10, Kernel: 2}.Task()
	if err != nil {
		t.Fatal(err)
	}
	items := many.Show(many.Right)
	if len(items) != 9 || items[8] != report.Item(report.Text("and so on.")) || items[1].(report.Matrix).Name != "w_2" {
		t.Errorf("%d items: %v", len(items), items)
	}
}
