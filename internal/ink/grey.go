package ink

import "image"

// A Grey is a grey picture: W x H numbers in row-major order.
type Grey struct {
	W, H int
	Pix  []float32
}

// NewGrey returns a picture of zeros.
func NewGrey(w, h int) Grey { return Grey{w, h, make([]float32, w*h)} }

func (m Grey) row(y int) []float32 { return m.Pix[y*m.W:][:m.W] }

// shrunk returns the picture with squares of pixels replaced by their means, so that
// no side is longer than most, and how long the sides of these squares are. A picture
// that is small enough is returned as it is.
func (m Grey) shrunk(most int) (small Grey, factor int) {
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

// grown returns a picture of w x h pixels whose squares of factor x factor pixels are
// the pixels of this one, with linear interpolation between their middles.
func (m Grey) grown(factor, w, h int) Grey {
	out, between := NewGrey(w, h), make([]float32, m.W)
	for y := range h {
		lo, hi, share := neighbours(y, factor, m.H)
		below := m.row(hi)
		for x, v := range m.row(lo) {
			between[x] = v + share*(below[x]-v)
		}
		to := out.row(y)
		for x := range to {
			lo, hi, share := neighbours(x, factor, m.W)
			to[x] = between[lo] + share*(between[hi]-between[lo])
		}
	}
	return out
}

// neighbours returns between which two of n middles place i lies, and how far it is on
// its way to the second.
func neighbours(i, factor, n int) (lo, hi int, share float32) {
	p := max(0, (float32(i)+0.5)/float32(factor)-0.5)
	lo = min(int(p), n-1)
	return lo, min(lo+1, n-1), p - float32(lo)
}

// negative returns the picture with light and dark exchanged.
func (m Grey) negative() Grey {
	out := NewGrey(m.W, m.H)
	for i, v := range m.Pix {
		out.Pix[i] = 1 - v
	}
	return out
}
