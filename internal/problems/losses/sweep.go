package losses

import (
	"context"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/internal/progress"
	"hw4/internal/sweep"
	"hw4/internal/training"
)

// Sweep returns the sheet's model for sweeps, with a loss as its variant. Its cells have
// many seeds, since a training takes less time than to write some files.
func Sweep() sweep.Model { return Defaults().sweep(20) }

// sweep returns the model with other settings the same as the options, and so many seeds
// in a cell.
func (o Options) sweep(seeds int) sweep.Model {
	return sweep.Model{
		Name: "logistic", Variants: names(), Seeds: seeds, Cores: 1,
		Preset: func(string) sweep.Cell {
			return sweep.Cell{LR: o.LR, Batch: o.Batch, Epochs: []int{o.Epochs}}
		},
		Scheduled: func(string) bool { return false },
		Open: func(mnist *data.MNIST) (sweep.Trainer, error) {
			s, err := subsets(mnist)
			return func(ctx context.Context, c sweep.Cell, keep training.Checkpoint, p progress.Progress) ([]sweep.Run, error) {
				at := o.of(c)
				at.Checkpoint = keep
				keeper, err := at.Keeper(*s, shard, at.keeps(c.Variant)...)
				if err != nil {
					return nil, err
				}
				defer keeper.Close()
				return sweep.Each(ctx, c, keeper, p, func(one sweep.Cell) *training.Fit { return o.fitOf(one, s) })
			}, err
		},
	}
}

// of returns the options of a cell.
func (o Options) of(c sweep.Cell) Options {
	o.LR, o.Batch, o.Seed = c.LR, c.Batch, c.Seed
	return o
}

// fitOf returns the training of a cell of one seed.
func (o Options) fitOf(c sweep.Cell, s *data.MNIST) *training.Fit {
	return o.of(c).fit(lossNamed(c.Variant), s)
}

// keeps are what a checkpoint must agree on, besides what all trainings have.
func (o Options) keeps(loss string) []checkpoint.Setting {
	return []checkpoint.Setting{{Name: "model", Value: o.formula()}, {Name: "loss", Value: loss},
		{Name: "optimizer", Value: "SGD"}}
}
