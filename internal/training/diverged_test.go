package training

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/progress"
	"hw4/tensor"
)

// When a number is not finite, the tensor and the step are named, and the last
// checkpoint is of a state in which all are.
func TestDivergenceIsNamed(t *testing.T) {
	for _, c := range []struct {
		param  string // where a number is put; empty: nowhere
		value  float32
		factor float32 // of the loss
		say    string
		kept   int // the step of the last checkpoint
	}{
		{"", 0, float32(math.Inf(1)), "the loss is +Inf at the end of epoch 0, on the test set", 0},
		{"weight", float32(math.Inf(-1)), 1, "element 4 of weight is -Inf at epoch 1, step 3", 2},
		{"weight", -1 << 65, 1, "element 4 of weight is -3.6893488147419103e+19 at epoch 1, step 3, which is beyond 2^64", 2},
		{"bias", float32(math.NaN()), 1, "element 0 of bias is NaN at epoch 1, step 3", 2},
	} {
		s := short(filepath.Join(t.TempDir(), "c"))
		k, err := s.keeper(tinySets(), 4)
		if err != nil {
			t.Fatal(err)
		}
		f := s.fit(0)
		f.Keeper = k
		plain := f.Loss
		f.Loss = func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			return tensor.Scale(plain(z, labels), c.factor)
		}
		steps := 0
		_, err = f.Run(context.Background(), progress.Progress{Step: func(progress.Step) {
			if steps++; steps == 3 {
				for _, p := range f.Network.Params() {
					if p.Name == c.param {
						p.Value.Data()[min(4, p.Value.Len()-1)] = c.value
					}
				}
			}
		}})
		var diverged *DivergedError
		var stopped *StoppedError
		want := "squares: training diverged: " + c.say
		if !errors.As(err, &diverged) || !errors.As(err, &stopped) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
		state, notice, err := k.store.Load()
		if err != nil || notice != "" {
			t.Fatal(err, notice)
		}
		kept := state.Trainings[0]
		if kept.Step != c.kept {
			t.Errorf("%s: the checkpoint is of step %d, want %d", c.say, kept.Step, c.kept)
		}
		for _, w := range kept.Weights {
			for i, v := range w.Value.Data() {
				if v-v != 0 {
					t.Errorf("%s: element %d of %s is %v in the checkpoint", c.say, i, w.Name, v)
				}
			}
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Without a checkpoint the weights are looked at when the loss is not finite, and
// then the gradients.
func TestDivergenceLooksForItsOrigin(t *testing.T) {
	r := &run{Fit: tinyFit(0.5), step: 4}
	params := r.Network.Params()
	say := func() string { return r.diverged("epoch 1, step 5", math.NaN()).Error() }
	if got := say(); !strings.Contains(got, "the loss is NaN at epoch 1, step 5; try") {
		t.Error(got)
	}
	gradient := tensor.Zeros[float32](params[1].Value.Shape()...)
	gradient.Data()[0] = float32(math.Inf(1))
	params[1].Value.SetGrad(gradient)
	want := fmt.Sprintf("step 5, where the gradient by element 0 of %s is +Inf", params[1].Name)
	if got := say(); !strings.Contains(got, want) {
		t.Error(got)
	}
	params[0].Value.Data()[2] = float32(math.NaN())
	if got := say(); !strings.Contains(got, "step 5, where element 2 of weight is NaN") {
		t.Error(got)
	}
}
