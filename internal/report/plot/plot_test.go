package plot_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/plot"
)

// The legend keeps out of the way of the curves, wherever they are: it stands above
// the plot.
func TestPlotAsPNG(t *testing.T) {
	for title, y := range map[string][]float64{"rise": {0, 9, 9.5, 10}, "fall": {10, 1, 0.5, 0}} {
		curve := report.Series{Name: "a long name of a curve", X: []float64{0, 1, 2, 3}, Y: y}
		p := report.Plot{Title: title, X: "x", Y: "y", Series: []report.Series{curve}}
		file, err := plot.PNG(p)
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
		legend := ink(m, image.Rect(0, 0, size.X, size.Y/12))
		curves := ink(m, image.Rect(size.X/5, size.Y/8, size.X, size.Y*3/4))
		if legend == 0 || curves > 0 {
			t.Errorf("%s: %d dark pixels of text above the plot, %d among the curves", title, legend, curves)
		}
	}
}

// ink counts the dark pixels, which are those of text and axes.
func ink(m image.Image, in image.Rectangle) int {
	n := 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if r, g, b, _ := m.At(x, y).RGBA(); r < 0x5000 && g < 0x5000 && b < 0x5000 {
				n++
			}
		}
	}
	return n
}
