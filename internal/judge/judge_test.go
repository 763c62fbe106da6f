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
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
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

// No smaller picture with a single 1 than the counterexample tells the filter and the
// definition apart.
func TestCounterexamplesAreSmallest(t *testing.T) {
	for name, task := range tasks(t) {
		c := task.Right.W.Dim(1)
		for _, m := range task.Mistakes {
			made := m.Change(task.Right)
			if made.W == nil || task.IsRight(made) || math.IsNaN(tensor.Sum(made.W).Item()) {
				continue
			}
			x := task.Smallest(made, 8*task.Step, 8*task.Step)
			h, w := x.Dim(2), x.Dim(3)
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
			"the picture of 1 x 1 with a single 1, in row 1, column 1:\nX = [1] should give Y[1] = [-1], and yours gives [1]."},
		{"difference", tensor.FromSlice([]float64{0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 1e-9}, 2, 3, 3), 1,
			"the picture of 2 x 2 with a single 1, in row 2, column 2: the first wrong output is Y[2,1,1]: expected 0, got " +
				"1e-09."},
		{"avgpool of two", tensor.FromSlice([]float64{.25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .25, .5}, 3, 2, 2), 2,
			"the picture of 3 channels of 2 x 2 with a single 1, in channel 3, row 2, column 2: the first wrong output is " +
				"Y[3,1,1]: expected 0.25, got 0.5."},
		{"avgpool of two", right2, 1, "the picture of 3 channels of 2 x 4 with a single 1, in channel 1, row 1, column 1: " +
			"the output should have shape (3,1,2) and has (3,1,3)."},
		{"grey", tensor.FromSlice([]float64{0.299, 0.5, 0.114}, 3), 1, "the picture of 3 channels of 1 x 1 with a " +
			"single 1, in channel 2, row 1, column 1:\nX[2] = [1] should give Y = [0.587], and yours gives [0.5]."},
	} {
		f, err := all[c.task].Fit(c.w)
		if err != nil {
			t.Fatal(err)
		}
		f.Stride = c.stride
		if text := reporttest.Text(all[c.task].Judge(f, 6, 6).Answer); !strings.Contains(text, c.say) {
			t.Errorf("%s: not told %q:\n%s", c.task, c.say, text)
		}
	}
}

// NaN is no weight, and a window larger than the image has no output.
func TestFiltersThatCannotBe(t *testing.T) {
	task := tasks(t)["difference"]
	nan := judge.Filter{W: tensor.Full(math.NaN(), 2, 1, 3, 3), Stride: 1, Padding: 1}
	if v := task.Judge(nan, 4, 4); v.Right || v.Score != 0 {
		t.Errorf("NaN: %+v", v)
	}
	none := judge.Filter{W: difference.Filter().W, Stride: 1}
	if v := task.Judge(none, 1, 1); v.Right || v.OK() || v.Code != "padding-forgotten" || v.Counterexample != nil ||
		!strings.HasPrefix(reporttest.Text(v.Answer), "Your filter is wrong: with padding 0 an image of 1 x 1 is smaller "+
			"than the window of the filter.\nDiagnosis: padding forgotten") {
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

// One window does not show by how much windows move: nothing is claimed of a filter
// whose stride is wrong.
func TestStrideOfOneWindow(t *testing.T) {
	all := tasks(t)
	for name, c := range map[string]struct {
		side, stride int
		say          string
	}{
		"avgpool": {4, 1, "images of 4x4 do not show that stride and padding should be 4 and 0 and are 1 and 0"},
		"grey":    {1, 2, "images of 1x1 do not show that stride and padding should be 1 and 0 and are 2 and 0"},
	} {
		f := all[name].Right
		f.Stride = c.stride
		v := all[name].Judge(f, c.side, c.side)
		if v.Right || v.Score != 0 || v.Code != "size-too-small" || v.OK() || !v.Checks[0].OK ||
			!strings.HasPrefix(v.Checks[1].Detail, c.say) {
			t.Errorf("%s: %+v", name, v)
		}
		if v := all[name].Judge(f, 2*c.side, 2*c.side); v.Counterexample == nil || !strings.HasPrefix(v.Code, "stride") {
			t.Errorf("%s: %+v", name, v)
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
		if b.Checks[0].OK || b.Checks[2].OK || !b.Checks[1].OK || !strings.Contains(b.Checks[0].Detail, "differ by at most") {
			t.Errorf("%s: %+v", name, b.Checks)
		}
	}
	for name, left := range map[string]judge.Map{"linear and not": tensor.Neg[float64], "neither": tensor.Abs[float64]} {
		right := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Scale(left(tensor.Abs(x)), 1) }
		b := prove(left, right) // which agree on the basis
		if !b.Checks[0].OK || b.Checks[1].OK || !strings.Contains(b.Checks[0].Detail, "d agree exactly") {
			t.Errorf("%s: %+v", name, b.Checks)
		}
		if b.Checks[2].OK != (name == "neither") {
			t.Errorf("%s on random images: %+v", name, b.Checks[2])
		}
	}
	b := prove(task.Right.Apply, tensor.Neg[float64])
	if b.OK() || !strings.Contains(b.Checks[0].Detail, "outputs of shapes") {
		t.Errorf("outputs of different shapes: %+v", b.Checks)
	}
}

// The checks say by how much two maps differ at most, and on which image.
func TestProveNamesImages(t *testing.T) {
	var b report.Body
	scaled := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		factors := tensor.Ones[float64](1, 2, 2, 3)
		factors.Set(1.25, 0, 1, 0, 2)
		return tensor.Mul(x, factors)
	}
	same := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return x }
	claim := judge.Claim{Name: "so: ", Left: scaled, Right: same,
		Definition: "x", Channels: 2, Height: 2, Width: 3}
	if err := judge.Prove(t.Context(), progress.Progress{}, seed(), &b, claim); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ name, say string }{
		{"so: equal on the basis", "on all 12 basis images of 2x2x3 the convolution and x differ by at most 0.25 (the " +
			"basis image with its 1 in channel 2, row 1, column 3)"},
		{"so: both are linear", "differ by at most"},
		{"so: equal on random images", "on 20 random images they differ by at most"},
	} {
		if c := b.Checks[i]; c.Name != want.name || !strings.Contains(c.Detail, want.say) || c.OK != (i == 1) {
			t.Errorf("check %+v, want %+v", c, want)
		}
	}
	if detail := b.Checks[2].Detail; !strings.Contains(detail, " (random image ") || strings.Contains(detail, "image 0)") {
		t.Error(detail)
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

// The three mappings are recovered at many sizes, and shown.
func TestRecovered(t *testing.T) {
	for _, s := range [][3]int{{4, 4, 2}, {6, 9, 3}, {2, 7, 1}} {
		h, w, k := s[0], s[1], s[2]
		pooled, err := avgpool.Options{Height: h, Width: w, Channels: 3, Kernel: k}.Task()
		if err != nil {
			t.Fatal(err)
		}
		all := tasks(t)
		all["avgpool"] = pooled
		delete(all, "avgpool of one")
		for name, task := range all {
			b := task.Recovered(seed(), h, w)
			if !b.OK() || len(b.Answer) < 2 || !strings.HasPrefix(reporttest.Text(b.Answer), "Read off the answers") {
				t.Errorf("%s at %v: %+v", name, s, b)
			}
		}
	}
}
