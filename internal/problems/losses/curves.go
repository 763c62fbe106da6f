package losses

import (
	"fmt"
	"strings"

	"hw4/internal/report"
	"hw4/internal/training"
)

// meanCurve returns the mean over the seeds of what was measured with one loss,
// epoch by epoch.
func (d *duel) meanCurve(l int) []training.Epoch {
	curve := make([]training.Epoch, d.epochs+1)
	share := 1 / float64(len(d.trials))
	for _, pair := range d.trials {
		for i, e := range pair[l].curve {
			m := &curve[i]
			m.Epoch = e.Epoch
			m.TrainLoss += share * e.TrainLoss
			m.TrainAcc += share * e.TrainAcc
			m.TestLoss += share * e.TestLoss
			m.TestAcc += share * e.TestAcc
		}
	}
	return curve
}

// reportCurves plots the mean curves of the longest runs at every learning rate.
func (o Options) reportCurves(b *report.Body, all []evidence) {
	stops := len(o.stops())
	test := report.Plot{Title: fmt.Sprintf("Test error by epoch, mean of %d seeds", o.Seeds), X: "epoch",
		Y: "test error in per cent"}
	fall := report.Plot{Title: fmt.Sprintf("Training loss by epoch, mean of %d seeds", o.Seeds), X: "epoch",
		Y: "mean loss of a training image"}
	var errors, losses []string
	for i := stops - 1; i < len(all); i += stops {
		d := &all[i].duel
		var ends, falls []string
		for l, of := range binaryLosses {
			curve := d.meanCurve(l)
			name := of.title
			if len(o.rates()) > 1 {
				name += fmt.Sprintf(", learning rate %g", d.lr)
			}
			test.Series = append(test.Series,
				series(name, curve, func(e training.Epoch) float64 { return 100 * (1 - e.TestAcc) }))
			fall.Series = append(fall.Series, series(name, curve, func(e training.Epoch) float64 { return e.TrainLoss }))
			first, last := curve[0], curve[len(curve)-1]
			ends = append(ends,
				fmt.Sprintf("from %s to %s for the %s", percent(1-first.TestAcc), percent(1-last.TestAcc), of.title))
			falls = append(falls, fmt.Sprintf("from %.3f to %.3f for the %s", first.TrainLoss, last.TrainLoss, of.title))
		}
		at := fmt.Sprintf("at learning rate %g, ", d.lr)
		errors, losses = append(errors, at+report.Join(ends, "and")), append(losses, at+report.Join(falls, "and"))
	}
	test.Alt = "Over the epochs it goes, " + strings.Join(errors, "; ") + "."
	fall.Alt = "Over the epochs it goes, " + strings.Join(losses, "; ") + "."
	b.Answer = append(b.Answer, test)
	b.Add(fall)
}

// series returns one quantity along a curve.
func series(name string, curve []training.Epoch, y func(e training.Epoch) float64) report.Series {
	s := report.Series{Name: name}
	for _, e := range curve {
		s.X = append(s.X, float64(e.Epoch))
		s.Y = append(s.Y, y(e))
	}
	return s
}
