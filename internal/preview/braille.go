package preview

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"hw4/internal/report"
	"hw4/internal/report/axis"
	"hw4/internal/terminal"
)

// marks tell the curves of a plot apart, and so do colours that can be seen on a light
// and on a dark ground.
var (
	marks  = []rune("●■▲○□△")
	curves = []color.RGBA{
		{62, 130, 214, 255}, {214, 104, 24, 255}, {24, 158, 108, 255},
		{190, 92, 182, 255}, {156, 134, 20, 255}, {134, 134, 136, 255},
	}
)

// A field is the room between the axes of a plot. Its characters are braille, of which
// each has two columns of four dots, or marks.
type field struct {
	columns, rows int
	cells         []cell
}

type cell struct {
	dots  rune // the bits of U+2800 and the characters after it
	mark  rune // 0: none
	curve int  // the last that was drawn here
}

// writePlot draws a plot in characters: the label of the y axis, the field with both
// axes and their ticks, the label of the x axis, and the legend.
func writePlot(w io.Writer, p report.Plot, o Options) error {
	x, y, err := axis.Of(p)
	if err != nil {
		return err
	}
	left := 0
	for _, t := range y.Ticks {
		left = max(left, utf8.RuneCountInString(t.Label))
	}
	const tall, frame = 16, 5 // frame: lines besides the field
	f := &field{columns: max(o.Columns-left-3, 8), rows: max(min(o.Rows-frame, tall), 5)}
	f.cells = make([]cell, f.columns*f.rows)
	for i, s := range p.Series {
		f.curve(i, s, x, y)
	}
	for i, s := range p.Series {
		f.marks(i, len(p.Series), s, x, y)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n", p.Y)
	labels := make(map[int]string)
	for _, t := range y.Ticks {
		labels[f.row(y, t.Value)] = t.Label
	}
	for row := range f.rows {
		tick := "│"
		if labels[row] != "" {
			tick = "┤"
		}
		line := fmt.Sprintf("%*s %s%s", left, labels[row], tick, f.line(row, o.Colours))
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	below(&out, x, p.X, left+1, f.columns)
	legend(&out, p, o)
	_, err = io.WriteString(w, out.String())
	return err
}

// at returns in which of n places a number of an axis lies.
func at(a axis.Axis, v float64, n int) int {
	return max(0, min(n-1, int(math.Round(a.At(v)*float64(n-1)))))
}

// column returns in which of the columns the dot of an x is.
func column(x axis.Axis, v float64, columns int) int { return at(x, v, 2*columns) / 2 }

// row returns the row of the dot of a y, from above.
func (f *field) row(y axis.Axis, v float64) int { return f.rows - 1 - at(y, v, 4*f.rows)/4 }

// curve draws the lines between the points of a curve, where both have a finite y.
func (f *field) curve(i int, s report.Series, x, y axis.Axis) {
	for k := range s.X {
		if !report.Finite(s.Y[k]) {
			continue
		}
		from := max(k-1, 0)
		if !report.Finite(s.Y[from]) {
			from = k
		}
		x0, y0 := at(x, s.X[from], 2*f.columns), at(y, s.Y[from], 4*f.rows)
		x1, y1 := at(x, s.X[k], 2*f.columns), at(y, s.Y[k], 4*f.rows)
		steps := max(x1-x0, x0-x1, y1-y0, y0-y1, 1)
		for n := range steps + 1 {
			f.dot(i, x0+divided((x1-x0)*n, steps), y0+divided((y1-y0)*n, steps))
		}
	}
}

// divided returns the whole number that is nearest to a quotient.
func divided(a, b int) int { return int(math.Round(float64(a) / float64(b))) }

// dot sets a dot, counted from the left and from below.
func (f *field) dot(curve, x, y int) {
	y = 4*f.rows - 1 - y
	bits := [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
	c := &f.cells[y/4*f.columns+x/2]
	c.dots |= bits[y%4][x%2]
	c.curve = curve
}

// marks sets a curve's mark at its points, or at some of many, other ones for each of n
// curves. Where there is one of another curve it stands beside that.
func (f *field) marks(i, n int, s report.Series, x, y axis.Axis) {
	const most = 12
	every := max(1, (len(s.X)+most-1)/most)
	for k := i * every / n; k < len(s.X); k += every {
		if !report.Finite(s.Y[k]) {
			continue
		}
		row := f.cells[f.row(y, s.Y[k])*f.columns:][:f.columns]
		at := column(x, s.X[k], f.columns)
		step := 1
		if at+n > f.columns {
			step = -1
		}
		for ; at >= 0 && at < f.columns; at += step {
			if c := &row[at]; c.mark == 0 {
				c.mark, c.curve = mark(i), i
				break
			}
		}
	}
}

func mark(curve int) rune { return marks[curve%len(marks)] }

// line returns a row of the field.
func (f *field) line(row int, colours terminal.Colours) string {
	var out strings.Builder
	for _, c := range f.cells[row*f.columns:][:f.columns] {
		switch {
		case c.mark != 0:
			out.WriteString(inColour(colours, string(c.mark), c.curve))
		case c.dots != 0:
			out.WriteString(inColour(colours, string('\u2800'+c.dots), c.curve))
		default:
			out.WriteString(" ")
		}
	}
	return out.String()
}

// inColour returns a text in the colour of a curve.
func inColour(colours terminal.Colours, text string, curve int) string {
	if colours == terminal.NoColours {
		return text
	}
	return "\x1b[" + code(colours, 38, curves[curve%len(curves)]) + "m" + text + "\x1b[0m"
}

// below writes the x axis, the labels of its ticks, as far as they do not run into one
// another, and its own label.
func below(out *strings.Builder, x axis.Axis, name string, left, columns int) {
	line := []rune(strings.Repeat(" ", left) + "└" + strings.Repeat("─", columns))
	labels := []rune(strings.Repeat(" ", left+columns+1))
	end := -1 // of the label before
	for _, t := range x.Ticks {
		tick := left + 1 + column(x, t.Value, columns)
		label := []rune(t.Label)
		from := max(0, min(tick-len(label)/2, len(labels)-len(label)))
		if from <= end {
			continue
		}
		line[tick] = '┬'
		end = from + copy(labels[from:], label)
	}
	out.WriteString(string(line) + "\n" + strings.TrimRight(string(labels), " ") + "\n")
	out.WriteString(strings.TrimRight(fmt.Sprintf("%*s", left+columns+1, name), " ") + "\n")
}

// legend writes the mark and the name of every curve, as many in a line as fit.
func legend(out *strings.Builder, p report.Plot, o Options) {
	width := 0
	for i, s := range p.Series {
		room := utf8.RuneCountInString(s.Name) + len("* ")
		switch {
		case width == 0:
		case width+3+room > o.Columns:
			out.WriteString("\n")
			width = 0
		default:
			out.WriteString("   ")
			width += 3
		}
		out.WriteString(inColour(o.Colours, string(mark(i)), i) + " " + s.Name)
		width += room
	}
	out.WriteString("\n")
}
