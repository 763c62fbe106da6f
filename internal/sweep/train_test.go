package sweep

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/progress"
	"hw4/internal/training"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// fitOf is the training of a linear model, to tell images with a bright left half from those with a
// bright right one.
func fitOf(c Cell) *training.Fit {
	set := datatest.Set(20, []byte{0, 1}, func(i, p int) byte {
		if p%28/14 == i%2 {
			return byte(100 + 7*i)
		}
		return byte(20 + i)
	})
	class := func(out *tensor.Tensor[float32], i int) byte {
		if out.At(i, 1) > out.At(i, 0) {
			return 1
		}
		return 0
	}
	return &training.Fit{
		Name:    "halves",
		Network: nn.NewLinear[float32](rand.New(rand.NewPCG(c.Seed, 1)), 28*28, 2, nn.LinearOptions{}),
		Loss: func(out *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			classes := make([]int, len(labels))
			for i, l := range labels {
				classes[i] = int(l)
			}
			return loss.CrossEntropy(out, classes, loss.CrossEntropyOptions{})
		},
		Correct: func(out *tensor.Tensor[float32], labels []byte) (n int) {
			for i, l := range labels {
				if class(out, i) == l {
					n++
				}
			}
			return n
		},
		Train: set, Test: set, Fitted: set,
		Epochs: c.last(), Batch: c.Batch, LR: c.LR, Order: rand.NewPCG(c.Seed, 2), Shard: 5,
	}
}

var halves = Cell{Model: "linear", Variant: "halves", LR: 0.001, Batch: 5, Epochs: []int{1, 4}, Seed: 3, Seeds: 2}

// What is noted on the way of a long training is what shorter ones from the same seed come to.
func TestTrain(t *testing.T) {
	var tasks []string
	run, err := Train(context.Background(), fitOf(halves), halves, progress.Progress{Step: func(s progress.Step) {
		if len(tasks) == 0 || tasks[len(tasks)-1] != s.Task {
			tasks = append(tasks, s.Task)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := Run{Seed: 3, Images: 20}
	for _, epochs := range halves.Epochs {
		c := halves
		c.Epochs = []int{epochs}
		f := fitOf(c)
		measured, err := f.Run(context.Background(), progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		state, err := f.Order.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		want.Curve, want.Right = Curve(measured), append(want.Right, Pack(f.Right(f.Test)))
		want.Weights, want.Order = training.SHA256(f.Network.Params()), hex.EncodeToString(state)
	}
	if !reflect.DeepEqual(run, want) || len(run.Curve) != 5 {
		t.Errorf("%+v\nwant %+v", run, want)
	}
	const name = "halves, learning rate 0.001, seed 3, after epoch "
	if !reflect.DeepEqual(tasks, []string{name + "0", name + "1"}) {
		t.Errorf("the progress is that of %q", tasks)
	}
}

// Each seed has its run, also if the training diverges; it keeps what there was before. Another
// error ends all.
func TestEach(t *testing.T) {
	runs, err := Each(context.Background(), halves, nil, progress.Progress{}, fitOf)
	if err != nil || len(runs) != 2 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	for i, run := range runs {
		one := halves.One(i)
		want, err := Train(context.Background(), fitOf(one), one, progress.Progress{})
		if err != nil || !reflect.DeepEqual(run, want) || run.Seed != 3+uint64(i) || run.Diverged != "" {
			t.Errorf("seed %d: %+v, want %+v, %v", one.Seed, run, want, err)
		}
	}
	epoch := 0
	diverging, err := Each(context.Background(), halves.One(0), nil, progress.Progress{}, func(c Cell) *training.Fit {
		f := fitOf(c)
		f.Rate = func(int) float64 {
			if epoch++; epoch == 3 { // the second behind the first stop
				return 1e38
			}
			return c.LR
		}
		return f
	})
	if err != nil || len(diverging) != 1 || !strings.Contains(diverging[0].Diverged, "diverged") ||
		!reflect.DeepEqual(diverging[0].Curve, runs[0].Curve[:3]) ||
		!reflect.DeepEqual(diverging[0].Right, runs[0].Right[:1]) {
		t.Errorf("%+v, %v", diverging, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if runs, err := Each(ctx, halves, nil, progress.Progress{}, fitOf); !errors.Is(err, context.Canceled) || runs != nil {
		t.Errorf("%v, %v", runs, err)
	}
}

// A cell that is interrupted goes on from its checkpoint, and comes to the same.
func TestEachGoesOn(t *testing.T) {
	want, err := Each(context.Background(), halves, nil, progress.Progress{}, fitOf)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "checkpoint")
	each := func(stop int) (runs []Run, epochs int, err error) {
		set := fitOf(halves).Train
		o := training.Options{Epochs: 4, Batch: halves.Batch, LR: halves.LR, Seed: halves.Seed,
			Checkpoint: training.Checkpoint{File: file, Resume: stop == 0}}
		keeper, err := o.Keeper(data.MNIST{Train: set, Test: set}, 5)
		if err != nil {
			t.Fatal(err)
		}
		defer keeper.Close()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		runs, err = Each(ctx, halves, keeper, progress.Progress{Line: func(string) {
			if epochs++; epochs == stop {
				cancel()
			}
		}}, fitOf)
		return runs, epochs, err
	}
	if runs, _, err := each(8); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, %v", runs, err)
	}
	if runs, epochs, err := each(0); err != nil || !reflect.DeepEqual(runs, want) || epochs > 6 {
		t.Errorf("%v after %d epochs, want %v, %v", runs, epochs, want, err)
	}
}

// All returns the runs in the order of the cells, or the first error in that order, and tells
// how many are done.
func TestAll(t *testing.T) {
	cells := make([]Cell, 30)
	for i := range cells {
		cells[i].Seed = uint64(i)
	}
	var steps []progress.Step
	p := progress.Progress{Step: func(s progress.Step) { steps = append(steps, s) }}
	train := func(_ context.Context, c Cell) (Run, error) { return Run{Seed: c.Seed}, nil }
	runs, err := All(context.Background(), "task", cells, p, train)
	if err != nil || len(runs) != 30 || len(steps) != 30 {
		t.Fatalf("%d runs, %d steps, %v", len(runs), len(steps), err)
	}
	for i, run := range runs {
		want := progress.Step{Task: "task", Unit: "runs", Done: i + 1, Total: 30}
		if run.Seed != uint64(i) || steps[i] != want {
			t.Errorf("run %d: %+v, %+v, want %+v", i, run, steps[i], want)
		}
	}
	steps = nil
	runs, err = All(context.Background(), "task", cells, p, func(_ context.Context, c Cell) (Run, error) {
		if c.Seed%10 == 7 {
			return Run{}, fmt.Errorf("seed %d", c.Seed)
		}
		return Run{}, nil
	})
	if err == nil || err.Error() != "seed 7" || runs != nil || len(steps) != 27 {
		t.Errorf("%d runs, %d steps, %v", len(runs), len(steps), err)
	}
}
