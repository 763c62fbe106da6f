package lenet5

import (
	"math"
	"testing"

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

func TestDefaults(t *testing.T) {
	for arch, want := range map[lenet.Arch][3]float64{
		lenet.Original: {10, 100, 0.1}, lenet.Modern: {10, 100, 0.1}, lenet.LeCun1998: {20, 20, 0.0007},
	} {
		o := Defaults(arch)
		if got := [3]float64{float64(o.Epochs), float64(o.Batch), o.LR}; got != want || o.Arch != arch {
			t.Errorf("%v: %v, want %v", arch, got, want)
		}
	}
}

// The recipe of 1998 has momentum and a learning rate that falls; the course's has
// neither.
func TestFitByRecipe(t *testing.T) {
	m := digitsMNIST()
	for arch, want := range map[lenet.Arch]struct{ momentum, second float64 }{
		lenet.Modern: {0, 0.5}, lenet.Original: {0, 0.5}, lenet.LeCun1998: {0.9, 0.25},
	} {
		o := Defaults(arch)
		o.Epochs, o.LR = 2, 0.5
		f := o.Fit(m)
		if f.Momentum != want.momentum || f.Rate(1) != 0.5 || math.Abs(f.Rate(2)-want.second) > 1e-15 {
			t.Errorf("%v: momentum %v, rates %v and %v", arch, f.Momentum, f.Rate(1), f.Rate(2))
		}
	}
}

// More epochs begin with the same steps, so that a checkpoint may go on to more, except
// where the learning rate depends on their number.
func TestSettingsOfACheckpoint(t *testing.T) {
	for arch, changes := range map[lenet.Arch]bool{lenet.Modern: false, lenet.LeCun1998: true} {
		r := recipeOf(arch)
		a, b := r.settings("network", 10), r.settings("network", 20)
		differ := false
		for i := range a {
			differ = differ || a[i] != b[i]
		}
		if differ != changes || a[0].Value != "network" || a[1].Value != r.lossName || a[2].Value != r.optimizer() {
			t.Errorf("%v: settings %v and %v", arch, a, b)
		}
	}
	modern, old := recipeOf(lenet.Modern), recipeOf(lenet.LeCun1998)
	if a, b := modern.optimizer(), old.optimizer(); a != "SGD" || b != "SGD (momentum 0.9)" {
		t.Errorf("optimizers %q and %q", a, b)
	}
	if got := old.settings("", 20)[3].Value; got !=
		"a learning rate that falls along half a cosine over 20 epochs" {
		t.Errorf("schedule %q", got)
	}
}
