package training

import (
	"image"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
)

func TestProbability(t *testing.T) {
	for p, want := range map[float64]string{
		0: "0.00", 0.5: "0.50", 0.987: "0.99", 0.99: "0.99", 0.9995: "0.9995", 0.99999: "0.99999", 1: "1.00",
		1 - 1e-12: "1.000000000",
	} {
		if got := probability(p); got != want {
			t.Errorf("%v is written %s, want %s", p, got, want)
		}
	}
}

// An image is shown as it is: dark where its pixels are bright.
func TestDigit(t *testing.T) {
	set := tiny(3)
	d := Digit(set, 2)
	if !slices.Equal(d.Shape(), []int{2, 3}) || d.At(1, 2) != float32(set.Image(2)[5])/255 {
		t.Errorf("%v %v", d.Shape(), d.Data())
	}
}

// The surest mistakes come first, and no more than can be looked at.
func TestShowMisread(t *testing.T) {
	set := tiny(40)
	var misread []Misread
	for i := range 20 {
		misread = append(misread, Misread{Image: i, Label: 4, Said: 9, Probability: 0.5 + float64(i)/100})
	}
	misread[3].Probability, misread[3].Label, misread[3].Said = 0.9975, 9, 4
	var b report.Body
	ShowMisread(&b, "the network", set, nil)
	if len(b.Items) != 0 {
		t.Fatalf("no mistakes are shown as %+v", b.Items)
	}
	ShowMisread(&b, "the network", set, misread)
	titles, faults := reporttest.Pictures(b.Items)
	if !slices.Equal(titles, []string{"Mistakes of the network"}) || faults != nil {
		t.Errorf("pictures %q, %q", titles, faults)
	}
	p := b.Items[0].(report.Picture)
	for _, say := range []string{
		"The 18 surest of 20 mistakes on 40 test images", "the surest is a 9 taken for a 4 with probability 0.998.",
	} {
		if !strings.Contains(p.Alt, say) {
			t.Errorf("%q does not say %q", p.Alt, say)
		}
	}
	for i, want := range [][]string{{"a 9", "P(4) = 0.998"}, {"a 4", "P(9) = 0.69"}, {"a 4", "P(9) = 0.68"}} {
		if got := p.Panels[i].Caption; !slices.Equal(got, want) {
			t.Errorf("panel %d is called %q, want %q", i, got, want)
		}
	}
	if n := len(p.Panels); n != 18 || p.Panels[0].Image.Bounds() != image.Rect(0, 0, 3, 2) {
		t.Errorf("%d panels of %v", n, p.Panels[0].Image.Bounds())
	}
}

// The curves of two trainings are four, or two where nothing was measured on training
// images. Of more than one epoch the state before the first is left out.
func TestPlotEpochs(t *testing.T) {
	fits := []*Fit{short("").fit(0), short("").fit(1)}
	curves := [][]Epoch{fits[0].mustRun(t), fits[1].mustRun(t)}
	var b report.Body
	PlotEpochs(&b, fits, curves)
	titles, faults := reporttest.Pictures(b.Items)
	if !slices.Equal(titles, []string{"Loss by epoch", "Accuracy by epoch"}) || faults != nil {
		t.Errorf("plots %q, %q", titles, faults)
	}
	loss, accuracy := b.Items[0].(report.Plot), b.Items[1].(report.Plot)
	for i, want := range []string{"squares, training", "squares, test", "divergence, training", "divergence, test"} {
		if loss.Series[i].Name != want || accuracy.Series[i].Name != want {
			t.Errorf("curve %d is called %q and %q, want %q", i, loss.Series[i].Name, accuracy.Series[i].Name, want)
		}
		if !slices.Equal(loss.Series[i].X, []float64{1, 2, 3}) {
			t.Errorf("curve %d has the epochs %v", i, loss.Series[i].X)
		}
	}
	for i, e := range curves[1][1:] {
		for s, want := range map[*report.Series]float64{
			&loss.Series[2]: e.TrainLoss, &loss.Series[3]: e.TestLoss,
			&accuracy.Series[2]: 100 * e.TrainAcc, &accuracy.Series[3]: 100 * e.TestAcc,
		} {
			if s.Y[i] != want {
				t.Errorf("%s, epoch %d: %v, want %v", s.Name, i+1, s.Y[i], want)
			}
		}
	}
	if n := strings.Count(loss.Alt, "on the test set"); n != 2 || !strings.Contains(loss.Alt, "; divergence: from ") {
		t.Errorf("the text is %q", loss.Alt)
	}

	f := short("").fit(0)
	f.Fitted, f.Epochs = nil, 1
	b = report.Body{}
	PlotEpochs(&b, []*Fit{f}, [][]Epoch{f.mustRun(t)})
	p := b.Items[0].(report.Plot)
	if len(p.Series) != 1 || p.Series[0].Name != "squares, test" || !slices.Equal(p.Series[0].X, []float64{0, 1}) {
		t.Errorf("curves %+v", p.Series)
	}
}
