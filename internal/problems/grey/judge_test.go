package grey

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
		{filter([]int{3}, 0.114, 0.587, 0.299), -1, -1, "channels in the order BGR"},
		{filter([]int{3}, 0.587, 0.299, 0.114), -1, -1, "channels in the order GRB"},
		{full(1./3, 3), -1, -1, "weights of 1/3"},
		{full(0.333, 3), -1, -1, "weights of 1/3"},
		{full(1, 3), -1, -1, "weights of 1"},
		{filter([]int{3}, 0.33, 0.33, 0.34), -1, -1, "nearly (every weight within 2 %) weights of 1/3"},
		{filter([]int{3}, 0.2989, 0.587, 0.114), -1, -1, "weights of MATLAB's rgb2gray"},
		{filter([]int{3}, 0.2126, 0.7152, 0.0722), -1, -1, "weights of BT.709"},
		{filter([]int{3}, 0.2627, 0.678, 0.0593), -1, -1, "weights of BT.2020"},
		{filter([]int{3}, -0.299, -0.587, -0.114), -1, -1, "sign"},
		{filter([]int{3}, 29.9, 58.7, 11.4), -1, -1, "in per cent"},
		{filter([]int{3}, 299, 587, 114), -1, -1, "in thousandths"},
		{filter([]int{3}, 0.299*255, 0.587*255, 0.114*255), -1, -1, "multiplied by 255"},
		{filter([]int{3}, 0.299/255, 0.587/255, 0.114/255), -1, -1, "divided by 255"},
		{filter([]int{3}, 0.299/3, 0.587/3, 0.114/3), -1, -1, "divided by 3"},
		{filter([]int{3}, 0.299, 0.587, 0), -1, -1, "blue forgotten"},
		{filter([]int{3}, 0, 1, 0), -1, -1, "only green"},
		{filter([]int{3}, 0.3, 0.59, 0.11), -1, -1, "rounded to 2 decimals"},
		{filter([]int{3, 1, 1, 1}, 0.299, 0.587, 0.114), -1, -1, "depthwise instead of summed"},
		{filter([]int{3, 3, 1, 1}, 0.299, 0.587, 0.114, 0.299, 0.587, 0.114, 0.299, 0.587, 0.114), -1, -1, "three outputs instead of one"},
		{filter([]int{3}, 0.299, 0.587, 0.114), 2, 0, "a stride"},
		{filter([]int{3}, 0.299, 0.587, 0.141), -1, -1, "1 weight is wrong: w[3,1,1] is 0.141, should be 0.114"},
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
	for _, shape := range [][]int{{3}, {3, 1}, {1, 3}, {3, 1, 1}, {1, 3, 1, 1}} {
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
		w := tensor.Normal[float64](rng, 0, 1, []int{3}...)
		if v, _ := judged(t, task(), w, -1, -1); v.Right || v.Score > 0 {
			t.Errorf("%v is right", w.Data())
		}
	}
}

// The answer holds at many sizes, and ends with its context.
func TestSolve(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {13, 4}} {
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
