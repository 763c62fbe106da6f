package format

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"hw4/internal/grade"
	"hw4/internal/problem"
	"hw4/internal/report"
)

// A Gradebook is a system that reads scores from a CSV file. Its first columns say who a
// student is.
type Gradebook struct {
	Name string
	who  []string // the first is the name of the hand-in, unless a roster has them
	rest func(c *grade.Class) []string
	row  func(c *grade.Class, r *grade.Result) []any
}

// Gradebooks returns those that there are. "all" has everything for the teacher.
func Gradebooks() []Gradebook {
	list := []Gradebook{
		{"all", []string{"student"}, allColumns, allCells},
		// https://community.canvaslms.com, "How do I import grades in the Gradebook?"
		{"canvas", []string{"Student", "ID", "SIS User ID", "SIS Login ID", "Section"},
			func(c *grade.Class) []string { return []string{c.Title} },
			func(_ *grade.Class, r *grade.Result) []any { return []any{points(r)} }},
		// https://docs.moodle.org/en/Grade_import
		{"moodle", []string{"Identifier", "Full name", "Email address", "ID number"},
			func(*grade.Class) []string { return []string{"Grade", "Maximum Grade", "Feedback comments"} },
			func(_ *grade.Class, r *grade.Result) []any { return []any{points(r), most(r), feedback(r)} }},
		// https://nbgrader.readthedocs.io, the columns of "nbgrader export"
		{"nbgrader", []string{"student_id", "last_name", "first_name", "email"},
			func(*grade.Class) []string { return []string{"assignment", "score", "max_score"} },
			func(c *grade.Class, r *grade.Result) []any { return []any{c.Title, points(r), most(r)} }},
	}
	return list
}

// GradebookNames returns the names of the gradebooks.
func GradebookNames() []string {
	var names []string
	for _, g := range Gradebooks() {
		names = append(names, g.Name)
	}
	return names
}

func points(r *grade.Result) float64 { earned, _ := r.Total(); return rounded(earned) }
func most(r *grade.Result) float64   { _, most := r.Total(); return most }

// feedback says in one cell why points were lost.
func feedback(r *grade.Result) string {
	var lost []string
	for _, p := range r.Parts {
		if p.Earned < p.Max {
			lost = append(lost, fmt.Sprintf("%s: %s of %s points. %s", p.ID, report.Format(rounded(p.Earned)),
				report.Format(p.Max), Options{}.why(p)))
		}
	}
	return strings.Join(lost, " ")
}

func allColumns(c *grade.Class) []string {
	columns := []string{"file", "points", "max", "judged"}
	if len(c.Results) > 0 {
		for _, p := range c.Results[0].Parts {
			columns = append(columns, p.ID, p.ID+" code")
		}
	}
	return append(columns, "errors", "notes", "reasons")
}

func allCells(_ *grade.Class, r *grade.Result) []any {
	cells := []any{r.File, points(r), most(r), r.Judged()}
	var reasons []string
	for _, p := range r.Parts {
		cells = append(cells, rounded(p.Earned), p.Verdict.Code)
		if !p.Verdict.Right && p.From != "" && p.Err == nil {
			reasons = append(reasons, p.ID+": "+p.Reason())
		}
	}
	return append(cells, strings.Join(faults(r), " | "), strings.Join(append(slices.Clone(r.Notes), r.Private...), " | "),
		strings.Join(reasons, " | "))
}

// A Roster is the students as a gradebook has exported them.
type Roster struct {
	columns []string
	rows    [][]string
}

// ReadRoster reads a CSV file with a row of columns. The error is a *problem.InputError.
func ReadRoster(name, content string) (*Roster, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(content, "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, problem.Inputf("%s: no CSV file with a first row of columns: %v", name, err)
	}
	return &Roster{rows[0], rows[1:]}, nil
}

// find returns the cells of a student under some columns. The row is that in which a cell is
// the name of the hand-in, or a part of it between underscores, as Canvas and Moodle call
// files; it must be the only one.
func (o *Roster) find(student string, columns []string) (cells []string, found bool) {
	words := append([]string{student}, strings.Split(student, "_")...)
	for i, word := range words {
		var row []string
		n := 0
		for _, candidate := range o.rows {
			if slices.ContainsFunc(candidate, func(cell string) bool {
				return word != "" && strings.EqualFold(strings.TrimPrefix(cell, "Participant "), word)
			}) {
				row, n = candidate, n+1
			}
		}
		if n != 1 || i > 0 && len(word) < 3 {
			continue
		}
		for _, column := range columns {
			cell := ""
			if at := slices.Index(o.columns, column); at >= 0 && at < len(row) {
				cell = row[at]
			}
			cells = append(cells, cell)
		}
		return cells, true
	}
	return nil, false
}

// Write writes the scores of a class, and returns the hand-ins that the roster does not
// have, which are left out. The roster may be nil.
func (g Gradebook) Write(w io.Writer, c *grade.Class, roster *Roster) (missing []string, err error) {
	out := csv.NewWriter(w)
	_ = out.Write(append(slices.Clone(g.who), g.rest(c)...)) // Error tells
	for _, r := range c.Results {
		who := make([]string, len(g.who))
		who[0] = r.Student
		if roster != nil {
			cells, found := roster.find(r.Student, g.who)
			if !found {
				missing = append(missing, r.Student)
				continue
			}
			if cells[0] != "" {
				who = cells
			}
		}
		for _, cell := range g.row(c, r) {
			who = append(who, fmt.Sprint(cell))
		}
		for i := range who {
			who[i] = inert(report.Printable(who[i]))
		}
		_ = out.Write(who)
	}
	out.Flush()
	return missing, out.Error()
}

// inert returns a text that no spreadsheet takes for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
