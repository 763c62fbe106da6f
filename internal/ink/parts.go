package ink

import "image"

// A part is a connected piece of ink.
type part struct {
	box    image.Rectangle
	pixels []int32
	edge   bool // it touches the edge of the picture
}

// size returns the longer side of the part's box.
func (p *part) size() int { return max(p.box.Dx(), p.box.Dy()) }

// parts returns the connected pieces of what is above a threshold; pixels that touch
// at a corner are connected.
func parts(m Grey, threshold float32) []part {
	var list []part
	seen := make([]bool, len(m.Pix))
	var stack []int32
	for start := range m.Pix {
		if seen[start] || !(m.Pix[start] > threshold) {
			continue
		}
		var p part
		seen[start] = true
		stack = append(stack[:0], int32(start))
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			p.pixels = append(p.pixels, i)
			x, y := int(i)%m.W, int(i)/m.W
			p.box = p.box.Union(image.Rect(x, y, x+1, y+1))
			for v := max(y-1, 0); v <= min(y+1, m.H-1); v++ {
				for u := max(x-1, 0); u <= min(x+1, m.W-1); u++ {
					if k := v*m.W + u; !seen[k] && m.Pix[k] > threshold {
						seen[k] = true
						stack = append(stack, int32(k))
					}
				}
			}
		}
		p.edge = p.box.Min.X == 0 || p.box.Min.Y == 0 || p.box.Max.X == m.W || p.box.Max.Y == m.H
		list = append(list, p)
	}
	return list
}

// gap returns how far two boxes are apart: 0 if they meet.
func gap(a, b image.Rectangle) int {
	return max(0, a.Min.X-b.Max.X, b.Min.X-a.Max.X, a.Min.Y-b.Max.Y, b.Min.Y-a.Max.Y)
}
