// Package text renders a report for a terminal, a pipe or a file of text.
package text

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"hw4/internal/report"
)

// width is the number of columns that paragraphs are wrapped at.
const width = 88

// A Style says how a report looks as text. The zero value is plain text.
type Style struct {
	// State decorates the words "ok" and "FAIL" before a check, such as with a
	// colour; nil: they stay as they are.
	State func(ok bool, word string) string
	// Figure shows a Picture or a Plot below the line that describes it; nil: the
	// description must do.
	Figure func(w io.Writer, figure report.Item) error
}

// Write writes a report for people: its title, the items, the checks, and the
// outcome.
func Write(w io.Writer, r *report.Report, s Style) error {
	var b strings.Builder
	title := fmt.Sprintf("Problem %d: %s", r.Problem, r.Title)
	fmt.Fprintf(&b, "%s\n%s\n", title, strings.Repeat("=", utf8.RuneCountInString(title)))
	for _, item := range r.Items {
		b.WriteString("\n")
		writeItem(&b, item)
		if s.Figure != nil && isFigure(item) {
			if err := s.Figure(&b, item); err != nil {
				return err
			}
		}
	}
	b.WriteString("\n")
	for _, c := range r.Checks {
		line := wrap(fmt.Sprintf("%s  %s: %s", report.State(c.OK), c.Name, c.Detail), "      ")
		b.WriteString(s.decorate(c.OK, line))
	}
	fmt.Fprintf(&b, "\n%s\n", s.Outcome(r))
	_, err := io.WriteString(w, b.String())
	return err
}

// Outcome returns the report's outcome in the style.
func (s Style) Outcome(r *report.Report) string { return s.decorate(r.OK(), r.Outcome()) }

// decorate decorates the state that a line begins with.
func (s Style) decorate(ok bool, line string) string {
	if s.State == nil {
		return line
	}
	word := strings.TrimRight(report.State(ok), " ")
	return s.State(ok, word) + line[len(word):]
}

func writeItem(b *strings.Builder, item report.Item) {
	switch item := item.(type) {
	case report.Text:
		b.WriteString(wrap(string(item), ""))
	case report.Block:
		for line := range strings.Lines(string(item)) {
			fmt.Fprintf(b, "    %s\n", strings.TrimRight(line, "\n"))
		}
	case report.Matrix:
		writeMatrix(b, item)
	case report.Table:
		writeTable(b, item)
	case report.Picture:
		b.WriteString(wrap(described("picture", item.Title, item.Alt), ""))
	case report.Plot:
		b.WriteString(wrap(described("plot", item.Title, item.Alt), ""))
	}
}

// described returns a figure in one line.
func described(kind, title, alt string) string { return fmt.Sprintf("[%s: %s. %s]", kind, title, alt) }

func isFigure(item report.Item) bool {
	switch item.(type) {
	case report.Picture, report.Plot:
		return true
	}
	return false
}

// writeMatrix writes the matrix in brackets behind its name, with columns
// aligned.
func writeMatrix(b *strings.Builder, m report.Matrix) {
	cells := make([][]string, len(m.Rows))
	for i, row := range m.Rows {
		for _, v := range row {
			cells[i] = append(cells[i], report.Format(v))
		}
	}
	widths := columnWidths(cells)
	lead := "    " + m.Name + " = "
	for _, row := range cells {
		b.WriteString(lead)
		b.WriteString("[")
		for j, cell := range row {
			b.WriteString(" ")
			b.WriteString(pad(cell, widths[j], true))
		}
		b.WriteString(" ]\n")
		lead = strings.Repeat(" ", utf8.RuneCountInString(lead))
	}
}

// writeTable writes the rows under a header and a rule. Numbers are aligned to
// the right.
func writeTable(b *strings.Builder, t report.Table) {
	cells := [][]string{t.Header}
	right := make([]bool, len(t.Header))
	for _, row := range t.Rows {
		var line []string
		for j, v := range row {
			if _, text := v.(string); !text {
				right[j] = true
			}
			line = append(line, report.Format(v))
		}
		cells = append(cells, line)
	}
	widths := columnWidths(cells)
	for i, row := range cells {
		line := "   "
		for j, cell := range row {
			line += " " + pad(cell, widths[j], right[j]) + " "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		if i == 0 {
			rule := "   "
			for _, w := range widths {
				rule += " " + strings.Repeat("-", w) + " "
			}
			b.WriteString(strings.TrimRight(rule, " ") + "\n")
		}
	}
}

func columnWidths(cells [][]string) []int {
	var widths []int
	for _, row := range cells {
		for j, cell := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

func pad(s string, width int, right bool) string {
	space := strings.Repeat(" ", width-utf8.RuneCountInString(s))
	if right {
		return space + s
	}
	return s + space
}

// wrap breaks a paragraph between words into lines, all but the first of which
// begin with indent.
func wrap(s, indent string) string {
	var b strings.Builder
	lead, rest := leadingSpace(s)
	line := lead
	for i, word := range strings.Split(rest, " ") {
		switch {
		case i == 0:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent + word
		default:
			line += " " + word
		}
	}
	b.WriteString(line + "\n")
	return b.String()
}

func leadingSpace(s string) (lead, rest string) {
	rest = strings.TrimLeft(s, " ")
	return s[:len(s)-len(rest)], rest
}
