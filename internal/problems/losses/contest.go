package losses

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/sweep"
	"hw4/internal/training"
)

// A duel is what both losses came to at one learning rate after one number of
// epochs, from every seed.
type duel struct {
	lr     float64
	epochs int
	trials [][2]trial // by seed, then in the order of binaryLosses
}

// A trial is one training run.
type trial struct {
	curve []training.Epoch
	right []bool // for every test image, whether it is classified correctly at the end
	order string // the state of the generator of the order of the images, after the longest run
}

// contest trains both losses from many seeds and returns the duels, learning rate by
// learning rate. Training runs go side by side on all cores; none depends on another.
func (o Options) contest(ctx context.Context, s *data.MNIST) ([]duel, error) {
	var duels []duel
	for _, lr := range o.rates() {
		at, err := o.atRate(ctx, s, lr)
		if err != nil {
			return nil, err
		}
		for _, d := range at {
			errors := d.errors()
			o.Progress.Printf("learning rate %g, %s, %d seeds: test error %.2f %% for the sum of squares, %.2f %% for the KL "+
				"divergence", lr, report.Plural(d.epochs, "epoch"), len(d.trials),
				100*stat.Mean(errors[0], nil), 100*stat.Mean(errors[1], nil))
		}
		duels = append(duels, at...)
	}
	return duels, nil
}

// atRate returns a duel for every number of epochs.
func (o Options) atRate(ctx context.Context, s *data.MNIST, lr float64) ([]duel, error) {
	grid := sweep.Grid{Model: "logistic", LR: []float64{lr}, Batch: []int{o.Batch}, Epochs: o.stops(), Seed: o.Seed,
		Seeds: &o.Seeds}
	cells, err := grid.Cells([]sweep.Model{o.sweep(1)})
	if err != nil {
		return nil, err
	}
	runs, err := sweep.All(ctx, fmt.Sprintf("both losses, learning rate %g", lr), cells, o.Progress,
		func(ctx context.Context, c sweep.Cell) (sweep.Run, error) {
			return sweep.Train(ctx, o.fitOf(c, s), c, progress.Progress{})
		})
	if err != nil {
		return nil, err
	}
	var duels []duel
	for i, stop := range o.stops() {
		d := duel{lr: lr, epochs: stop}
		for pair := range slices.Chunk(runs, len(binaryLosses)) {
			d.trials = append(d.trials, [2]trial{trialOf(pair[0], i, stop), trialOf(pair[1], i, stop)})
		}
		duels = append(duels, d)
	}
	return duels, nil
}

// trialOf returns a run as it stands after the number of epochs that is its i-th.
func trialOf(r sweep.Run, i, epochs int) trial {
	return trial{curve: r.Epochs()[:epochs+1], right: r.Right[i].Unpack(r.Images), order: r.Order}
}

// errors returns the test errors of both losses, by seed.
func (d *duel) errors() [2][]float64 {
	var errors [2][]float64
	for _, pair := range d.trials {
		for l, t := range pair {
			errors[l] = append(errors[l], 1-t.last().TestAcc)
		}
	}
	return errors
}

func (t *trial) last() training.Epoch { return t.curve[len(t.curve)-1] }

// count returns how many test images are classified correctly.
func (t *trial) count() int {
	n := 0
	for _, right := range t.right {
		n += one(right)
	}
	return n
}
