package ink

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
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

// Otsu's threshold leaves the least variance within the two classes. What is not above the floor
// counts for nothing, and what is brighter than 1 or darker than 0 counts as that.
func TestOtsu(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	for range 20 {
		m, floor := NewGrey(9, 10), random.Float32()-0.5
		var values []float64
		for i := range m.Pix {
			v := float32(random.NormFloat64()*0.2 + 0.1 + 0.8*float64(random.IntN(2)))
			if m.Pix[i] = v; v > floor {
				values = append(values, (max(0, min(255, math.Floor(float64(v*256))))+0.5)/256)
			}
		}
		slices.Sort(values)
		least, threshold, upper := math.Inf(1), 0.0, 0.0
		for cut := 1; cut < len(values); cut++ {
			if values[cut] == values[cut-1] {
				continue
			}
			lo, hi := stat.Mean(values[:cut], nil), stat.Mean(values[cut:], nil)
			within := stat.MomentAbout(2, values[:cut], lo, nil)*float64(cut) +
				stat.MomentAbout(2, values[cut:], hi, nil)*float64(len(values)-cut)
			if within < least {
				least, threshold, upper = within, (lo+hi)/2, hi
			}
		}
		got, mean := otsu(m, floor)
		if math.Abs(float64(got)-threshold) > 1e-6 || math.Abs(float64(mean)-upper) > 1e-6 {
			t.Errorf("%v and %v, want %v and %v", got, mean, threshold, upper)
		}
	}
	black := NewGrey(3, 3)
	if threshold, upper := otsu(black, -1); upper != 0.5/256 || threshold >= upper {
		t.Errorf("of black: %v and %v", threshold, upper)
	}
	if threshold, upper := otsu(black, 0); threshold != 0 || upper != 0 {
		t.Errorf("of nothing above the floor: %v and %v", threshold, upper)
	}
}

// The level and the noise of paper are those of its normal distribution, of small pictures and
// of large ones.
func TestPaperLevel(t *testing.T) {
	for _, n := range []int{100, 300} {
		m := NewGrey(n, n)
		for i := range m.Pix {
			k := float64(i*7919%len(m.Pix)) + 0.5 // a prime number mixes them
			m.Pix[i] = float32(0.6 + 0.01*math.Sqrt2*math.Erfinv(2*k/float64(len(m.Pix))-1))
		}
		if level, sigma := paperLevel(m); math.Abs(float64(level)-0.6) > 1e-4 || math.Abs(float64(sigma)-0.01) > 1e-4 {
			t.Errorf("of %d x %d: %v +- %v, want 0.6 +- 0.01", n, n, level, sigma)
		}
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

// transposed returns the picture with rows for columns.
func (m Grey) transposed() Grey {
	out := NewGrey(m.H, m.W)
	for i, v := range m.Pix {
		out.Pix[i%m.W*m.H+i/m.W] = v
	}
	return out
}

// Bands too wide for lines and strokes too short keep their ink; and what is done to rows is done
// to columns.
func TestTakeNoLines(t *testing.T) {
	for name, ink := range map[string]image.Rectangle{
		"a band": image.Rect(30, 0, 38, 100), "a stroke": image.Rect(40, 40, 120, 41),
	} {
		m := NewGrey(120, 100)
		for i := range m.Pix {
			if image.Pt(i%120, i/120).In(ink) {
				m.Pix[i] = 0.7
			}
		}
		want := slices.Clone(m.Pix)
		for _, m := range []Grey{m, m.transposed()} {
			if m.takeLines(); m.W == 100 {
				m = m.transposed()
			}
			for i, v := range m.Pix {
				if math.Abs(float64(v-want[i])) > 0.01 {
					t.Fatalf("%s: row %d, column %d: %v, want %v", name, i/120, i%120, v, want[i])
				}
			}
		}
	}
	m := noise(70, 50)
	for i := range m.Pix {
		if i/70 == 20 || i%70 == 9 {
			m.Pix[i]++
		}
	}
	turned := m.transposed()
	turned.takeLines()
	m.takeLines()
	if !slices.Equal(turned.transposed().Pix, m.Pix) {
		t.Error("columns are treated unlike rows")
	}
}

// A row is evened by the means over windows, as far as they are in the row.
func TestEvened(t *testing.T) {
	for n := 1; n < 20; n++ {
		for step := 1; step < 3; step++ {
			m := noise(n*step, 1)
			row := slices.Clone(m.Pix)
			evened(row, n, step, make([]float32, n))
			for i, v := range row {
				sum, count := 0.0, 0.0
				for k := range n {
					if max(k-i/step, i/step-k) <= lineEven {
						sum, count = sum+float64(m.Pix[k*step]), count+1
					}
				}
				want := sum / count
				if i%step > 0 {
					want = float64(m.Pix[i])
				}
				if math.Abs(float64(v)-want) > 1e-5 {
					t.Fatalf("%d pixels, %d apart: pixel %d is %v, want %v", n, step, i, v, want)
				}
			}
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
