package ink

import (
	"image"
	"math"
	"testing"
)

// paper returns white paper with black rectangles.
func paper(w, h int, ink ...image.Rectangle) Grey {
	m := NewGrey(w, h)
	for i := range m.Pix {
		m.Pix[i] = 1
		for _, r := range ink {
			if image.Pt(i%w, i/w).In(r) {
				m.Pix[i] = 0
			}
		}
	}
	return m
}

// Ink that is small in a large picture is looked at again, pixel by pixel, wherever it is; and
// what is as large elsewhere is counted, though it is not looked at.
func TestSmallInkIsLookedAtAgain(t *testing.T) {
	const w, h = 700, 500
	for _, test := range []struct {
		at    image.Point
		other image.Rectangle
		want  int
	}{
		{at: image.Pt(300, 250)},
		{at: image.Pt(300, 250), other: image.Rect(600, 350, 640, 400), want: 1},
		{at: image.Pt(150, 0)}, {at: image.Pt(350, h-60)}, {at: image.Pt(0, 200)}, {at: image.Pt(w-45, 200)},
	} {
		stroke := image.Rectangle{test.at, test.at.Add(image.Pt(45, 60))}
		size := stroke.Inset(-spread).Intersect(image.Rect(0, 0, w, h)).Size()
		r := Find(paper(w, h, stroke, test.other))
		if len(r) == 0 {
			t.Errorf("%v: nothing", stroke)
		} else if m := r[0].Ink; r[0].Others != test.want || image.Pt(m.W, m.H) != size || m.pixels() != 45*60 {
			t.Errorf("%v: %d pixels in %d x %d and %d others, want %d in %v and %d", stroke, m.pixels(), m.W, m.H,
				r[0].Others, 45*60, size, test.want)
		}
	}
}

// pixels returns how many pixels are full ink.
func (m Grey) pixels() (n int) {
	for _, v := range m.Pix {
		if v > 0.99 {
			n++
		}
	}
	return n
}

// A line of a pen that is thin for its length is made thicker by a fortieth of it to both sides,
// as far as there is room; a thicker one stays as it is.
func TestThinInk(t *testing.T) {
	for width, want := range map[int]int{1: 5 * 94, 3: 3 * 90} {
		for _, r := range Find(paper(150, 130, image.Rect(75, 15, 75+width, 105))) {
			if r.Ink.pixels() != want {
				t.Errorf("a line of %d x 90 becomes ink of %d pixels, want %d", width, r.Ink.pixels(), want)
			}
		}
	}
}

// A line from side to side may be one of the paper: then nothing is left. On plain paper it is ink.
func TestOnlyALine(t *testing.T) {
	line := image.Rect(0, 50, 150, 51)
	m := paper(150, 130, line)
	for i, l := range layers(m) {
		want := line.Inset(-spread).Intersect(image.Rect(0, 0, 150, 130))
		if r, ok := l.reading(l.threshold); ok != (i == 0) || ok && r.box != want {
			t.Errorf("estimate %d of the paper: %v, %v", i, ok, r.box)
		}
	}
	if r := Find(m); len(r) == 0 {
		t.Error("nothing is found")
	}
}

// The contrast is the unit of the ink, its threshold and its noise, which is never less than what
// is faint.
func TestScale(t *testing.T) {
	for contrast, noise := range map[float32]float32{0.2: 0.25, 1: Faint} {
		m := NewGrey(10, 10)
		m.Pix[44] = contrast
		l := layer{ink: m, contrast: contrast, noise: 0.05, threshold: contrast / 2}
		if l.scale(); l.ink.Pix[44] != 1 || l.threshold != 0.5 || l.noise != noise {
			t.Errorf("of contrast %v: ink %v, threshold %v, noise %v", contrast, l.ink.Pix[44], l.threshold, l.noise)
		}
	}
}

// Ink is trusted by how much darker it is than the paper, less how far the paper is from what is
// around the ink.
func TestTrust(t *testing.T) {
	m := paper(90, 31, image.Rect(12, 9, 15, 22), image.Rect(60, 9, 61, 12))
	small, factor := m.shrunk(3)
	around, light := small.grown(factor, 90, 31), plain(m).Pix[0]
	want, n := 0.0, 0.0
	for i, v := range m.Pix {
		if v == 0 {
			want, n = want+float64(light)-math.Abs(float64(light-around.Pix[i])), n+1
		}
	}
	if got := layers(m)[0].trust; math.Abs(got-want/n) > 1e-6 {
		t.Errorf("trust %v, want %v", got, want/n)
	}
}

// What is done to a picture is done to the same picture with rows for columns.
func TestTurnedPage(t *testing.T) {
	m := noise(110, 80) // few pixels: of more a sample gives the noise
	for i := range m.Pix {
		x, y := i%110, i/110
		m.Pix[i] = 0.85 - 0.002*float32(x) + 0.02*m.Pix[i]
		switch {
		case x >= 50 && x < 58 && y >= 15 && y < 65, y >= 57 && y < 65 && x >= 50 && x < 90:
			m.Pix[i] *= 0.4
		case y%30 == 20:
			m.Pix[i] *= 0.8
		}
	}
	got, turned := Find(m), Find(m.transposed())
	if len(got) == 0 || len(got) != len(turned) {
		t.Fatalf("%d readings, and turned %d", len(got), len(turned))
	}
	for i, r := range got {
		alike(t, turned[i].Ink.transposed(), r.Ink.W, r.Ink.H, func(x, y int) float64 { return float64(r.Ink.row(y)[x]) })
	}
}

// A frame around the ink, which need not be as large as the picture, is none of it.
func TestFramedInk(t *testing.T) {
	m := paper(200, 180, image.Rect(60, 40, 140, 140))
	for i, inside := range paper(200, 180, image.Rect(62, 42, 138, 138)).Pix {
		m.Pix[i] += 1 - inside
	}
	for i, stroke := range paper(200, 180, image.Rect(95, 70, 102, 110)).Pix {
		m.Pix[i] *= stroke
	}
	if r := Find(m); len(r) == 0 || r[0].box != image.Rect(93, 68, 104, 112) || r[0].Others != 0 {
		t.Errorf("%d readings, the first %v", len(r), r[0].box)
	}
}
