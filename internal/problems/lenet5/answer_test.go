package lenet5

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
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
	"hw4/lenet"
	"hw4/tensor/nn"
)

func newLeNet(arch lenet.Arch) nn.Sequential[float32] {
	return lenet.New[float32](rand.New(rand.NewPCG(9, 9)), arch)
}

// digits returns a set of random images of all ten classes.
func digits(n int) *data.Set {
	rng := rand.New(rand.NewPCG(3, 3))
	return datatest.Set(n, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(_, _ int) byte { return byte(rng.IntN(256)) })
}

// few returns the first images of a set.
func few(s *data.Set, n int) *data.Set {
	return &data.Set{Rows: s.Rows, Cols: s.Cols, Images: s.Images[:n*s.Rows*s.Cols], Labels: s.Labels[:n]}
}

// mnist returns the first images of MNIST, and skips the test if it is to be short.
func mnist(t *testing.T, train, test int) *data.MNIST {
	t.Helper()
	if testing.Short() {
		t.Skip("trains on MNIST")
	}
	m, err := load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return &data.MNIST{Train: few(m.Train, train), Test: few(m.Test, test)}
}

// told returns the answer as one text.
func TestDigitsHaveTheirArticle(t *testing.T) {
	if got := aDigit(8) + " and " + aDigit(1); got != "an 8 and a 1" {
		t.Error(got)
	}
}

func told(b *report.Body) string { return reporttest.Text(b.Answer) }

// failed lists the checks that did not pass.
func failed(b *report.Body) string {
	var names []string
	for _, c := range b.Checks {
		if !c.OK {
			names = append(names, c.Name+": "+c.Detail)
		}
	}
	return strings.Join(names, "; ")
}

// The questions of the sheet are answered in at most five lines.
func TestParametersAreAnswered(t *testing.T) {
	r, err := Options{Params: true}.Solve(context.Background())
	if err != nil || !r.OK() || r.Problem != 7 || len(r.Answer) > 5 {
		t.Fatalf("%d lines of answer, %v: %s", len(r.Answer), err, failed(&r.Body))
	}
	for _, say := range []string{
		"C3 connected by Table I has 1516 parameters, a regular convolution 2416.",
		"Total number of trainable parameters: 60806 instead of 61706. The reduction is 900.",
		"36 of the 96 connections are missing", "36·25 = 900",
	} {
		if !strings.Contains(told(&r.Body), say) {
			t.Errorf("the answer\n%s\ndoes not say %q", told(&r.Body), say)
		}
	}
}

func TestTheReportOf1998(t *testing.T) {
	r, err := Options{Params: true}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var checks []string
	for _, c := range r.Checks {
		checks = append(checks, c.Name+": "+c.Detail)
	}
	all := strings.Join(checks, "\n")
	for _, say := range []string{
		"the bridge to 1998: 60806 - 850 + 12 + 32 = 60000",
		"the paper's totals: 60000 trainable parameters and 340908 connections",
		"original, connections: layer by layer; 339342 by hand, 339342 counted",
		"modern, connections: layer by layer; 429342 by hand, 429342 counted",
		"61706 - 60806 = 900 = 36·25",
	} {
		if !strings.Contains(all, say) {
			t.Errorf("no check says %q:\n%s", say, all)
		}
	}
}

// A training says how many images are classified correctly, and where its files are.
func TestTraining(t *testing.T) {
	dir := t.TempDir()
	for _, arch := range lenet.Archs() {
		o := Options{Train: true, Training: Defaults(arch)}
		o.Epochs, o.Data = 1, datatest.Source(t, digits(40), digits(20))
		o.Save = filepath.Join(dir, arch.String()+".npz")
		if arch != lenet.LeCun1998 {
			o.ONNX = filepath.Join(dir, arch.String()+".onnx")
		}
		r, err := o.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		text := told(&r.Body)
		if !strings.HasPrefix(text, "The "+arch.String()+" LeNet-5, trained for 1 epoch, classifies ") ||
			!strings.Contains(text, " of the 20 test images correctly.") || len(r.Answer) > 5 {
			t.Errorf("%s: the answer is\n%s", arch, text)
		}
		for _, file := range []string{o.Save, o.ONNX} {
			if _, err := os.Stat(file); file != "" && err != nil {
				t.Errorf("%s: %v", arch, err)
			}
		}
		for _, item := range r.Items {
			if table, ok := item.(report.Table); ok && table.Header[0] == "epoch" {
				want := fmt.Sprintf("from %.4g to %.4g", table.Rows[0][1], table.Rows[1][1])
				if c := r.Checks[0]; c.Name != "the test loss fell" || c.Detail != want {
					t.Errorf("%s: check %+v, want one that says %s", arch, c, want)
				}
			}
		}
		paper := slices.ContainsFunc(r.Items, func(item report.Item) bool {
			text, isText := item.(report.Text)
			return isText && strings.Contains(string(text), "the paper reports 0.95 %")
		})
		if paper != (arch == lenet.LeCun1998) {
			t.Errorf("%s: compared with the paper is %v", arch, paper)
		}
	}
}

// What keeps the files from being written is known before the training, and a run that
// is interrupted goes on.
func TestTrainingStops(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "c")
	o := Options{Train: true, Training: Defaults(lenet.Modern)}
	o.Epochs, o.Batch, o.Data = 1, 10, datatest.Source(t, digits(40), digits(20))
	for say, edit := range map[string]func(o *Options){
		"is a folder":       func(o *Options) { o.Save = dir },
		"not for lecun1998": func(o *Options) { o.Arch, o.ONNX = lenet.LeCun1998, filepath.Join(dir, "m.onnx") },
		"LeNet-5 takes 28x28": func(o *Options) {
			small := &data.Set{Rows: 2, Cols: 28, Labels: []byte{1}, Images: make([]byte, 56)}
			o.Data = datatest.Source(t, small, small)
		},
	} {
		o := o
		edit(&o)
		if _, err := o.Solve(context.Background()); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want one that says %q", err, say)
		}
	}
	gone := o
	folder := filepath.Join(dir, "gone")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	gone.Save = filepath.Join(folder, "w.npz")
	gone.Progress = progress.Progress{Step: func(progress.Step) { _ = os.Remove(folder) }}
	if _, err := gone.Solve(context.Background()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is gone after the training: %v", err)
	}
	o.Checkpoint = training.Checkpoint{File: file}
	ctx, cancel := context.WithCancel(context.Background())
	o.Progress = progress.Progress{Step: func(progress.Step) { cancel() }}
	var stopped *training.StoppedError
	if _, err := o.Solve(ctx); !errors.As(err, &stopped) || stopped.Place != "LeNet-5 (modern), epoch 1, step 1" {
		t.Fatalf("interrupted: %v", err)
	}
	o.Progress, o.Checkpoint.Resume = progress.Progress{}, true
	o.Arch = lenet.Original
	if _, err := o.Solve(context.Background()); err == nil ||
		!strings.Contains(err.Error(), "its model is LeNet-5 (modern), here LeNet-5 (original)") {
		t.Errorf("another network: %v", err)
	}
	o.Arch = lenet.Modern
	if _, err := o.Solve(context.Background()); err != nil {
		t.Errorf("going on: %v", err)
	}
}

// The problem as the sheet lists it counts and trains, as long as it is told.
func TestProblem(t *testing.T) {
	p := Problem()
	if p.Number != 7 || p.Command != "lenet" || p.Statement() == "" || p.Derivation() == "" {
		t.Errorf("%+v", p)
	}
	var tasks []progress.Step
	r, err := p.Solve(context.Background(), problem.Settings{
		Epochs: 2, Data: datatest.Source(t, digits(40), digits(20)),
		Progress: progress.Progress{Step: func(s progress.Step) { tasks = append(tasks, s) }},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Answer) > 5 || len(tasks) != 2 || tasks[1].Total != 80 || tasks[0].Task != "LeNet-5 (original)" {
		t.Errorf("steps %+v, answer\n%s", tasks, told(&r.Body))
	}
}

// Another data set is judged against guessing: what linear models do on MNIST
// says nothing of it.
func TestAccuracyOfOtherData(t *testing.T) {
	for _, c := range []struct {
		dir  string
		acc  float64
		pass bool
	}{{"", 0.98, true}, {"", 0.85, false}, {"fashion", 0.85, true}, {"fashion", 0.5, false}} {
		var b report.Body
		checkAccuracy(&b, c.acc, data.Source{Dir: c.dir}, &data.Set{Labels: []byte{4, 9}})
		if b.OK() != c.pass {
			t.Errorf("data %q, accuracy %v: passed is %v", c.dir, c.acc, b.OK())
		}
	}
}

// Images of one class teach nothing, so nothing is trained on them.
func TestOneClass(t *testing.T) {
	seven := datatest.Set(20, []byte{7}, func(i, p int) byte { return byte(i * p) })
	o := Options{Train: true, Training: Defaults(lenet.Original)}
	o.Data = datatest.Source(t, seven, digits(20))
	var input *problem.InputError
	if _, err := o.Solve(context.Background()); !errors.As(err, &input) ||
		!strings.Contains(err.Error(), "all training images are of class 7; a training needs images of two classes") {
		t.Errorf("%v", err)
	}
}

// A few thousand images are enough for the network of 1998 to read nine of ten
// digits.
func TestLeCun1998Learns(t *testing.T) {
	o := Defaults(lenet.LeCun1998)
	o.Epochs = 3
	epochs, err := o.Fit(mnist(t, 4000, 1000)).Run(context.Background(), progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	first, last := epochs[0], epochs[3]
	if last.TestAcc < 0.88 || first.TestAcc > 0.3 || last.TestLoss > first.TestLoss/3 {
		t.Errorf("epochs %+v", epochs)
	}
}

func TestNamed(t *testing.T) {
	for _, arch := range lenet.Archs() {
		if got, err := Named(arch.String()); got != arch || err != nil {
			t.Errorf("%v: %v, %v", arch, got, err)
		}
	}
	_, err := Named("moderm")
	want := `no architecture "moderm"; there are original, modern and lecun1998`
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "did you mean modern?") {
		t.Errorf("error %v, want %s and a suggestion", err, want)
	}
}

// digitsMNIST returns random images to train and to test with.
func digitsMNIST() *data.MNIST { return &data.MNIST{Train: digits(10), Test: digits(230)} }

// Side by side stand the layers of the three networks, with the totals that the paper
// and the sheet have.
func TestSideBySide(t *testing.T) {
	r, err := Options{Params: true}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range r.Items {
		table, ok := item.(report.Table)
		if !ok || len(table.Header) != 7 {
			continue
		}
		for row, want := range map[int][]any{
			0: {"C1", 156, 122304, 156, 122304, 156, 122304},
			1: {"S2", 0, 4704, 0, 4704, 12, 5880},
			6: {"output", 850, 850, 850, 850, 0, 840},
			7: {"total", 61706, 429342, 60806, 339342, 60000, 340908},
		} {
			if !reflect.DeepEqual(table.Rows[row], want) {
				t.Errorf("row %d is %v, want %v", row, table.Rows[row], want)
			}
		}
		return
	}
	t.Error("no table of the three networks")
}
