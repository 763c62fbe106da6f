package report_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"hw4/internal/report"
)

// The legend keeps out of the way of the curves: below them where they end high.
func TestPlotAsPNG(t *testing.T) {
	for title, y := range map[string][]float64{"rise": {0, 9, 9.5, 10}, "fall": {10, 1, 0.5, 0}} {
		p := report.Plot{Title: title, X: "x", Y: "y", Series: []report.Series{{Name: "a long name of a curve", X: []float64{0, 1, 2, 3}, Y: y}}}
		file, err := p.PNG()
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		size := m.Bounds().Size()
		if size != image.Pt(720, 460) {
			t.Errorf("%s: %v", title, size)
		}
		top, bottom := ink(m, 0, size.Y/4), ink(m, size.Y*6/10, size.Y*17/20)
		if above := title == "fall"; above != (top > bottom) {
			t.Errorf("%s: the legend is among the curves: %d dark pixels above, %d below", title, top, bottom)
		}
	}
}

// ink counts the dark pixels, which are those of text, of the rows from y0 to y1 to
// the right of the middle.
func ink(m image.Image, y0, y1 int) int {
	n := 0
	for y := y0; y < y1; y++ {
		for x := m.Bounds().Dx() / 2; x < m.Bounds().Dx()*3/4; x++ {
			if r, g, b, _ := m.At(x, y).RGBA(); r < 0x5000 && g < 0x5000 && b < 0x5000 {
				n++
			}
		}
	}
	return n
}
