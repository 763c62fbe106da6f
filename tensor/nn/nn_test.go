package nn_test

import (
	"errors"
	"slices"
	"testing"

	"hw4/conv"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// network returns two levels of modules with parameters from a seed.
func network(n uint64) nn.Sequential[float64] {
	rng := seed(n)
	return nn.Sequential[float64]{
		{Name: "features", Module: nn.NewSequential[float64](
			nn.NewActivation[float64]("tanh"),
			nn.NewLinear[float64](rng, 4, 3, nn.LinearOptions{}),
			nn.NewActivation[float64]("tanh"),
		)},
		{Name: "head", Module: nn.NewLinear[float64](rng, 3, 2, nn.LinearOptions{Bias: nn.WithoutBias})},
	}
}

func TestNamesAndOrder(t *testing.T) {
	model := network(1)
	params := model.Params()
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	if want := []string{"features.1.weight", "features.1.bias", "head.weight"}; !slices.Equal(names, want) {
		t.Errorf("names are %v, want %v", names, want)
	}
	if n := nn.Count(params); n != 4*3+3+3*2 {
		t.Errorf("%d parameters", n)
	}
	if values := nn.Values(params); values[2] != model[1].Module.(*nn.LinearLayer[float64]).Weight {
		t.Error("the values are not the layers' own tensors")
	}
}

// A tensor that two layers share has two names, and is one parameter.
func TestSharedParameters(t *testing.T) {
	layer := nn.NewLinear[float64](seed(1), 3, 3, nn.LinearOptions{})
	params := nn.NewSequential[float64](layer, nn.NewActivation[float64]("tanh"), layer).Params()
	if len(params) != 4 || nn.Count(params) != 12 || !slices.Equal(nn.Values(params), nn.Values(layer.Params())) {
		t.Errorf("%d names of %d tensors, %d parameters", len(params), len(nn.Values(params)), nn.Count(params))
	}
	defer func() {
		if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != "values: the tensor is nil" {
			t.Errorf("a parameter without a tensor: panic %v", e)
		}
	}()
	nn.Values([]nn.Param[float64]{{Name: "weight"}})
}

func TestSequentialIsAComposition(t *testing.T) {
	model, x := network(1), tensor.Normal[float64](seed(2), 0, 1, 5, 4)
	p := nn.Values(model.Params())
	want := nn.Linear(tensor.Tanh(nn.Linear(tensor.Tanh(x), p[0], p[1])), p[2], nil)
	if got := model.Forward(x); !slices.Equal(got.Data(), want.Data()) {
		t.Errorf("the network computes %v, its layers by hand %v", got, want)
	}
	if empty := nn.NewSequential[float64](); empty.Forward(x) != x || empty.Params() != nil {
		t.Error("no layers are not the identity")
	}
}

func TestFlatten(t *testing.T) {
	for _, c := range []struct{ shape, want []int }{
		{[]int{5}, []int{5, 1}},
		{[]int{5, 3}, []int{5, 3}},
		{[]int{2, 3, 4, 5}, []int{2, 60}},
		{[]int{0, 3, 4}, []int{0, 12}},
	} {
		x := tensor.Normal[float64](seed(3), 0, 1, c.shape...).RequireGrad()
		y := nn.NewFlatten[float64]().Forward(x)
		if !slices.Equal(y.Shape(), c.want) || !slices.Equal(y.Data(), x.Data()) {
			t.Errorf("%v becomes %v, want %v", c.shape, y.Shape(), c.want)
		}
		tensor.Sum(y).Backward(nil)
		if !slices.Equal(x.Grad().Shape(), c.shape) {
			t.Errorf("the gradient has shape %v, want %v", x.Grad().Shape(), c.shape)
		}
	}
}

func TestActivationLayers(t *testing.T) {
	x := tensor.FromSlice([]float64{-2, -0.5, 0, 0.5, 2})
	for _, f := range tensor.Activations() {
		want := tensor.Apply(f, x).Data()
		if got := nn.NewActivation[float64](f.Name).Forward(x); !slices.Equal(got.Data(), want) {
			t.Errorf("%s: %v, want %v", f.Name, got, want)
		}
	}
	defer func() {
		want := `activation: no function is named "Tanh"; tensor.Activations has them all`
		if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
			t.Errorf("panic %v, want %s", e, want)
		}
	}()
	nn.NewActivation[float64]("Tanh")
}

// The error of a module in networks of networks has its path, and so has a misuse of
// the graph; other panics pass as they are.
func TestErrorsHaveThePath(t *testing.T) {
	type func64 = nn.Func[float64]
	rng := seed(3)
	layer := conv.NewConv2d[float64](rng, 2, 3, [2]int{3, 3}, conv.Options{})
	inner := nn.Sequential[float64]{{Name: "conv", Module: layer}}
	path := func(last nn.Module[float64]) func() {
		network := nn.Sequential[float64]{{Name: "features", Module: nn.NewSequential(nn.NewFlatten[float64](), last)}}
		return func() { network.Forward(tensor.Ones[float64](2, 2, 4, 4)) }
	}
	for want, f := range map[string]func(){
		"features.1.conv: conv2d: input: want a tensor of rank 4 (N, C, H, W), got shape (2,32)": path(inner),
		"features.1: linear: input (2,32) has 32 features, weight (3,7) wants 7": path(
			nn.NewLinear[float64](rng, 7, 3, nn.LinearOptions{})),
		"features.1: forward: the module is nil": path(nil),
		"features.1: func: the function is nil":  path(func64(nil)),
		"features.1: require grad: the tensor is the result of square, not a leaf": path(
			func64(func(x *tensor64) *tensor64 { return tensor.Square(x.RequireGrad()).RequireGrad() })),
		"mine": path(func64(func(x *tensor64) *tensor64 { panic(errors.New("mine")) })),
		"features.1: params: the module is nil": func() {
			nn.Sequential[float64]{{Name: "features", Module: nn.NewSequential[float64](inner, nil)}}.Params()
		},
		"forward: the tensor is nil": func() { inner.Forward(nil) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || err.Error() != want {
					t.Errorf("panic %v, want %q", err, want)
				}
			}()
			f()
		}()
	}
}

// The path costs nothing as long as there is no error.
func TestPathsAreFree(t *testing.T) {
	deep := nn.NewSequential[float64](nn.NewSequential[float64](nn.NewSequential[float64](
		nn.Func[float64](func(x *tensor64) *tensor64 { return x }))))
	x := tensor.Ones[float64](1)
	if n := testing.AllocsPerRun(100, func() { deep.Forward(x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
