package sweep

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"hw4/internal/parallel"
	"hw4/internal/progress"
	"hw4/internal/training"
)

// Train trains from the seed of a cell of one, and notes what there is to know after each
// of its numbers of epochs: a long training passes through the shorter ones.
func Train(ctx context.Context, f *training.Fit, c Cell, p progress.Progress) (Run, error) {
	run := Run{Seed: c.Seed, Images: f.Test.Len(), Curve: []Epoch{}, Right: []Bits{}}
	name, done := f.Name, 0
	for _, stop := range c.Epochs {
		f.Name = fmt.Sprintf("%s, learning rate %g, seed %d, after epoch %d", name, c.LR, c.Seed, done)
		f.Epochs = stop - done
		part, err := f.Run(ctx, p)
		run.Curve = append(run.Curve[:min(done, len(run.Curve))], Curve(part)...) // the first of part is the last before it
		if err != nil {
			return run, err
		}
		run.Right = append(run.Right, Pack(f.Right(f.Test)))
		done = stop
	}
	state, err := f.Order.MarshalBinary()
	run.Weights, run.Order = training.SHA256(f.Network.Params()), hex.EncodeToString(state)
	return run, err
}

// Each goes through the seeds of a cell, whose trainings keep one checkpoint. A training
// that diverges is one of the runs.
func Each(ctx context.Context, c Cell, keeper *training.Keeper, p progress.Progress,
	fit func(c Cell) *training.Fit) ([]Run, error) {
	var runs []Run
	for i := range c.Seeds {
		one := c.One(i)
		f := fit(one)
		f.Keeper = keeper
		run, err := Train(ctx, f, one, p)
		if diverged, ok := errors.AsType[*training.DivergedError](err); ok {
			run.Diverged, err = diverged.Error(), nil
		}
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// All trains every cell of one seed, side by side on all cores, without files. None
// depends on another. The error is that of the first cell that has one.
func All(ctx context.Context, task string, cells []Cell, p progress.Progress,
	train func(ctx context.Context, c Cell) (Run, error)) ([]Run, error) {
	runs, errs := make([]Run, len(cells)), make([]error, len(cells))
	at := progress.Step{Task: task, Unit: "runs", Total: len(cells)}
	var reporting sync.Mutex
	parallel.Do(len(cells), func(i int) {
		if runs[i], errs[i] = train(ctx, cells[i]); errs[i] != nil {
			return
		}
		reporting.Lock()
		defer reporting.Unlock()
		at.Done++
		p.At(at)
	})
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	return runs, nil
}
