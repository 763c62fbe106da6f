package format

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
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
	return []Gradebook{
		{"all", []string{"student"}, allColumns, allCells},
		// https://community.canvaslms.com, "How do I import grades in the Gradebook?"
		{"canvas", []string{"Student", "ID", "SIS User ID", "SIS Login ID", "Section"},
			func(c *grade.Class) []string { return []string{c.Title} },
			func(_ *grade.Class, r *grade.Result) []any { return []any{judged(r)} }},
		// https://docs.moodle.org/en/Grade_import
		{"moodle", []string{"Identifier", "Full name", "Email address", "ID number"},
			func(*grade.Class) []string { return []string{"Grade", "Maximum Grade", "Feedback comments"} },
			func(_ *grade.Class, r *grade.Result) []any { return []any{judged(r), most(r), feedback(r)} }},
		// https://nbgrader.readthedocs.io, the columns of "nbgrader export"
		{"nbgrader", []string{"student_id", "last_name", "first_name", "email"},
			func(*grade.Class) []string { return []string{"assignment", "score", "max_score"} },
			func(c *grade.Class, r *grade.Result) []any { return []any{c.Title, points(r), most(r)} }},
	}
}

// GradebookNames returns the names of the gradebooks.
func GradebookNames() []string {
	var names []string
	for _, g := range Gradebooks() {
		names = append(names, g.Name)
	}
	return names
}

// GradebookNamed returns the gradebook of a name that there is.
func GradebookNamed(name string) Gradebook {
	return Gradebooks()[slices.Index(GradebookNames(), name)]
}

func points(r *grade.Result) float64 { earned, _ := r.Total(); return rounded(earned) }
func most(r *grade.Result) float64   { _, most := r.Total(); return most }

// judged returns the points, or an empty cell, which leaves a gradebook as it is, for a
// hand-in of which nothing could be judged.
func judged(r *grade.Result) any {
	if r.Err != nil && !slices.ContainsFunc(r.Parts, func(p *grade.PartResult) bool { return p.From != "" }) {
		return ""
	}
	return points(r)
}

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
	name    string
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
	return &Roster{name, rows[0], rows[1:]}, nil
}

// cells returns those of a row under some columns; empty where there is no such column.
func (o *Roster) cells(row []string, columns []string) []string {
	cells := make([]string, len(columns))
	for i, column := range columns {
		if at := slices.Index(o.columns, column); at >= 0 && at < len(row) {
			cells[i] = row[at]
		}
	}
	return cells
}

// number is what Canvas and Moodle put behind the name of a student: an ID.
var number = regexp.MustCompile(`^\d+$`)

// find returns which row is that of a student: the only one in which a cell that says who a
// student is is the name of the hand-in, or a part of it between underscores, as Canvas and
// Moodle call files. Of parts in a row that are numbers the first alone counts: behind the
// student's Canvas has the number of the file. -1: there is no such row.
func (o *Roster) find(student string, who []string) int {
	words := []string{student}
	after := false
	for _, word := range strings.Split(student, "_") {
		if is := number.MatchString(word); word != "" && !(is && after) {
			words, after = append(words, word), is
		}
	}
	for _, word := range words {
		at, n := 0, 0
		for i, row := range o.rows {
			if slices.ContainsFunc(o.cells(row, who), func(cell string) bool {
				return strings.EqualFold(strings.TrimPrefix(cell, "Participant "), word)
			}) {
				at, n = i, n+1
			}
		}
		if n == 1 {
			return at
		}
	}
	return -1
}

// column returns the roster's column of an assignment, to which Canvas adds a number, or the
// title if it has none.
func (o *Roster) column(title string) string {
	for _, c := range o.columns {
		if c == title || strings.HasPrefix(c, title+" (") {
			return c
		}
	}
	return title
}

// Write writes the scores of a class. The roster may be nil. Hand-ins that it does not have
// are left out, and are missing. The notes say so, and what else does not go together. The
// error is a *problem.InputError for a roster of another gradebook.
func (g Gradebook) Write(w io.Writer, c *grade.Class, roster *Roster) (missing, notes []string, err error) {
	out := csv.NewWriter(w)
	columns := append(slices.Clone(g.who), g.rest(c)...)
	of := make(map[int][]string) // the hand-ins of a row
	if roster != nil {
		if !slices.ContainsFunc(g.who, func(column string) bool { return slices.Contains(roster.columns, column) }) {
			return nil, nil, problem.Inputf("%s: no column %s; is it what the gradebook of %s has exported?", roster.name,
				report.Join(g.who, "or"), g.Name)
		}
		for i, column := range columns {
			columns[i] = roster.column(column)
		}
	}
	_ = out.Write(columns) // Error tells
	for _, r := range c.Results {
		who := make([]string, len(g.who))
		who[0] = r.Student
		if roster != nil {
			row := roster.find(r.Student, g.who)
			if row < 0 {
				missing = append(missing, r.Student)
				continue
			}
			who = roster.cells(roster.rows[row], g.who)
			of[row] = append(of[row], r.Student)
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
	return missing, roster.notes(missing, of, g.who), out.Error()
}

// notes says which hand-ins and which rows of a roster do not go together.
func (o *Roster) notes(missing []string, of map[int][]string, who []string) []string {
	if o == nil {
		return nil
	}
	var notes, without []string
	if len(missing) > 0 {
		notes = append(notes, fmt.Sprintf("%s has no row for %s: not in scores.csv", o.name, report.Join(missing, "and")))
	}
	for i, row := range o.rows {
		cells := o.cells(row, who)
		filled := slices.DeleteFunc(slices.Clone(cells), func(s string) bool { return strings.TrimSpace(s) == "" })
		switch {
		case len(of[i]) > 1:
			notes = append(notes, fmt.Sprintf("%s are of one student, %s: all are in scores.csv; leave one",
				report.Join(of[i], "and"), strings.Join(filled, ", ")))
		case len(of[i]) == 0 && len(filled) > 1: // the row of Canvas with the points that are possible has one
			without = append(without, strings.TrimSpace(filled[0]))
		}
	}
	if len(without) > 0 {
		notes = append(notes, "no hand-in of "+strings.Join(without, "; "))
	}
	return notes
}

// inert returns a text that no spreadsheet takes for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
