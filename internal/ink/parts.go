package ink

import (
	"image"
	"slices"
)

// A part is a connected piece of ink.
type part struct {
	box    image.Rectangle
	pixels []int
	edge   bool // it touches the edge of the picture
}

// size returns the longer side of the part's box.
func (p *part) size() int { return max(p.box.Dx(), p.box.Dy()) }

// parts returns the connected pieces of what is above a threshold; pixels that touch at
// a corner are connected.
func (m Grey) parts(threshold float32) []part {
	var list []part
	seen := make([]bool, len(m.Pix))
	for start, v := range m.Pix {
		if seen[start] || v <= threshold {
			continue
		}
		seen[start] = true
		p := part{pixels: []int{start}}
		for next := 0; next < len(p.pixels); next++ {
			x, y := p.pixels[next]%m.W, p.pixels[next]/m.W
			p.box = p.box.Union(image.Rect(x, y, x+1, y+1))
			m.around(x, y, 1, func(k int) {
				if !seen[k] && m.Pix[k] > threshold {
					seen[k] = true
					p.pixels = append(p.pixels, k)
				}
			})
		}
		p.edge = p.box.Min.X == 0 || p.box.Min.Y == 0 || p.box.Max.X == m.W || p.box.Max.Y == m.H
		list = append(list, p)
	}
	return list
}

// around calls visit with the indices of the square of pixels around one.
func (m Grey) around(x, y, reach int, visit func(k int)) {
	for v := max(y-reach, 0); v <= min(y+reach, m.H-1); v++ {
		for u := max(x-reach, 0); u <= min(x+reach, m.W-1); u++ {
			visit(v*m.W + u)
		}
	}
}

// Sizes of parts, as shares of the largest part's; the gap of its longer side.
const (
	speckSize, speckArea = 1. / 8, 1. / 30 // smaller is no part of a digit
	otherSize, otherArea = 1. / 2, 1. / 5  // as large might be another digit
	partGap              = 1. / 8          // parts of one digit are no farther apart
	leastSize            = 1. / 20         // of the picture's longer side
)

// digit returns the parts that are the digit, and how many others may be one: the
// largest part and what is near it. What touches the edge is the digit only if there
// is nothing else, and a line around other parts is no part of it.
func digit(found []part, side int) (chosen []part, others int) {
	all := slices.DeleteFunc(slices.Clone(found), func(p part) bool { return surrounds(p, found) })
	largest := largestOf(all, false)
	if largest < 0 || float64(all[largest].size()) < leastSize*float64(side) {
		if edge := largestOf(all, true); edge >= 0 {
			largest = edge
		}
	}
	if largest < 0 {
		return nil, 0
	}
	whole := all[largest]
	size, area := float64(whole.size()), float64(len(whole.pixels))
	taken := make([]bool, len(all))
	taken[largest], chosen = true, []part{whole}
	box := whole.box
	for more := true; more; {
		more = false
		for i, p := range all {
			if taken[i] || p.edge && !whole.edge || float64(p.size()) < speckSize*size ||
				float64(len(p.pixels)) < speckArea*area || float64(gap(box, p.box)) > partGap*size {
				continue
			}
			chosen, taken[i], more, box = append(chosen, p), true, true, box.Union(p.box)
		}
	}
	for i, p := range all {
		if !taken[i] && !p.edge && float64(p.size()) >= otherSize*size && float64(len(p.pixels)) >= otherArea*area {
			others++
		}
	}
	return chosen, others
}

// largestOf returns the largest part of those that touch the edge or of those that do not;
// -1: there is none.
func largestOf(all []part, edge bool) int {
	largest := -1
	for i, p := range all {
		if p.edge == edge && (largest < 0 || len(p.pixels) > len(all[largest].pixels)) {
			largest = i
		}
	}
	return largest
}

// surrounds reports whether a part is a line around another one.
func surrounds(line part, all []part) bool {
	inside := func(p part) bool { return p.box.In(line.box.Inset(1)) && 4*p.size() > line.size() }
	return 3*len(line.pixels) <= line.box.Dx()*line.box.Dy() && slices.ContainsFunc(all, inside)
}

// gap returns how far two boxes are apart: 0 if they meet.
func gap(a, b image.Rectangle) int {
	return max(0, a.Min.X-b.Max.X, b.Min.X-a.Max.X, a.Min.Y-b.Max.Y, b.Min.Y-a.Max.Y)
}
