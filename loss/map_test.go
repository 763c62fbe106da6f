package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// asPrinted is eq. (9) of the paper for one row of penalties y.
func asPrinted(y []float64, label int, j float64) float64 {
	sum := math.Exp(-j)
	for _, v := range y {
		sum += math.Exp(-v)
	}
	return y[label] + math.Log(sum)
}

func TestMAPIsThePapersFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	y, labels := tensor.Uniform[float64](rng, 0, 30, 50, 10), classes(rng, 50, 10)
	for _, j := range []float64{0.1, 1, 12} {
		want := 0.0
		for i, label := range labels {
			want += asPrinted(y.Data()[10*i:][:10], label, j)
		}
		if got := loss.MAP(tensor.Neg(y), labels, j, loss.Sum).Item(); math.Abs(got-want) > 1e-12*want {
			t.Errorf("j = %v: sum %v, eq. (9) has %v", j, got, want)
		}
		if got := loss.MAP(tensor.Neg(y), labels, j, loss.Mean).Item(); math.Abs(got-want/50) > 1e-12*want {
			t.Errorf("j = %v: mean %v, eq. (9) has %v", j, got, want/50)
		}
	}
}

func TestMAPGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 0))
	for _, r := range []loss.Reduction{loss.Mean, loss.Sum} {
		z, labels := tensor.Normal[float64](rng, 0, 2, 6, 5), classes(rng, 6, 5)
		err := gradcheck.Check("map", func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
			return loss.MAP(in[0], labels, 0.1, r)
		}, z)
		if err != nil {
			t.Error(err)
		}
	}
}

// It is cross-entropy with one more class, whose logit is -j, and without that
// class as j grows.
func TestMAPIsCrossEntropyWithOneMoreClass(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	z, labels := tensor.Normal[float64](rng, 0, 3, 20, 4), classes(rng, 20, 4)
	with := tensor.Concat(1, z, tensor.Full(-0.7, 20, 1))
	got := loss.MAP(z, labels, 0.7, loss.Sum).Item()
	want := loss.CrossEntropy(with, labels, loss.CrossEntropyOptions{Reduction: loss.Sum}).Item()
	if math.Abs(got-want) > 1e-12*want {
		t.Errorf("%v, with one more class the cross-entropy is %v", got, want)
	}
	if got, want := loss.MAP(z, labels, 1000, loss.Sum).Item(),
		loss.CrossEntropy(z, labels, loss.CrossEntropyOptions{Reduction: loss.Sum}).Item(); got != want {
		t.Errorf("%v for a large j, the cross-entropy is %v", got, want)
	}
}

// Penalties so large that every e^-y is 0, as those of a new network are, and a
// right one of 0 among others that are, lose nothing.
func TestMAPIsStable(t *testing.T) {
	mapFarOut[float32](t)
	mapFarOut[float64](t)
}

func mapFarOut[T tensor.Float](t *testing.T) {
	t.Helper()
	z := tensor.FromSlice([]T{-4000, -2000, 0, -2000}, 2, 2).RequireGrad()
	l := loss.MAP(z, []int{0, 0}, 50, loss.Sum)
	if dz := tensor.Gradients(l, nil, z)[0]; l.Item() != 3950 || !slices.Equal(dz.Data(), []T{-1, 0, 0, 0}) {
		t.Errorf("MAP of large penalties in %T is %v with gradient %v", l.Item(), l.Item(), dz)
	}
}

// The paper: the loss is positive, since its second term is never below minus the
// first.
func TestMAPIsPositive(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 0))
	for range 200 {
		z := tensor.Neg(tensor.Uniform[float64](rng, 0, 5, 1, 3))
		if l := loss.MAP(z, []int{rng.IntN(3)}, 5*rng.Float64(), loss.Mean).Item(); !(l > 0) {
			t.Errorf("logits %v: loss %v", z, l)
		}
	}
}

func ExampleMAP() {
	penalties := tensor.FromSlice([]float64{0.5, 40, 90}, 1, 3)
	l := loss.MAP(tensor.Neg(penalties), []int{0}, 0.1, loss.Mean)
	fmt.Printf("%.4f\n", l.Item())
	// Output: 0.9130
}
