// Package report is what a problem's solution consists of, and how it is shown:
// as text and as JSON. It knows nothing of tensors.
package report

import "fmt"

// A Report is the answer to one problem.
type Report struct {
	Problem int     // its number on the sheet
	Title   string  // its title on the sheet
	Items   []Item  // the answer, in reading order
	Checks  []Check // the evidence: everything the items claim
}

// OK reports whether all checks passed. A report without checks proves nothing
// and is not OK.
func (r *Report) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return len(r.Checks) > 0
}

// Verdict returns one line: the problem, its title, and how its checks went.
func (r *Report) Verdict() string {
	passed := 0
	for _, c := range r.Checks {
		if c.OK {
			passed++
		}
	}
	return fmt.Sprintf("%s  Problem %d: %s (%d of %d checks passed)", state(r.OK()), r.Problem, r.Title, passed, len(r.Checks))
}

// A Check is one claim and whether it held.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // what was measured
}

// An Item is a part of the answer: Text, Block, Matrix, Table, Picture or Plot.
type Item interface{ isItem() }

// Text is a paragraph.
type Text string

// Block is text whose lines are kept as they are.
type Block string

// Matrix is a matrix with the name that the sheet gives it.
type Matrix struct {
	Name string
	Rows [][]float64
}

// Table is a table. Cells are strings, ints, float64s or Percents.
type Table struct {
	Header []string
	Rows   [][]any
}

// Percent is a fraction that is shown in per cent.
type Percent float64

func (Text) isItem()   {}
func (Block) isItem()  {}
func (Matrix) isItem() {}
func (Table) isItem()  {}
