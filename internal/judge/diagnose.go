package judge

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hw4/internal/report"
	"hw4/tensor"
)

// A diagnosis says what is wrong with a filter, to machines and to people.
type diagnosis struct {
	code, text string
	same       []string // the codes of all mistakes that make the filter, if one alone does
}

// maxPairWeights is the number of weights up to which two mistakes at once are
// tried.
const maxPairWeights = 1 << 14

// A slip is a mistake and the filter that it makes of the right one.
type slip struct {
	Mistake
	made Filter
}

// slips returns what each mistake makes of the right filter, without those that
// change nothing.
func (t *Task) slips() []slip {
	var all []slip
	for _, m := range t.Mistakes {
		if g := m.Change(t.Right); g.W != nil && !g.equal(t.Right) {
			all = append(all, slip{m, g})
		}
	}
	return all
}

// diagnose says what is wrong with a filter: which mistakes turn the right one
// into it, in all outputs or in each alone, or else which weights are wrong.
func (t *Task) diagnose(f Filter) diagnosis {
	slips := t.slips()
	if found := explain(f, slips); len(found) > 0 {
		text := strings.Join(report.Each(found, Mistake.String), "; or, with the same result, ")
		return diagnosis{found[0].Code, text, report.Each(found, func(m Mistake) string { return m.Code })}
	}
	if found, ok := t.twice(f, slips); ok {
		return found
	}
	if c, ok := multiple(f, t.Right); ok {
		return diagnosis{code: "scaled", text: tooLarge(c)}
	}
	if d := distance(f, t.Right); d <= maxNear {
		return diagnosis{code: "nearly-right", text: fmt.Sprintf(
			"nearly right: every weight is within %.2g %% of the right one, but not equal. %s", 100*d, t.wrongWeights(f, -1))}
	}
	if found, ok := nearSlip(f, slips); ok {
		return found
	}
	if !f.comparable(t.Right) {
		return diagnosis{code: report.CodeWrong, text: fmt.Sprintf(
			"your stride is %d, your padding %d and your weight has shape %s; they should be %d, %d and %s",
			f.Stride, f.Padding, tensor.Tuple(f.W.Shape()), t.Right.Stride, t.Right.Padding, tensor.Tuple(t.Right.W.Shape()))}
	}
	return t.diagnoseOutputs(f, slips)
}

// diagnoseOutputs says for each output channel by itself what is wrong with its
// weights.
func (t *Task) diagnoseOutputs(f Filter, slips []slip) diagnosis {
	var parts, right []string
	code := report.CodeWrong
	for o, name := range t.Outputs {
		one, want := f.Output(o), t.Right.Output(o)
		if one.equal(want) {
			right = append(right, name)
			continue
		}
		var alone []slip
		for _, s := range slips {
			if s.made.sameShape(t.Right) {
				alone = append(alone, slip{s.Mistake, s.made.Output(o)})
			}
		}
		found := diagnosis{text: t.wrongWeights(f, o)}
		if known := explain(one, alone); len(known) > 0 {
			found = diagnosis{code: known[0].Code, text: known[0].String()}
		} else if c, ok := multiple(one, want); ok {
			found = diagnosis{code: "scaled", text: tooLarge(c)}
		}
		if code == report.CodeWrong && found.code != "" {
			code = found.code
		}
		parts = append(parts, name+": "+found.text)
	}
	if code == report.CodeWrong {
		return diagnosis{code: code, text: "no usual mistake. " + t.wrongWeights(f, -1)}
	}
	if len(right) > 0 {
		parts = append(parts, strings.Join(right, ", ")+" right")
	}
	return diagnosis{code: code, text: strings.Join(parts, ". ")}
}

// explain returns the mistakes that make f, any of which does.
func explain(f Filter, slips []slip) []Mistake {
	var found []Mistake
	for _, s := range slips {
		if f.equal(s.made) {
			found = append(found, s.Mistake)
		}
	}
	return found
}

// twice returns the two mistakes that make f, one on top of the other, if two do.
func (t *Task) twice(f Filter, slips []slip) (diagnosis, bool) {
	if t.Right.W.Len() > maxPairWeights {
		return diagnosis{}, false
	}
	for _, s := range slips {
		if !s.made.sameShape(t.Right) {
			continue // the other changes are for filters of the right shape
		}
		for _, m := range t.Mistakes {
			if g := m.Change(s.made); g.W != nil && f.equal(g) {
				return diagnosis{code: s.Code + "+" + m.Code, text: s.String() + "; and " + m.String()}, true
			}
		}
	}
	return diagnosis{}, false
}

// maxNear is the relative difference up to which a weight is near another.
const maxNear = 1.0 / 32

// nearSlip returns the mistake that makes f up to a factor, or whose weights are all
// near those of f.
func nearSlip(f Filter, slips []slip) (diagnosis, bool) {
	for _, s := range slips {
		if c, ok := multiple(f, s.made); ok {
			return diagnosis{code: s.Code + "+scaled", text: s.String() + "; and " + tooLarge(c)}, true
		}
	}
	for _, s := range slips {
		if d := distance(f, s.made); d <= maxNear {
			return diagnosis{code: s.Code, text: fmt.Sprintf("nearly (every weight within %.2g %%) %s", 100*d, s)}, true
		}
	}
	return diagnosis{}, false
}

// distance returns the largest relative difference of the weights of f from those
// of g, +Inf if the filters differ in anything else.
func distance(f, g Filter) float64 {
	if !f.comparable(g) {
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

// multiple returns the c with f = c g, if there is one that is not zero and not shown
// as 1.
func multiple(f, g Filter) (c float64, ok bool) {
	if !f.comparable(g) {
		return 0, false
	}
	at := slices.IndexFunc(g.W.Data(), func(v float64) bool { return v != 0 })
	if at < 0 {
		return 0, false
	}
	c = f.W.Data()[at] / g.W.Data()[at]
	tol := Tolerance{Relative: 4 * weights.Relative} // c has the rounding of two weights
	for i, v := range f.W.Data() {
		if !tol.Equal(v, c*g.W.Data()[i]) {
			return 0, false
		}
	}
	return c, c != 0 && report.Format(c) != "1"
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
		if !weights.Equal(v, want) && (o < 0 || at[0] == o) {
			is, should := report.Apart(v, want)
			wrong = append(wrong, fmt.Sprintf("%s is %s, should be %s", t.Entry(at), is, should))
		}
	}
	count, more := "1 weight is", ""
	if n := len(wrong); n != 1 {
		count = fmt.Sprintf("%d weights are", n)
		if n > shown {
			more = fmt.Sprintf("; and %d more", n-shown)
		}
	}
	return count + " wrong: " + strings.Join(wrong[:min(len(wrong), shown)], "; ") + more
}
