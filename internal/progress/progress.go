// Package progress is how a long computation says how far it has come, whoever
// shows it.
package progress

import "fmt"

// Progress is told how far a long computation has come. Its zero value is told
// nothing.
type Progress struct {
	// Line takes a milestone, such as the end of an epoch: one line without its
	// end. Nil: milestones are not wanted.
	Line func(line string)
	// Step takes the state after every step. There may be thousands in a second,
	// so it must be quick. Nil: steps are not wanted.
	Step func(s Step)
}

// A Step is where a long computation stands.
type Step struct {
	Task        string  // what is computed, such as "LeNet-5 (original)"
	Unit        string  // what is counted, in the plural, such as "images"
	Done, Total int     // how many are done, and how many there are
	Loss        float64 // of the last step; 0: there is none
}

// Printf reports a milestone.
func (p Progress) Printf(format string, args ...any) {
	if p.Line != nil {
		p.Line(fmt.Sprintf(format, args...))
	}
}

// At reports a step.
func (p Progress) At(s Step) {
	if p.Step != nil {
		p.Step(s)
	}
}
