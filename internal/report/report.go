// Package report is what a problem's solution consists of, and its JSON. It knows
// nothing of tensors; the packages below it show a report: text, html and plot.
package report

import "fmt"

// A Report is the answer to one problem, or what was found of somebody's own.
type Report struct {
	Problem int    // its number on the sheet; 0: it is of none
	Title   string // its title on the sheet
	Body
	Verdict *Verdict // on somebody's own answer, whose body this is; nil: it is ours
}

// Heading returns the problem and its title: "Problem 4: Max pooling ...".
func (r *Report) Heading() string {
	if r.Problem == 0 {
		return r.Title
	}
	return fmt.Sprintf("Problem %d: %s", r.Problem, r.Title)
}

// Outcome says how the checks went: "5 of 5 checks passed".
func (r *Report) Outcome() string {
	return fmt.Sprintf("%d of %d checks passed", r.Passed(), len(r.Checks))
}

// State returns the four characters that a line about a check begins with.
func State(ok bool) string {
	if ok {
		return "ok  "
	}
	return "FAIL"
}

// A Check is one claim and whether it held.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // what was measured
}

// An Item is a part of the answer: Text, Block, Matrix, Table, Picture or Plot.
type Item interface {
	Kind() string // the stable word for it in JSON
}

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

// String returns it in per cent with two decimals.
func (p Percent) String() string { return fmt.Sprintf("%.2f %%", 100*float64(p)) }

// Kind returns "text".
func (Text) Kind() string { return "text" }

// Kind returns "block".
func (Block) Kind() string { return "block" }

// Kind returns "matrix".
func (Matrix) Kind() string { return "matrix" }

// Kind returns "table".
func (Table) Kind() string { return "table" }
