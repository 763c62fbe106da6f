package ink

import (
	"image"
	"slices"
)

// What is taken for a sheet of paper on a dark table.
const (
	sheetInk   = 0.17 // of the sheet, at most
	sheetFit   = 0.93 // of the sheet and the quadrilateral of its corners together, that they share, at least
	sheetTable = 0.6  // of the light of the paper: a table has less
	sheetEdge  = 2    // coarse pixels that the edge of the sheet takes
	sheetArea  = 0.3  // of the square around the sheet, at least; and of the picture, if there is no ink
	sheetDrawn = 0.01 // of a smaller sheet that is ink, at least
)

// sheet returns the sheet of paper in the picture that lies on a dark table, with the
// paper continued to where its box shows the table. If there is none it returns the
// picture. What is small or thin could be a light stroke.
func (m Grey) sheet() Grey {
	small, factor := m.shrunk(coarse)
	threshold, _ := otsu(small, -1)
	var paper part
	for _, p := range small.parts(threshold) {
		if len(p.pixels) > len(paper.pixels) {
			paper = p
		}
	}
	light := small.sum(paper.pixels) / float32(len(paper.pixels))
	rest, whole := NewGrey(small.W, small.H), NewGrey(small.W, small.H)
	for i := range rest.Pix {
		rest.Pix[i], whole.Pix[i] = 1, 1
	}
	for _, i := range paper.pixels {
		rest.Pix[i] = 0
	}
	area := len(small.Pix)
	for _, p := range rest.parts(0) {
		if p.box.Min.X > 0 && p.box.Max.X < rest.W || p.box.Min.Y > 0 && p.box.Max.Y < rest.H {
			continue // it is on the sheet: what is beside one reaches a corner of the picture
		}
		if small.sum(p.pixels) > sheetTable*light*float32(len(p.pixels)) {
			return m
		}
		area -= len(p.pixels)
		for _, i := range p.pixels {
			whole.Pix[i] = 0
		}
	}
	drawn := float64(area-len(paper.pixels)) / float64(area)
	least := float64(paper.size() * paper.size())
	if drawn < sheetDrawn { // it could be a stroke
		least = max(least, float64(len(small.Pix)))
	}
	if area == len(small.Pix) || float64(area) < sheetArea*least || drawn > sheetInk || whole.fit() < sheetFit {
		return m
	}
	if whole.extremes(sheetEdge, -1); slices.Max(whole.Pix) == 0 {
		return m
	}
	return m.continued(whole, factor)
}

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
	for k, d := range diagonals {
		for i, farthest := 0, -m.W-m.H; i < len(m.Pix); i++ {
			p := image.Pt(i%m.W+(1+d.X)/2, i/m.W+(1+d.Y)/2)
			if far := p.X*d.X + p.Y*d.Y; m.Pix[i] > 0 && far > farthest {
				corners[k], farthest = p, far
			}
		}
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
