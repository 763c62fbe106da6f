// Package ink finds the one thing that is drawn on paper in a photograph: it
// separates ink from paper where light, shadows, rules, specks and noise are.
package ink

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// A Reading is one way to tell ink from paper: the part of the picture where the ink
// is, from 0, paper, to 1, ink.
type Reading struct {
	Ink      Grey
	Contrast float64 // how much darker or lighter than the paper the ink is, from 0 to 1
	Others   int     // pieces of ink elsewhere that are about as large
	Rough    float64
	Note     string
}

const (
	work   = 512 // the longest side at which ink is looked for
	enough = 64  // pixels of a digit, with which no larger picture would help
	pale   = 0.04
	faint  = 0.1 // of the ink: less is paper
)

// Find returns the readings of a picture whose pixels are in [0, 1], the likelier ones
// first. There are none if the picture is blank.
func Find(m Grey) []Reading {
	small, factor := m.Shrunk(work)
	var list []Reading
	for _, l := range layers(small) {
		for _, threshold := range l.thresholds {
			if r, box, ok := l.reading(threshold); ok {
				_ = box
				_ = factor
				list = append(list, r)
			}
		}
	}
	return list
}

// A layer is the ink of a picture by one estimate of its paper.
type layer struct {
	share      Grey    // of the ink in every pixel: 1 is all
	contrast   float32 // of ink and paper
	floor      float32 // shares that noise may have
	thresholds []float32
	plain      float64 // the contrast, less how far the paper around the ink is from the picture's median
	note       string
	rough      float64
}

// layers returns the ink of a picture by several estimates of the paper: as dark ink
// or as light ink, whichever lies on what most of the picture is.
func layers(m Grey) []layer {
	var best []layer
	bestPlain := -1e9
	for _, light := range []bool{false, true} {
		if light {
			m = negative(m)
		}
		var list []layer
		most := -1e9
		for _, part := range []int{0, 2, 5} {
			if l, ok := newLayer(m, part); ok {
				most = max(most, l.plain)
				l.note = map[bool]string{false: "dark", true: "light"}[light] + map[int]string{0: "/0", 2: "/2", 5: "/5"}[part]
				list = append(list, l)
			}
		}
		if len(list) > 0 && most > bestPlain {
			best, bestPlain = list, most
		}
	}
	return best
}

func negative(m Grey) Grey {
	out := NewGrey(m.W, m.H)
	for i, v := range m.Pix {
		out.Pix[i] = 1 - v
	}
	return out
}

// newLayer returns the dark ink of a picture. It is false if there is none.
func newLayer(m Grey, part int) (l layer, ok bool) {
	paper := Grey{}
	if part == 0 {
		paper = plain(m)
	} else {
		paper = background(m, part)
	}
	l.share = NewGrey(m.W, m.H)
	for i, p := range paper.Pix {
		l.share.Pix[i] = (p - m.Pix[i]) / max(p, 0.05)
	}
	level, sigma := paperLevel(l.share)
	for i := range l.share.Pix {
		l.share.Pix[i] -= level
	}
	floor := max(4*sigma, pale)
	threshold, _ := otsu(histogram(l.share, floor))
	if threshold == 0 {
		return l, false
	}
	var ink []float32
	on, under := 0.0, 0.0
	for i, v := range l.share.Pix {
		if v > threshold {
			ink = append(ink, v)
			on, under = on+float64(m.Pix[i]), under+float64(paper.Pix[i])
		}
	}
	n := float64(len(ink))
	l.plain = (under-on)/n - math.Abs(under/n-float64(median(m)))
	slices.Sort(ink)
	l.contrast = ink[len(ink)*95/100]
	for i := range l.share.Pix {
		l.share.Pix[i] /= l.contrast
	}
	if part > 0 {
		l.share = withoutLines(l.share)
	}
	nn := 0.0
	for _, v := range l.share.Pix {
		if v < threshold/l.contrast {
			l.rough += float64(v * v)
			nn++
		}
	}
	l.rough = math.Sqrt(l.rough / nn)
	l.floor = max(faint, 3*sigma/l.contrast)
	l.thresholds = []float32{threshold / l.contrast}
	if low := max(faint, floor/l.contrast); low < 0.7*threshold/l.contrast {
		l.thresholds = append(l.thresholds, low)
	}
	return l, true
}

// reading returns what is drawn, of the pieces above a threshold.
func (l layer) reading(threshold float32) (r Reading, box image.Rectangle, ok bool) {
	all := parts(l.share, threshold)
	chosen, others := choose(all, l.share.bounds())
	if len(chosen) == 0 {
		return r, box, false
	}
	keep := make([]bool, len(l.share.Pix))
	area := 0
	for _, i := range chosen {
		box = box.Union(all[i].box)
		area += len(all[i].pixels)
		for _, p := range all[i].pixels {
			keep[p] = true
		}
	}
	reach := 2
	box = box.Inset(-reach).Intersect(l.share.bounds())
	r = Reading{Ink: NewGrey(box.Dx(), box.Dy()), Contrast: float64(l.contrast), Others: others, Rough: l.rough, Note: l.note + fmt.Sprintf("~%.3f", l.rough)}
	w := l.share.W
	near := func(x, y int) bool {
		for v := max(y-reach, 0); v <= min(y+reach, l.share.H-1); v++ {
			for u := max(x-reach, 0); u <= min(x+reach, w-1); u++ {
				if keep[v*w+u] {
					return true
				}
			}
		}
		return false
	}
	for y := range box.Dy() {
		for x := range box.Dx() {
			if v := l.share.Pix[(box.Min.Y+y)*w+box.Min.X+x]; v > l.floor && near(box.Min.X+x, box.Min.Y+y) {
				r.Ink.Pix[y*box.Dx()+x] = clamp01(v)
			}
		}
	}
	return r, box, true
}

// choose returns the parts that are the digit, and how many others there are of about
// its size.
func choose(all []part, page image.Rectangle) (digit []int, others int) {
	main := -1
	for _, edge := range []bool{false, true} {
		for i, p := range all {
			if p.edge == edge && !frames(all, i) && (main < 0 || len(p.pixels) > len(all[main].pixels)) {
				main = i
			}
		}
		if main >= 0 && 20*all[main].size() > max(page.Dx(), page.Dy()) {
			break
		}
	}
	if main < 0 {
		return nil, 0
	}
	digit = []int{main}
	taken := map[int]bool{main: true}
	box := all[main].box
	size, area := all[main].size(), len(all[main].pixels)
	for changed := true; changed; {
		changed = false
		for i, p := range all {
			if taken[i] || p.edge && !all[main].edge || 30*len(p.pixels) < area || 8*p.size() < size {
				continue
			}
			if 8*gap(box, p.box) <= size {
				digit, taken[i], changed = append(digit, i), true, true
				box = box.Union(p.box)
			}
		}
	}
	for i, p := range all {
		if !taken[i] && !p.edge && 2*p.size() > size && 5*len(p.pixels) > area {
			others++
		}
	}
	return digit, others
}

// frames reports whether a part is a line around another.
func frames(all []part, i int) bool {
	f := all[i]
	for k, p := range all {
		if k != i && p.box.In(f.box.Inset(1)) && 4*p.size() > f.size() && len(f.pixels)*3 < f.box.Dx()*f.box.Dy() {
			return true
		}
	}
	return false
}

func plain(m Grey) Grey {
	out := NewGrey(m.W, m.H)
	l := paperOf(m)
	for i := range out.Pix {
		out.Pix[i] = l
	}
	return out
}

// paperOf returns the brightness of the lighter class.
func paperOf(m Grey) float32 {
	_, light := otsu(histogram(m, -1))
	return light
}
