package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"

	"hw4/internal/atomicfile"
	"hw4/internal/grade"
	"hw4/internal/grade/format"
	"hw4/internal/report"
)

// putResults writes the results of --class into a folder if there is one, and then in the
// format that is wanted, or else as a table.
func (a *app) putResults(f *gradeFlags, c *grade.Class, roster *format.Roster) error {
	o := format.Options{Solutions: f.solutions}
	one, to := format.Named(f.format), f.out
	if one == nil && f.out != "" {
		to = ""
		if err := a.putFolder(f, c, roster, o); err != nil {
			return err
		}
	}
	if one == nil && a.json {
		one = format.Named("json")
	}
	if one == nil {
		return a.tellClass(c)
	}
	var b bytes.Buffer
	if err := one.Write(&b, c, o); err != nil {
		return err
	}
	return a.put(to, b.Bytes())
}

// tellClass writes a line for each hand-in: the points, and the parts that lost some. With
// details it writes the reasons.
func (a *app) tellClass(c *grade.Class) error {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	style := a.textStyle()
	for _, r := range c.Results {
		earned, most := r.Total()
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
		fmt.Fprintf(w, "%s\t%s of %s\t%s\n", report.Printable(r.Student), report.Format(earned), report.Format(most),
			report.Printable(strings.Join(lost, ", ")))
		if a.details {
			_ = w.Flush() // into memory
			a.tellReasons(&b, style.Paragraph, r)
		}
	}
	_ = w.Flush() // into memory
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

// putFolder writes scores.csv and the pages of the class and of its students.
func (a *app) putFolder(f *gradeFlags, c *grade.Class, roster *format.Roster, o format.Options) error {
	pages := filepath.Join(f.out, "students")
	if err := os.MkdirAll(pages, 0o777); err != nil {
		return &atomicfile.WriteError{Path: pages, Err: err}
	}
	var b bytes.Buffer
	for _, g := range format.Gradebooks() {
		if g.Name != f.gradebook {
			continue
		}
		missing, err := g.Write(&b, c, roster)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			a.say("%s has no row for %s: they are not in scores.csv", f.roster, strings.Join(missing, ", "))
		}
	}
	if err := a.put(filepath.Join(f.out, "scores.csv"), b.Bytes()); err != nil {
		return err
	}
	b.Reset()
	if err := format.WriteClass(&b, c); err != nil {
		return err
	}
	if err := a.put(filepath.Join(f.out, "class.html"), b.Bytes()); err != nil {
		return err
	}
	taken := make(map[string]bool)
	for _, r := range c.Results {
		b.Reset()
		if err := format.WriteStudent(&b, c.Title, r, o); err != nil {
			return err
		}
		if err := a.put(filepath.Join(pages, pageName(r.Student, taken)), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

var notInNames = regexp.MustCompile(`[^\pL\pN_.@-]+`)

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
