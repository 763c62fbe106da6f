package homework

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// small is the settings of a short training, with a checkpoint.
func small(file string) Config {
	cfg := Defaults(5)
	cfg.Epochs, cfg.Batch, cfg.LR = 3, 8, 0.5
	cfg.Checkpoint = Checkpoint{File: file, Every: 1}
	return cfg
}

// trainSmall trains with the sum of squares and then the KL divergence, with
// momentum, as one run with one checkpoint. It stops before step stop of the run,
// if that is not 0, and returns what was measured and the weights' sums.
func trainSmall(t *testing.T, cfg Config, stop int) (curves [][]epoch, sums []string, err error) {
	t.Helper()
	sets := data.MNIST{Train: tiny(50), Test: tiny(20)}
	k, err := openCheckpoint(cfg, sets, 4, checkpoint.Setting{Name: "model", Value: "small"})
	if err != nil {
		return nil, nil, err
	}
	defer k.close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	steps := 0
	progress := Progress{Step: func(Step) {
		if steps++; steps == stop {
			cancel()
		}
	}}
	for _, l := range binaryLosses {
		f := logisticFit(cfg, l, sets.Train, sets.Test)
		f.momentum, f.checkpoint = 0.9, k
		epochs, err := f.run(ctx, progress)
		if err != nil {
			return curves, sums, err
		}
		curves, sums = append(curves, epochs), append(sums, nn.SHA256(f.network.Params()))
	}
	return curves, sums, nil
}

// A run of two trainings with momentum, interrupted after any step and at any
// checkpoint, ends with the weights and measurements of the run that was not.
func TestInterruptedAnywhere(t *testing.T) {
	want, wantSums, err := trainSmall(t, small(""), 0)
	if err != nil {
		t.Fatal(err)
	}
	const all = 2 * 3 * 7 // steps
	for stop := 1; stop < all; stop++ {
		cfg := small(filepath.Join(t.TempDir(), "c"))
		cfg.Checkpoint.Every = []int{0, 3, 10}[stop%3]
		_, _, err := trainSmall(t, cfg, stop)
		var stopped *StoppedError
		place := fmt.Sprintf("%s, epoch %d, step %d", binaryLosses[(stop-1)/21].title, (stop-1)%21/7+1, (stop-1)%7+1)
		if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.Save != nil || stopped.Place != place {
			t.Fatalf("stop %d: %v: %+v, want %s", stop, err, stopped, place)
		}
		var notices []string
		cfg.Checkpoint.Resume, cfg.Checkpoint.Notice = true, func(line string) { notices = append(notices, line) }
		curves, sums, err := trainSmall(t, cfg, 0)
		if err != nil || !reflect.DeepEqual(curves, want) || !reflect.DeepEqual(sums, wantSums) {
			t.Errorf("stop %d: %v, %v and %v, want %v and %v", stop, err, curves, sums, want, wantSums)
		}
		if len(notices) != 1 || notices[0] != "going on from "+stopped.Place {
			t.Errorf("stop %d: notices %q", stop, notices)
		}
	}
}

// An interruption after the trainings says where they are kept, too.
func TestInterruptedAfterTheTrainings(t *testing.T) {
	k, err := openCheckpoint(small(filepath.Join(t.TempDir(), "c")), data.MNIST{Train: tiny(50), Test: tiny(20)}, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer k.close()
	f := logisticFit(small(""), binaryLosses[1], tiny(50), tiny(20))
	f.checkpoint = k
	if _, err := f.run(context.Background(), Progress{}); err != nil {
		t.Fatal(err)
	}
	var stopped *StoppedError
	if err := k.stopped(context.Canceled); !errors.As(err, &stopped) || stopped.Place != "KL divergence, the end of epoch 3" || stopped.File != k.store.Path() {
		t.Errorf("%v, %+v", err, stopped)
	}
	if err := k.stopped(nil); err != nil {
		t.Error(err)
	}
}

// More epochs go on from the last; the result is that of a run of so many.
func TestMoreEpochs(t *testing.T) {
	cfg := small(filepath.Join(t.TempDir(), "c"))
	if _, _, err := trainSmall(t, cfg, 0); err != nil {
		t.Fatal(err)
	}
	long := small("")
	long.Epochs = 5
	want, wantSums, err := trainSmall(t, long, 0)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Epochs, cfg.Checkpoint.Resume = 5, true
	curves, sums, err := trainSmall(t, cfg, 0)
	if err != nil || !reflect.DeepEqual(curves, want) || !reflect.DeepEqual(sums, wantSums) {
		t.Errorf("%v: %v and %v, want %v and %v", err, curves, sums, want, wantSums)
	}
	cfg.Epochs = 4
	_, _, err = trainSmall(t, cfg, 0)
	var input *InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "it is past epoch 4, the last one wanted") {
		t.Errorf("fewer epochs: %v", err)
	}
}

// A checkpoint of another run is refused with the difference named, and stays.
func TestForeignCheckpoints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	if _, _, err := trainSmall(t, small(path), 0); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for say, edit := range map[string]func(cfg *Config){
		"its learning rate is 0.5, here 0.25":                func(cfg *Config) { cfg.LR = 0.25 },
		"its batch size is 8, here 9":                        func(cfg *Config) { cfg.Batch = 9 },
		"its seed is 0, here 7; ":                            func(cfg *Config) { cfg.Seed, cfg.Batch = 7, 8 },
		"bias is not a parameter of this model":              func(cfg *Config) { cfg.NoBias = true },
		path + " is there already: add --resume":             func(cfg *Config) { cfg.Checkpoint.Resume = false },
		"there is no checkpoint " + path + "x; leave out --": func(cfg *Config) { cfg.Checkpoint.File += "x" },
	} {
		cfg := small(path)
		cfg.Checkpoint.Resume = true
		edit(&cfg)
		_, _, err := trainSmall(t, cfg, 0)
		var (
			input *InputError
			usage *UsageError
		)
		if !errors.As(err, &input) && !errors.As(err, &usage) || !strings.Contains(err.Error()+"; ", say) {
			t.Errorf("error %v, want one that says %q", err, say)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the checkpoint has changed (%v)", err)
	}
	cfg := Config{Batch: 8, LR: 0.5, Checkpoint: Checkpoint{File: path, Resume: true}}
	if _, err := openCheckpoint(cfg, data.MNIST{Train: tiny(50), Test: tiny(20)}, 5, checkpoint.Setting{Name: "model", Value: "small"}); err == nil || !strings.Contains(err.Error(), ": its size of a batch's shards is 4, here 5") {
		t.Errorf("another cut of batches: %v", err)
	}
	other := tiny(50)
	other.Images[5]++
	k, err := openCheckpoint(cfg, data.MNIST{Train: other, Test: tiny(20)}, 4, checkpoint.Setting{Name: "model", Value: "small"})
	if err == nil || !strings.Contains(err.Error(), "its training set is 50 images, SHA-256 ") || strings.Contains(err.Error(), "seed") {
		t.Errorf("another data set: %v, %v", k, err)
	}
}

// States that hold together in themselves and do not fit the training.
func TestUnfitStates(t *testing.T) {
	for say, edit := range map[string]func(s *checkpoint.Training){
		"it trains other, not sum of squares":            func(s *checkpoint.Training) { s.Name = "other" },
		"row 1 of what was measured is [2 0 0 0 0]":      func(s *checkpoint.Training) { s.Measured[1] = []float64{2, 0, 0, 0, 0} },
		"row 0 of what was measured is [0]":              func(s *checkpoint.Training) { s.Measured = [][]float64{{0}} },
		"it is at step 8 of epoch 2, which has 7":        func(s *checkpoint.Training) { s.Step = 8 },
		"it is at step 1 of epoch 0, which has 7":        func(s *checkpoint.Training) { s.Step, s.Measured = 1, nil },
		"invalid PCG encoding":                           func(s *checkpoint.Training) { s.Order = []byte("no") },
		"bias is missing":                                func(s *checkpoint.Training) { s.Weights = s.Weights[:1] },
		"9.momentum_buffer belongs to no parameter":      func(s *checkpoint.Training) { s.Optimizer["9.momentum_buffer"] = nil },
		"weight has shape (1,1), want (1,6); weight has": func(s *checkpoint.Training) { s.Weights[0].Value = tensor.Zeros[float32](1, 1) },
	} {
		cfg := small(filepath.Join(t.TempDir(), "c"))
		if _, _, err := trainSmall(t, cfg, 10); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		store, err := checkpoint.Open(cfg.Checkpoint.File)
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
		cfg.Checkpoint.Resume = true
		_, _, err = trainSmall(t, cfg, 0)
		var input *InputError
		if first, _, _ := strings.Cut(say, "; weight has"); !errors.As(err, &input) || !strings.Contains(err.Error(), first) {
			t.Errorf("error %v, want one that says %q", err, first)
		}
	}
}

// When a number is not finite, the tensor and the step are named, and the last
// checkpoint is of a state in which all are.
func TestDivergenceIsNamed(t *testing.T) {
	for _, c := range []struct {
		param  string // where a number is put
		value  float32
		factor float32 // of the loss
		say    string
	}{
		{"", 0, float32(math.Inf(1)), "the loss is +Inf at the end of epoch 0, on the test set"},
		{"weight", float32(math.Inf(-1)), 1, "element 4 of weight is -Inf at epoch 1, step 3"},
		{"bias", float32(math.NaN()), 1, "element 0 of bias is NaN at epoch 1, step 3"},
	} {
		cfg := small(filepath.Join(t.TempDir(), "c"))
		k, err := openCheckpoint(cfg, data.MNIST{Train: tiny(50), Test: tiny(20)}, 4)
		if err != nil {
			t.Fatal(err)
		}
		f := logisticFit(cfg, binaryLosses[0], tiny(50), tiny(20))
		f.checkpoint = k
		plain := f.loss
		f.loss = func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			return tensor.Scale(plain(z, labels), c.factor)
		}
		steps := 0
		_, err = f.run(context.Background(), Progress{Step: func(Step) {
			if steps++; steps == 3 {
				for _, p := range f.network.Params() {
					if p.Name == c.param {
						p.Value.Data()[min(4, p.Value.Len()-1)] = c.value
					}
				}
			}
		}})
		var diverged *DivergedError
		var stopped *StoppedError
		if !errors.As(err, &diverged) || !errors.As(err, &stopped) || !strings.Contains(err.Error(), "training diverged: "+c.say) {
			t.Errorf("error %v, want one that says %q", err, c.say)
		}
		state, notice, err := k.store.Load()
		if err != nil || notice != "" {
			t.Fatal(err, notice)
		}
		kept := state.Trainings[0]
		if want := map[string]int{"": 0}[c.param]; c.param == "" && kept.Step != want || c.param != "" && kept.Step != 2 {
			t.Errorf("%s: the checkpoint is of step %d", c.say, kept.Step)
		}
		for _, w := range kept.Weights {
			for i, v := range w.Value.Data() {
				if v-v != 0 {
					t.Errorf("%s: element %d of %s is %v in the checkpoint", c.say, i, w.Name, v)
				}
			}
		}
		if err := k.close(); err != nil {
			t.Error(err)
		}
	}
}

// Without a checkpoint the weights are looked at when the loss is not finite, and
// then the gradients.
func TestDivergenceLooksForItsOrigin(t *testing.T) {
	f := tinyFit(0.5)
	tr := &training{fit: f, step: 4}
	params := f.network.Params()
	say := func() string { return tr.diverged("epoch 1, step 5", math.NaN()).Error() }
	if got := say(); !strings.Contains(got, "the loss is NaN at epoch 1, step 5; try") {
		t.Error(got)
	}
	gradient := tensor.Zeros[float32](params[1].Value.Shape()...)
	gradient.Data()[0] = float32(math.Inf(1))
	params[1].Value.SetGrad(gradient)
	if got := say(); !strings.Contains(got, fmt.Sprintf("step 5, where the gradient by element 0 of %s is +Inf", params[1].Name)) {
		t.Error(got)
	}
	params[0].Value.Data()[2] = float32(math.NaN())
	if got := say(); !strings.Contains(got, "step 5, where element 2 of weight is NaN") {
		t.Error(got)
	}
}
