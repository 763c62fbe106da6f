package training

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/tensor"
)

// A Misread is an image of a set that a network takes for another class.
type Misread struct {
	Image       int     // its number in the set
	Label, Said int     // the class that it has, and that the network gives it
	Probability float64 // of the latter, by the network
}

// Digit returns an image of a set as a picture, in ink on white.
func Digit(set *data.Set, i int) *tensor.Tensor[float32] {
	return tensor.Reshape(data.Images[float32](set, []int{i}), set.Rows, set.Cols)
}

// ShowMisread adds a picture of the images that a network is surest to take for
// another class. who says which network.
func ShowMisread(b *report.Body, who string, set *data.Set, misread []Misread) {
	const shown, columns = 18, 6
	if len(misread) == 0 {
		return
	}
	slices.SortStableFunc(misread, func(a, b Misread) int { return cmp.Compare(b.Probability, a.Probability) })
	var tiles []draw.Tile
	for _, m := range misread[:min(shown, len(misread))] {
		tiles = append(tiles, draw.Tile{
			Image:   draw.Map(Digit(set, m.Image), draw.Ink, draw.Unit()),
			Caption: []string{fmt.Sprintf("a %d", m.Label), fmt.Sprintf("P(%d) = %s", m.Said, probability(m.Probability))},
		})
	}
	worst := misread[0]
	b.Add(report.Picture{
		Title: "Mistakes of " + who,
		Alt: fmt.Sprintf("The %d surest of %d mistakes on %d test images, each with the probability that the model gives "+
			"the wrong class; the surest is a %d taken for a %d with probability %s.",
			len(tiles), len(misread), set.Len(), worst.Label, worst.Said, probability(worst.Probability)),
		Image:  draw.Tiles(tiles, columns, 4),
		Panels: tiles,
	})
}

// probability writes a probability with two decimals, or as many as it takes to
// be less than 1.
func probability(p float64) string {
	decimals := 2
	if p > 0.99 && p < 1 {
		decimals = min(9, int(math.Ceil(-math.Log10(1-p)-1e-9)))
	}
	return fmt.Sprintf("%.*f", decimals, p)
}

// PlotEpochs plots loss and accuracy of every fit, on the training and the test set,
// over the epochs.
func PlotEpochs(b *report.Body, fits []*Fit, curves [][]Epoch) {
	plotEpochs(b, fits, curves, "Loss by epoch", "loss",
		func(e Epoch) float64 { return e.TrainLoss }, func(e Epoch) float64 { return e.TestLoss })
	plotEpochs(b, fits, curves, "Accuracy by epoch", "accuracy (%)",
		func(e Epoch) float64 { return 100 * e.TrainAcc }, func(e Epoch) float64 { return 100 * e.TestAcc })
}

func plotEpochs(b *report.Body, fits []*Fit, curves [][]Epoch, title, y string, train, test func(e Epoch) float64) {
	p := report.Plot{Title: title, X: "epoch", Y: y}
	var ends []string
	for i, f := range fits {
		if s := Series(f.Name+", training", curves[i], train); slices.ContainsFunc(s.Y, report.Finite) {
			p.Series = append(p.Series, s)
		}
		s := Series(f.Name+", test", curves[i], test)
		p.Series = append(p.Series, s)
		ends = append(ends, fmt.Sprintf("%s: from %.3g to %.3g on the test set", f.Name, s.Y[0], s.Y[len(s.Y)-1]))
	}
	p.Alt = strings.Join(ends, "; ") + "."
	b.Add(p)
}

// Series returns one quantity over the epochs. If there are enough of them it leaves
// out epoch 0, the chance before training, beside which the rest would look all the same.
func Series(name string, curve []Epoch, of func(e Epoch) float64) report.Series {
	if len(curve) > 2 {
		curve = curve[1:]
	}
	s := report.Series{Name: name}
	for _, e := range curve {
		s.X, s.Y = append(s.X, float64(e.Epoch)), append(s.Y, of(e))
	}
	return s
}
