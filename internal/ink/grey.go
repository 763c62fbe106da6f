package ink

import "image"

// A Grey is a grey picture: W x H numbers in row-major order.
type Grey struct {
	W, H int
	Pix  []float32
}

// NewGrey returns a picture of zeros.
func NewGrey(w, h int) Grey { return Grey{w, h, make([]float32, w*h)} }

// row returns the pixels of row y.
func (m Grey) row(y int) []float32 { return m.Pix[y*m.W:][:m.W] }

// bounds returns the rectangle of all pixels.
func (m Grey) bounds() image.Rectangle { return image.Rect(0, 0, m.W, m.H) }

// Shrunk returns the picture with squares of pixels replaced by their means, so that
// no side is longer than most, and how long the sides of these squares are. A picture
// that is small enough is returned as it is.
func (m Grey) Shrunk(most int) (small Grey, factor int) {
	factor = (max(m.W, m.H) + most - 1) / most
	if factor <= 1 {
		return m, 1
	}
	small = NewGrey((m.W+factor-1)/factor, (m.H+factor-1)/factor)
	for y := range small.H {
		to := small.row(y)
		rows := min(factor, m.H-y*factor)
		for dy := range rows {
			for x, v := range m.row(y*factor + dy) {
				to[x/factor] += v
			}
		}
		for x := range to {
			to[x] /= float32(rows * min(factor, m.W-x*factor))
		}
	}
	return small, factor
}

// crop returns a copy of a rectangle of the picture.
func (m Grey) crop(r image.Rectangle) Grey {
	out := NewGrey(r.Dx(), r.Dy())
	for y := range out.H {
		copy(out.row(y), m.row(r.Min.Y + y)[r.Min.X:r.Max.X])
	}
	return out
}

// grown returns the picture at a size that is factor times as large, by linear
// interpolation between the middles of its pixels.
func (m Grey) grown(factor, w, h int) Grey {
	if factor == 1 {
		return m
	}
	out := NewGrey(w, h)
	at := func(i, n int) (lo, hi int, share float32) {
		p := (float32(i)+0.5)/float32(factor) - 0.5
		lo = int(max(p, 0))
		return min(lo, n-1), min(lo+1, n-1), max(p, 0) - float32(lo)
	}
	columns := make([]struct {
		lo, hi int
		share  float32
	}, w)
	for x := range columns {
		columns[x].lo, columns[x].hi, columns[x].share = at(x, m.W)
	}
	between := make([]float32, m.W)
	for y := range h {
		lo, hi, share := at(y, m.H)
		above, below := m.row(lo), m.row(hi)
		for x, v := range above {
			between[x] = v + float32(share*(below[x]-v))
		}
		to := out.row(y)
		for x, c := range columns {
			to[x] = between[c.lo] + float32(c.share*(between[c.hi]-between[c.lo]))
		}
	}
	return out
}
