// Package reporttest has what the tests of report and of its renderers share.
package reporttest

import (
	"image"
	"math"

	"hw4/internal/report"
)

// Example returns a report with an item of every kind and a check that failed.
func Example() *report.Report {
	r := &report.Report{Problem: 3, Title: "A title"}
	r.Textf("A paragraph that is long enough to be broken into two lines, since a line has eighty columns at most.")
	r.Add(report.Block("kept\n  as it is"))
	r.Matrix("w", [][]float64{{0, -1}, {0.25, 10}})
	r.Table([]string{"name", "value"}, [][]any{
		{"a", 1}, {"bc", 2.5}, {"d", report.Percent(0.123456)}, {"e", math.NaN()},
	})
	r.Add(report.Picture{
		Title: "Two pixels", Alt: "One black, one white",
		Image: &image.Gray{Pix: []uint8{0, 255}, Stride: 2, Rect: image.Rect(0, 0, 2, 1)},
	}, report.Plot{
		Title: "A curve", Alt: "It falls from 1 to 0.5", X: "epoch", Y: "loss",
		Series: []report.Series{{Name: "w", X: []float64{0, 1, 2}, Y: []float64{1, math.Inf(1), 0.5}}},
	})
	r.Check("first", true, "it held")
	r.Check("second", false, "it did not")
	return r
}
