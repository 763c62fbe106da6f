package ink

// The lines of ruled and squared paper, and of drawn frames: thin, nearly straight, and
// going from one side of the picture to the other.
const (
	lineLength = 0.8     // of the side of the picture, at least
	lineWidth  = 1. / 40 // of the side of the picture, at most
	lineSlope  = 1       // pixels to both sides within which a line stays in its row
	lineEven   = 3       // pixels to both sides over which its noise is averaged
)

// takeLines takes the horizontal and vertical lines of the paper from the ink. What a
// line adds is known from where it lies bare, so strokes that cross it keep their ink.
func (m Grey) takeLines() {
	across := m.lines(m.W, m.H, 1, m.W)
	down := m.lines(m.H, m.W, m.W, 1)
	for i := range m.Pix {
		m.Pix[i] -= max(0, across[i], down[i])
	}
}

// lines returns how much of every pixel belongs to lines along rows: n pixels, step
// apart; the rows are apart by between. (A morphological opening with a segment of a
// row, of maxima over neighbouring rows; less an opening across, which has the bands
// that are too wide for lines.)
func (m Grey) lines(n, rows, step, between int) []float32 {
	found := append([]float32(nil), m.Pix...)
	slope := slider{reach: lineSlope}
	for i := range n {
		slope.run(found[i*step:], rows, between, 1)
	}
	long := slider{reach: max(1, int(lineLength*float64(n)/2))}
	old := make([]float32, n)
	for i := range rows {
		row := found[i*between:]
		evened(row, n, step, old)
		long.run(row, n, step, -1)
		long.run(row, n, step, 1)
	}
	band := slider{reach: lineSlope + max(1, int(lineWidth*float64(rows)/2))}
	wide := append([]float32(nil), found...)
	for i := range n {
		band.run(wide[i*step:], rows, between, -1)
		band.run(wide[i*step:], rows, between, 1)
	}
	for i, v := range m.Pix {
		found[i] = min(found[i]-wide[i], v)
	}
	return found
}

// evened replaces every pixel of a row by the mean of itself and some neighbours.
func evened(row []float32, n, step int, old []float32) {
	for i := range n {
		old[i] = row[i*step]
	}
	sum := float32(0)
	for i := -lineEven; i < n; i++ {
		if in := i + lineEven; in < n {
			sum += old[in]
		}
		if out := i - lineEven - 1; out >= 0 {
			sum -= old[out]
		}
		if i >= 0 {
			row[i*step] = sum / float32(min(n, i+lineEven+1)-max(0, i-lineEven))
		}
	}
}
