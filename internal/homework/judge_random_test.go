package homework

import (
	"math/rand/v2"
	"strings"
	"testing"

	"hw4/internal/report/text"
	"hw4/tensor"
)

// Random filters of every shape, with random options: one that is the right one is
// passed, every other one refuted, and whatever is said can be written down.
func TestJudgingRandomFilters(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	rights := map[int]FilterAnswer{1: right1, 2: right2, 3: right3}
	values := []float64{-1, 0, 1, 0.25, 0.5, 0.299, 1. / 3, 2}
	for n := range 600 {
		problem := 1 + n%3
		right := rights[problem]
		answer := FilterAnswer{W: tensor.FromSlice(append([]float64(nil), right.W.Data()...), right.W.Shape()...)}
		changed := false
		for range rng.IntN(4) {
			at, v := rng.IntN(answer.W.Len()), values[rng.IntN(len(values))]
			answer.W.Data()[at] = v
		}
		for i, v := range answer.W.Data() {
			changed = changed || v != right.W.Data()[i]
		}
		cfg := Defaults(problem)
		cfg.Height, cfg.Width = 4+2*rng.IntN(3), 4
		if rng.IntN(4) == 0 {
			stride, padding := 1+rng.IntN(6), rng.IntN(4)
			answer.Stride, answer.Padding = stride, &padding
			wantStride, wantPadding := map[int]int{1: 1, 2: 2, 3: 1}[problem], map[int]int{1: 1}[problem]
			changed = changed || stride != wantStride || padding != wantPadding
		}
		r, err := JudgeFilter(problem, cfg, answer)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := text.Write(&b, r, text.Style{}); err != nil {
			t.Fatal(err)
		}
		if r.OK() == changed || changed && !strings.Contains(b.String(), "Diagnosis: ") {
			t.Errorf("problem %d, %v, stride %d: ok is %v, changed is %v\n%s", problem, answer.W.Data(), answer.Stride, r.OK(), changed, b.String())
		}
	}
}
