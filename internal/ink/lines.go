package ink

// Lines of paper: those of ruled and squared paper, and drawn frames. They go from
// one side of the picture to the other, nearly straight.
const (
	lineShare = 0.8 // of the side of the picture that a line is long at least
	lineSlope = 1   // pixels to both sides within which a line may leave its row
)

// withoutLines takes the horizontal and vertical lines of the paper from the shares
// of ink. What a line adds is known from where it lies bare, so strokes that cross it
// keep their own ink.
func withoutLines(m Grey) Grey {
	across := lines(m, m.W, m.H, 1, m.W)
	down := lines(m, m.H, m.W, m.W, 1)
	out := NewGrey(m.W, m.H)
	for i, v := range m.Pix {
		out.Pix[i] = v - max(across[i], down[i], 0)
	}
	return out
}

// lines returns how much of every pixel belongs to lines along rows: n pixels, step
// apart; there are as many rows as given, apart by between. (A morphological opening
// with a segment of a row, of the maxima over neighbouring rows.)
func lines(m Grey, n, rows, step, between int) []float32 {
	slide := newSlider(max(m.W, m.H))
	wide := make([]float32, len(m.Pix))
	for i := range n {
		slide.run(wide[i*step:], m.Pix[i*step:], rows, between, lineSlope, 1)
	}
	reach := max(1, int(lineShare*float64(n)/2))
	for i := range rows {
		row := wide[i*between:]
		evened(row, n, step, slide.line)
		// A window of which a part is outside of the picture has its whole length in it.
		slide.run(row, row, n, step, reach, -1)
		inside := row[reach*step:]
		for k := range reach { // the windows that lie wholly in the picture count
			row[k*step] = inside[0]
		}
		last := (n - 1 - reach) * step
		for k := n - reach; k < n; k++ {
			row[k*step] = row[max(0, last)]
		}
		slide.run(row, row, n, step, reach, 1)
	}
	for i, v := range m.Pix {
		wide[i] = min(wide[i], v)
	}
	return wide
}

// evened replaces every pixel of a row by the mean of some of its neighbours, which
// takes away noise.
func evened(row []float32, n, step int, old []float32) {
	const reach = 3
	for i := range n {
		old[i] = row[i*step]
	}
	for i := range n {
		sum := float32(0)
		from, to := max(0, i-reach), min(n, i+reach+1)
		for _, v := range old[from:to] {
			sum += v
		}
		row[i*step] = sum / float32(to-from)
	}
}
