package losses

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/stat"

	"hw4/internal/parallel"
	"hw4/internal/progress"
	"hw4/internal/report"
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
	next  uint64 // what the shuffle of the images would draw next, after the longest run
}

// contest trains both losses from many seeds and returns the duels, learning rate by
// learning rate. Training runs go side by side on all cores; none depends on another.
func (o Options) contest(ctx context.Context, s sets) ([]duel, error) {
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
func (o Options) atRate(ctx context.Context, s sets, lr float64) ([]duel, error) {
	stops := o.stops()
	duels := make([]duel, len(stops))
	for i := range duels {
		duels[i] = duel{lr: lr, epochs: stops[i], trials: make([][2]trial, o.Seeds)}
	}
	errs := make([]error, len(binaryLosses)*o.Seeds)
	at := progress.Step{Task: fmt.Sprintf("both losses, learning rate %g", lr), Unit: "runs", Total: len(errs)}
	var reporting sync.Mutex
	parallel.Do(len(errs), func(i int) {
		seed, l := i/len(binaryLosses), i%len(binaryLosses)
		run := o
		run.LR, run.Seed = lr, o.Seed+uint64(seed)
		var trials []trial
		if trials, errs[i] = run.trial(ctx, s, binaryLosses[l]); errs[i] != nil {
			return
		}
		for i, t := range trials {
			duels[i].trials[seed][l] = t
		}
		reporting.Lock()
		defer reporting.Unlock()
		at.Done++
		o.Progress.At(at)
	})
	return duels, cmp.Or(errs...)
}

// trial trains with one loss from one seed and returns the trial as it stands
// after every number of epochs: a long run passes through the shorter ones.
func (o Options) trial(ctx context.Context, s sets, l binaryLoss) ([]trial, error) {
	f := o.fit(l, s)
	var trials []trial
	var curve []training.Epoch
	done := 0
	for _, stop := range o.stops() {
		f.Name = fmt.Sprintf("%s, learning rate %g, seed %d, after epoch %d", l.title, o.LR, o.Seed, done)
		f.Epochs = stop - done
		part, err := f.Run(ctx, progress.Progress{})
		if err != nil {
			return nil, err
		}
		for i := range part {
			part[i].Epoch += done
		}
		curve = append(curve[:done:done], part...) // the first of part is the last before it
		done = stop
		trials = append(trials, trial{curve: curve, right: f.Right(s.test)})
	}
	next := f.Order.Uint64()
	for i := range trials {
		trials[i].next = next
	}
	return trials, nil
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
