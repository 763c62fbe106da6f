// Package sweep turns a question such as "does Table I cost accuracy" into a plan of
// independent trainings, runs any part of the plan anywhere, and merges what the parts
// came to. It knows no problem: what is trained is a Model.
package sweep

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/training"
)

// A Cell is a piece of a plan: trainings of one variant of a model with one choice of
// settings, from some seeds.
type Cell struct {
	Model   string  `json:"model"`
	Variant string  `json:"variant"`
	LR      float64 `json:"lr"`
	Batch   int     `json:"batch"`
	// Epochs are the numbers of epochs after which is noted which test images are
	// classified correctly, ascending. A training ends after the last.
	Epochs []int  `json:"epochs"`
	Seed   uint64 `json:"seed"`  // the first
	Seeds  int    `json:"seeds"` // how many
}

// A Model is what can be trained.
type Model struct {
	Name     string
	Variants []string // architectures or losses
	Seeds    int      // in a cell: as many as take much longer than to write a file
	Cores    int      // that a training keeps busy
	// Preset returns the settings of a variant, of which a plan may leave out any.
	Preset func(variant string) Cell
	// Scheduled reports whether the steps of a variant depend on the number of epochs, so
	// that a long training does not pass through a shorter one.
	Scheduled func(variant string) bool
	// Open returns what trains on a data set.
	Open func(mnist *data.MNIST) (Trainer, error)
}

// A Trainer goes through the trainings of a cell, seed by seed, all of which keep the
// same checkpoint. A training that diverges is one of the runs.
type Trainer func(ctx context.Context, c Cell, keep training.Checkpoint, p progress.Progress) ([]Run, error)

// Limits of the settings of a cell, which keep a typing error from filling a disk.
const (
	maxEpochs = 100_000
	maxBatch  = 60_000
	maxSeeds  = 100_000
)

// check returns what is wrong with the numbers of a cell.
func (c Cell) check() error {
	for i, n := range c.Epochs {
		if n < 1 || n > maxEpochs || i > 0 && n <= c.Epochs[i-1] {
			return problem.Settingf("epochs", "%v: want numbers from 1 to %d, each once and ascending", c.Epochs, maxEpochs)
		}
	}
	switch {
	case !(c.LR > 0) || math.IsInf(c.LR, 0):
		return problem.Settingf("lr", "%v: want a positive number", c.LR)
	case c.Batch < 1 || c.Batch > maxBatch:
		return problem.Settingf("batch", "%d: want 1 to %d", c.Batch, maxBatch)
	case len(c.Epochs) == 0:
		return problem.Settingf("epochs", "is an empty list")
	case len(c.Epochs)*c.Seeds > checkpoint.MaxTrainings: // or a cell could not go on where it was
		return problem.Settingf("epochs", "are %d numbers: want at most %d", len(c.Epochs), checkpoint.MaxTrainings/c.Seeds)
	case c.Seeds < 1 || c.Seed > math.MaxUint64-uint64(c.Seeds):
		return problem.Settingf("seeds", "%d from %d on: want at least 1, up to 2^64", c.Seeds, c.Seed)
	}
	return nil
}

// name returns the name of a cell on some data: a hash of all that its result depends
// on.
func (c Cell) name(sums Sums) string {
	line := encode(struct {
		Cell
		Sums
	}{c, sums})
	sum := sha256.Sum256(bytes.TrimSuffix(line, []byte("\n")))
	return fmt.Sprintf("%x", sum[:8])
}

// String names the cell for people.
func (c Cell) String() string {
	seeds := fmt.Sprintf("seed %d", c.Seed)
	if c.Seeds > 1 {
		seeds = fmt.Sprintf("seeds %d to %d", c.Seed, c.Seed+uint64(c.Seeds)-1)
	}
	epochs := report.Join(c.Epochs, "and") + " epochs"
	if c.last() == 1 {
		epochs = "1 epoch"
	}
	return fmt.Sprintf("%s %s, learning rate %g, batches of %d, %s, %s", c.Model, c.Variant, c.LR, c.Batch, epochs, seeds)
}

// One returns the cell of a single one of the seeds, numbered from 0.
func (c Cell) One(i int) Cell {
	c.Seed, c.Seeds = c.Seed+uint64(i), 1
	return c
}

// last returns the number of epochs after which a training ends.
func (c Cell) last() int { return c.Epochs[len(c.Epochs)-1] }

// Sums are the SHA-256 sums of a data set.
type Sums struct {
	Train string `json:"train"`
	Test  string `json:"test"`
}

// SumsOf returns those of a data set.
func SumsOf(mnist *data.MNIST) Sums { return Sums{mnist.Train.SHA256(), mnist.Test.SHA256()} }

// Names returns the names of models.
func Names(models []Model) []string {
	return report.Each(models, func(m Model) string { return m.Name })
}

func modelOf(models []Model, name string) (Model, error) {
	i := slices.IndexFunc(models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		return Model{}, problem.Unknown("model", name, Names(models))
	}
	return models[i], nil
}
