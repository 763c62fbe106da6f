package avgpool

import (
	"context"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/tensor"
)

// filter returns weights of a shape, full weights that are all v.
func filter(shape []int, values ...float64) *tensor.Tensor[float64] {
	return tensor.FromSlice(values, shape...)
}

func full(v float64, shape ...int) *tensor.Tensor[float64] { return tensor.Full(v, shape...) }

// judged judges weights with a stride and a padding; -1 leaves them alone.
func judged(t *testing.T, task *judge.Task, w *tensor.Tensor[float64], stride, padding int) (report.Verdict, string) {
	t.Helper()
	f, err := task.Fit(w)
	if err != nil {
		t.Fatal(err)
	}
	if stride >= 0 {
		f.Stride = stride
	}
	if padding >= 0 {
		f.Padding = padding
	}
	v := task.Judge(f, 6, 6)
	var said []string
	for _, line := range v.Answer {
		said = append(said, string(line.(report.Text)))
	}
	return v, strings.Join(said, " ")
}

// wrong checks that wrong weights are called so, and what is said of them.
func wrong(t *testing.T, task *judge.Task, w *tensor.Tensor[float64], stride, padding int, say string) {
	t.Helper()
	v, text := judged(t, task, w, stride, padding)
	if v.Right || v.OK() || v.Score >= 1 || v.Code == "" || v.Code == report.CodeRight || !strings.Contains(text, say) {
		t.Errorf("%v: code %q, score %g, not told %q:\n%s", w.Data(), v.Code, v.Score, say, text)
	}
}

// Every usual mistake, made by hand, is named.
func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		w               *tensor.Tensor[float64]
		stride, padding int
		say             string
	}{
		{full(0.5, 3, 2, 2), -1, -1, "1/k instead of 1/k^2"},
		{full(1, 3, 2, 2), -1, -1, "1 instead of 1/k^2"},
		{full(4, 3, 2, 2), -1, -1, "k^2 instead of 1/k^2"},
		{full(2, 3, 2, 2), -1, -1, "k instead of 1/k^2"},
		{full(1./12, 3, 2, 2), -1, -1, "divided by the channels too"},
		{full(1./3, 3, 2, 2), -1, -1, "1/(k^2 - 1) instead of 1/k^2"},
		{full(-0.25, 3, 2, 2), -1, -1, "sign"},
		{full(0.25, 3, 3, 2, 2), -1, -1, "summed over channels instead of depthwise"},
		{full(1./12, 3, 3, 2, 2), -1, -1, "summed over channels instead of depthwise"},
		{full(0.25, 1, 3, 2, 2), -1, -1, "one output channel for all"},
		{full(0.25, 3, 2, 2), 1, 0, "stride forgotten"},
		{full(0.25, 3, 2, 2), 2, 1, "padding added"},
		{filter([]int{3, 2, 2}, .25, .25, .25, .25, 0, 0, 0, 0, 0, 0, 0, 0), -1, -1, "only the first channel"},
		{filter([]int{3, 2, 2}, .25, .25, .25, .25, .5, .5, .5, .5, .25, .25, .25, .25), -1, -1, "w_2: 1/k instead of 1/k^2"},
		{full(0, 3, 2, 2), -1, -1, "all weights are zero"},
	} {
		wrong(t, task(3, 2), c.w, c.stride, c.padding, c.say)
	}
}

// The same for larger windows, in which more can go wrong.
func TestMistakesOfLargerWindows(t *testing.T) {
	for _, c := range []struct {
		k   int
		w   *tensor.Tensor[float64]
		say string
	}{
		{3, full(1./6, 1, 3, 3), "1/(2k) instead of 1/k^2"},
		{3, filter([]int{1, 3, 3}, 1./9, 0, 0, 0, 1./9, 0, 0, 0, 1./9), "the identity matrix instead of all ones"},
		{3, filter([]int{1, 3, 3}, 1./9, 1./9, 1./9, 0, 0, 0, 0, 0, 0), "one row instead of the window"},
		{3, filter([]int{1, 3, 3}, 1./9, 0, 0, 1./9, 0, 0, 1./9, 0, 0), "one column instead of the window"},
		{3, filter([]int{1, 3, 3}, 1, 0, 0, 0, 0, 0, 0, 0, 0), "one pixel instead of the mean"},
		{3, filter([]int{1, 3, 3}, 0, 0, 0, 0, 1, 0, 0, 0, 0), "one pixel instead of the mean"},
		{3, full(0.111, 1, 3, 3), "rounded to 3 decimals"},
		{3, full(0.33, 1, 3, 3), "1/k instead of 1/k^2: the window has k^2 pixels, k in each direction; and rounded to 2 decimals"},
		{6, full(0.0277, 1, 6, 6), "cut off after 4 decimals"},
	} {
		wrong(t, task(1, c.k), c.w, -1, -1, c.say)
	}
}

// Every row of the table makes a wrong filter, which is recognised by its code or by that
// of a row before it that makes the same filter.
func TestEveryMistakeIsRecognised(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	task := task(3, 2)
	for i, m := range mistakes(3, 2) {
		if !kebab.MatchString(m.Code) || m.Name == "" || m.Why == "" {
			t.Errorf("row %d: %+v", i, m)
		}
		made := m.Change(task.Right)
		if made.W == nil || task.IsRight(made) || tensor.Sum(made.W).Item() != tensor.Sum(made.W).Item() {
			continue // it cannot be made here, or not in every output
		}
		v := task.Judge(made, 6, 6)
		codes := map[string]bool{}
		for _, before := range mistakes(3, 2)[:i+1] {
			codes[before.Code] = true
		}
		if v.Right || v.Score >= 1 || !codes[v.Code] || !strings.Contains(string(v.Answer[len(v.Answer)-1].(report.Text)), m.Why) {
			t.Errorf("%s: code %q, score %g: %v", m.Name, v.Code, v.Score, v.Answer)
		}
		if c := v.Counterexample; c == nil || c.Text == "" || len(c.Input.Rows) == 0 {
			t.Errorf("%s: counterexample %+v", m.Name, c)
		}
	}
}

// The right answer, in every shape that a student may type, and in float32.
func TestRightFilters(t *testing.T) {
	for _, shape := range [][]int{{3, 2, 2}, {3, 1, 2, 2}} {
		w := tensor.Reshape(full(0.25, 3, 2, 2), shape...)
		for i, v := range w.Data() {
			w.Data()[i] = float64(float32(v))
		}
		if v, text := judged(t, task(3, 2), w, -1, -1); !v.Right || !v.OK() || v.Score != 1 || v.Code != report.CodeRight ||
			!strings.HasPrefix(v.Checks[0].Detail, "proved: equal on all") {
			t.Errorf("%v: %+v\n%s", shape, v, text)
		}
	}
}

// Random filters are wrong.
func TestRandomFilters(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range 20 {
		w := tensor.Normal[float64](rng, 0, 1, []int{3, 2, 2}...)
		if v, _ := judged(t, task(3, 2), w, -1, -1); v.Right || v.Score > 0 {
			t.Errorf("%v is right", w.Data())
		}
	}
}

// The answer holds at many sizes, and ends with its context.
func TestSolve(t *testing.T) {
	for _, s := range [][2]int{{2, 2}, {2, 14}, {14, 2}, {6, 10}} {
		o := Defaults()
		o.Height, o.Width = s[0], s[1]
		r, err := o.Solve(context.Background())
		if err != nil || !r.OK() || len(r.Answer) == 0 {
			t.Errorf("%v: %v, %+v", s, err, r)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Defaults().Solve(ctx); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}
