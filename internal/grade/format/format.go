// Package format writes the results of a class: a file for each format, and a row.
package format

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"hw4/internal/grade"
	"hw4/internal/report"
)

// Options say how much to tell.
type Options struct {
	Solutions bool // reasons may give the answer away
}

// A Format is a form of the results.
type Format struct {
	Name   string
	Single bool // it is of one hand-in
	Write  func(w io.Writer, c *grade.Class, o Options) error
}

// All returns the formats.
func All() []Format {
	return []Format{
		{"json", false, writeJSON},
		{"junit", false, writeJUnit},
		{"gradescope", true, writeGradescope},
		{"prairielearn", true, writePrairieLearn},
		{"coderunner", true, writeCodeRunner},
		{"page", true, func(w io.Writer, c *grade.Class, o Options) error {
			return WriteStudent(w, c.Title, c.Results[0], o)
		}},
	}
}

// Named returns the format of a name; nil: there is none.
func Named(name string) *Format {
	for _, f := range All() {
		if f.Name == name {
			return &f
		}
	}
	return nil
}

// Names returns the names of the formats.
func Names() []string { return report.Each(All(), func(f Format) string { return f.Name }) }

// why says why points were lost.
func (o Options) why(p *grade.PartResult) string {
	if o.Solutions {
		return p.Reason()
	}
	return p.Hint()
}

// share returns a share from 0 to 1; 1 where there is nothing to get.
func share(earned, most float64) float64 {
	if most == 0 {
		return 1
	}
	return rounded(earned / most)
}

// rounded returns a number of points with what sums leave behind the fourth decimal cut off.
func rounded(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// digits returns a number of points as gradebooks read one: without an exponent.
func digits(v float64) string { return strconv.FormatFloat(rounded(v), 'f', -1, 64) }

// faults returns why answers of a hand-in could not be judged.
func faults(r *grade.Result) []string {
	list := []string{}
	if r.Err != nil {
		list = append(list, report.Printable(r.Err.Error()))
	}
	for _, p := range r.Parts {
		if p.Err != nil {
			list = append(list, p.ID+": "+report.Printable(p.Err.Error()))
		}
	}
	return list
}

// about returns what is to be said to the student of the whole hand-in.
func about(r *grade.Result) string {
	lines := r.Notes
	if r.Err != nil {
		lines = append([]string{r.Err.Error()}, lines...)
	}
	return report.Printable(strings.Join(lines, ". "))
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeJSON writes everything, as docs/schema/grade.json describes it.
func writeJSON(w io.Writer, c *grade.Class, o Options) error {
	type object = map[string]any
	results := []object{}
	for _, r := range c.Results {
		parts := []object{}
		for _, p := range r.Parts {
			parts = append(parts, object{"part": p.ID, "points": rounded(p.Earned), "max": p.Max, "right": p.Verdict.Right,
				"code": p.Verdict.Code, "judged": p.Err == nil, "from": p.From, "reason": o.why(p)})
		}
		earned, most := r.Total()
		results = append(results, object{"student": report.Printable(r.Student), "file": report.Printable(r.File),
			"points": rounded(earned), "max": most,
			"judged": r.Judged(), "errors": faults(r), "notes": append([]string{}, r.Notes...),
			"private": append([]string{}, r.Private...), "parts": parts})
	}
	return encode(w, object{"schema": "hw4-grade/1", "title": c.Title, "results": results})
}
