package ink

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// noise returns a picture of numbers below 1, the same for every size.
func noise(w, h int) Grey {
	random := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	m := NewGrey(w, h)
	for i := range m.Pix {
		m.Pix[i] = random.Float32()
	}
	return m
}

// mean returns the mean of the pixels of a rectangle, as far as there are pixels.
func (m Grey) mean(r image.Rectangle) float64 {
	sum, n := 0.0, 0.0
	for i, v := range m.Pix {
		if image.Pt(i%m.W, i/m.W).In(r) {
			sum, n = sum+float64(v), n+1
		}
	}
	return sum / n
}

// alike fails if a picture has not the size w x h and the pixels that want returns.
func alike(t *testing.T, got Grey, w, h int, want func(x, y int) float64) {
	t.Helper()
	if got.W != w || got.H != h || len(got.Pix) != w*h {
		t.Fatalf("%d x %d with %d pixels, want %d x %d", got.W, got.H, len(got.Pix), w, h)
	}
	for i, v := range got.Pix {
		if x, y := i%w, i/w; math.Abs(float64(v)-want(x, y)) > 1e-5 {
			t.Fatalf("of %d x %d row %d, column %d is %v, want %v", w, h, y, x, v, want(x, y))
		}
	}
}

// The pixels of a picture made smaller, or smoothed, are means of squares, at the edges of what
// there is of them. A picture that is small enough is none but itself.
func TestMeans(t *testing.T) {
	for w := 1; w < 9; w++ {
		for h := 1; h < 9; h++ {
			m := noise(w, h)
			alike(t, m.smoothed(), w, h, func(x, y int) float64 { return m.mean(image.Rect(x-1, y-1, x+2, y+2)) })
			for most := 1; most < 10; most++ {
				small, f := m.shrunk(most)
				if f != int(math.Ceil(float64(max(w, h))/float64(most))) {
					t.Fatalf("%d x %d to at most %d: squares of %d", w, h, most, f)
				}
				if f == 1 && &small.Pix[0] != &m.Pix[0] {
					t.Fatalf("%d x %d is small enough, and was copied", w, h)
				}
				alike(t, small, (w+f-1)/f, (h+f-1)/f, func(x, y int) float64 {
					return m.mean(image.Rect(x*f, y*f, x*f+f, y*f+f))
				})
			}
		}
	}
}

// Between the middles of its pixels a picture is made larger by linear interpolation, and beyond
// the outer ones it goes on as they are.
func TestGrown(t *testing.T) {
	for factor := 1; factor < 5; factor++ {
		m := NewGrey(5, 4)
		for i := range m.Pix {
			m.Pix[i] = float32(2*(i%5) + 7*(i/5))
		}
		along := func(i, n int) float64 { return max(0, min(float64(n-1), (float64(i)+0.5)/float64(factor)-0.5)) }
		w, h := 5*factor-factor/2, 4*factor-factor/3
		alike(t, m.grown(factor, w, h), w, h, func(x, y int) float64 { return 2*along(x, 5) + 7*along(y, 4) })
	}
}

// A rectangle of a picture is a copy, and twice the negative is the picture.
func TestCropAndNegative(t *testing.T) {
	m := noise(6, 5)
	before := slices.Clone(m.Pix)
	c := m.crop(image.Rect(2, 1, 5, 3))
	alike(t, c, 3, 2, func(x, y int) float64 { return float64(m.row(y + 1)[x+2]) })
	clear(c.Pix)
	alike(t, m.negative(), 6, 5, func(x, y int) float64 { return 1 - float64(m.row(y)[x]) })
	if !slices.Equal(m.Pix, before) {
		t.Error("the picture was changed")
	}
}

// Plain paper is as bright as the lighter pixels, everywhere.
func TestPlain(t *testing.T) {
	m := NewGrey(6, 9)
	for i := range m.Pix {
		if m.Pix[i] = 0.7; i%4 == 0 {
			m.Pix[i] = 0.1
		}
	}
	alike(t, plain(m), 6, 9, func(x, y int) float64 { return (0.5 + math.Floor(0.7*256)) / 256 })
}
