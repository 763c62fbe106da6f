package losses

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// scattered returns images of random pixels, most of them 0, which no hyperplane
// separates.
func scattered(n int) *data.Set {
	rng := rand.New(rand.NewPCG(8, 8))
	s := &data.Set{Rows: 2, Cols: 3}
	for i := range n {
		s.Labels = append(s.Labels, []byte{4, 9}[i%2])
		for p := range 6 {
			v := byte(0)
			if rng.IntN(3) == 0 {
				v = byte(rng.IntN(200) + 50*((i+p)%2))
			}
			s.Images = append(s.Images, v)
		}
	}
	return s
}

// Loss, gradient and accuracy agree with the definition, image by image.
func TestObjective(t *testing.T) {
	set := scattered(53)
	set.Images[0], set.Images[7] = 1, 255 // the least and the most that is not 0
	rng := rand.New(rand.NewPCG(9, 9))
	for _, noBias := range []bool{false, true} {
		for _, l := range binaryLosses {
			o := newObjective(l, set, noBias)
			w, dw := make([]float64, o.dim), make([]float64, o.dim)
			for i := range w {
				w[i] = rng.NormFloat64()
			}
			sum, right := 0.0, 0
			for i, label := range set.Labels {
				z := 0.0
				if !noBias {
					z = w[6]
				}
				for p, v := range set.Image(i) {
					z += w[p] * float64(v) / 255
				}
				y := map[byte]float64{4: -1, 9: 1}[label]
				sum += map[string]func(z, y float64) float64{"mse": hint, "kl": divergence}[l.name](z, y)
				right += one((z > 0) == (y > 0))
			}
			if v := o.at(w, dw); math.Abs(v-sum/53) > 1e-14 || math.Abs(o.accuracy(w)-float64(right)/53) > 1e-15 {
				t.Errorf("%s: loss %v, accuracy %v, want %v and %v", l.name, v, o.accuracy(w), sum/53, float64(right)/53)
			}
			unused := make([]float64, o.dim)
			at := func(w []float64) float64 { return o.at(w, unused) }
			numeric := fd.Gradient(nil, at, w, &fd.Settings{Formula: fd.Central})
			if !floats.EqualApprox(dw, numeric, 1e-9) {
				t.Errorf("%s: gradient %v, by differences %v", l.name, dw, numeric)
			}
		}
	}
}

// Where all images are alike, the optimum is the logarithm of the odds of the
// labels, and the loss their entropy.
func TestMinimiseKnownOptimum(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Labels: []byte{9, 9, 9, 4}, Images: make([]byte, 4)}
	o := newObjective(binaryLosses[1], set, false)
	best, err := o.minimise(context.Background(), make([]float64, 2), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	entropy := -0.75*math.Log(0.75) - 0.25*math.Log(0.25)
	if math.Abs(best.w[1]-math.Log(3)) > 1e-6 || math.Abs(best.loss-entropy) > 1e-12 || best.gradient > 1e-9 {
		t.Errorf("%+v, want b = %v and loss %v", best, math.Log(3), entropy)
	}
}

// On images that no hyperplane separates, L-BFGS comes to the one minimum from
// anywhere, on any number of cores, bit for bit from the same start.
func TestMinimise(t *testing.T) {
	o := newObjective(binaryLosses[1], scattered(200), false)
	from := func(v float64) optimum {
		best, err := o.minimise(context.Background(), slices.Repeat([]float64{v}, o.dim), "", progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		return best
	}
	a, b := from(0), from(3)
	if !floats.EqualApprox(a.w, b.w, 1e-6) || a.gradient > 1e-8 || o.oneSided().pixels != 0 {
		t.Errorf("%+v and %+v, %+v", a, b, o.oneSided())
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if one := from(0); !slices.Equal(one.w, a.w) || one.loss != a.loss {
		t.Error("one core gave another optimum")
	}
}

func TestMinimiseStopsWhenCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	o := newObjective(binaryLosses[1], scattered(200), false)
	_, err := o.minimise(ctx, make([]float64, 7), "", progress.Progress{Step: func(progress.Step) {
		steps++
		cancel()
	}})
	if !errors.Is(err, context.Canceled) || steps != 1 {
		t.Errorf("error %v after %d steps", err, steps)
	}
}

// There is no optimum where the loss is not a number.
func TestMinimiseFromNowhere(t *testing.T) {
	o := newObjective(binaryLosses[1], scattered(20), false)
	w := slices.Repeat([]float64{math.NaN()}, o.dim)
	if best, err := o.minimise(context.Background(), w, "", progress.Progress{}); err == nil {
		t.Errorf("the optimum is %+v", best)
	}
}

func TestOneSided(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 4, Labels: []byte{4, 9, 9}, Images: []byte{
		1, 0, 0, 0,
		1, 0, 5, 0,
		0, 0, 9, 7,
	}}
	want := oneSided{pixels: 2, most: 2, images: 2, label: 1}
	if got := newObjective(binaryLosses[1], set, false).oneSided(); got != want {
		t.Errorf("%+v", got)
	}
}

// A set that a hyperplane separates has no minimum, and the report says so.
func TestSeparatedSet(t *testing.T) {
	var b report.Body
	o := newObjective(binaryLosses[1], tiny(50), false)
	best, err := o.minimise(context.Background(), make([]float64, o.dim), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	reportAttained(&b, o, best)
	if best.loss > 1e-6 || !b.OK() || b.Checks[0].Name != "kl: no weights attain the infimum" {
		t.Errorf("loss %v, checks %+v", best.loss, b.Checks)
	}
}

// The checks of the optimum refute a place that is none.
func TestFalseOptimaAreRefuted(t *testing.T) {
	o := newObjective(binaryLosses[1], scattered(200), false)
	d := made(0.1, 1, []string{"1111"}, []string{"1111"})
	d.trials[0][1].curve[1].TrainLoss = 0.6
	var b report.Body
	checkOptimum(&b, o, optimum{w: make([]float64, o.dim), loss: math.Ln2}, weigh([]duel{d}))
	reportAttained(&b, o, optimum{w: make([]float64, o.dim), loss: math.Ln2, gain: 0.5})
	for _, c := range b.Checks {
		if c.OK != (c.Name == "kl: the gradient") {
			t.Errorf("check %+v", c)
		}
	}
	if len(b.Checks) != 3 {
		t.Errorf("%d checks", len(b.Checks))
	}
}

// On MNIST, L-BFGS comes to within a hundredth of the infimum that Newton's
// method finds without it, and not below.
func TestOptimumAgainstNewton(t *testing.T) {
	o := newObjective(binaryLosses[1], mnist(t).train, false)
	best, err := o.minimise(context.Background(), make([]float64, o.dim), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	infimum := pytorch(t).Infimum
	if best.loss < infimum || best.loss > 1.01*infimum || best.gain <= 0 || best.gain > 0.02 {
		t.Errorf("loss %v after a gain of %v, infimum %v", best.loss, best.gain, infimum)
	}
}
