package judge

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hw4/internal/report"
)

// A mistake is a change of the right filter that people make.
type mistake struct {
	name, why string
	change    func(Filter) Filter // a Filter without weights: the mistake cannot be made here
}

// allZero is the mistake of a filter that does nothing.
var allZero = mistake{"all weights are zero", "the output is zero whatever the picture", scaled(0)}

// maxPairWeights is the number of weights up to which two mistakes at once are
// tried.
const maxPairWeights = 1 << 14

// A slip is a mistake and the filter that it makes of the right one.
type slip struct {
	mistake
	made Filter
}

// slips returns what each mistake makes of the right filter, without those that
// change nothing.
func (t *Task) slips() []slip {
	var all []slip
	for _, m := range t.mistakes {
		if g := m.change(t.Right); g.W != nil && !g.equal(t.Right) {
			all = append(all, slip{m, g})
		}
	}
	return all
}

// diagnose says what is wrong with a filter: which mistakes turn the right one
// into it, in all outputs or in each alone, or else which weights are wrong.
func (t *Task) diagnose(f Filter) string {
	slips := t.slips()
	if found := explain(f, slips); len(found) > 0 {
		return strings.Join(found, "; or, which here comes to the same, ")
	}
	if found := t.twice(f, slips); found != "" {
		return found
	}
	if c, ok := multiple(f, t.Right); ok {
		return tooLarge(c)
	}
	for _, s := range slips {
		if c, ok := multiple(f, s.made); ok {
			return s.String() + "; and " + tooLarge(c)
		}
	}
	if found := t.nearly(f, slips); found != "" {
		return found
	}
	if f.Stride != t.Right.Stride || f.Padding != t.Right.Padding || !f.sameShape(t.Right) {
		return fmt.Sprintf("stride %d and padding %d with a weight of shape %s, where stride %d and padding %d with one of shape %s are wanted",
			f.Stride, f.Padding, Tuple(f.W.Shape()), t.Right.Stride, t.Right.Padding, Tuple(t.Right.W.Shape()))
	}
	return t.diagnoseOutputs(f, slips)
}

// diagnoseOutputs says for each output channel by itself what is wrong with its
// weights.
func (t *Task) diagnoseOutputs(f Filter, slips []slip) string {
	var parts, right []string
	known := false
	for o, name := range t.outputs {
		one, want := f.output(o), t.Right.output(o)
		if one.equal(want) {
			right = append(right, name)
			continue
		}
		var alone []slip
		for _, s := range slips {
			if s.made.sameShape(t.Right) {
				alone = append(alone, slip{s.mistake, s.made.output(o)})
			}
		}
		found := t.wrongWeights(f, o)
		if names := explain(one, alone); len(names) > 0 {
			found, known = names[0], true
		} else if c, ok := multiple(one, want); ok {
			found, known = tooLarge(c), true
		}
		parts = append(parts, name+": "+found)
	}
	if !known {
		return "no common mistake. " + t.wrongWeights(f, -1)
	}
	if len(right) > 0 {
		parts = append(parts, strings.Join(right, ", ")+" right")
	}
	return strings.Join(parts, ". ")
}

// explain returns the mistakes that make f, any of which does.
func explain(f Filter, slips []slip) []string {
	var found []string
	for _, s := range slips {
		if f.equal(s.made) {
			found = append(found, s.String())
		}
	}
	return found
}

// twice returns the two mistakes that make f, one on top of the other, if two do.
func (t *Task) twice(f Filter, slips []slip) string {
	if t.Right.W.Len() > maxPairWeights {
		return ""
	}
	for _, s := range slips {
		if !s.made.sameShape(t.Right) {
			continue // the other changes are for filters of the right shape
		}
		for _, m := range t.mistakes {
			if g := m.change(s.made); g.W != nil && f.equal(g) {
				return s.String() + "; and " + m.String()
			}
		}
	}
	return ""
}

// nearly says so if every weight is within some per cent of the right one, or of
// what a mistake makes.
func (t *Task) nearly(f Filter, slips []slip) string {
	if d := distance(f, t.Right); d <= maxNear {
		return fmt.Sprintf("nearly right: every weight is within %.2g %% of the right one, but not equal. %s", 100*d, t.wrongWeights(f, -1))
	}
	for _, s := range slips {
		if d := distance(f, s.made); d <= maxNear {
			return fmt.Sprintf("nearly (every weight within %.2g %%) %s", 100*d, s)
		}
	}
	return ""
}

// maxNear is the relative difference up to which a weight is near another.
const maxNear = 0.03

// distance returns the largest relative difference of the weights of f from those
// of g, +Inf if the filters differ in anything else.
func distance(f, g Filter) float64 {
	if f.Stride != g.Stride || f.Padding != g.Padding || !f.sameShape(g) {
		return math.Inf(1)
	}
	worst := 0.0
	for i, v := range f.W.Data() {
		w := g.W.Data()[i]
		switch {
		case v == w:
		case w == 0:
			return math.Inf(1)
		default:
			worst = max(worst, math.Abs(v/w-1)) // NaN stays NaN, which is near nothing
		}
	}
	return worst
}

// String returns the name and why it is a mistake.
func (m mistake) String() string { return m.name + ": " + m.why }

// multiple returns the c with f = c g, if there is one that is not zero.
func multiple(f, g Filter) (c float64, ok bool) {
	if f.Stride != g.Stride || f.Padding != g.Padding || !f.sameShape(g) {
		return 0, false
	}
	at := slices.IndexFunc(g.W.Data(), func(v float64) bool { return v != 0 })
	if at < 0 {
		return 0, false
	}
	c = f.W.Data()[at] / g.W.Data()[at]
	for i, v := range f.W.Data() {
		if w := c * g.W.Data()[i]; !(math.Abs(v-w) <= 4*float32Rounding*math.Abs(w)) {
			return 0, false
		}
	}
	return c, c != 0
}

// tooLarge says that all weights have a factor too much.
func tooLarge(c float64) string {
	return fmt.Sprintf("scaled: every weight is %s times what it should be", report.Format(c))
}

// wrongWeights lists the weights that are not the right ones: of output o, or of
// all for -1.
func (t *Task) wrongWeights(f Filter, o int) string {
	const shown = 4
	var wrong []string
	for n, v := range f.W.Data() {
		at, want := place(f.W, n), t.Right.W.Data()[n]
		if !same(v, want) && (o < 0 || at[0] == o) {
			wrong = append(wrong, fmt.Sprintf("%s is %s, should be %s", t.entry(at), report.Format(v), report.Format(want)))
		}
	}
	more := ""
	if n := len(wrong); n > shown {
		more = fmt.Sprintf("; and %d more", n-shown)
	}
	return fmt.Sprintf("%s wrong: ", number(len(wrong), "weight")) + strings.Join(wrong[:min(len(wrong), shown)], "; ") + more
}

// number writes a number of things.
func number(n int, thing string) string {
	if n == 1 {
		return "1 " + thing + " is"
	}
	return fmt.Sprintf("%d %ss are", n, thing)
}

// scaled multiplies every weight.
func scaled(by float64) func(Filter) Filter {
	return eachWeight(func(v float64) float64 { return v * by })
}
