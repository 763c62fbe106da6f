package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
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
		want := tensor.Add(tensor.MatMul(x, tensor.Transpose(w)), b)
		for i, v := range nn.Linear(x, w, b).Data() {
			if math.Abs(v-want.Data()[i]) > 1e-13 {
				t.Errorf("%v: element %d is %v, x w' + b has %v", d, i, v, want.Data()[i])
			}
		}
		if err := gradcheck.Check("linear", func(in []*tensor64) *tensor64 { return nn.Linear(in[0], in[1], in[2]) }, x, w, b); err != nil {
			t.Error(err)
		}
		if err := gradcheck.Check("linear", func(in []*tensor64) *tensor64 { return nn.Linear(in[0], in[1], nil) }, x, w); err != nil {
			t.Error(err)
		}
	}
}

func TestLinearRefuses(t *testing.T) {
	zeros := tensor.Zeros[float64]
	for want, f := range map[string]func(){
		"linear: input [2 3] has 3 features, weight [5 4] wants 4": func() { nn.Linear(zeros(2, 3), zeros(5, 4), nil) },
		"linear: bias [4] does not fit weight [5 3]":               func() { nn.Linear(zeros(2, 3), zeros(5, 3), zeros(4)) },
		"linear: want a tensor of rank 2, got shape [3]":           func() { nn.Linear(zeros(3), zeros(5, 3), nil) },
		"flatten: want a batch, got a tensor of rank 0":            func() { nn.Flatten[float64]().Forward(zeros()) },
		"fan-in uniform: fan-in 0 is not positive":                 func() { nn.FanInUniform[float64](seed(0), 0, 3) },
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

func TestInitialisersArePyTorchs(t *testing.T) {
	l := nn.NewLinear[float64](seed(2), 400, 500, nn.LinearOptions{})
	bound := 1.0 / 20
	for name, p := range map[string]*tensor64{"weight": l.Weight, "bias": l.Bias} {
		lo, hi := tensor.Neg(tensor.Max(tensor.Neg(p))).Item(), tensor.Max(p).Item()
		if lo < -bound || hi >= bound || lo > -0.99*bound || hi < 0.99*bound {
			t.Errorf("%s ranges from %v to %v, want nearly all of [-0.05, 0.05)", name, lo, hi)
		}
		if !p.RequiresGrad() {
			t.Errorf("%s is no leaf", name)
		}
	}
	again := nn.NewLinear[float64](seed(2), 400, 500, nn.LinearOptions{})
	if again.Weight.At(3, 7) != l.Weight.At(3, 7) {
		t.Error("the same seed gave other weights")
	}
}

func network(n uint64) nn.Sequential[float64] {
	rng := seed(n)
	return nn.Sequential[float64]{
		{Name: "features", Module: nn.NewSequential[float64](nn.NewLinear[float64](rng, 4, 3, nn.LinearOptions{}), nn.Tanh[float64]())},
		{Name: "head", Module: nn.NewLinear[float64](rng, 3, 2, nn.LinearOptions{NoBias: true})},
	}
}

func TestNames(t *testing.T) {
	var names []string
	for _, p := range network(1).Params() {
		names = append(names, p.Name)
	}
	if got, want := strings.Join(names, " "), "features.0.weight features.0.bias head.weight"; got != want {
		t.Errorf("names are %s, want %s", got, want)
	}
	if n := nn.Count(network(1).Params()); n != 4*3+3+3*2 {
		t.Errorf("%d parameters", n)
	}
}

func TestStateDict(t *testing.T) {
	a, b := network(1), network(2)
	x := tensor.Normal[float64](seed(3), 0, 1, 5, 4)
	if err := nn.LoadStateDict(b, nn.StateDict(a)); err != nil {
		t.Fatal(err)
	}
	if a.Forward(x).String() != b.Forward(x).String() {
		t.Error("the loaded network computes something else")
	}
	dict := nn.StateDict(a)
	dict["head.weight"].Data()[0] = 100
	if a.Params()[2].Value.Data()[0] == 100 {
		t.Error("the state dict shares the parameters")
	}

	before := b.Forward(x).String()
	dict = nn.StateDict(network(4))
	delete(dict, "features.0.bias")
	dict["head.weight"] = tensor.Zeros[float64](2, 4)
	dict["tail.weight"] = tensor.Zeros[float64](1)
	err := nn.LoadStateDict(b, dict)
	want := "state dict: features.0.bias is missing; head.weight has shape [2 4], want [2 3]; tail.weight is not a parameter of this model"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if b.Forward(x).String() != before {
		t.Error("a refused state dict changed the network")
	}
}

func ExampleSequential() {
	rng := rand.New(rand.NewPCG(1, 2))
	model := nn.NewSequential[float32](
		nn.Flatten[float32](),
		nn.NewLinear[float32](rng, 28*28, 10, nn.LinearOptions{}),
		nn.ReLU[float32](),
	)
	y := model.Forward(tensor.Zeros[float32](5, 1, 28, 28))
	fmt.Println(y.Shape(), model.Params()[0].Name, nn.Count(model.Params()))
	// Output: [5 10] 1.weight 7850
}

func ExampleLinear() {
	x := tensor.FromSlice([]float64{1, 2}, 1, 2)
	w := tensor.FromSlice([]float64{1, 0, 0, 1, 1, 1}, 3, 2)
	fmt.Println(nn.Linear(x, w, tensor.FromSlice([]float64{0, 0, 10})))
	// Output: [[ 1  2 13]]
}

func ExampleLoadStateDict() {
	rng := rand.New(rand.NewPCG(1, 2))
	layer := nn.NewLinear[float64](rng, 1, 1, nn.LinearOptions{})
	err := nn.LoadStateDict[float64](layer, map[string]*tensor.Tensor[float64]{"weight": tensor.Ones[float64](1, 1)})
	fmt.Println(err)
	// Output: state dict: bias is missing
}
