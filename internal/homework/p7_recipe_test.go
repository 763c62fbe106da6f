package homework

import (
	"context"
	"math"
	"strings"
	"testing"

	"hw4/data"
	"hw4/lenet"
)

func TestCosine(t *testing.T) {
	for _, c := range []struct {
		epoch, epochs int
		want          float64
	}{{1, 20, 1}, {11, 20, 0.5}, {6, 20, 0.5 + math.Sqrt2/4}, {1, 1, 1}} {
		if got := cosine(c.epoch, c.epochs); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("epoch %d of %d: %v, want %v", c.epoch, c.epochs, got, c.want)
		}
	}
	for e := 2; e <= 20; e++ {
		if r := cosine(e, 20); !(r > 0 && r < cosine(e-1, 20)) {
			t.Errorf("epoch %d: %v after %v", e, r, cosine(e-1, 20))
		}
	}
}

// The learning rate of a fit changes from epoch to epoch as its rate says: two
// epochs of which the second has a rate too small to move anything are one.
func TestRateIsUsed(t *testing.T) {
	f := tinyFit(0.5)
	f.epochs, f.rate = 2, func(epoch int) float64 { return []float64{0.5, 1e-30}[epoch-1] }
	epochs, err := f.run(context.Background(), Progress{})
	if err != nil {
		t.Fatal(err)
	}
	if epochs[1].TestLoss == epochs[0].TestLoss || epochs[2].TestLoss != epochs[1].TestLoss {
		t.Errorf("epochs %+v", epochs)
	}
}

func TestTrainingDefaults(t *testing.T) {
	for arch, want := range map[string][3]float64{
		"original": {10, 100, 0.1}, "modern": {10, 100, 0.1}, "none": {10, 100, 0.1},
		"lecun1998": {20, 20, 0.0007},
	} {
		epochs, batch, lr := TrainingDefaults(arch)
		if got := [3]float64{float64(epochs), float64(batch), lr}; got != want {
			t.Errorf("%s: %v, want %v", arch, got, want)
		}
	}
}

// A few thousand images are enough for the network of 1998 to read nine of ten
// digits.
func TestLeCun1998Learns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains on MNIST")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	few := func(s *data.Set, n int) *data.Set {
		return &data.Set{Rows: s.Rows, Cols: s.Cols, Images: s.Images[:n*s.Rows*s.Cols], Labels: s.Labels[:n]}
	}
	cfg := Defaults(7)
	cfg.Epochs, cfg.Batch, cfg.LR = 3, 20, 0.0007
	f := lenetFit(cfg, lenet.LeCun1998, &data.MNIST{Train: few(mnist.Train, 4000), Test: few(mnist.Test, 1000)})
	epochs, err := f.run(context.Background(), Progress{})
	if err != nil {
		t.Fatal(err)
	}
	if first, last := epochs[0], epochs[3]; last.TestAcc < 0.88 || first.TestAcc > 0.3 || last.TestLoss > first.TestLoss/3 {
		t.Errorf("epochs %+v", epochs)
	}
}

func TestTheReportOf1998(t *testing.T) {
	r := solve(t, 7, nil)
	var checks []string
	for _, c := range r.Checks {
		checks = append(checks, c.Name+": "+c.Detail)
	}
	all := strings.Join(checks, "\n")
	for _, say := range []string{
		"the bridge to 1998: 60806 - 850 + 12 + 32 = 60000",
		"the paper's totals: 60000 trainable parameters and 340908 connections",
		"original, connections: layer by layer; 339342 by hand, 339342 counted",
	} {
		if !strings.Contains(all, say) {
			t.Errorf("no check says %q:\n%s", say, all)
		}
	}
}
