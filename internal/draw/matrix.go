package draw

import (
	"image"
	"math"
	"strconv"

	"hw4/internal/report"
)

// ConfusionPanel returns a confusion matrix with a pixel for every number: counts[i][j]
// items of class i were taken for class j. What is right, the diagonal, is blue; what is
// wrong is the redder the more there is of it.
func ConfusionPanel(counts [][]int) report.Panel {
	n := len(counts)
	worst := 1
	for i, row := range counts {
		for j, v := range row {
			if i != j {
				worst = max(worst, v)
			}
		}
	}
	m := image.NewRGBA(image.Rect(0, 0, n, n))
	p := report.Panel{Image: m, Cells: empty(n, n), Rows: numbers(n), Columns: numbers(n),
		Caption: []string{"rows: true class, columns: predicted class"}}
	for i, row := range counts {
		for j, v := range row {
			m.SetRGBA(j, i, Heat(math.Sqrt(float64(v)/float64(worst))*0.75))
			if i == j {
				m.SetRGBA(j, i, blue)
			}
			if v > 0 {
				p.Cells[i][j] = strconv.Itoa(v)
			}
		}
	}
	return p
}

// Confusion returns a drawing of a confusion matrix, which ConfusionPanel describes.
func Confusion(counts [][]int) image.Image {
	return labelled(ConfusionPanel(counts), 46, "true class", "predicted class")
}

// ConnectionsPanel returns a table of connections, such as Table I of the LeNet-5 paper,
// with a pixel for every pair: one in row i, column j that is blue, and has an X, where
// map i of the layer before feeds map j, whose inputs maps[j] lists. from and to name the
// layers.
func ConnectionsPanel(maps [][]int, inputs int, from, to string) report.Panel {
	m := image.NewRGBA(image.Rect(0, 0, len(maps), inputs))
	p := report.Panel{Image: m, Cells: empty(inputs, len(maps)), Rows: numbers(inputs), Columns: numbers(len(maps)),
		Caption: []string{"rows: " + from + ", columns: " + to}}
	for j, sources := range maps {
		for i := range inputs {
			m.SetRGBA(j, i, white)
		}
		for _, i := range sources {
			m.SetRGBA(j, i, blue)
			p.Cells[i][j] = "X"
		}
	}
	return p
}

// Connections returns a drawing of a table of connections, which ConnectionsPanel
// describes.
func Connections(maps [][]int, inputs int, from, to string) image.Image {
	p := ConnectionsPanel(maps, inputs, from, to)
	p.Cells = nil // the colour says it
	return labelled(p, 34, from, to)
}

// labelled returns a drawing of a panel with its labels, whose pixels are squares in
// frames. beside and above say what the rows and the columns are.
func labelled(p report.Panel, square int, beside, above string) image.Image {
	const margin = 12
	size := p.Image.Bounds().Size().Mul(square)
	left, top := margin+lineHeight+24, margin+2*lineHeight+2
	c := newCanvas(left+size.X+margin, top+size.Y+margin)
	c.text(above, left+size.X/2, margin+lineHeight/2, centred, dark)
	c.upwards(beside, margin+lineHeight/2, top+size.Y/2)
	c.tile(p, image.Pt(left, top), square)
	for i, label := range p.Rows {
		c.text(label, left-11, top+square/2+i*square, centred, dark)
		c.fill(image.Rect(left, top+i*square-1, left+size.X, top+i*square), faint)
	}
	for j, label := range p.Columns {
		c.text(label, left+square/2+j*square, margin+lineHeight+lineHeight/2, centred, dark)
		c.fill(image.Rect(left+j*square-1, top, left+j*square, top+size.Y), faint)
	}
	return c
}

// empty returns a table of texts that are empty.
func empty(rows, columns int) [][]string {
	cells := make([][]string, rows)
	for i := range cells {
		cells[i] = make([]string, columns)
	}
	return cells
}

// numbers returns the labels 0 to n-1.
func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(i))
	}
	return all
}

// upwards writes a line that reads from bottom to top, centred on (x, y).
func (c *canvas) upwards(s string, x, y int) {
	width := textWidth(s) + 4
	line := newCanvas(width, lineHeight)
	line.text(s, width/2, lineHeight/2, centred, dark)
	for i := range width {
		for j := range lineHeight {
			c.Set(x-lineHeight/2+j, y+width/2-i, line.At(i, j))
		}
	}
}
