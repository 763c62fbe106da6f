package homework

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"hw4/data"
	"hw4/internal/parallel"
	"hw4/tensor"
	"hw4/tensor/train"
)

// A contest trains both losses of Problem 5 from many seeds, at every learning
// rate and after every number of epochs that the settings name.
type contest struct {
	cfg         Config
	train, test *data.Set
}

// A duel is what both losses came to at one learning rate after one number of
// epochs, from every seed.
type duel struct {
	lr     float64
	epochs int
	trials [][2]trial // by seed, then in the order of binaryLosses
}

// A trial is one training run.
type trial struct {
	curve []epoch
	right []bool // for every test image, whether it is classified correctly at the end
	next  uint64 // what the shuffle of the images would draw next, after the longest run
}

// rates and stops return the learning rates and the numbers of epochs to compare
// the losses at, each once and ascending.
func (cfg Config) rates() []float64 { return ascending(cfg.LRs, cfg.LR) }
func (cfg Config) stops() []int     { return ascending(cfg.Stops, cfg.Epochs) }

// ascending sorts the numbers, or the single one if there are none.
func ascending[T int | float64](numbers []T, single T) []T {
	if len(numbers) == 0 {
		return []T{single}
	}
	return slices.Compact(slices.Sorted(slices.Values(numbers)))
}

// isGrid reports whether there is more than one setting to compare at.
func (cfg Config) isGrid() bool { return len(cfg.rates())*len(cfg.stops()) > 1 }

// run returns the duels, learning rate by learning rate. Training runs go side by
// side on all cores; none depends on another.
func (c *contest) run(ctx context.Context) ([]duel, error) {
	var duels []duel
	for _, lr := range c.cfg.rates() {
		at, err := c.atRate(ctx, lr)
		if err != nil {
			return nil, err
		}
		for _, d := range at {
			errors := d.errors()
			c.cfg.Progress.Printf("learning rate %g, %d epochs, %d seeds: test error %.2f %% for the sum of squares, %.2f %% for the KL divergence",
				lr, d.epochs, len(d.trials), 100*mean(errors[0]), 100*mean(errors[1]))
		}
		duels = append(duels, at...)
	}
	return duels, nil
}

// atRate returns a duel for every number of epochs.
func (c *contest) atRate(ctx context.Context, lr float64) ([]duel, error) {
	stops := c.cfg.stops()
	duels := make([]duel, len(stops))
	for i := range duels {
		duels[i] = duel{lr: lr, epochs: stops[i], trials: make([][2]trial, c.cfg.Seeds)}
	}
	errs := make([]error, len(binaryLosses)*c.cfg.Seeds)
	at := Step{Task: fmt.Sprintf("both losses, learning rate %g", lr), Unit: "runs", Total: len(errs)}
	var reporting sync.Mutex
	parallel.Do(len(errs), func(i int) {
		seed, l := i/len(binaryLosses), i%len(binaryLosses)
		cfg := c.cfg
		cfg.LR, cfg.Seed = lr, cfg.Seed+uint64(seed)
		var trials []trial
		if trials, errs[i] = c.trial(ctx, cfg, binaryLosses[l]); errs[i] != nil {
			return
		}
		for s := range duels {
			duels[s].trials[seed][l] = trials[s]
		}
		reporting.Lock()
		defer reporting.Unlock()
		at.Done++
		c.cfg.Progress.At(at)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return duels, nil
}

// trial trains with one loss from one seed and returns the trial as it stands
// after every number of epochs: a long run passes through the shorter ones.
func (c *contest) trial(ctx context.Context, cfg Config, l binaryLoss) ([]trial, error) {
	f := logisticFit(cfg, l, c.train, c.test)
	var trials []trial
	var curve []epoch
	done := 0
	for _, stop := range cfg.stops() {
		f.name = fmt.Sprintf("%s, learning rate %g, seed %d, after epoch %d", l.title, cfg.LR, cfg.Seed, done)
		f.epochs = stop - done
		part, err := f.run(ctx, Progress{})
		if err != nil {
			return nil, err
		}
		for i := range part {
			part[i].Epoch += done
		}
		curve = append(curve[:done:done], part...) // the first of part is the last before it
		done = stop
		trials = append(trials, trial{curve: curve, right: f.right(c.test)})
	}
	next := f.order.Uint64()
	for i := range trials {
		trials[i].next = next
	}
	return trials, nil
}

// right returns for every image of a set whether the network classifies it
// correctly.
func (f *fit) right(set *data.Set) []bool {
	const shard = 100
	right := make([]bool, set.Len())
	train.Evaluate(set.Len(), shard, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		z, labels := f.infer(scope, set, lo, hi)
		for i := range labels {
			right[lo+i] = f.correct(tensor.FromSlice(z.Data()[i:i+1], 1, 1), labels[i:i+1]) == 1
		}
		return nil
	})
	return right
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

func (t *trial) last() epoch { return t.curve[len(t.curve)-1] }

// count returns how many test images are classified correctly.
func (t *trial) count() int {
	n := 0
	for _, right := range t.right {
		if right {
			n++
		}
	}
	return n
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
