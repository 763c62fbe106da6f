// Package problem says what a problem of the sheet is to those who range over all
// of them: the list, 'hw4 all' and the report. It knows none of them.
package problem

import (
	"context"
	"embed"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// A Problem is one problem of the sheet.
type Problem struct {
	Number  int
	Title   string
	Command string // the command that answers it, such as "conv"

	Written embed.FS // statement.html and derivation.html

	// Solve answers the problem with its default settings. The report says whether
	// the checks passed; an error means that there is no answer: a *SettingError, an
	// *InputError, a *training.DivergedError, or the context's.
	Solve func(ctx context.Context, s Settings) (*report.Report, error)
}

// Statement returns what the problem asks, as HTML with MathML.
func (p Problem) Statement() string { return p.read("statement.html") }

// Derivation returns why its answer is right.
func (p Problem) Derivation() string { return p.read("derivation.html") }

func (p Problem) read(name string) string {
	content, err := p.Written.ReadFile(name)
	if err != nil {
		panic(err) // it is compiled in
	}
	return string(content)
}

// Settings are what all problems have in common.
type Settings struct {
	Seed     uint64      // fixes every random number
	Data     data.Source // MNIST
	Progress progress.Progress
	Epochs   int // how long LeNet-5 is trained; 0: as long as the course trains it
}

// Report returns an empty report of the problem. What is added to the title says of
// what the report is, if it is not our answer.
func (p Problem) Report(of string) *report.Report {
	return &report.Report{Problem: p.Number, Title: p.Title + of}
}

// Judged returns the report of a verdict on somebody's own answer to the problem.
func (p Problem) Judged(of string, v report.Verdict) *report.Report {
	r := p.Report(of)
	r.Body, r.Verdict = v.Body, &v
	return r
}
