package nn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
)

type tensor64 = tensor.Tensor[float64]

func seed(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 0)) }

func TestLinear(t *testing.T) {
	rng := seed(1)
	for _, d := range [][3]int{{1, 1, 1}, {2, 3, 5}, {7, 1, 2}, {1, 11, 3}, {16, 7, 4}} {
		x := tensor.Normal[float64](rng, 0, 1, d[0], d[1])
		w := tensor.Normal[float64](rng, 0, 1, d[2], d[1])
		b := tensor.Normal[float64](rng, 0, 1, d[2])
		with, without := nn.Linear(x, w, b), nn.Linear(x, w, nil)
		for i := range d[0] {
			for j := range d[2] {
				want := 0.0
				for k := range d[1] {
					want += x.At(i, k) * w.At(j, k)
				}
				if math.Abs(without.At(i, j)-want) > 1e-13 || math.Abs(with.At(i, j)-want-b.At(j)) > 1e-13 {
					t.Errorf("%v: element %d, %d is %v and without bias %v, want %v and %v", d, i, j, with.At(i, j),
						without.At(i, j), want+b.At(j), want)
				}
			}
		}
		if err := gradcheck.Check("linear", func(in []*tensor64) *tensor64 {
			return nn.Linear(in[0], in[1], in[2])
		}, x, w, b); err != nil {
			t.Error(err)
		}
		if err := gradcheck.Check("linear", func(in []*tensor64) *tensor64 {
			return nn.Linear(in[0], in[1], nil)
		}, x, w); err != nil {
			t.Error(err)
		}
	}
}

// An empty batch has gradients, and they are zero even where the storage held
// something else before.
func TestLinearOfAnEmptyBatch(t *testing.T) {
	var scope tensor.Scope[float64]
	w, b := tensor.Ones[float64](3, 2).RequireGrad(), tensor.Ones[float64](3).RequireGrad()
	for _, n := range []int{5, 0} {
		scope.Reset()
		tensor.Sum(nn.Linear(scope.Enter(tensor.Ones[float64](n, 2)), w, b)).Backward(nil)
		if g := w.Grad().At(2, 1); g != float64(n) || b.Grad().At(0) != float64(n) {
			t.Errorf("%d samples: gradients %v and %v", n, w.Grad(), b.Grad())
		}
		w.ZeroGrad()
		b.ZeroGrad()
	}
}

// Frozen parameters cost nothing and get nothing; the input's gradient is there.
func TestLinearWithFrozenParameters(t *testing.T) {
	x, w, b := tensor.Ones[float64](1, 2).RequireGrad(), tensor.FromSlice([]float64{2, 3}, 1, 2),
		tensor.Ones[float64](1)
	nn.Linear(x, w, b).Backward(nil)
	if w.Grad() != nil || b.Grad() != nil || !slices.Equal(x.Grad().Data(), []float64{2, 3}) {
		t.Errorf("gradients %v, %v and %v", x.Grad(), w.Grad(), b.Grad())
	}
}

func TestRefusals(t *testing.T) {
	zeros := tensor.Zeros[float64]
	for want, f := range map[string]func(){
		"linear: input (2,3) has 3 features, weight (5,4) wants 4": func() { nn.Linear(zeros(2, 3), zeros(5, 4), nil) },
		"linear: bias (4,) does not fit weight (5,3)": func() {
			nn.Linear(zeros(2, 3), zeros(5, 3), zeros(4))
		},
		"linear: bias (5,1) does not fit weight (5,3)": func() {
			nn.Linear(zeros(2, 3), zeros(5, 3), zeros(5, 1))
		},
		"linear bytes: bias (4,) does not fit weight (5,3)": func() {
			nn.LinearBytes(new(tensor.Scope[float64]), nil, nil, zeros(5, 3), zeros(4))
		},
		"linear bytes: a set of 7 bytes is no whole number of rows of 3, which weight (5,3) wants": func() {
			nn.LinearBytes(new(tensor.Scope[float64]), make([]byte, 7), nil, zeros(5, 3), nil)
		},
		"linear bytes: weight: want a tensor of rank 2, got shape (3,)": func() {
			nn.LinearBytes(new(tensor.Scope[float64]), nil, nil, zeros(3), nil)
		},
		"linear: input: want a tensor of rank 2, got shape (3,)": func() { nn.Linear(zeros(3), zeros(5, 3), nil) },
		"flatten: want a batch, got a tensor of rank 0":          func() { nn.Flatten(zeros()) },
		"linear: a layer from 0 to 3 features: both must be positive": func() {
			nn.NewLinear[float64](seed(0), 0, 3, nn.LinearOptions{})
		},
		"linear: output: shape (1048576,1048576) is too large: its lengths multiply to more than 68719476736": func() {
			nn.Linear(zeros(1<<20, 0), zeros(1<<20, 0), nil)
		},
		"linear: the generator of random numbers is nil": func() {
			nn.NewLinear[float64](nil, 2, 3, nn.LinearOptions{})
		},
		"fan-in uniform: fan-in -1 is not positive": func() { nn.FanInUniform[float64](seed(0), -1, 3) },
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			f()
		}()
	}
}

// Weights and biases fill [-1/20, 1/20) evenly: its ends, its mean, and its
// variance of 1/20^2 / 3.
func TestInitialisersArePyTorchs(t *testing.T) {
	l := nn.NewLinear[float64](seed(2), 400, 500, nn.LinearOptions{})
	const bound = 1.0 / 20
	for name, p := range map[string]*tensor64{"weight": l.Weight, "bias": l.Bias} {
		lo, hi := slices.Min(p.Data()), slices.Max(p.Data())
		if lo < -bound || hi >= bound || lo > -0.99*bound || hi < 0.99*bound {
			t.Errorf("%s ranges from %v to %v, want nearly all of [-0.05, 0.05)", name, lo, hi)
		}
		mean, square := tensor.Mean(p).Item()/bound, tensor.Mean(tensor.Square(p)).Item()/(bound*bound)
		sigmas := 5 / math.Sqrt(float64(p.Len()))
		if math.Abs(mean) > sigmas*math.Sqrt(1.0/3) || math.Abs(square-1.0/3) > sigmas*math.Sqrt(4.0/45) {
			t.Errorf("%s over its bound has mean %v and mean square %v, want 0 and 1/3", name, mean, square)
		}
		if !p.RequiresGrad() {
			t.Errorf("%s is no leaf", name)
		}
	}
}

func TestTheSeedFixesTheParameters(t *testing.T) {
	layer := func(n uint64, opt nn.LinearOptions) *nn.LinearLayer[float64] {
		return nn.NewLinear[float64](seed(n), 40, 50, opt)
	}
	a, b, other, bare := layer(1, nn.LinearOptions{}), layer(1, nn.LinearOptions{}), layer(2, nn.LinearOptions{}),
		layer(1, nn.LinearOptions{Bias: nn.WithoutBias})
	if !slices.Equal(a.Weight.Data(), b.Weight.Data()) || !slices.Equal(a.Bias.Data(), b.Bias.Data()) {
		t.Error("the same seed gave other parameters")
	}
	if slices.Equal(a.Weight.Data(), other.Weight.Data()) || slices.Equal(a.Bias.Data(), other.Bias.Data()) {
		t.Error("another seed gave the same parameters")
	}
	if bare.Bias != nil || !slices.Equal(a.Weight.Data(), bare.Weight.Data()) {
		t.Error("without bias the weights are others, or there is a bias")
	}
}
