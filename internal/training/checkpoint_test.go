package training

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/internal/kernel"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// keeper opens the checkpoint of a training of the model on the tiny sets.
func (s setting) keeper(sets data.MNIST, shard int) (*Keeper, error) {
	return s.Keeper(sets, shard, checkpoint.Setting{Name: "model", Value: "small"})
}

func tinySets() data.MNIST { return data.MNIST{Train: tiny(50), Test: tiny(20)} }

// trainShort trains with one loss and then with the other, with momentum, as one run
// with one checkpoint. It stops before step stop of the run, if that is not 0, and
// returns what was measured and the weights' sums.
func trainShort(t *testing.T, s setting, stop int) (curves [][]Epoch, sums []string, err error) {
	t.Helper()
	k, err := s.keeper(tinySets(), 4)
	if err != nil {
		return nil, nil, err
	}
	defer k.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	steps := 0
	p := progress.Progress{Step: func(progress.Step) {
		if steps++; steps == stop {
			cancel()
		}
	}}
	for l := range losses {
		f := s.fit(l)
		f.Momentum, f.Keeper = 0.9, k
		epochs, err := f.Run(ctx, p)
		if err != nil {
			return curves, sums, err
		}
		curves, sums = append(curves, epochs), append(sums, SHA256(f.Network.Params()))
	}
	return curves, sums, nil
}

// A run of two trainings with momentum, interrupted after any step and at any
// checkpoint, ends with the weights and measurements of the run that was not.
func TestInterruptedAnywhere(t *testing.T) {
	want, wantSums, err := trainShort(t, short(""), 0)
	if err != nil {
		t.Fatal(err)
	}
	const all = 2 * 3 * 7 // steps
	for stop := 1; stop < all; stop++ {
		s := short(filepath.Join(t.TempDir(), "c"))
		s.Checkpoint.Every = []int{0, 3, 10}[stop%3]
		_, _, err := trainShort(t, s, stop)
		var stopped *StoppedError
		place := fmt.Sprintf("%s, epoch %d, step %d", losses[(stop-1)/21].name, (stop-1)%21/7+1, (stop-1)%7+1)
		if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.Save != nil ||
			stopped.Place != place || stopped.File != s.Checkpoint.File || err.Error() != context.Canceled.Error() {
			t.Fatalf("stop %d: %v: %+v, want %s", stop, err, stopped, place)
		}
		var notices []string
		s.Checkpoint.Resume, s.Checkpoint.Notice = true, func(line string) { notices = append(notices, line) }
		curves, sums, err := trainShort(t, s, 0)
		if err != nil || !reflect.DeepEqual(curves, want) || !reflect.DeepEqual(sums, wantSums) {
			t.Errorf("stop %d: %v, %v and %v, want %v and %v", stop, err, curves, sums, want, wantSums)
		}
		if len(notices) != 1 || notices[0] != "going on from "+stopped.Place {
			t.Errorf("stop %d: notices %q", stop, notices)
		}
	}
}

// The checkpoint is written at the start, after so many steps, and at the end of
// every epoch.
func TestWhenTheCheckpointIsWritten(t *testing.T) {
	for every, want := range map[int][]string{
		0: {"the start", "the end of epoch 1", "the end of epoch 2", "the end of epoch 3"},
		3: {"the start", "epoch 1, step 3", "epoch 1, step 6", "the end of epoch 1", "epoch 2, step 3"},
	} {
		s := short(filepath.Join(t.TempDir(), "c"))
		s.Checkpoint.Every = every
		k, err := s.keeper(tinySets(), 4)
		if err != nil {
			t.Fatal(err)
		}
		f := s.fit(0)
		f.Keeper = k
		var places []string
		look := func() {
			state, damage, err := k.store.Load()
			if err != nil || damage != "" {
				t.Fatal(err, damage)
			}
			if p := state.Trainings[0].Place(); !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
		_, err = f.Run(context.Background(), progress.Progress{
			Step: func(progress.Step) { look() }, Line: func(string) { look() },
		})
		look()
		if err = errors.Join(err, k.Close()); err != nil {
			t.Fatal(err)
		}
		if got := places[:min(len(want), len(places))]; !slices.Equal(got, want) {
			t.Errorf("every %d: %q, want %q", every, places, want)
		}
	}
}

// An interruption after the trainings says where they are kept, too.
func TestInterruptedAfterTheTrainings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	k, err := short(path).keeper(tinySets(), 4)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	f := short("").fit(1)
	f.Keeper = k
	f.mustRun(t)
	var stopped *StoppedError
	if err := k.Stopped(context.Canceled); !errors.As(err, &stopped) ||
		stopped.Place != "divergence, the end of epoch 3" || stopped.File != path {
		t.Errorf("%v, %+v", err, stopped)
	}
	if err := k.Stopped(nil); err != nil {
		t.Error(err)
	}
	if err := k.Stopped(problem.Inputf("a file")); errors.As(err, &stopped) && stopped.Cause.Error() == "a file" {
		t.Errorf("a file that cannot be used has stopped the run: %v", err)
	}
}

// Without a checkpoint a training's error is what it is.
func TestNoKeeper(t *testing.T) {
	k, err := short("").keeper(tinySets(), 4)
	if k != nil || err != nil {
		t.Fatalf("%v, %v", k, err)
	}
	if err := k.Stopped(context.Canceled); err != context.Canceled {
		t.Error(err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}

// More epochs go on from the last; the result is that of a run of so many.
func TestMoreEpochs(t *testing.T) {
	s := short(filepath.Join(t.TempDir(), "c"))
	if _, _, err := trainShort(t, s, 0); err != nil {
		t.Fatal(err)
	}
	long := short("")
	long.Epochs = 5
	want, wantSums, err := trainShort(t, long, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.Epochs, s.Checkpoint.Resume = 5, true
	curves, sums, err := trainShort(t, s, 0)
	if err != nil || !reflect.DeepEqual(curves, want) || !reflect.DeepEqual(sums, wantSums) {
		t.Errorf("%v: %v and %v, want %v and %v", err, curves, sums, want, wantSums)
	}
	s.Epochs = 4
	_, _, err = trainShort(t, s, 0)
	var input *problem.InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "it is already past epoch 4") {
		t.Errorf("fewer epochs: %v", err)
	}
}

// In the midst of an epoch that is beyond the last one wanted there is no going on.
func TestFewerEpochsInTheMidst(t *testing.T) {
	s := short(filepath.Join(t.TempDir(), "c"))
	if _, _, err := trainShort(t, s, 7+3); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	s.Checkpoint.Resume, s.Epochs = true, 1
	if _, _, err := trainShort(t, s, 0); err == nil || !strings.Contains(err.Error(), "it is already past epoch 1") {
		t.Errorf("error %v", err)
	}
	s.Epochs = 2
	if _, _, err := trainShort(t, s, 0); err != nil {
		t.Error(err)
	}
}

// A checkpoint of another run is refused with the difference named, and stays.
func TestForeignCheckpoints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	if _, _, err := trainShort(t, short(path), 0); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for say, edit := range map[string]func(s *setting){
		"its learning rate is 0.5, here 0.25":                 func(s *setting) { s.LR = 0.25 },
		"its batch size is 8, here 9":                         func(s *setting) { s.Batch = 9 },
		"its seed is 0, here 7":                               func(s *setting) { s.Seed = 7 },
		"it has \"bias\" (1,), which the model does not have": func(s *setting) { s.bias = nn.WithoutBias },
	} {
		s := short(path)
		s.Checkpoint.Resume = true
		edit(&s)
		_, _, err := trainShort(t, s, 0)
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.HasPrefix(err.Error(), path+" is the checkpoint of another run: ") ||
			!strings.Contains(err.Error(), say) || strings.Contains(err.Error(), ";") {
			t.Errorf("error %v, want one that says %q", err, say)
		}
	}
	s := short(path)
	s.Checkpoint.Resume = true
	if _, err := s.keeper(tinySets(), 5); err == nil ||
		!strings.Contains(err.Error(), ": its size of a batch's shards is 4, here 5") {
		t.Errorf("another cut of batches: %v", err)
	}
	other := tinySets()
	other.Train.Images[5]++
	if _, err := s.keeper(other, 4); err == nil || strings.Contains(err.Error(), "seed") ||
		!strings.Contains(err.Error(), "its training set is 50 images, SHA-256 ") {
		t.Errorf("another training set: %v", err)
	}
	other = tinySets()
	other.Test.Labels[5] = 4
	if _, err := s.keeper(other, 4); err == nil || strings.Contains(err.Error(), "training set") ||
		!strings.Contains(err.Error(), "its test set is 20 images, SHA-256 ") {
		t.Errorf("another test set: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the checkpoint has changed (%v)", err)
	}
}

// A checkpoint that would be lost, and one that is not there, are errors that know the
// file and no flag.
func TestCheckpointErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	s := short(path)
	s.Checkpoint.Resume = true
	_, _, err := trainShort(t, s, 0)
	var missing *CheckpointError
	var input *problem.InputError
	if !errors.As(err, &missing) || missing.Exists || missing.Path != path || !errors.As(err, &input) ||
		err.Error() != "there is no checkpoint "+path {
		t.Errorf("no checkpoint: %v", err)
	}
	if _, _, err := trainShort(t, short(path), 0); err != nil {
		t.Fatal(err)
	}
	_, _, err = trainShort(t, short(path), 0)
	var there *CheckpointError
	if !errors.As(err, &there) || !there.Exists || there.Path != path || err.Error() != path+" is there already" {
		t.Errorf("a checkpoint is there: %v", err)
	}
}

// States that hold together in themselves and do not fit the training.
func TestUnfitStates(t *testing.T) {
	for say, edit := range map[string]func(s *checkpoint.Training){
		"it trains other, not squares": func(s *checkpoint.Training) { s.Name = "other" },
		"row 1 of what was measured is [2 0 0 0 0]": func(s *checkpoint.Training) {
			s.Measured[1] = []float64{2, 0, 0, 0, 0}
		},
		"row 0 of what was measured is [0]":         func(s *checkpoint.Training) { s.Measured = [][]float64{{0}} },
		"it is at step 8 of epoch 2, which has 7":   func(s *checkpoint.Training) { s.Step = 8 },
		"it is at step 1 of epoch 0, which has 7":   func(s *checkpoint.Training) { s.Step, s.Measured = 1, nil },
		"invalid PCG encoding":                      func(s *checkpoint.Training) { s.Order = []byte("no") },
		"it lacks \"bias\" (1,)":                    func(s *checkpoint.Training) { s.Weights = s.Weights[:1] },
		"9.momentum_buffer belongs to no parameter": func(s *checkpoint.Training) { s.Optimizer["9.momentum_buffer"] = nil },
		"\"weight\" has shape (1,1), want (1,6)": func(s *checkpoint.Training) {
			s.Weights[0].Value = tensor.Zeros[float32](1, 1)
		},
	} {
		s := short(filepath.Join(t.TempDir(), "c"))
		if _, _, err := trainShort(t, s, 10); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		store, err := checkpoint.Open(s.Checkpoint.File)
		if err != nil {
			t.Fatal(err)
		}
		state, _, err := store.Load()
		if err != nil {
			t.Fatal(err)
		}
		edit(&state.Trainings[0])
		if err := errors.Join(store.Save(state), store.Close()); err != nil {
			t.Fatal(err)
		}
		s.Checkpoint.Resume = true
		_, _, err = trainShort(t, s, 0)
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want one that says %q", err, say)
		}
	}
}

// What is worth telling of a checkpoint is told: damage first, then that another family of
// arithmetic has computed it.
func TestNotices(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	s := short(path)
	restore := kernel.Use(kernel.Generic)
	_, _, err := trainShort(t, s, 10)
	restore()
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file[len(file)-1] ^= 1
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	var notices []string
	s.Checkpoint.Resume, s.Checkpoint.Notice = true, func(line string) { notices = append(notices, line) }
	if _, _, err := trainShort(t, s, 0); err != nil {
		t.Fatal(err)
	}
	var other []string // notices of another arithmetic
	if kernel.ISA() != kernel.Generic {
		other = []string{path + " was computed with portable arithmetic, and goes on with fused: the last digits may differ"}
	}
	last := len(notices) - 1
	if last < 1 || !strings.Contains(notices[0], path) || !slices.Equal(notices[1:last], other) ||
		!strings.HasPrefix(notices[last], "going on from ") {
		t.Errorf("notices %q", notices)
	}
}
