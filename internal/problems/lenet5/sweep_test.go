package lenet5

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/progress"
	"hw4/internal/sweep"
	"hw4/internal/training"
	"hw4/lenet"
)

// noiseSet is a small data set that LeNet-5 takes.
func noiseSet(n int) *data.Set {
	return datatest.Set(n, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(i, p int) byte { return byte(i%10*17 ^ p*p) })
}

// A cell is the training that 'hw4 lenet --train' makes of the same settings, and notes
// what it is after each number of epochs.
func TestCellIsTheTraining(t *testing.T) {
	mnist := &data.MNIST{Train: noiseSet(60), Test: noiseSet(30)}
	train, err := Sweep().Open(mnist)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []sweep.Cell{
		{Variant: "modern", LR: 0.2, Batch: 20, Epochs: []int{1, 3}, Seed: 5, Seeds: 1},
		{Variant: "lecun1998", LR: 0.001, Batch: 20, Epochs: []int{3}, Seed: 6, Seeds: 1},
	} {
		o := named(c.Variant)
		o.LR, o.Batch, o.Epochs, o.Seed = c.LR, c.Batch, 3, c.Seed
		f := o.Fit(mnist)
		curve, err := f.Run(context.Background(), progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		runs, err := train(context.Background(), c, training.Checkpoint{}, progress.Progress{})
		if err != nil || len(runs) != 1 {
			t.Fatal(err, runs)
		}
		r, last := runs[0], len(c.Epochs)-1
		if r.Weights != training.SHA256(f.Network.Params()) ||
			!reflect.DeepEqual(r.Right[last], sweep.Pack(f.Right(mnist.Test))) ||
			len(r.Right) != len(c.Epochs) || r.Images != 30 || r.Seed != c.Seed ||
			!reflect.DeepEqual(sweep.Curve(curve)[1:], r.Curve[1:]) &&
				r.Curve[3].TestAcc != sweep.Number(curve[3].TestAcc) {
			t.Errorf("%s: another training", c.Variant)
		}
	}
}

// A cell that is interrupted anywhere goes on from its checkpoint to the same result.
func TestInterruptedCell(t *testing.T) {
	mnist := &data.MNIST{Train: noiseSet(60), Test: noiseSet(30)}
	train, err := Sweep().Open(mnist)
	if err != nil {
		t.Fatal(err)
	}
	c := sweep.Cell{Variant: "original", LR: 0.2, Batch: 20, Epochs: []int{1, 2}, Seed: 5, Seeds: 2}
	want, err := train(context.Background(), c, training.Checkpoint{}, progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	for stop := 1; stop <= 12; stop++ { // steps, of which there are 2 x 2 x 3
		keep := training.Checkpoint{File: filepath.Join(t.TempDir(), "c"), Pause: time.Hour}
		ctx, cancel := context.WithCancel(context.Background())
		steps := 0
		_, err := train(ctx, c, keep, progress.Progress{Step: func(progress.Step) {
			if steps++; steps == stop {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stop %d: %v", stop, err)
		}
		keep.Resume = true
		steps = 0
		got, err := train(context.Background(), c, keep, progress.Progress{Step: func(progress.Step) { steps++ }})
		if err != nil || len(got) != 2 || got[0].Weights != want[0].Weights || got[1].Weights != want[1].Weights ||
			!reflect.DeepEqual(
				got[0].Right,
				want[0].Right,
			) || !reflect.DeepEqual(got[1].Right, want[1].Right) || steps != 12-stop {
			t.Errorf("stop %d: %v, %d steps more", stop, err, steps)
		}
	}
}

// A cell that diverges is a result, whose last seed is there too.
func TestDivergedCell(t *testing.T) {
	train, err := Sweep().Open(&data.MNIST{Train: noiseSet(60), Test: noiseSet(30)})
	if err != nil {
		t.Fatal(err)
	}
	c := sweep.Cell{Variant: "original", LR: 1e38, Batch: 20, Epochs: []int{2}, Seeds: 2}
	runs, err := train(context.Background(), c, training.Checkpoint{}, progress.Progress{})
	if err != nil || len(runs) != 2 || runs[0].Diverged == "" || runs[1].Diverged == "" || len(runs[0].Right) != 0 {
		t.Errorf("%v, %+v", err, runs)
	}
}

// The sweep's presets are the command's, and only lecun1998 has a schedule.
func TestSweepPresets(t *testing.T) {
	m := Sweep()
	for _, arch := range lenet.Archs() {
		c, o := m.Preset(arch.String()), Defaults(arch)
		if c.LR != o.LR || c.Batch != o.Batch || len(c.Epochs) != 1 || c.Epochs[0] != o.Epochs ||
			m.Scheduled(arch.String()) != (arch == lenet.LeCun1998) {
			t.Errorf("%s: %+v", arch, c)
		}
	}
	if _, err := m.Open(&data.MNIST{Train: &data.Set{Rows: 5, Cols: 5}}); err == nil {
		t.Error("images of 5x5 are taken")
	}
}
