package ink

import (
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

// The parts of a picture are its connected pieces above the threshold, each pixel in one, with
// their boxes.
func TestParts(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	for range 300 {
		m := NewGrey(1+random.IntN(9), 1+random.IntN(9))
		label := make([]int, len(m.Pix)) // the lowest number of a pixel in the same piece, -1: not above
		for i := range m.Pix {
			m.Pix[i] = float32(random.IntN(3)) / 2
			if label[i] = -1; m.Pix[i] > 0.5 {
				label[i] = i
			}
		}
		for range m.Pix {
			for i, l := range label {
				if l >= 0 {
					m.around(i%m.W, i/m.W, 1, func(k int) {
						if label[k] >= 0 {
							label[i] = min(label[i], label[k])
						}
					})
				}
			}
		}
		seen := 0
		for _, p := range m.parts(0.5) {
			first := slices.Min(p.pixels)
			var box image.Rectangle
			for i, l := range label {
				if l != first {
					continue
				}
				seen++
				box = box.Union(image.Rect(i%m.W, i/m.W, i%m.W+1, i/m.W+1))
				if !slices.Contains(p.pixels, i) {
					t.Fatalf("%v: pixel %d is not in the part of pixel %d", m, i, first)
				}
			}
			if edge := box.Inset(-1).In(image.Rect(0, 0, m.W, m.H)); p.box != box || p.edge == edge {
				t.Fatalf("%v: the part of pixel %d has the box %v, edge %v, want %v, %v", m, first, p.box, p.edge, box, !edge)
			}
			seen -= len(p.pixels)
			for _, i := range p.pixels {
				label[i] = -2
			}
		}
		if seen != 0 || slices.Max(label) >= 0 {
			t.Fatalf("%v: other pixels than those above the threshold", m)
		}
	}
}

// piece returns a part by its box and the number of its pixels.
func piece(x, y, w, h, pixels int) part {
	return part{box: image.Rect(x, y, x+w, y+h), pixels: make([]int, pixels)}
}

// The digit is the largest part, and what is near and not too small beside it; what is large
// elsewhere may be another.
func TestChosenParts(t *testing.T) {
	largest, near := piece(100, 100, 80, 60, 3000), piece(190, 100, 10, 10, 100)
	edge := func(p part) part { p.edge = true; return p }
	for name, test := range map[string]struct {
		parts          []part
		side           int
		chosen, others int
	}{
		"nothing":                      {},
		"alone":                        {[]part{largest}, 500, 1, 0},
		"a part near":                  {[]part{largest, near}, 500, 2, 0},
		"too far":                      {[]part{largest, piece(191, 100, 10, 10, 100)}, 500, 1, 0},
		"too short":                    {[]part{largest, piece(190, 100, 9, 9, 100)}, 500, 1, 0},
		"of too few pixels":            {[]part{largest, piece(190, 100, 10, 10, 99)}, 500, 1, 0},
		"at the edge":                  {[]part{largest, edge(piece(190, 100, 80, 60, 2000))}, 500, 1, 0},
		"both at the edge":             {[]part{edge(largest), edge(piece(190, 100, 80, 60, 2000))}, 500, 2, 0},
		"a part near one near":         {[]part{piece(210, 100, 10, 10, 100), near, largest}, 500, 3, 0},
		"another digit":                {[]part{largest, piece(300, 100, 40, 20, 600)}, 500, 1, 1},
		"other digits":                 {[]part{largest, piece(300, 0, 20, 40, 600), piece(400, 0, 40, 40, 700)}, 500, 1, 2},
		"another, too short":           {[]part{largest, piece(300, 100, 39, 20, 600)}, 500, 1, 0},
		"another of too few":           {[]part{largest, piece(300, 100, 40, 20, 599)}, 500, 1, 0},
		"another at the edge":          {[]part{largest, edge(piece(300, 100, 40, 20, 600))}, 500, 1, 0},
		"small, beside the edge":       {[]part{largest, edge(piece(300, 100, 90, 90, 5000))}, 1600, 1, 0},
		"too small, beside the edge":   {[]part{largest, edge(piece(300, 100, 90, 90, 5000))}, 1601, 1, 1},
		"too small, and nothing else":  {[]part{largest}, 1601, 1, 0},
		"in a frame":                   {[]part{piece(50, 50, 200, 200, 13_333), largest}, 500, 1, 0},
		"in a frame and at the edge":   {[]part{edge(piece(50, 50, 200, 200, 13_333)), largest}, 500, 1, 0},
		"in what is too wide for one":  {[]part{piece(50, 50, 200, 200, 13_334), piece(100, 100, 80, 60, 2000)}, 500, 2, 0},
		"a large 0 with a speck":       {[]part{piece(0, 0, 400, 400, 9000), piece(100, 100, 100, 9, 300)}, 500, 2, 0},
		"a large frame around a digit": {[]part{piece(0, 0, 400, 400, 9000), piece(100, 100, 101, 9, 300)}, 500, 1, 0},
	} {
		chosen, others := digit(test.parts, test.side)
		if len(chosen) != test.chosen || others != test.others {
			t.Errorf("%s: %d parts and %d others, want %d and %d", name, len(chosen), others, test.chosen, test.others)
		}
	}
}

// The gap of two boxes is that of their nearest sides.
func TestGap(t *testing.T) {
	box := image.Rect(10, 20, 30, 40)
	for other, want := range map[image.Rectangle]int{
		image.Rect(33, 0, 50, 90): 3, image.Rect(0, 0, 6, 90): 4, image.Rect(0, 45, 90, 50): 5, image.Rect(0, 0, 90, 14): 6,
		image.Rect(32, 48, 60, 60): 8, image.Rect(30, 20, 40, 40): 0, image.Rect(15, 25, 20, 30): 0,
	} {
		if gap(box, other) != want || gap(other, box) != want {
			t.Errorf("from %v to %v: %d, want %d", box, other, gap(box, other), want)
		}
	}
}
