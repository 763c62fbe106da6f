package losses

import (
	"fmt"

	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/tensor"
)

// weightsPicture shows the weight vector as the image that it is the inner product
// with.
func weightsPicture(b *report.Body, f *training.Fit) {
	const side = 11 // pixels of a weight
	weights := tensor.Reshape(f.Network.Params()[0].Value.NoGrad(), f.Train.Rows, f.Train.Cols)
	over := draw.Around(weights)
	b.Add(report.Picture{
		Title: "The weight vector a, trained by the " + f.Name,
		Alt: fmt.Sprintf("The weights as an image of %d x %d: red, up to %.3g, where ink speaks for a 9, blue, down to "+
			"%.3g, where it speaks for a 4, white where it says nothing.", f.Train.Rows, f.Train.Cols, over.Hi, over.Lo),
		Image:  draw.HeatMap(weights, side),
		Panels: []report.Panel{{Image: draw.Map(weights, draw.Diverging, over)}},
	})
}

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

// meanPlot plots the mean over the seeds of one quantity, for the longest runs at every
// learning rate.
func (o Options) meanPlot(all []*evidence, title, y string, of func(e training.Epoch) float64) report.Plot {
	p := report.Plot{Title: fmt.Sprintf("%s by epoch, mean of %d seeds", title, o.Seeds), X: "epoch", Y: y}
	var ends []string
	stops := len(o.stops())
	for i := stops - 1; i < len(all); i += stops {
		d := all[i].duel
		for l, loss := range binaryLosses {
			name := loss.title
			if len(o.rates()) > 1 {
				name += fmt.Sprintf(", learning rate %g", d.lr)
			}
			s := training.Series(name, d.meanCurve(l), of)
			p.Series = append(p.Series, s)
			ends = append(ends, fmt.Sprintf("from %.3g to %.3g for the %s", s.Y[0], s.Y[len(s.Y)-1], name))
		}
	}
	p.Alt = "Over the epochs it goes " + report.Join(ends, "and") + "."
	return p
}
