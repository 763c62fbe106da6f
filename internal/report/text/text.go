// Package text renders a report for a terminal, a pipe or a file of text: the answer
// first, then how its checks went, then, if it is wanted, the evidence.
package text

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"hw4/internal/report"
)

// A Style says how a report looks as text. The zero value is plain text of 80 columns
// without details.
type Style struct {
	Width   int  // columns that a line may have; 0: 80
	Details bool // whether the evidence and all checks follow the answer
	// State decorates the words "ok" and "FAIL" before a check, such as with a
	// colour; nil: they stay as they are.
	State func(ok bool, word string) string
	// Figure shows a Picture or a Plot below its caption; nil: a paragraph that describes
	// it stands for it.
	Figure func(w io.Writer, figure report.Item) error
}

// more says how to see what is left out without details.
const more = "More: --details shows the evidence and the checks."

// Write writes a report for people: its title, the answer, its outcome and the checks
// that failed. What follows is the evidence and all checks, with details; without, a
// line that says how to see them, and the figures of the answer. A report without an
// answer is written whole.
func Write(w io.Writer, r *report.Report, s Style) error {
	p := newPrinter(s)
	title := p.wrap(r.Heading(), "")
	widths := report.Each(strings.Split(title, "\n"), Columns)
	p.WriteString(title + strings.Repeat("=", slices.Max(widths)) + "\n")
	answer, figures := report.Parted(r.Answer)
	p.answer(answer)
	switch {
	case len(r.Answer) == 0:
		p.items(r.Items)
		p.checks(r.Checks)
		p.outcome(r)
	case s.Details:
		p.outcome(r)
		p.items(figures)
		p.items(r.Items)
		p.checks(r.Checks)
	default:
		p.outcome(r)
		if bad := r.Failed(); len(bad) > 0 {
			p.checks(bad)
			p.WriteString("\n")
		}
		p.WriteString(p.wrap(more, ""))
		p.items(figures)
	}
	return p.flush(w)
}

// WriteBrief writes a report as one among several, without empty lines: its outcome, and
// indented below it the answer without its figures and the checks that failed.
func WriteBrief(w io.Writer, r *report.Report, s Style) error {
	p := newPrinter(s)
	p.WriteString(p.Outcome(r))
	inner := newPrinter(s)
	inner.Width -= len(hanging)
	answer, _ := report.Parted(r.Answer)
	inner.answer(answer)
	inner.checks(r.Failed())
	for line := range strings.Lines(inner.String()) {
		if line != "\n" {
			p.WriteString(hanging + line)
		}
	}
	return p.flush(w)
}

// Paragraph returns a text in lines of the style's width.
func (s Style) Paragraph(text string) string { return newPrinter(s).wrap(text, "") }

// Outcome returns the report's heading and outcome in the style.
func (s Style) Outcome(r *report.Report) string {
	return newPrinter(s).state(r.OK(), fmt.Sprintf("%s (%s)", r.Heading(), r.Outcome()))
}

// hanging is how far a line of a check is indented that is not its first.
const hanging = "      "

// A printer collects the text of a report.
type printer struct {
	Style
	strings.Builder
	err error // the first of a figure
}

func newPrinter(s Style) *printer {
	if s.Width <= 0 {
		s.Width = 80
	}
	return &printer{Style: s}
}

// flush writes the text, or returns the error of a figure.
func (p *printer) flush(w io.Writer) error {
	if p.err != nil {
		return p.err
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// answer writes the items of an answer. Lines of text follow one another without a
// gap.
func (p *printer) answer(items []report.Item) {
	afterText := false
	for _, item := range items {
		line, isText := item.(report.Text)
		if !isText || !afterText {
			p.WriteString("\n")
		}
		if isText {
			p.WriteString(p.wrap(string(line), "  "))
		} else {
			p.item(item)
		}
		afterText = isText
	}
}

// items writes items of the evidence, each after an empty line.
func (p *printer) items(items []report.Item) {
	for _, item := range items {
		p.WriteString("\n")
		p.item(item)
	}
}

// checks writes checks, below an empty line.
func (p *printer) checks(checks []report.Check) {
	if len(checks) > 0 {
		p.WriteString("\n")
	}
	for _, c := range checks {
		p.WriteString(p.state(c.OK, c.Name+": "+c.Detail))
	}
}

func (p *printer) outcome(r *report.Report) { p.WriteString("\n" + p.state(r.OK(), r.Outcome())) }

// state returns a text behind the state that it tells the reasons of.
func (p *printer) state(ok bool, text string) string {
	line := p.wrap(report.State(ok)+"  "+text, hanging)
	if p.State == nil {
		return line
	}
	word := strings.TrimRight(report.State(ok), " ")
	return p.State(ok, word) + line[len(word):]
}

func (p *printer) item(item report.Item) {
	switch item := item.(type) {
	case report.Text:
		p.WriteString(p.wrap(string(item), ""))
	case report.Block:
		for line := range strings.Lines(string(item)) {
			fmt.Fprintf(p, "%s%s\n", margin, report.Printable(strings.TrimRight(line, "\n")))
		}
	case report.Matrix:
		p.matrix(item)
	case report.Table:
		p.table(item)
	case report.Picture:
		what := item.Title + ". " + item.Alt
		p.figure(item, what, "[picture: "+what+"]")
	case report.Plot:
		p.figure(item, item.Title, "[plot: "+item.Title+". "+item.Alt+"]")
	}
}

// figure shows a figure below its caption, or writes what stands for it if that cannot
// be done.
func (p *printer) figure(item report.Item, caption, instead string) {
	if p.Figure == nil {
		p.WriteString(p.wrap(instead, ""))
		return
	}
	p.WriteString(p.wrap(caption, ""))
	if err := p.Figure(p, item); err != nil && p.err == nil {
		p.err = err
	}
}

// wrap breaks a paragraph between words into lines, of which all except the first begin
// with indent. A number and its % stay together. A word that is longer than a line has a
// line of its own.
func (p *printer) wrap(s, indent string) string {
	var b strings.Builder
	s = report.Printable(s)
	words := strings.TrimLeft(s, " ")
	line := s[:len(s)-len(words)]
	const together = "\u00a0%"
	for i, word := range strings.Split(strings.ReplaceAll(words, " %", together), " ") {
		switch {
		case i == 0:
			line += word
		case Columns(line)+1+Columns(word) > p.Width:
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent + word
		default:
			line += " " + word
		}
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	return strings.ReplaceAll(b.String(), together, " %")
}

// Columns returns how many columns of a screen a line takes: wide letters, such as Chinese
// ones, take two, and marks over another letter none.
func Columns(line string) int {
	n := 0
	for _, r := range norm.NFC.String(line) {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// Padded returns a cell with the spaces that bring it to a number of columns behind it, or
// before it if it is aligned to the right.
func Padded(cell string, columns int, right bool) string {
	spaces := strings.Repeat(" ", max(0, columns-Columns(cell)))
	if right {
		return spaces + cell
	}
	return cell + spaces
}
