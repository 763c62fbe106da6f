package difference

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// The answer is proved at sizes that are 1, prime, long and thin.
func TestSolve(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 5}, {13, 4}} {
		o := Defaults()
		o.Height, o.Width = s[0], s[1]
		r, err := o.Solve(t.Context())
		if err != nil || !r.OK() || len(r.Checks) != 4 || r.Problem != 1 || r.Verdict != nil {
			t.Fatalf("%v: %v, %+v", s, err, r)
		}
		if c := r.Checks[3]; !strings.Contains(c.Detail, "of 1x5x5 allow one filter") {
			t.Errorf("check %+v", c)
		}
		w1, w2 := r.Answer[1].(report.Matrix), r.Answer[2].(report.Matrix)
		if w1.Name != "w1" || w2.Name != "w2" || len(r.Answer) != 3 ||
			!slices.Equal(slices.Concat(slices.Concat(w1.Rows, w2.Rows)...), Filter().W.Data()) {
			t.Errorf("answer %+v", r.Answer)
		}
	}
}

func TestProblem(t *testing.T) {
	var steps []progress.Step
	s := problem.Settings{Seed: 1, Progress: progress.Progress{Step: func(s progress.Step) { steps = append(steps, s) }}}
	p := Problem()
	one, err := p.Solve(t.Context(), s)
	if err != nil || !one.OK() || p.Number != 1 || p.Command != "conv" || p.Statement() == "" || p.Derivation() == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if len(steps) == 0 || steps[len(steps)-1].Done != 28*28 {
		t.Errorf("steps %+v", steps)
	}
	s.Seed = 2
	if two, err := p.Solve(t.Context(), s); err != nil || slices.Equal(one.Checks, two.Checks) {
		t.Errorf("another seed gives the same numbers, error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Solve(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
