package losses

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/internal/training"
)

// labelled returns a set of images of one shade for each label.
func labelled(labels ...byte) *data.Set {
	s := &data.Set{Rows: 2, Cols: 3, Labels: labels}
	for _, l := range labels {
		s.Images = append(s.Images, slices.Repeat([]byte{25 * l}, 6)...)
	}
	return s
}

// tinyOptions returns the settings of a short training on images from files.
func tinyOptions(t *testing.T) Options {
	o := Defaults()
	o.Epochs, o.Batch, o.Seeds, o.Data = 2, 8, 3, datatest.Source(t, tiny(50), tiny(20))
	return o
}

// Problem 5 needs both classes in both sets.
func TestLoad(t *testing.T) {
	both := labelled(4, 0, 9, 4)
	s, err := load(datatest.Source(t, both, both))
	if err != nil || s.Train.Len() != 3 || s.Test.Len() != 3 {
		t.Errorf("%+v, error %v", s, err)
	}
	fours := labelled(4)
	for message, source := range map[string]data.Source{
		"the data has no training images of class 4; Problem 5 is about 4 and 9": datatest.Source(t, labelled(9), both),
		"the data has no training images of class 9; Problem 5 is about 4 and 9": datatest.Source(t, fours, fours),
		"the data has no test images of class 9; Problem 5 is about 4 and 9":     datatest.Source(t, both, labelled(4, 1)),
	} {
		var input *problem.InputError
		if _, err := load(source); !errors.As(err, &input) || err.Error() != message {
			t.Errorf("error %v, want %q", err, message)
		}
	}
}

// The numbers to compare at are each there once, ascending; without a list there is
// one.
func TestSettingsToCompareAt(t *testing.T) {
	o := Defaults()
	if o.grid() || !o.compares() {
		t.Errorf("%+v", o)
	}
	o.Rates, o.Stops = []float64{0.1, 0.01, 0.1}, []int{20, 3, 3}
	r, s := o.rates(), o.stops()
	if !slices.Equal(r, []float64{0.01, 0.1}) || !slices.Equal(s, []int{3, 20}) || !o.grid() {
		t.Errorf("%v and %v", r, s)
	}
	if o.Seeds = 1; o.compares() {
		t.Error("one seed compares")
	}
	o.Seeds, o.Loss = 2, "kl"
	if o.compares() {
		t.Error("one loss compares")
	}
	var setting *problem.SettingError
	if _, err := o.Solve(context.Background()); !errors.As(err, &setting) {
		t.Errorf("a grid with one loss: %v", err)
	}
}

// A student reads the answer in at most five lines, a table and a plot.
func TestAnswer(t *testing.T) {
	for name, edit := range map[string]func(o *Options){
		"both":     func(o *Options) {},
		"mse":      func(o *Options) { o.Loss = "mse" },
		"one seed": func(o *Options) { o.Seeds = 1 },
		"grid":     func(o *Options) { o.Rates, o.Stops = []float64{0.02, 0.2}, []int{1, 3} },
	} {
		o := tinyOptions(t)
		edit(&o)
		r, err := o.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		lines, tables, plots := 0, 0, 0
		for _, item := range r.Answer {
			switch item.(type) {
			case report.Text:
				lines++
			case report.Table:
				tables++
			case report.Plot:
				plots++
			}
		}
		comparison := one(o.compares())
		if lines < 1 || lines > 5 || tables != comparison || plots != comparison || len(r.Items) == 0 {
			t.Errorf("%s: the answer is %+v", name, r.Answer)
		}
		if _, faults := reporttest.Pictures(append(r.Answer, r.Items...)); faults != nil {
			t.Errorf("%s: %q", name, faults)
		}
	}
}

// The problem as the sheet lists it solves with the settings that all have in common.
func TestProblem(t *testing.T) {
	p := Problem()
	if p.Number != 5 || p.Command != "train" || p.Statement() == "" || p.Derivation() == "" {
		t.Errorf("%+v", p)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := problem.Settings{Seed: 7, Data: datatest.Source(t, tiny(50), tiny(20))}
	if _, err := p.Solve(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A check of a curve fails when what it claims does not hold.
func TestCheckCurve(t *testing.T) {
	for _, c := range []struct{ first, last, accuracy float64 }{{1, 1, 0.9}, {1, 0.5, 0.5}} {
		var b report.Body
		curve := []training.Epoch{{TrainLoss: c.first, TestAcc: 0.5}, {Epoch: 1, TrainLoss: c.last, TestAcc: c.accuracy}}
		reportCurve(&b, binaryLosses[0], curve, true, &data.Set{Labels: []byte{4, 9}})
		if b.OK() || b.Passed() != 1 || len(b.Answer) != 1 {
			t.Errorf("%+v: checks %+v", c, b.Checks)
		}
	}
}

// One run of each loss tells which classifies more images correctly, or that none does.
func TestOneRun(t *testing.T) {
	curves := func(first, second float64) [][]training.Epoch {
		return [][]training.Epoch{{{TestAcc: 0.5}, {TestAcc: first}}, {{TestAcc: 0.5}, {TestAcc: second}}}
	}
	for say, c := range map[string][][]training.Epoch{
		"the sum of squares classifies 2 more test images correctly: 19 against 17 of 20": curves(0.95, 0.85),
		"the KL divergence classifies 1 more test image correctly: 18 against 17 of 20":   curves(0.85, 0.9),
		"both classify the same number of test images correctly: 17 against 17 of 20":     curves(0.85, 0.85),
		"one standard error of such a count is 2 images.":                                 curves(0.5, 0.5),
	} {
		var b report.Body
		reportOneRun(&b, c, 20)
		if text := string(b.Items[0].(report.Text)); !strings.Contains(text, say) || !b.OK() {
			t.Errorf("%q does not say %q", text, say)
		}
	}
	c := curves(0.9, 0.9)
	c[1][0].TestAcc = 0.6
	var b report.Body
	if reportOneRun(&b, c, 20); b.OK() {
		t.Error("another start passed")
	}
}

// The files of a training of one loss are written, and an interrupted run goes on.
func TestFilesOfATraining(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	o := tinyOptions(t)
	o.Loss, o.Save, o.ONNX = "kl", file("w.npz"), file("m.onnx")
	o.Checkpoint = training.Checkpoint{File: file("c")}
	ctx, cancel := context.WithCancel(context.Background())
	o.Progress = progress.Progress{Step: func(progress.Step) { cancel() }}
	var stopped *training.StoppedError
	if _, err := o.Solve(ctx); !errors.As(err, &stopped) {
		t.Fatalf("interrupted: %v", err)
	}
	o.Progress, o.Checkpoint.Resume = progress.Progress{}, true
	r, err := o.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"w.npz", "m.onnx"} {
		if _, err := os.Stat(file(name)); err != nil {
			t.Error(err)
		}
	}
	if len(r.Answer) != 3 {
		t.Errorf("answer %q", r.Answer)
	}
	o.Loss = "mse"
	if _, err := o.Solve(context.Background()); err == nil ||
		!strings.Contains(err.Error(), "its loss is kl, here mse") {
		t.Errorf("with the checkpoint of the other loss: %v", err)
	}
	o.Save = dir
	if _, err := o.Solve(context.Background()); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder to save in: %v", err)
	}
}
