package grade

import (
	"slices"
	"strings"

	"hw4/internal/report"
)

// A Class is the results of hand-ins.
type Class struct {
	Title   string
	Results []*Result // by the names of the hand-ins
}

// A Result is what was found of a hand-in.
type Result struct {
	Student string
	File    string
	Parts   []*PartResult // of those that count, in the order of the sheet
	Err     error         // why nothing could be judged; nil: something could
	Notes   []string      // for the student, too
	Private []string      // for the teacher alone
	sums    map[string][32]byte
}

// A PartResult is what was found of the answer to a part.
type PartResult struct {
	*Part
	Verdict report.Verdict // its code is CodeUnreadable or another word for what has not been judged
	Earned  float64        // points
	Max     float64
	From    string // where the answer was; empty: there is none
	Err     error  // why it could not be judged
}

// Codes of answers that have not been judged, beside report.CodeUnreadable.
const (
	CodeTooLong = "too-long" // judging took longer than the rubric allows
	CodeFailed  = "failed"   // a mistake of this program
)

// Judged reports whether all answers that are there could be judged.
func (r *Result) Judged() bool {
	return r.Err == nil && !slices.ContainsFunc(r.Parts, func(p *PartResult) bool { return p.Err != nil })
}

// Total returns the points, and how many there are.
func (r *Result) Total() (earned, most float64) {
	for _, p := range r.Parts {
		earned, most = earned+p.Earned, most+p.Max
	}
	return earned, most
}

// Reason says all of how an answer was judged, as it is for a teacher.
func (p *PartResult) Reason() string {
	if p.Err != nil {
		return p.Err.Error()
	}
	var said []string
	for _, item := range p.Verdict.Answer {
		if t, text := item.(report.Text); text {
			said = append(said, strings.TrimSpace(string(t)))
		}
	}
	if len(said) == 0 {
		return p.words()
	}
	return strings.Join(said, " ")
}

// Hint says why points were lost without giving the answer away: by an example, or by
// the name of the mistake and of what is wrong.
func (p *PartResult) Hint() string {
	v := &p.Verdict
	switch {
	case p.Err != nil:
		return p.Err.Error()
	case v.Right || p.From == "":
		return p.words()
	case p.open:
		return p.Reason()
	}
	said := "Not right: " + p.words() + "."
	if v.Code == report.CodeWrong {
		said = "Not right."
	}
	if p.Example() != nil {
		return said + " For example " + strings.TrimSuffix(v.Counterexample.Text, ".") + "."
	}
	failed := report.Each(v.Failed(), func(c report.Check) string { return c.Name })
	return said + " Look at " + report.Join(failed, "and") + "."
}

// Example returns an input on which the answer fails, and what comes out; nil if there is
// none. A counterexample without an input shows the answer itself, and is none.
func (p *PartResult) Example() *report.Counterexample {
	if c := p.Verdict.Counterexample; c != nil && len(c.Input.Rows) > 0 {
		return c
	}
	return nil
}

// words returns the code of the verdict as words.
func (p *PartResult) words() string { return strings.ReplaceAll(p.Verdict.Code, "-", " ") }
