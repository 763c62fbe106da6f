package difference

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

var shape = []int{2, 3, 3}

// Every usual mistake, made by hand, is named.
func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		w               *tensor.Tensor[float64]
		stride, padding int
		say             string
	}{
		{filter(shape, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), -1, -1, "rows and columns swapped"},
		{filter(shape, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), -1, -1, "filters in the wrong order"},
		{filter(shape, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0), -1, -1, "rotated by 180 degrees"},
		{filter(shape, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0), -1, -1, "sign"},
		{filter(shape, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0), -1, -1, "backward difference"},
		{filter(shape, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0), -1, -1, "central difference"},
		{filter(shape, 0, -.5, 0, 0, 0, 0, 0, .5, 0, 0, 0, 0, -.5, 0, .5, 0, 0, 0), -1, -1, "central difference: (X[i+1,j] - X[i-1,j])/2"},
		{filter(shape, -1, -2, -1, 0, 0, 0, 1, 2, 1, -1, 0, 1, -2, 0, 2, -1, 0, 1), -1, -1, "Sobel filter"},
		{filter(shape, -1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1), -1, -1, "Sobel filter"},
		{filter(shape, -1, -1, -1, 0, 0, 0, 1, 1, 1, -1, 0, 1, -1, 0, 1, -1, 0, 1), -1, -1, "Prewitt filter"},
		{filter(shape, 0, 1, 0, 0, -2, 0, 0, 1, 0, 0, 0, 0, 1, -2, 1, 0, 0, 0), -1, -1, "second difference"},
		{filter(shape, 0, 1, 0, 1, -4, 1, 0, 1, 0, 0, 1, 0, 1, -4, 1, 0, 1, 0), -1, -1, "Laplacian"},
		{filter(shape, 0, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 1), -1, -1, "diagonal difference"},
		{filter(shape, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), -1, -1, "the pixel itself forgotten"},
		{filter(shape, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0), -1, -1, "the neighbour forgotten"},
		{filter(shape, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0), -1, -1, "a sum instead of a difference"},
		{filter(shape, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0), -1, -1, "shifted by one row"},
		{filter(shape, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0), -1, -1, "shifted by one column"},
		{filter(shape, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0), -1, -1, "shifted into the corner"},
		{filter(shape, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0), -1, -1, "the same filter twice: both outputs are the difference down"},
		{filter(shape, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), -1, -1, "the same filter twice: both outputs are the difference along"},
		{filter(shape, 0, 0, 0, 0, -3, 0, 0, 3, 0, 0, 0, 0, 0, -3, 3, 0, 0, 0), -1, -1, "every weight is 3 times"},
		{filter(shape, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0), -1, -1, "w2: sign: every weight has the opposite sign: the pixel minus its neighbour instead of the neighbour minus the pixel. w1 right"},
		{filter(shape, 0, 0, 0, 0, -1, 0, 0, 2, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), -1, -1, "1 weight is wrong: w[1,3,2] is 2, should be 1"},
		{filter(shape, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 1), -1, -1, "w2: shifted by one row: every weight sits one row too low: the centre w[2,2] stands for the pixel itself. w1 right"},
		{filter(shape, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, -1, 1, 0, 0, 0), -1, -1, "w1: shifted by one column: every weight sits one column too far to the right"},
		{full(0, shape...), -1, -1, "all weights are zero"},
		{filter(shape, 0, 0, 0, 0, -1.01, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0), -1, -1, "nearly right: every weight is within 1 % of the right one, but not equal. 1 weight is wrong: w[1,2,2] is -1.01, should be -1"},
		{Filter(), 1, 0, "padding forgotten"},
		{Filter(), 1, 2, "too much padding"},
		{Filter(), 2, 1, "a stride"},
	} {
		wrong(t, task(), c.w, c.stride, c.padding, c.say)
	}
}

// Every row of the table makes a wrong filter, which is recognised by its code or by that
// of a row before it that makes the same filter.
func TestEveryMistakeIsRecognised(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	task := task()
	for i, m := range mistakes() {
		if !kebab.MatchString(m.Code) || m.Name == "" || m.Why == "" {
			t.Errorf("row %d: %+v", i, m)
		}
		made := m.Change(task.Right)
		if made.W == nil || task.IsRight(made) || tensor.Sum(made.W).Item() != tensor.Sum(made.W).Item() {
			continue // it cannot be made here, or not in every output
		}
		v := task.Judge(made, 6, 6)
		codes := map[string]bool{}
		for _, before := range mistakes()[:i+1] {
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
	for _, shape := range [][]int{{2, 3, 3}, {2, 1, 3, 3}} {
		w := tensor.Reshape(Filter(), shape...)
		for i, v := range w.Data() {
			w.Data()[i] = float64(float32(v))
		}
		if v, text := judged(t, task(), w, -1, -1); !v.Right || !v.OK() || v.Score != 1 || v.Code != report.CodeRight ||
			!strings.HasPrefix(v.Checks[0].Detail, "proved: equal on all") {
			t.Errorf("%v: %+v\n%s", shape, v, text)
		}
	}
}

// Random filters are wrong.
func TestRandomFilters(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range 20 {
		w := tensor.Normal[float64](rng, 0, 1, []int{2, 3, 3}...)
		if v, _ := judged(t, task(), w, -1, -1); v.Right || v.Score > 0 {
			t.Errorf("%v is right", w.Data())
		}
	}
}

// The answer holds at many sizes, and ends with its context.
func TestSolve(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 5}, {13, 4}} {
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
