package ink

import (
	"image"
	"slices"
)

// What is taken for a sheet of paper on a dark table.
const (
	sheetInk   = 0.25 // of the sheet, at most
	sheetFit   = 0.93 // of the sheet and the quadrilateral of its corners together, that they share, at least
	sheetTable = 0.6  // of the light of the paper: a table has less
	sheetEdge  = 2    // coarse pixels that the edge of the sheet takes
	sheetArea  = 0.3  // of the picture, and of the square around it: less is no blank sheet
)

// sheet returns the sheet of paper in the picture that lies on a dark table, with the
// paper continued to where its box shows the table. If there is none it returns the
// picture. A small sheet must have something on it, or it could be a light stroke.
func (m Grey) sheet() Grey {
	small, factor := m.shrunk(coarse)
	threshold, _ := otsu(small, -1)
	var paper part
	for _, p := range small.parts(threshold) {
		if len(p.pixels) > len(paper.pixels) {
			paper = p
		}
	}
	rest, whole := NewGrey(small.W, small.H), NewGrey(small.W, small.H)
	for i := range rest.Pix {
		rest.Pix[i], whole.Pix[i] = 1, 1
	}
	for _, i := range paper.pixels {
		rest.Pix[i] = 0
	}
	table, ink, largest := 0, 0, 0
	light := small.sum(paper.pixels) / float32(len(paper.pixels))
	for _, p := range rest.parts(0) {
		switch {
		case !p.edge:
			ink, largest = ink+len(p.pixels), max(largest, p.size())
			continue
		case small.sum(p.pixels) > sheetTable*light*float32(len(p.pixels)):
			return m
		}
		table += len(p.pixels)
		for _, i := range p.pixels {
			whole.Pix[i] = 0
		}
	}
	area, side := float64(len(paper.pixels)+ink), float64(max(small.W, small.H))
	wide := area > sheetArea*max(float64(len(small.Pix)), float64(paper.size()*paper.size()))
	if table == 0 || float64(ink) > sheetInk*area || !wide && float64(largest) < leastSize*side || whole.fit() < sheetFit {
		return m
	}
	if whole.extremes(sheetEdge, -1); slices.Max(whole.Pix) == 0 {
		return m
	}
	return m.continued(whole, factor)
}

// sum returns the sum of some pixels.
func (m Grey) sum(pixels []int) (sum float32) {
	for _, i := range pixels {
		sum += m.Pix[i]
	}
	return sum
}

// fit returns how much of what is not 0 and of the quadrilateral of its corners together
// the two share. The corners are where it ends in the four diagonal directions.
func (m Grey) fit() float64 {
	diagonals := [4]image.Point{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}
	var corners [4]image.Point
	first := true
	for i, v := range m.Pix {
		for k, d := range diagonals {
			p := image.Pt(i%m.W+(1+d.X)/2, i/m.W+(1+d.Y)/2)
			if v > 0 && (first || p.X*d.X+p.Y*d.Y > corners[k].X*d.X+corners[k].Y*d.Y) {
				corners[k] = p
			}
		}
		first = first && v == 0
	}
	both, either := 0, 0
	for i, v := range m.Pix {
		middle, in := image.Pt(2*(i%m.W)+1, 2*(i/m.W)+1), true
		for k, a := range corners {
			side, way := corners[(k+1)%4].Sub(a), middle.Sub(a.Mul(2))
			in = in && side.X*way.Y >= side.Y*way.X
		}
		if in && v > 0 {
			both++
		}
		if in || v > 0 {
			either++
		}
	}
	return float64(both) / float64(max(1, either))
}

// continued returns the box of what is not 0 in a picture that is smaller by a factor. In
// each row the pixels beside it are those at its ends.
func (m Grey) continued(whole Grey, factor int) Grey {
	var box image.Rectangle
	for i, v := range whole.Pix {
		if v > 0 {
			x, y := i%whole.W*factor, i/whole.W*factor
			box = box.Union(image.Rect(x, y, x+factor, y+factor))
		}
	}
	out := m.crop(box.Intersect(image.Rect(0, 0, m.W, m.H)))
	for y := range out.H {
		row, left, right := out.row(y), out.W, -1
		for x := range row {
			if whole.Pix[(box.Min.Y+y)/factor*whole.W+(box.Min.X+x)/factor] > 0 {
				left, right = min(left, x), x
			}
		}
		for x := range row {
			if right >= 0 {
				row[x] = row[max(left, min(x, right))]
			}
		}
	}
	return out
}
