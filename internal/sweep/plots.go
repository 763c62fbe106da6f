package sweep

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hw4/internal/report"
)

// plots adds the test errors of each model over the epochs, and over each of the learning
// rate and the batch size of which it has several. There is a curve for each variant and
// each choice of the others.
func plots(b *report.Body, groups []*group) {
	point := func(x float64, g *group) ([]float64, []float64) {
		return []float64{x}, []float64{100 * stat.Mean(g.errors(), nil)}
	}
	for _, over := range []struct {
		x     string
		log   bool
		curve func(g *group) (name string, x, y []float64)
	}{
		{"epoch", false, func(g *group) (string, []float64, []float64) {
			x, y := g.curve()
			return fmt.Sprintf("%s, learning rate %g, batches of %d", g.variant, g.lr, g.batch), x, y
		}},
		{"learning rate", true, func(g *group) (string, []float64, []float64) {
			x, y := point(g.lr, g)
			return fmt.Sprintf("%s, batches of %d, %s", g.variant, g.batch, report.Plural(g.epochs, "epoch")), x, y
		}},
		{"images in a batch", true, func(g *group) (string, []float64, []float64) {
			x, y := point(float64(g.batch), g)
			return fmt.Sprintf("%s, learning rate %g, %s", g.variant, g.lr, report.Plural(g.epochs, "epoch")), x, y
		}},
	} {
		byModel := make(map[string]*report.Plot)
		var models []string
		for _, g := range groups {
			if len(g.seeds) == 0 {
				continue
			}
			if byModel[g.model] == nil {
				models = append(models, g.model)
				byModel[g.model] = &report.Plot{Title: fmt.Sprintf("%s: test error by %s, mean over the seeds", g.model, over.x),
					X: over.x, Y: "test error in per cent", LogX: over.log}
			}
			name, x, y := over.curve(g)
			addPoints(byModel[g.model], name, x, y)
		}
		for _, model := range models {
			addPlot(b, *byModel[model])
		}
	}
}

// curve returns the mean test error after every epoch, in per cent.
func (g *group) curve() (x, y []float64) {
	for epoch := 1; epoch <= g.epochs; epoch++ {
		sum := 0.0
		for _, seed := range g.seeds {
			sum += 1 - float64(g.trials[seed].Curve[epoch].TestAcc)
		}
		x, y = append(x, float64(epoch)), append(y, 100*sum/float64(len(g.seeds)))
	}
	return x, y
}

// addPoints adds to a curve of a plot the points that are not there yet: a long training
// passes through the shorter ones.
func addPoints(p *report.Plot, name string, x, y []float64) {
	i := slices.IndexFunc(p.Series, func(s report.Series) bool { return s.Name == name })
	if i < 0 {
		i = len(p.Series)
		p.Series = append(p.Series, report.Series{Name: name})
	}
	s := &p.Series[i]
	for k := range x {
		if at, there := slices.BinarySearch(s.X, x[k]); !there {
			s.X, s.Y = slices.Insert(s.X, at, x[k]), slices.Insert(s.Y, at, y[k])
		}
	}
}

// addPlot adds a plot of those curves that have more than a point, if there are any.
func addPlot(b *report.Body, p report.Plot) {
	p.Series = slices.DeleteFunc(p.Series, func(s report.Series) bool { return len(s.X) < 2 })
	ends := report.Each(p.Series, func(s report.Series) string {
		return fmt.Sprintf("from %.3g to %.3g for %s", s.Y[0], s.Y[len(s.Y)-1], s.Name)
	})
	if p.Alt = "It goes " + report.Join(ends, "and") + "."; len(ends) > 0 {
		b.Answer = append(b.Answer, p)
	}
}
