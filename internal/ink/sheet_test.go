package ink

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// onTable returns a sheet of 160 x 110 pixels with the light 0.9 on a darker table, turned by
// an angle, with a stroke of 8 x 40 in its middle, or without.
func onTable(table float32, angle float64, stroke bool) Grey {
	m := NewGrey(240, 200)
	for i := range m.Pix {
		x, y := float64(i%m.W)-120, float64(i/m.W)-100
		u, v := x*math.Cos(angle)+y*math.Sin(angle), y*math.Cos(angle)-x*math.Sin(angle)
		switch {
		case math.Abs(u) > 80 || math.Abs(v) > 55:
			m.Pix[i] = table
		case !stroke || math.Abs(u) > 4 || math.Abs(v) > 20:
			m.Pix[i] = 0.9
		}
	}
	return m
}

// A sheet is cut out of the table around it, and the paper goes on where the table was.
func TestSheet(t *testing.T) {
	for _, angle := range []float64{0, 0.1, -0.2} {
		for _, stroke := range []bool{true, false} {
			got, dark := onTable(0.2, angle, stroke).sheet(), 0
			for _, v := range got.Pix {
				if v < 0.9 {
					dark++
				}
			}
			want := 0
			if stroke {
				want = 9 * 41
			}
			if got.W >= 230 || got.H >= 190 || math.Abs(float64(dark-want)) > 50 {
				t.Errorf("angle %v: %d x %d with %d dark pixels, want %d", angle, got.W, got.H, dark, want)
			}
		}
	}
	if r := Find(onTable(0.2, 0.1, true)); len(r) == 0 || r[0].box.Dx() > 20 || r[0].box.Dy() > 60 {
		t.Errorf("the readings %v", r)
	}
	if r := Find(onTable(0.2, 0.1, false)); len(r) > 0 {
		t.Errorf("a blank sheet has ink of %v", r[0].box)
	}
}

// Light strokes and rings on a board are no sheets, nor is a page without a table; and
// nothing, however small, makes it fail.
func TestNoSheet(t *testing.T) {
	board := func(on func(x, y float64) bool) Grey {
		m := NewGrey(100, 100)
		for i := range m.Pix {
			if m.Pix[i] = 0.1; on(float64(i%100)-50, float64(i/100)-50) {
				m.Pix[i] = 0.9
			}
		}
		return m
	}
	for name, m := range map[string]Grey{
		"a stroke": board(func(x, y float64) bool { return math.Abs(x) < 14 && math.Abs(y) < 45 }),
		"a ring":   board(func(x, y float64) bool { d := math.Hypot(x, y); return 12 < d && d < 45 }),
		"a frame":  board(func(x, y float64) bool { d := max(math.Abs(x), math.Abs(y)); return 25 < d && d < 45 }),
		"a page":   board(func(x, y float64) bool { return math.Abs(x) > 4 || math.Abs(y) > 30 }),
		"even":     board(func(x, y float64) bool { return true }),
	} {
		if got := m.sheet(); got.W != 100 || got.H != 100 {
			t.Errorf("%s: a sheet of %d x %d", name, got.W, got.H)
		}
	}
	small := func(ink func(x, y float64) bool) Grey {
		return board(func(x, y float64) bool { return math.Abs(x) <= 12 && math.Abs(y) <= 15 && !ink(x, y) })
	}
	got := small(func(x, y float64) bool { return math.Abs(x) < 2 && math.Abs(y) < 8 }).sheet()
	if got.W > 25 || got.H > 31 {
		t.Errorf("a small sheet with a stroke: %d x %d", got.W, got.H)
	}
	for name, ink := range map[string]func(x, y float64) bool{
		"a light patch":    func(x, y float64) bool { return false },
		"a 0 of 3 x 5":     func(x, y float64) bool { return math.Abs(x) <= 4 && math.Abs(y) <= 9 },
		"one with a speck": func(x, y float64) bool { return math.Abs(x) < 1 && math.Abs(y) < 1 },
	} {
		if got := small(ink).sheet(); got.W != 100 || got.H != 100 {
			t.Errorf("%s: a sheet of %d x %d", name, got.W, got.H)
		}
	}
	random := rand.New(rand.NewPCG(3, 1))
	for range 3000 {
		m := NewGrey(1+random.IntN(12), 1+random.IntN(12))
		for i := range m.Pix {
			m.Pix[i] = float32(random.IntN(2))
		}
		if got := m.sheet(); got.W < 1 || got.H < 1 || got.W > m.W || got.H > m.H {
			t.Fatalf("%v: %v", m, got)
		}
		Find(m)
	}
}

// A table has less than 0.6 of the light of the paper.
func TestLightTable(t *testing.T) {
	for _, table := range []float32{0.53, 0.55} {
		if got := onTable(table, 0, true).sheet(); got.W == 240 != (table > 0.6*0.9) {
			t.Errorf("of a table with the light %v it takes a sheet %d wide", table, got.W)
		}
	}
}

// A sheet and what is on it may be as wide as they like.
func TestWideSheet(t *testing.T) {
	m := paper(100, 40, image.Rect(20, 20, 80, 21))
	for i, table := range paper(100, 40, image.Rect(4, 3, 96, 37)).Pix {
		m.Pix[i] = max(0, m.Pix[i]-table)
	}
	got, dark := m.sheet(), 0
	for _, v := range got.Pix {
		if v < 1 {
			dark++
		}
	}
	if got.W != 92-2*sheetEdge || got.H != 34-2*sheetEdge || dark != 60 {
		t.Errorf("%d x %d with %d dark pixels, want %d x %d with 60", got.W, got.H, dark, 92-2*sheetEdge, 34-2*sheetEdge)
	}
}

// Turned rectangles fit their corners. A rectangle without a quarter does not: of 1300 pixels it
// and the quadrilateral of its corners share 1100.
func TestFit(t *testing.T) {
	m := NewGrey(100, 90)
	fill := func(in func(x, y float64) bool) float64 {
		for i := range m.Pix {
			if m.Pix[i] = 0; in(float64(i%100)+0.5, float64(i/100)+0.5) {
				m.Pix[i] = 1
			}
		}
		return m.fit()
	}
	for _, angle := range []float64{-0.6, -0.3, 0, 0.3, 0.6} {
		fit := fill(func(x, y float64) bool {
			x, y = x-50, y-45
			u, v := x*math.Cos(angle)+y*math.Sin(angle), y*math.Cos(angle)-x*math.Sin(angle)
			return math.Abs(u) < 30 && math.Abs(v) < 20
		})
		if fit < 0.95 || angle == 0 && fit != 1 {
			t.Errorf("a rectangle that is turned by %v: %v", angle, fit)
		}
	}
	for quarter, inside := range []func(x, y float64) bool{
		func(x, y float64) bool { return x < 50 || y < 50 }, func(x, y float64) bool { return x > 50 || y < 50 },
		func(x, y float64) bool { return x < 50 || y > 50 }, func(x, y float64) bool { return x > 50 || y > 50 },
	} {
		fit := fill(func(x, y float64) bool { return x > 30 && x < 70 && y > 30 && y < 70 && inside(x, y) })
		if math.Abs(fit-1100./1300) > 0.02 {
			t.Errorf("without quarter %d: %v, want %v", quarter, fit, 1100./1300)
		}
	}
}
