package lenet_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

func TestRetina(t *testing.T) {
	x := tensor.Uniform[float64](seed(1), 0, 1, 2, 1, 28, 28)
	y := lenet.Retina(x)
	if !slices.Equal(y.Shape(), []int{2, 1, 32, 32}) {
		t.Fatalf("shape %v", y.Shape())
	}
	for n := range 2 {
		for i := range 32 {
			for j := range 32 {
				want := -0.1
				if i >= 2 && i < 30 && j >= 2 && j < 30 {
					want += 1.275 * x.At(n, 0, i-2, j-2)
				}
				if got := y.At(n, 0, i, j); math.Abs(got-want) > 1e-15 {
					t.Fatalf("pixel %d, %d is %v, want %v", i, j, got, want)
				}
			}
		}
	}
	if black := lenet.Retina(tensor.Ones[float64](1, 1, 1, 1)).At(0, 0, 15, 15); math.Abs(black-1.175) > 1e-15 {
		t.Errorf("black is %v", black)
	}
	err := gradcheck.Check("retina", func(in []*tensor64) *tensor64 { return lenet.Retina(in[0]) },
		tensor.Normal[float64](seed(2), 0, 1, 2, 2, 3, 5))
	if err != nil {
		t.Error(err)
	}
}

// The paper says that its grey levels make the mean of the input roughly 0 and the
// variance roughly 1. On MNIST, margins included, the mean is 0.03, and the
// variance is not 1 but an eighth of it.
func TestGreyLevelsOnMNIST(t *testing.T) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	indices := make([]int, 2000)
	for i := range indices {
		indices[i] = i
	}
	x := lenet.Retina(data.Images[float64](mnist.Train, indices))
	mean := tensor.Mean(x).Item()
	variance := tensor.Mean(tensor.Square(x)).Item() - mean*mean
	if math.Abs(mean-0.03) > 0.01 || math.Abs(variance-0.125) > 0.01 {
		t.Errorf("mean %.4f and variance %.4f of the input", mean, variance)
	}
}

// Through all layers and the loss, by the image and by the parameters that only
// this network has.
func TestNetworkOf1998Gradients(t *testing.T) {
	network := lenet.New[float64](seed(3), lenet.LeCun1998)
	s2, s4 := network[2].Module.(*lenet.SubsampleLayer[float64]), network[4].Module.(*lenet.SubsampleLayer[float64])
	image := tensor.Uniform[float64](seed(4), 0, 1, 1, 1, 28, 28)
	err := gradcheck.Check("lecun1998", func(in []*tensor64) *tensor64 {
		s2.Coefficient, s2.Bias, s4.Coefficient, s4.Bias = in[1], in[2], in[3], in[4]
		return loss.MAP(network.Forward(in[0]), []int{3}, 0.1, loss.Mean)
	}, image, s2.Coefficient, s2.Bias, s4.Coefficient, s4.Bias)
	if err != nil {
		t.Error(err)
	}
}

// Every unit's parameters lie within 2.4 over its number of inputs and use that
// range.
func TestInitialisationOf1998(t *testing.T) {
	fanIn := func(name string, shape []int) int {
		switch {
		case strings.HasPrefix(name, "S"):
			return 4
		case strings.HasPrefix(name, "C1"):
			return 25
		case strings.HasPrefix(name, "C5"):
			return 400
		case strings.HasPrefix(name, "F6"):
			return 120
		case strings.Contains(name, "module_"):
			return 25 * int(name[strings.Index(name, "module_")+len("module_")]-'0')
		}
		t.Fatalf("parameter %s of shape %v", name, shape)
		return 0
	}
	for _, p := range lenet.New[float64](seed(5), lenet.LeCun1998).Params() {
		bound := 2.4 / float64(fanIn(p.Name, p.Value.Shape()))
		lo, hi := slices.Min(p.Value.Data()), slices.Max(p.Value.Data())
		if max(-lo, hi) > bound || p.Value.Len() >= 50 && min(-lo, hi) < 0.9*bound {
			t.Errorf("%s: from %v to %v, want up to %v on both sides", p.Name, lo, hi, bound)
		}
		if !p.Value.RequiresGrad() {
			t.Errorf("%s is not trainable", p.Name)
		}
	}
}

// The logits are minus the distances of F6 from the bitmaps: an F6 that shows the
// bitmap of a digit gives it the logit 0 and all others less.
func TestLogitsOf1998AreMinusPenalties(t *testing.T) {
	network := lenet.New[float64](seed(6), lenet.LeCun1998)
	output := network[len(network)-2:]
	z := output.Forward(lenet.Centres[float64]())
	for i := range 10 {
		for j := range 10 {
			if v := z.At(i, j); (i == j) != (v == 0) || v > 0 {
				t.Errorf("F6 shows %d: logit %d is %v", i, j, v)
			}
		}
	}
	if n := loss.Correct(z, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}); n != 10 {
		t.Errorf("%d of 10 bitmaps are read correctly", n)
	}
}
