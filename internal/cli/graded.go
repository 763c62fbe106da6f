package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"hw4/internal/atomicfile"
	"hw4/internal/grade"
	"hw4/internal/grade/format"
	"hw4/internal/report"
	"hw4/internal/report/text"
)

// putResults writes the results of --class into a folder if there is one, and then in the
// format that is wanted, or else as a table.
func (a *app) putResults(f *gradeFlags, c *grade.Class, roster *format.Roster) error {
	o := format.Options{Solutions: f.solutions}
	one, to := format.Named(f.format), f.out
	var left error // errChecks, which does not keep the table from being printed
	if one == nil && f.out != "" {
		to = ""
		if left = a.putFolder(f, c, roster, o); left != nil && left != errChecks {
			return left
		}
	}
	if one == nil && a.json {
		one = format.Named("json")
	}
	if one == nil {
		return cmp.Or(a.tellClass(c), left)
	}
	var b bytes.Buffer
	if err := one.Write(&b, c, o); err != nil {
		return err
	}
	return cmp.Or(a.put(to, b.Bytes()), left)
}

// tellClass writes a line for each hand-in: the points, and the parts that lost some, and
// then what only the teacher must know. With details it writes the reasons.
func (a *app) tellClass(c *grade.Class) error {
	var b bytes.Buffer
	style := a.textStyle()
	var points []string
	var name, total int // the widest of both
	for _, r := range c.Results {
		earned, most := r.Total()
		points = append(points, report.Format(earned)+" of "+report.Format(most))
		if !a.details { // whose lines stand apart
			name, total = max(name, text.Columns(report.Printable(r.Student))), max(total, len(points[len(points)-1]))
		}
	}
	for i, r := range c.Results {
		var lost []string
		for _, p := range r.Parts {
			if p.Earned < p.Max && r.Err == nil {
				lost = append(lost, p.ID+" "+p.Verdict.Code)
			}
		}
		if r.Err != nil {
			lost = append(lost, "not judged: "+r.Err.Error())
		}
		if len(lost) == 0 {
			lost = []string{"all right"}
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", text.Padded(report.Printable(r.Student), name, false),
			text.Padded(points[i], total, false), report.Printable(strings.Join(lost, ", ")))
		if a.details {
			a.tellReasons(&b, style.Paragraph, r)
		}
	}
	for _, r := range c.Results {
		for _, note := range r.Private {
			if !a.details {
				b.WriteString(style.Paragraph(report.Printable("note: " + r.Student + ": " + note)))
			}
		}
	}
	_, err := b.WriteTo(a.Out)
	return err
}

// tellReasons writes for each part that lost points why, and the notes.
func (a *app) tellReasons(b *bytes.Buffer, paragraph func(string) string, r *grade.Result) {
	for _, p := range r.Parts {
		if p.Earned < p.Max && p.From != "" {
			b.WriteString(paragraph(fmt.Sprintf("  %s: %s", p.ID, report.Printable(p.Reason()))))
		}
	}
	for _, note := range append(r.Notes, r.Private...) {
		b.WriteString(paragraph("  note: " + report.Printable(note)))
	}
}

// putFolder writes scores.csv and the pages of the class and of its students. The error is
// errChecks, with all written, if the roster has no row for a hand-in.
func (a *app) putFolder(f *gradeFlags, c *grade.Class, roster *format.Roster, o format.Options) error {
	pages := filepath.Join(f.out, "students")
	if err := os.MkdirAll(pages, 0o777); err != nil {
		return &atomicfile.WriteError{Path: pages, Err: err}
	}
	put := func(path string, write func(b *bytes.Buffer) error) error {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		return a.put(path, b.Bytes())
	}
	var missing, notes []string
	err := put(filepath.Join(f.out, "scores.csv"), func(b *bytes.Buffer) (err error) {
		missing, notes, err = format.GradebookNamed(f.gradebook).Write(b, c, roster)
		return err
	})
	if err == nil {
		err = put(filepath.Join(f.out, "class.html"), func(b *bytes.Buffer) error { return format.WriteClass(b, c) })
	}
	taken := make(map[string]bool)
	for _, r := range c.Results {
		if err == nil {
			err = put(filepath.Join(pages, pageName(r.Student, taken)), func(b *bytes.Buffer) error {
				return format.WriteStudent(b, c.Title, r, o)
			})
		}
	}
	for _, note := range notes {
		a.say("%s", note)
	}
	if err == nil && len(missing) > 0 {
		err = errChecks
	}
	return err
}

var notInNames = regexp.MustCompile(`[^\pL\pM\pN_.@-]+`)

// pageName returns a name for the page of a student that all systems can hold and that has
// not been taken.
func pageName(student string, taken map[string]bool) string {
	const longest = 100
	name := []rune(strings.Trim(notInNames.ReplaceAllString(student, "_"), "."))
	base := string(name[:min(len(name), longest)])
	for n := 1; ; n++ {
		page := base + ".html"
		if n > 1 || base == "" {
			page = fmt.Sprintf("%s-%d.html", base, n)
		}
		if !taken[strings.ToLower(page)] {
			taken[strings.ToLower(page)] = true
			return page
		}
	}
}
