package format

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/strict"
)

// A Roster is the students as a gradebook has exported them.
type Roster struct {
	name    string
	columns []string
	rows    [][]string
}

// ReadRoster reads a CSV file with a row of columns. The error is a *problem.InputError.
func ReadRoster(name, content string) (*Roster, error) {
	text, err := strict.Decode(name, []byte(content))
	if err == nil && !utf8.Valid(text) {
		err = errors.New("it is not in UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	first, _, _ := bytes.Cut(text, []byte("\n"))
	for _, comma := range ";\t" { // as Excel writes them in other countries
		if bytes.Count(first, []byte(string(comma))) > bytes.Count(first, []byte(string(r.Comma))) {
			r.Comma = comma
		}
	}
	var rows [][]string
	if err == nil {
		rows, err = r.ReadAll()
	}
	if err == nil && len(rows) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, problem.Inputf("%s: no CSV file with a first row of columns: %w", name, err)
	}
	return &Roster{name, report.Each(rows[0], strings.TrimSpace), rows[1:]}, nil
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

// attachment is how Canvas calls what is handed in, with the student's number. The name before
// it may be another student's login.
var attachment = regexp.MustCompile(`^[^_]+(?:_LATE)?_(\d+)(?:_\d+_.*)?$`)

// find returns which row is that of a student: the only one in which a cell that says who a
// student is is the name of the hand-in, or a part of it between underscores, as Canvas and
// Moodle call files. Of parts in a row that are numbers the first alone counts: behind the
// student's Canvas has the number of the file. -1: there is no such row.
func (o *Roster) find(student string, who []string) int {
	student = norm.NFC.String(student) // macOS writes accents behind their letters
	words := []string{student}
	if m := attachment.FindStringSubmatch(student); m != nil {
		words = append(words, m[1])
	}
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
				return strings.EqualFold(norm.NFC.String(strings.TrimPrefix(strings.TrimSpace(cell), "Participant ")), word)
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
		rest, found := strings.CutPrefix(c, title+" (")
		id, closed := strings.CutSuffix(rest, ")")
		if c == title || found && closed && number.MatchString(id) {
			return c
		}
	}
	return title
}

// notes says which hand-ins and which rows of a roster do not go together.
func (o *Roster) notes(missing []string, of map[int][]string, who []string) []string {
	if o == nil {
		return nil
	}
	var notes, without []string
	if len(missing) > 0 {
		notes = append(notes, fmt.Sprintf("%s has no row, or several, for %s: not in scores.csv", o.name,
			report.Join(missing, "and")))
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
