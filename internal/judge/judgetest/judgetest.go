// Package judgetest has what the tests of the tasks share: whether a task passes the
// right filter, and refutes a wrong one with a counterexample that is one.
package judgetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

// An Answer is a filter as somebody hands it in.
type Answer struct {
	W       *tensor.Tensor[float64]
	Stride  int // 0: the task's
	Padding int // 0: the task's; None: none
}

// None is no padding.
const None = -1

// side is that of the images on which is judged: at least two windows and six pixels.
func side(task *judge.Task) int { return task.Step * max(2, (5+task.Step)/task.Step) }

// Judge judges an answer, and returns the texts of the verdict's answer too.
func Judge(t testing.TB, task *judge.Task, a Answer) (report.Verdict, string) {
	t.Helper()
	f, err := task.Fit(a.W)
	if err != nil {
		t.Fatal(err)
	}
	f.Stride, f.Padding = cmp.Or(a.Stride, f.Stride), max(0, cmp.Or(a.Padding, f.Padding))
	v := task.Judge(f, side(task), side(task))
	return v, reporttest.Text(v.Answer)
}

// Wrong checks that an answer is judged wrong, with the code, if one is given, and
// that the verdict's answer says so.
func Wrong(t testing.TB, task *judge.Task, a Answer, code, say string) {
	t.Helper()
	v, text := Judge(t, task, a)
	if v.Right || v.OK() || v.Score >= 1 || code != "" && v.Code != code || v.Code == report.CodeRight ||
		!strings.Contains(text, say) {
		t.Errorf("%v, stride %d, padding %d: code %q, want %q, score %g, not told %q:\n%s", a.W.Data(), a.Stride, a.Padding,
			v.Code, code, v.Score, say, text)
	}
}

// Right checks that the right weights are proved right in every one of the shapes, and
// their rounding to float32 too.
func Right(t testing.TB, task *judge.Task, exact *tensor.Tensor[float64], shapes ...[]int) {
	t.Helper()
	single := tensor.Zeros[float64](exact.Shape()...)
	for i, v := range exact.Data() {
		single.Data()[i] = float64(float32(v))
	}
	for _, shape := range shapes {
		for _, w := range []*tensor.Tensor[float64]{exact, single} {
			v, text := Judge(t, task, Answer{W: tensor.Reshape(w, shape...)})
			precision := ", exactly; both mappings are linear"
			if !slices.Equal(w.Data(), exact.Data()) {
				precision = ", except for the rounding of your weights to float32 ("
			}
			if !v.Right || !v.OK() || v.Score != 1 || v.Code != report.CodeRight || v.Counterexample != nil ||
				text != "Your filter is right.\n" || !strings.HasPrefix(v.Checks[0].Detail, "proved: equal on all") ||
				!strings.Contains(v.Checks[0].Detail, precision) ||
				!strings.Contains(v.Checks[1].Detail, "equal on images of every size") {
				t.Errorf("%v of shape %v: %+v", w.Data(), shape, v)
			}
		}
	}
}

// Random judges many answers that are the right one with some weights, and sometimes
// stride and padding, replaced: one that is still right must be passed, and every
// other one refuted.
func Random(t testing.TB, task *judge.Task, right *tensor.Tensor[float64]) {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 0))
	values := []float64{-1, 0, 1, 0.25, 0.5, 0.299, 1. / 3, 2}
	passed := 0
	for range 200 {
		a := Answer{W: tensor.FromSlice(slices.Clone(right.Data()), right.Shape()...)}
		for range rng.IntN(4) {
			a.W.Data()[rng.IntN(a.W.Len())] = values[rng.IntN(len(values))]
		}
		f := task.Right
		if rng.IntN(4) == 0 {
			a.Stride, a.Padding = 1+rng.IntN(6), []int{None, 1, 2, 3}[rng.IntN(4)]
			f.Stride, f.Padding = a.Stride, max(0, a.Padding)
		}
		same := slices.Equal(a.W.Data(), right.Data()) && f.Stride == task.Right.Stride && f.Padding == task.Right.Padding
		v, text := Judge(t, task, a)
		if v.Right != same || v.OK() != same || (v.Score == 1) != same || strings.Contains(text, "Diagnosis: ") == same {
			t.Errorf("%v, stride %d, padding %d: %+v", a.W.Data(), f.Stride, f.Padding, v)
		}
		if same {
			passed++
		}
	}
	if passed == 0 || passed == 200 {
		t.Errorf("%d of 200 filters were right", passed)
	}
}

// basis returns the image that a matrix shows, with the matrix as the channel that its
// name says.
func basis(c int, m report.Matrix) *tensor.Tensor[float64] {
	at := 1
	_, _ = fmt.Sscanf(m.Name, "X[%d]", &at)
	x := tensor.Zeros[float64](1, c, len(m.Rows), len(m.Rows[0]))
	copy(x.Data()[(at-1)*len(m.Rows)*len(m.Rows[0]):], slices.Concat(m.Rows...))
	return x
}
