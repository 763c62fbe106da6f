package ink

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The sliding extremes are those of the plain definition, for all lengths and windows.
func TestExtremes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for h := 1; h < 12; h++ {
		for reach := 1; reach < 8; reach++ {
			m := NewGrey(9, h)
			for i := range m.Pix {
				m.Pix[i] = random.Float32()
			}
			for _, sign := range []float32{1, -1} {
				got := Grey{m.W, m.H, append([]float32(nil), m.Pix...)}
				got.extremes(reach, sign)
				for i, v := range got.Pix {
					want := float32(-math.MaxFloat32)
					m.around(i%m.W, i/m.W, reach, func(k int) { want = max(want, sign*m.Pix[k]) })
					if v != sign*want {
						t.Fatalf("%d rows, reach %d, pixel %d: %v, want %v", h, reach, i, v, sign*want)
					}
				}
			}
		}
	}
}

func TestOtsu(t *testing.T) {
	m := NewGrey(10, 10)
	for i := range m.Pix {
		m.Pix[i] = 0.2
		if i%5 == 0 {
			m.Pix[i] = 0.8
		}
	}
	if threshold, upper := otsu(m, 0); math.Abs(float64(threshold)-0.5) > 0.01 || math.Abs(float64(upper)-0.8) > 0.01 {
		t.Errorf("%v, %v", threshold, upper)
	}
	if threshold, _ := otsu(m, 0.9); threshold != 0 {
		t.Errorf("nothing above the floor: %v", threshold)
	}
}

// A rule is taken, and a stroke that crosses it keeps its ink, but beside the rule, where
// a slanting one might be, less of it.
func TestTakeLines(t *testing.T) {
	m := NewGrey(120, 100)
	for x := range 120 {
		m.Pix[50*120+x] = 0.3
	}
	for y := 20; y < 80; y++ {
		for x := 60; x < 66; x++ {
			m.Pix[y*120+x] += 0.6
		}
	}
	m.takeLines()
	for i, v := range m.Pix {
		x, y, want := i%120, i/120, float32(0)
		if y >= 20 && y < 80 && x >= 60 && x < 66 {
			want = 0.6
		}
		if want > 0 && (y == 49 || y == 51) {
			want = 0.3
		}
		if math.Abs(float64(v-want)) > 0.01 {
			t.Fatalf("row %d, column %d: %v, want %v", y, x, v, want)
		}
	}
}

// A slope of the light and the edge of a shadow are the paper's; strokes are not.
func TestClosed(t *testing.T) {
	m, paper := NewGrey(100, 90), NewGrey(100, 90)
	for i := range m.Pix {
		paper.Pix[i] = 0.6 + 0.003*float32(i%100)
		if i/100 > 60 {
			paper.Pix[i] *= 0.75
		}
		m.Pix[i] = paper.Pix[i]
		if x := i % 100; x > 40 && x < 47 {
			m.Pix[i] = 0.1
		}
	}
	got := closed(m, 5)
	for i, v := range got.Pix {
		if y := i / 100; math.Abs(float64(v-paper.Pix[i])) > 0.05 && (y < 57 || y > 64) {
			t.Fatalf("row %d, column %d: %v, want %v", y, i%100, v, paper.Pix[i])
		}
	}
}
