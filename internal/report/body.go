package report

import (
	"fmt"
	"slices"
	"strings"
)

// A Body is what people read of an answer or of a verdict.
type Body struct {
	Answer []Item  // at most five lines that a student could write on the sheet
	Items  []Item  // the evidence, in reading order
	Checks []Check // everything that the answer and the items claim
}

// OK reports whether all checks passed. A body without checks proves nothing and
// is not OK.
func (b *Body) OK() bool { return len(b.Checks) > 0 && b.Passed() == len(b.Checks) }

// Passed returns how many checks passed.
func (b *Body) Passed() int { return len(b.Checks) - len(b.Failed()) }

// Failed returns the checks that failed.
func (b *Body) Failed() []Check {
	return slices.DeleteFunc(slices.Clone(b.Checks), func(c Check) bool { return c.OK })
}

// Textf returns a paragraph.
func Textf(format string, args ...any) Text { return Text(fmt.Sprintf(format, args...)) }

// Answerf adds a line to the answer.
func (b *Body) Answerf(format string, args ...any) {
	b.Answer = append(b.Answer, Textf(format, args...))
}

// Add adds items to the evidence.
func (b *Body) Add(items ...Item) { b.Items = append(b.Items, items...) }

// Textf adds a paragraph to the evidence.
func (b *Body) Textf(format string, args ...any) { b.Add(Textf(format, args...)) }

// Matrix adds a matrix to the evidence.
func (b *Body) Matrix(name string, rows [][]float64) { b.Add(Matrix{Name: name, Rows: rows}) }

// Table adds a table to the evidence.
func (b *Body) Table(header []string, rows [][]any) { b.Add(Table{Header: header, Rows: rows}) }

// Check adds a claim, whether it held, and what was measured.
func (b *Body) Check(name string, ok bool, format string, args ...any) {
	b.Checks = append(b.Checks, Check{Name: name, OK: ok, Detail: fmt.Sprintf(format, args...)})
}

// A Verdict says whether somebody's own answer is right: its Body to people, its
// other fields to machines.
type Verdict struct {
	Body
	Right bool
	Score float64 // in [0, 1]: the share of the answer's parts that are right
	// Code is a stable word: CodeRight, CodeWrong, or that of a usual mistake, such as
	// "filters-swapped".
	Code           string
	Same           []string        // codes of all usual mistakes that have this result; nil: only Code
	Counterexample *Counterexample // where the answer fails; nil: there is none to show
}

// Codes of verdicts that name no usual mistake, and of errors.
const (
	CodeRight = "right"
	CodeWrong = "wrong" // no usual mistake explains it
	// CodeNotAnswered is that of an answer in which something is missing and nothing is wrong.
	CodeNotAnswered = "not-answered"
	CodeUnreadable  = "unreadable" // there is no answer to judge: a file that cannot be read
	CodeUnwritable  = "unwritable" // a file that cannot be written
)

// A Counterexample is an input on which an answer and the right one differ.
type Counterexample struct {
	Text                 string // the whole of it in one sentence
	Input, Expected, Got Matrix
}

// AnswerChecks judges by the checks: the answer gets a line for each, with its state, name
// and detail, and the score is the share that passed.
func (v *Verdict) AnswerChecks() {
	for _, c := range v.Checks {
		v.Answerf("%s %s: %s.", strings.TrimSpace(State(c.OK)), c.Name, c.Detail)
	}
	v.Score = float64(v.Passed()) / float64(len(v.Checks))
	if v.Right = v.OK(); v.Right {
		v.Code = CodeRight
	}
}
