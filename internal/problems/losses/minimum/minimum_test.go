package minimum

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
	"hw4/internal/datatest"
	"hw4/internal/progress"
	"hw4/loss"
)

// label returns the y of a class.
func label(class byte) float32 { return map[byte]float32{4: -1, 9: 1}[class] }

// Loss, gradient and accuracy agree with the definition, image by image.
func TestObjective(t *testing.T) {
	set := datatest.Scattered(53)
	set.Images[0], set.Images[7] = 1, 255 // the least and the most that is not 0
	rng := rand.New(rand.NewPCG(9, 9))
	for _, noBias := range []bool{false, true} {
		for name, l := range map[string]Loss{"mse": loss.SumOfSquares[float64], "kl": loss.SoftMargin[float64]} {
			o := New(l, set, label, noBias)
			w, dw := make([]float64, o.Dim), make([]float64, o.Dim)
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
				p := 1 / (1 + math.Exp(y*z)) // the probability of the other class
				sum += map[string]float64{"mse": 2 * p * p, "kl": -math.Log(1 - p)}[name]
				if (z > 0) == (y > 0) {
					right++
				}
			}
			if v := o.At(w, dw); math.Abs(v-sum/53) > 1e-14 || math.Abs(o.Accuracy(w)-float64(right)/53) > 1e-15 {
				t.Errorf("%s: loss %v, accuracy %v, want %v and %v", name, v, o.Accuracy(w), sum/53, float64(right)/53)
			}
			unused := make([]float64, o.Dim)
			at := func(w []float64) float64 { return o.At(w, unused) }
			numeric := fd.Gradient(nil, at, w, &fd.Settings{Formula: fd.Central})
			if !floats.EqualApprox(dw, numeric, 1e-9) {
				t.Errorf("%s: gradient %v, by differences %v", name, dw, numeric)
			}
		}
	}
}

// Where all images are alike, the optimum is the logarithm of the odds of the
// labels, and the loss their entropy.
func TestMinimiseKnownOptimum(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Labels: []byte{9, 9, 9, 4}, Images: make([]byte, 4)}
	o := New(loss.SoftMargin[float64], set, label, false)
	best, err := o.Minimise(context.Background(), make([]float64, 2), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	entropy := -0.75*math.Log(0.75) - 0.25*math.Log(0.25)
	if math.Abs(best.W[1]-math.Log(3)) > 1e-6 || math.Abs(best.Loss-entropy) > 1e-12 || best.Gradient > 1e-9 {
		t.Errorf("%+v, want b = %v and loss %v", best, math.Log(3), entropy)
	}
}

// On images that no hyperplane separates, L-BFGS comes to the one minimum from
// anywhere, on any number of cores, bit for bit from the same start.
func TestMinimise(t *testing.T) {
	o := New(loss.SoftMargin[float64], datatest.Scattered(200), label, false)
	from := func(v float64) Optimum {
		best, err := o.Minimise(context.Background(), slices.Repeat([]float64{v}, o.Dim), "", progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		return best
	}
	a, b := from(0), from(3)
	if !floats.EqualApprox(a.W, b.W, 1e-6) || a.Gradient > 1e-8 || o.OneSided().Pixels != 0 {
		t.Errorf("%+v and %+v, %+v", a, b, o.OneSided())
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if one := from(0); !slices.Equal(one.W, a.W) || one.Loss != a.Loss {
		t.Error("one core gave another optimum")
	}
}

func TestMinimiseStopsWhenCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	o := New(loss.SoftMargin[float64], datatest.Scattered(200), label, false)
	_, err := o.Minimise(ctx, make([]float64, 7), "", progress.Progress{Step: func(progress.Step) {
		steps++
		cancel()
	}})
	if !errors.Is(err, context.Canceled) || steps != 1 {
		t.Errorf("error %v after %d steps", err, steps)
	}
}

// There is no optimum where the loss is not a number.
func TestMinimiseFromNowhere(t *testing.T) {
	o := New(loss.SoftMargin[float64], datatest.Scattered(20), label, false)
	w := slices.Repeat([]float64{math.NaN()}, o.Dim)
	if best, err := o.Minimise(context.Background(), w, "", progress.Progress{}); err == nil {
		t.Errorf("the optimum is %+v", best)
	}
}

func TestOneSided(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 4, Labels: []byte{4, 9, 9}, Images: []byte{
		1, 0, 0, 0,
		1, 0, 5, 0,
		0, 0, 9, 7,
	}}
	want := OneSided{Pixels: 2, Most: 2, Images: 2, Label: 1}
	if got := New(loss.SoftMargin[float64], set, label, false).OneSided(); got != want {
		t.Errorf("%+v", got)
	}
}

// An objective keeps the pixels that are lit, wherever they are.
func TestScales(t *testing.T) {
	set := &data.Set{Rows: 2, Cols: 3, Labels: []byte{4, 9, 4, 9}, Images: make([]byte, 24)}
	for i := range 4 {
		copy(set.Image(i), []byte{0, 255, 0, 0, 0, byte(255 * (i % 2))})
	}
	for _, noBias := range []bool{false, true} {
		s := New(loss.SoftMargin[float64], set, label, noBias).scales()
		want := []float64{100, 1 / math.Sqrt(1.0001), 100, 100, 100, 1 / math.Sqrt(0.5001), 1}
		if noBias {
			want = want[:6]
		}
		if !slices.EqualFunc(s, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
			t.Errorf("%v, want %v", s, want)
		}
	}
}
