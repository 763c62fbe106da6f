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
	row  func(c *grade.Class, r *grade.Result) []any // nil: there is none
}

// Gradebooks returns those that there are. "all" has everything for the teacher.
func Gradebooks() []Gradebook {
	return []Gradebook{
		{"all", []string{"student"}, allColumns, allCells},
		// https://community.canvaslms.com, "How do I import grades in the Gradebook?"
		{"canvas", []string{"Student", "ID", "SIS User ID", "SIS Login ID", "Section"},
			func(c *grade.Class) []string { return []string{c.Title} },
			func(_ *grade.Class, r *grade.Result) []any {
				if judged(r) == "" { // Canvas takes the points away where a cell is empty
					return nil
				}
				return []any{judged(r)}
			}},
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
	return report.Each(Gradebooks(), func(g Gradebook) string { return g.Name })
}

// GradebookNamed returns the gradebook of a name that there is.
func GradebookNamed(name string) Gradebook {
	return Gradebooks()[slices.Index(GradebookNames(), name)]
}

func points(r *grade.Result) string { earned, _ := r.Total(); return digits(earned) }
func most(r *grade.Result) string   { _, most := r.Total(); return digits(most) }

// judged returns the points, or an empty cell for a hand-in of which nothing could be judged.
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
			lost = append(lost, fmt.Sprintf("%s: %s of %s points. %s", p.ID, digits(p.Earned),
				digits(p.Max), Options{}.why(p)))
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
		cells = append(cells, digits(p.Earned), p.Verdict.Code)
		if !p.Verdict.Right && p.From != "" && p.Err == nil {
			reasons = append(reasons, p.ID+": "+p.Reason())
		}
	}
	return append(cells, strings.Join(faults(r), " | "), strings.Join(append(slices.Clone(r.Notes), r.Private...), " | "),
		strings.Join(reasons, " | "))
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
		cells := g.row(c, r)
		if cells == nil {
			notes = append(notes, r.Student+" could not be judged: not in scores.csv")
			continue
		}
		for _, cell := range cells {
			who = append(who, fmt.Sprint(cell))
		}
		for i := range who {
			who[i] = inert(report.Printable(who[i]))
		}
		_ = out.Write(who)
	}
	out.Flush()
	return missing, append(roster.notes(missing, of, g.who), notes...), out.Error()
}

// inert returns a text that no spreadsheet takes for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
