package training

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/loss"
	"hw4/tensor"
)

func TestFit(t *testing.T) {
	var lines []string
	var steps []progress.Step
	epochs, err := tinyFit(0.5).Run(context.Background(), progress.Progress{
		Line: func(line string) { lines = append(lines, line) },
		Step: func(s progress.Step) { steps = append(steps, s) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(epochs) != 6 || len(lines) != 6 || epochs[5].TestAcc != 1 || epochs[5].TrainLoss >= epochs[0].TrainLoss {
		t.Errorf("epochs %+v, progress %q", epochs, lines)
	}
	if !strings.HasPrefix(lines[5], "squares: epoch 5 of 5: test loss ") ||
		!strings.HasSuffix(lines[5], "test accuracy 100.00 %") {
		t.Errorf("the last line of progress is %q", lines[5])
	}
	n := len(steps)
	if n != 5*7 || steps[0].Done != 8 || steps[n-1].Done != 5*50 || steps[n-1].Total != 5*50 {
		t.Errorf("%d steps from %+v to %+v", n, steps[0], steps[n-1])
	}
	for i, s := range steps {
		if s.Task != "squares" || s.Unit != "images" || !report.Finite(s.Loss) || s.Loss <= 0 {
			t.Errorf("step %d is %+v", i, s)
		}
	}
	if again := tinyFit(0.5).mustRun(t); !slices.Equal(epochs, again) {
		t.Error("the same seed gave another run")
	}
}

// What is measured is what the definition says, image by image, with the weights at
// the end of the epoch, of all training images or of none.
func TestMeasurements(t *testing.T) {
	f := tinyFit(0.5)
	epochs := f.mustRun(t)
	for i, set := range []*data.Set{f.Train, f.Test} {
		sum, right := 0.0, 0
		for j := range set.Len() {
			one := f.say(set, j)
			sum += float64(f.Loss(one, set.Labels[j:j+1]).Item())
			right += f.Correct(one, set.Labels[j:j+1])
		}
		n := float64(set.Len())
		last := epochs[5]
		got := [][2]float64{{last.TrainLoss, last.TrainAcc}, {last.TestLoss, last.TestAcc}}[i]
		if math.Abs(got[0]-sum/n) > 1e-6 || got[1] != float64(right)/n {
			t.Errorf("set %d: loss and accuracy %v, want %v and %v", i, got, sum/n, float64(right)/n)
		}
	}
	f = tinyFit(0.5)
	f.Fitted = nil
	for i, e := range f.mustRun(t) {
		if !math.IsNaN(e.TrainLoss) || !math.IsNaN(e.TrainAcc) || e.TestLoss != epochs[i].TestLoss || e.Epoch != i {
			t.Errorf("without training images to measure on, epoch %d is %+v, with them %+v", i, e, epochs[i])
		}
	}
}

// Momentum is used: a single step is the same with it, the second is another.
func TestMomentum(t *testing.T) {
	f := tinyFit(0.1)
	f.Batch, f.Momentum = 50, 0.9
	with, without := f.mustRun(t), tinyFit(0.1)
	without.Batch = 50
	plain := without.mustRun(t)
	if with[1] != plain[1] || with[2] == plain[2] {
		t.Errorf("with momentum %+v, without %+v", with, plain)
	}
}

// The learning rate of a fit changes from epoch to epoch as its rate says: two
// epochs of which the second has a rate too small to move anything are one.
func TestRateIsUsed(t *testing.T) {
	f := tinyFit(0.5)
	f.Epochs, f.Rate = 2, func(epoch int) float64 { return []float64{0.5, 1e-30}[epoch-1] }
	epochs := f.mustRun(t)
	if epochs[1].TestLoss == epochs[0].TestLoss || epochs[2].TestLoss != epochs[1].TestLoss {
		t.Errorf("epochs %+v", epochs)
	}
}

func TestFitStopsWhenCanceled(t *testing.T) {
	for name, p := range map[string]func(stop func()) progress.Progress{
		"after an epoch": func(stop func()) progress.Progress { return progress.Progress{Line: func(string) { stop() }} },
		"after a step": func(stop func()) progress.Progress {
			return progress.Progress{Step: func(progress.Step) { stop() }}
		},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		epochs, err := tinyFit(0.5).Run(ctx, p(cancel))
		if !errors.Is(err, context.Canceled) || len(epochs) != 1 {
			t.Errorf("%s: error %v, %d epochs", name, err, len(epochs))
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if epochs, err := tinyFit(0.5).Run(ctx, progress.Progress{}); !errors.Is(err, context.Canceled) || len(epochs) != 0 {
		t.Errorf("before the start: error %v, %d epochs", err, len(epochs))
	}
}

func TestFitNamesDivergence(t *testing.T) {
	f := tinyFit(1)
	f.Loss = func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
		return loss.MSE(tensor.Scale(z, 1e30), tensor.Ones[float32](len(labels), 1), loss.Mean)
	}
	_, err := f.Run(context.Background(), progress.Progress{})
	var diverged *DivergedError
	if !errors.As(err, &diverged) ||
		!strings.Contains(err.Error(), "squares: training diverged: the loss is +Inf at") {
		t.Errorf("error %v", err)
	}
}

// A loss that leaves the finite numbers within an epoch is noticed at that step.
func TestDivergenceWithinAnEpoch(t *testing.T) {
	f, calls := tinyFit(0.5), 0
	plain := f.Loss
	f.Shard = f.Batch
	f.Loss = func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
		if len(labels) == f.Batch {
			if calls++; calls == 3 {
				return tensor.Scale(plain(z, labels), float32(math.NaN()))
			}
		}
		return plain(z, labels)
	}
	_, err := f.Run(context.Background(), progress.Progress{})
	if err == nil || !strings.Contains(err.Error(), "the loss is NaN at epoch 1, step 3") {
		t.Errorf("error %v", err)
	}
}
