package lenet5

import (
	"context"
	"slices"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/sweep"
	"hw4/internal/training"
	"hw4/lenet"
)

// Sweep returns LeNet-5 for sweeps, with the architecture as its variant.
func Sweep() sweep.Model {
	return sweep.Model{
		Name: "lenet", Variants: Names(), Seeds: 1, Cores: 4,
		Preset: func(arch string) sweep.Cell {
			o := named(arch)
			return sweep.Cell{LR: o.LR, Batch: o.Batch, Epochs: []int{o.Epochs}}
		},
		Scheduled: func(arch string) bool {
			return recipeOf(named(arch).Arch).schedule != ""
		},
		Open: func(mnist *data.MNIST) (sweep.Trainer, error) {
			return func(ctx context.Context, c sweep.Cell, keep training.Checkpoint, p progress.Progress) ([]sweep.Run, error) {
				return trainCell(ctx, mnist, c, keep, p)
			}, checkSize(mnist)
		},
	}
}

// named returns the default training of a variant, which exists.
func named(arch string) Training { return Defaults(lenet.Archs()[slices.Index(Names(), arch)]) }

func trainCell(ctx context.Context, mnist *data.MNIST, c sweep.Cell, keep training.Checkpoint,
	p progress.Progress) ([]sweep.Run, error) {
	o := named(c.Variant)
	o.LR, o.Batch, o.Seed, o.Epochs, o.Checkpoint = c.LR, c.Batch, c.Seed, c.Epochs[len(c.Epochs)-1], keep
	r := recipeOf(o.Arch)
	keeper, err := o.Keeper(*mnist, shard, r.settings("LeNet-5 ("+c.Variant+")", o.Epochs)...)
	if err != nil {
		return nil, err
	}
	defer keeper.Close()
	return sweep.Each(ctx, c, keeper, p, func(one sweep.Cell) *training.Fit {
		at := o
		at.Seed = one.Seed
		return at.Fit(mnist)
	})
}
