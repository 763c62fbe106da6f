package losses

import (
	"context"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
)

// The pictures of a comparison: curves of both losses, what each has learned, and its
// mistakes.
func TestPictures(t *testing.T) {
	o := tinyOptions(t)
	r, err := o.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	titles, faults := reporttest.Pictures(append(r.Answer, r.Items...))
	if faults != nil {
		t.Errorf("%q", faults)
	}
	for _, want := range []string{
		"Test error by epoch, mean of 3 seeds", "Training loss by epoch, mean of 3 seeds", "Loss by epoch",
		"Accuracy by epoch", "The weight vector a, trained by the sum of squares",
		"The weight vector a, trained by the KL divergence",
	} {
		if !slices.Contains(titles, want) {
			t.Errorf("no picture %q among %q", want, titles)
		}
	}
	i := slices.IndexFunc(r.Items, func(item report.Item) bool {
		p, isPlot := item.(report.Plot)
		return isPlot && p.Title == "Loss by epoch"
	})
	if p := r.Items[i].(report.Plot); len(p.Series) != 4 {
		t.Errorf("%d curves, want training and test of two losses", len(p.Series))
	}
}

// A weight is shown where its pixel is.
func TestWeightsPicture(t *testing.T) {
	f := Defaults().fit(binaryLosses[0], tinySets())
	w := f.Network.Params()[0].Value.Data()
	clear(w)
	w[4] = -2 // row 1, column 1
	var b report.Body
	weightsPicture(&b, f)
	p := b.Items[0].(report.Picture)
	panel := p.Panels[0].Image
	if size := panel.Bounds().Size(); size.X != 3 || size.Y != 2 {
		t.Fatalf("the picture has %v pixels", size)
	}
	for y := range 2 {
		for x := range 3 {
			if r, _, b, _ := panel.At(x, y).RGBA(); (b > r) != (x == 1 && y == 1) {
				t.Errorf("pixel (%d, %d) has red %d and blue %d", x, y, r, b)
			}
		}
	}
	if want := "down to -2, where it speaks for a 4"; !strings.Contains(p.Alt, want) {
		t.Errorf("%q does not say %q", p.Alt, want)
	}
}
