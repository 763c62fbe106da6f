package text

import (
	"fmt"
	"slices"
	"strings"

	"hw4/internal/report"
)

// margin is how far blocks, matrices and tables are indented.
const margin = "    "

// A grid is a table as text: the header, the rows, and which columns are aligned to
// the right.
type grid struct {
	cells [][]string
	right []bool
}

// table writes a table. One that is too wide for the lines is laid out in another way:
// one of few rows with rows and columns exchanged, else in blocks of columns below one
// another that begin with the same columns, else with a paragraph a row.
func (p *printer) table(t report.Table) {
	g := newGrid(t)
	if p.fits(g) {
		p.grid(g)
		return
	}
	const few = 4
	if turned := g.transposed(); len(t.Rows) <= few && p.fits(turned) {
		p.grid(turned)
		return
	}
	if blocks := p.blocks(g); len(blocks) > 0 {
		for i, b := range blocks {
			if i > 0 {
				p.WriteString("\n")
			}
			p.grid(b)
		}
		return
	}
	p.records(g)
}

func newGrid(t report.Table) grid {
	g := grid{cells: [][]string{report.Each(t.Header, report.Printable)}, right: make([]bool, len(t.Header))}
	for _, row := range t.Rows {
		for j, v := range row {
			if _, text := v.(string); !text {
				g.right[j] = true
			}
		}
	}
	cell := func(v any) string { return report.Printable(report.Format(v)) }
	g.cells = append(g.cells, report.EachCell(t.Rows, cell)...)
	return g
}

// fits reports whether the lines of a grid are no wider than the text.
func (p *printer) fits(g grid) bool {
	width := len(margin) - 2
	for _, w := range columnWidths(g.cells) {
		width += w + 2
	}
	return width <= p.Width
}

// grid writes the rows under a header and a rule.
func (p *printer) grid(g grid) {
	widths := columnWidths(g.cells)
	line := func(cells []string) {
		var padded []string
		for j, cell := range cells {
			padded = append(padded, Padded(cell, widths[j], g.right[j]))
		}
		p.WriteString(strings.TrimRight(margin+strings.Join(padded, "  "), " ") + "\n")
	}
	line(g.cells[0])
	line(report.Each(widths, func(w int) string { return strings.Repeat("-", w) }))
	for _, row := range g.cells[1:] {
		line(row)
	}
}

// transposed returns the grid with rows and columns exchanged.
func (g grid) transposed() grid {
	var t grid
	for j, title := range g.cells[0] {
		column := report.Each(g.cells[1:], func(row []string) string { return row[j] })
		t.cells = append(t.cells, append([]string{title}, column...))
	}
	for i := range g.cells {
		t.right = append(t.right, i > 0)
	}
	return t
}

// columns returns the first columns of the grid, as many as the key has, and some others.
func (g grid) columns(key, from, to int) grid {
	return grid{
		cells: report.Each(g.cells, func(row []string) []string { return slices.Concat(row[:key], row[from:to]) }),
		right: slices.Concat(g.right[:key], g.right[from:to]),
	}
}

// blocks returns the grid in blocks of columns that are no wider than the text. They
// all begin with the columns that tell the rows apart. There are none if a column is too
// wide.
func (p *printer) blocks(g grid) (blocks []grid) {
	key, n := g.keys(), len(g.right)
	for from, to := key, 0; from < n; from = to {
		to = from + 1
		for to < n && p.fits(g.columns(key, from, to+1)) {
			to++
		}
		block := g.columns(key, from, to)
		if !p.fits(block) {
			return nil
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// keys returns how many of the first columns it takes to tell the rows apart; 1 if
// all together do not.
func (g grid) keys() int {
	for n := 1; n < len(g.right); n++ {
		seen := make(map[string]bool)
		for _, row := range g.cells[1:] {
			seen[strings.Join(row[:n], "\x00")] = true
		}
		if len(seen) == len(g.cells)-1 {
			return n
		}
	}
	return 1
}

// records writes a paragraph a row: its first cell, and a line for each of the others
// with the title of its column.
func (p *printer) records(g grid) {
	for i, row := range g.cells[1:] {
		if i > 0 {
			p.WriteString("\n")
		}
		for j, cell := range row {
			indent := margin
			if j > 0 {
				indent += "  "
			}
			p.WriteString(p.wrap(fmt.Sprintf("%s%s: %s", indent, g.cells[0][j], cell), indent+"  "))
		}
	}
}

// matrix writes a matrix in brackets behind its name, with columns aligned; one that is
// too wide below its name, in blocks of columns if it must be.
func (p *printer) matrix(m report.Matrix) {
	cells := report.EachCell(m.Rows, func(v float64) string { return report.Format(v) })
	widths := columnWidths(cells)
	m.Name = report.Printable(m.Name)
	lead := margin + m.Name + " = "
	if to := p.upTo(widths, 0, Columns(lead)); to == len(widths) {
		p.rows(cells, widths, 0, to, lead)
		return
	}
	indent := margin + margin
	for from, to := 0, 0; from < len(widths); from = to {
		to = max(from+1, p.upTo(widths, from, len(indent)))
		name := fmt.Sprintf("%s%s, columns %d to %d =", margin, m.Name, from+1, to)
		if from == 0 && to == len(widths) {
			name = fmt.Sprintf("%s%s =", margin, m.Name)
		}
		p.WriteString(p.wrap(name, margin))
		p.rows(cells, widths, from, to, indent)
	}
}

// upTo returns up to which column the columns of a matrix from one on fit on a line
// behind a number of characters.
func (p *printer) upTo(widths []int, from, behind int) int {
	width := behind + len("[ ]")
	for to := from; to < len(widths); to++ {
		width += 1 + widths[to]
		if width > p.Width {
			return to
		}
	}
	return len(widths)
}

// rows writes some columns of a matrix, the first row behind lead and the others below
// it.
func (p *printer) rows(cells [][]string, widths []int, from, to int, lead string) {
	for _, row := range cells {
		p.WriteString(lead + "[")
		for j := from; j < to; j++ {
			fmt.Fprintf(p, " %*s", widths[j], row[j])
		}
		p.WriteString(" ]\n")
		lead = strings.Repeat(" ", Columns(lead))
	}
}

func columnWidths(cells [][]string) []int {
	var widths []int
	for _, row := range cells {
		for j, cell := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], Columns(cell))
		}
	}
	return widths
}
