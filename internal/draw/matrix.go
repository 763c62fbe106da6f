package draw

import (
	"fmt"
	"image"
	"math"
	"strconv"
)

// Confusion returns a picture of a confusion matrix: counts[i][j] items of class
// i were taken for class j. What is right, the diagonal, is blue; what is wrong
// is the redder the more there is of it.
func Confusion(counts [][]int) image.Image {
	const cell, margin = 46, 10
	n := len(counts)
	left, top := margin+lineHeight+20, margin+2*lineHeight
	c := newCanvas(left+n*cell+margin, top+n*cell+margin)
	worst := 1
	for i, row := range counts {
		for j, v := range row {
			if i != j {
				worst = max(worst, v)
			}
		}
	}
	c.text("predicted class", left+n*cell/2, margin+lineHeight/2, centred, dark)
	c.upwards("true class", margin+lineHeight/2, top+n*cell/2)
	for i, row := range counts {
		middle := cell/2 + i*cell
		c.text(strconv.Itoa(i), left+middle, margin+lineHeight+lineHeight/2, centred, dark)
		c.text(strconv.Itoa(i), left-10, top+middle, centred, dark)
		for j, v := range row {
			r := image.Rect(0, 0, cell-1, cell-1).Add(image.Pt(left+j*cell, top+i*cell))
			share := math.Sqrt(float64(v)/float64(worst)) * 0.75
			fill, ink := Heat(share), dark
			if i == j {
				fill, ink = blue, white
			} else if share > 0.6 {
				ink = white
			}
			c.fill(r, fill)
			if v > 0 {
				c.text(fmt.Sprint(v), r.Min.X+cell/2, r.Min.Y+cell/2, centred, ink)
			}
		}
	}
	c.frame(image.Rect(left, top, left+n*cell-1, top+n*cell-1), faint)
	return c
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

// Connections returns a drawing of a table of connections, such as Table I of
// the LeNet-5 paper: a filled square in row i, column j where map i of the layer
// before feeds map j, whose inputs maps[j] lists. from and to name the layers.
func Connections(maps [][]int, inputs int, from, to string) image.Image {
	const cell, margin = 34, 12
	left, top := margin+lineHeight+26, margin+2*lineHeight+4
	c := newCanvas(left+len(maps)*cell+margin, top+inputs*cell+margin)
	c.text(to, left+len(maps)*cell/2, margin+lineHeight/2, centred, dark)
	c.upwards(from, margin+lineHeight/2, top+inputs*cell/2)
	for i := range inputs {
		c.text(strconv.Itoa(i), left-12, top+cell/2+i*cell, centred, dark)
	}
	for j, sources := range maps {
		c.text(strconv.Itoa(j), left+cell/2+j*cell, margin+lineHeight+lineHeight/2, centred, dark)
		for i := range inputs {
			r := image.Rect(2, 2, cell-2, cell-2).Add(image.Pt(left+j*cell, top+i*cell))
			c.frame(r, faint)
			for _, s := range sources {
				if s == i {
					c.fill(r, blue)
				}
			}
		}
	}
	return c
}
