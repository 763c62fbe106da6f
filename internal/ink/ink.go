// Package ink finds the one thing that is drawn on paper in a picture: it tells ink from
// paper where there are shadows, rules, frames, specks and noise.
package ink

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// A Reading is one way to tell ink from paper.
type Reading struct {
	Ink      Grey    // the part of the picture where the ink is: from 0, paper, to 1, ink
	Contrast float64 // what share of the paper's light the ink takes, or for light ink adds
	Rough    float64 // the root of the mean square of what is left on the paper, as a share of the contrast
	Others   int     // pieces of ink elsewhere that are about as large
	box      image.Rectangle
	tight    bool // the ink takes the picture from side to side and from top to bottom
}

const (
	most   = 500  // the longest side of a picture in which ink is looked for
	enough = 64   // pixels of a digit, of which more would not help
	pale   = 0.05 // of the paper's light: less contrast is no ink
	dim    = 0.5  // of full light: darker paper is taken for as light as this
	spread = 2    // pixels around dark ink that may be pale ink
	thin   = 0.02 // of the square around the ink: less ink is made by a pen that is to be thicker
)

// Faint is the share of full ink below which there is paper.
const Faint = 0.1

// Find returns the readings of a picture whose pixels are in [0, 1], that with the evenest
// paper first. There are none if it is blank.
func Find(m Grey) []Reading {
	readings := find(m.sheet())
	if len(readings) > 0 && readings[0].tight {
		if wider := find(m.framed()); len(wider) > 0 && !wider[0].tight {
			return wider
		}
	}
	return readings
}

// framed returns the picture with a margin of an eighth of its longer side, of which every
// pixel is the median of the picture's edge.
func (m Grey) framed() Grey {
	edge := slices.Concat(m.row(0), m.row(m.H-1))
	for y := range m.H {
		edge = append(edge, m.row(y)[0], m.row(y)[m.W-1])
	}
	slices.Sort(edge)
	margin := 2 + max(m.W, m.H)/8
	out := NewGrey(m.W+2*margin, m.H+2*margin)
	for i := range out.Pix {
		out.Pix[i] = edge[len(edge)/2]
	}
	for y := range m.H {
		copy(out.row(y + margin)[margin:], m.row(y))
	}
	return out
}

// find is Find for a picture of nothing but paper and ink.
func find(m Grey) []Reading {
	small, factor := m.shrunk(most)
	var readings []Reading
	for _, l := range layers(small) {
		for _, threshold := range []float32{l.noise, l.threshold} {
			if r, ok := l.reading(threshold); ok {
				readings = append(readings, r)
			}
		}
	}
	if len(readings) == 0 {
		return nil
	}
	slices.SortStableFunc(readings, func(a, b Reading) int { return cmp.Compare(a.Rough, b.Rough) })
	best := readings[0]
	for _, r := range readings {
		if r.Rough == best.Rough && r.box.In(best.box) {
			best = r
		}
	}
	if size := max(best.box.Dx(), best.box.Dy()); factor > 1 && size < enough {
		closer := best.box.Inset(-size / 2)
		closer.Min, closer.Max = closer.Min.Mul(factor), closer.Max.Mul(factor)
		again := Find(m.crop(closer.Intersect(image.Rect(0, 0, m.W, m.H))))
		for i := range again {
			again[i].Others = max(again[i].Others, best.Others)
		}
		return again
	}
	return readings
}

// A layer is the ink of a picture by one estimate of its paper.
type layer struct {
	ink       Grey    // of every pixel: 1 is all
	contrast  float32 // of ink and paper
	noise     float32 // less ink may be noise
	threshold float32 // from the histogram: less is rather paper
	lined     bool    // the paper may have lines
	rough     float64 // as in a Reading
	// trust is the contrast, less how far the paper under the ink is from what is around
	// it. Seen as light ink, the inside of a dark 0 has paper as dark as the 0.
	trust float64
}

// layers returns the ink of a picture by several estimates of the paper: plain, or
// without what is narrower than a half or a fifth of the picture; and as dark ink or as
// light ink, whichever can be trusted more.
func layers(m Grey) []layer {
	var best []layer
	trust := math.Inf(-1)
	for _, m := range []Grey{m, m.negative()} {
		small, factor := m.shrunk(3)
		around := small.grown(factor, m.W, m.H)
		var list []layer
		for i, paper := range []Grey{plain(m), closed(m, 2), closed(m, 5)} {
			if l, ok := newLayer(m, paper, around); ok {
				l.lined = i > 0 // what is on plain paper is no line of it
				list = append(list, l)
			}
		}
		for _, l := range list {
			if l.trust > trust {
				best, trust = list, l.trust
			}
		}
	}
	for i := range best {
		best[i].scale()
	}
	return best
}

// newLayer returns the dark ink of a picture on paper of the given brightness, not yet
// scaled. It is false if there is no ink.
func newLayer(m, paper, around Grey) (l layer, ok bool) {
	l.ink = NewGrey(m.W, m.H)
	for i, p := range paper.Pix {
		l.ink.Pix[i] = (p - m.Pix[i]) / max(p, dim)
	}
	level, sigma := paperLevel(l.ink)
	for i := range l.ink.Pix {
		l.ink.Pix[i] -= level
	}
	l.noise = max(4*sigma, pale)
	l.threshold, _ = otsu(l.ink, l.noise)
	var dark []float32
	for i, v := range l.ink.Pix {
		if l.threshold > 0 && v > l.threshold {
			dark = append(dark, v)
			p := float64(paper.Pix[i])
			l.trust += p - float64(m.Pix[i]) - math.Abs(p-float64(around.Pix[i]))
		}
	}
	if len(dark) == 0 {
		return l, false
	}
	l.trust /= float64(len(dark))
	slices.Sort(dark)
	l.contrast = dark[len(dark)*95/100] // the very darkest may be noise
	return l, true
}

// scale makes the contrast the unit of the ink, and takes the lines of the paper.
func (l *layer) scale() {
	for i := range l.ink.Pix {
		l.ink.Pix[i] /= l.contrast
	}
	if l.lined {
		l.ink.takeLines()
	}
	l.threshold /= l.contrast
	l.noise = max(Faint, l.noise/l.contrast)
	l.rough = l.roughness()
}

// roughness returns the root of the mean square of what is left on the paper, away from
// the ink.
func (l *layer) roughness() float64 {
	edge := make([]bool, len(l.ink.Pix))
	for i, v := range l.ink.Pix {
		if v > l.threshold {
			l.ink.around(i%l.ink.W, i/l.ink.W, spread, func(k int) { edge[k] = true })
		}
	}
	sum, n := 0.0, 1.0
	for i, v := range l.ink.Pix {
		if !edge[i] {
			sum, n = sum+float64(v*v), n+1
		}
	}
	return math.Sqrt(sum / n)
}

// reading returns what is drawn, of the parts above a threshold.
func (l layer) reading(threshold float32) (r Reading, ok bool) {
	w, h := l.ink.W, l.ink.H
	chosen, others := digit(l.ink.parts(threshold), max(w, h))
	r = Reading{Contrast: float64(l.contrast), Others: others, Rough: l.rough}
	page, area := NewGrey(w, h), 0
	for _, p := range chosen {
		r.box, area = r.box.Union(p.box), area+len(p.pixels)
		for _, i := range p.pixels {
			page.around(i%w, i/w, spread, func(k int) {
				if v := l.ink.Pix[k]; v > l.noise {
					page.Pix[k] = min(v, 1)
				}
			})
		}
	}
	r.box = r.box.Inset(-spread).Intersect(image.Rect(0, 0, w, h))
	r.Ink, r.tight = page.crop(r.box), r.box == image.Rect(0, 0, w, h)
	if slices.Max(r.Ink.Pix) == 0 { // there is nothing, or there was a line of the paper
		return r, false
	}
	if size := max(r.box.Dx(), r.box.Dy()); float64(area) < thin*float64(size*size) {
		r.Ink.extremes(size/40, 1)
	}
	return r, true
}
