package loss_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/loss"
	"hw4/tensor"
)

// The value and the gradient are those of the definition, written out.
func TestCrossEntropyIsItsDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for _, d := range [][2]int{{1, 1}, {1, 5}, {13, 2}, {5, 10}} {
		n, k := d[0], d[1]
		z, labels := tensor.Normal[float64](rng, 0, 3, n, k).RequireGrad(), classes(rng, n, k)
		l := loss.CrossEntropy(z, labels, loss.CrossEntropyOptions{})
		dz := tensor.Gradients(l, nil, z)[0]
		want := 0.0
		for i, label := range labels {
			total := 0.0
			for j := range k {
				total += math.Exp(z.At(i, j))
			}
			want -= math.Log(math.Exp(z.At(i, label))/total) / float64(n)
			for j := range k {
				g := math.Exp(z.At(i, j)) / total
				if j == label {
					g--
				}
				if math.Abs(dz.At(i, j)-g/float64(n)) > 1e-14 {
					t.Errorf("%v: gradient at %d, %d is %v, want %v", d, i, j, dz.At(i, j), g/float64(n))
				}
			}
		}
		if math.Abs(l.Item()-want) > 1e-13 {
			t.Errorf("%v: %v, want %v", d, l.Item(), want)
		}
	}
}

// With two classes it is the KL of the difference of the logits.
func TestCrossEntropyOfTwoClassesIsKL(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	z, labels := tensor.Normal[float64](rng, 0, 50, 100, 2), classes(rng, 100, 2)
	margin, y := tensor.Zeros[float64](100), tensor.Zeros[float64](100)
	for i, label := range labels {
		margin.Set(z.At(i, 1)-z.At(i, 0), i)
		y.Set(float64(2*label-1), i)
	}
	got := loss.CrossEntropy(z, labels, loss.CrossEntropyOptions{Reduction: loss.Sum}).Item()
	want := loss.SoftMargin(margin, y, loss.Sum).Item()
	if math.Abs(got-want) > 1e-12*want {
		t.Errorf("cross-entropy %v, KL %v", got, want)
	}
}

func TestCrossEntropyIsStable(t *testing.T) {
	crossEntropyFarOut[float32](t)
	crossEntropyFarOut[float64](t)
}

func crossEntropyFarOut[T tensor.Float](t *testing.T) {
	t.Helper()
	z := tensor.FromSlice([]T{1000, -1000, -1000, 1000}, 2, 2).RequireGrad()
	l := loss.CrossEntropy(z, []int{0, 0}, loss.CrossEntropyOptions{Reduction: loss.Sum})
	if dz := tensor.Gradients(l, nil, z)[0]; l.Item() != 2000 || !slices.Equal(dz.Data(), []T{0, 0, -1, 1}) {
		t.Errorf("cross-entropy of +-1000 in %T is %v with gradient %v", l.Item(), l.Item(), dz)
	}
	// A common shift of the logits, exact in either type, changes no bit.
	at := func(shift T) T {
		z := tensor.FromSlice([]T{shift + 1.5, shift - 2, shift}, 1, 3)
		return loss.CrossEntropy(z, []int{0}, loss.CrossEntropyOptions{}).Item()
	}
	if at(0) != at(1000) || at(0) != at(-1000) {
		t.Errorf("shifting the logits in %T: %v, %v and %v", at(0), at(0), at(1000), at(-1000))
	}
}

func TestCrossEntropyKeepsItsLabels(t *testing.T) {
	z, labels := tensor.Zeros[float64](1, 2).RequireGrad(), []int{0}
	l := loss.CrossEntropy(z, labels, loss.CrossEntropyOptions{})
	labels[0] = 1
	if dz := tensor.Gradients(l, nil, z)[0]; !slices.Equal(dz.Data(), []float64{-0.5, 0.5}) {
		t.Errorf("after the caller reused the labels the gradient is %v", dz)
	}
}

func TestNotANumberShows(t *testing.T) {
	z := tensor.FromSlice([]float64{0, math.NaN(), 1}, 1, 3)
	if l := loss.CrossEntropy(z, []int{0}, loss.CrossEntropyOptions{}).Item(); !math.IsNaN(l) {
		t.Errorf("cross-entropy of a NaN is %v", l)
	}
}
