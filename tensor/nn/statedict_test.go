package nn_test

import (
	"slices"
	"testing"

	"hw4/tensor"
	"hw4/tensor/nn"
)

func TestStateDictRoundTrip(t *testing.T) {
	a, b := network(1), network(2)
	before := nn.Values(b.Params())
	if err := nn.LoadStateDict(b, nn.StateDict(a)); err != nil {
		t.Fatal(err)
	}
	for i, p := range b.Params() {
		if !slices.Equal(p.Value.Data(), a.Params()[i].Value.Data()) {
			t.Errorf("%s was not loaded", p.Name)
		}
		if p.Value != before[i] || !p.Value.RequiresGrad() {
			t.Errorf("%s is another tensor, or no leaf any more", p.Name)
		}
	}
}

func TestStateDictIsACopy(t *testing.T) {
	a, b := network(1), network(2)
	dict := nn.StateDict(a)
	if err := nn.LoadStateDict(b, dict); err != nil {
		t.Fatal(err)
	}
	dict["head.weight"].Data()[0] = 100
	for _, model := range []nn.Sequential[float64]{a, b} {
		if model.Params()[2].Value.Data()[0] == 100 {
			t.Error("the state dict shares the parameters")
		}
	}
	if dict["head.weight"].RequiresGrad() {
		t.Error("the copy is part of a graph")
	}
}

func TestStateDictRefused(t *testing.T) {
	type dict = map[string]*tensor64
	zeros := tensor.Zeros[float64]
	for want, change := range map[string]func(d dict){
		`it lacks "features.1.bias" (3,)`:                          func(d dict) { delete(d, "features.1.bias") },
		`it has "tail.weight" (1,), which the model does not have`: func(d dict) { d["tail.weight"] = zeros(1) },
		`"head.weight" has shape (3,2), want (2,3)`:                func(d dict) { d["head.weight"] = zeros(3, 2) },
		`"head.weight" has shape (6,), want (2,3)`:                 func(d dict) { d["head.weight"] = zeros(6) },
		`"features.1.bias" has shape (1,3), want (3,); it has "\x1b[31m" (1,), "b" without a tensor, where the model has ` +
			`"head.weight" (2,3)`: func(d dict) {
			d["b"], d["\x1b[31m"], d["features.1.bias"] = nil, zeros(1), zeros(1, 3)
			d["head.weight"] = nil
		},
		`it has "a" (1,), "b" (1,), "c" (1,), "d" (1,), 2 more, which the model does not have`: func(d dict) {
			for _, name := range []string{"f", "e", "d", "c", "b", "a"} {
				d[name] = zeros(1)
			}
		},
		`it has "a" (1,), "b" (1,), "c" (1,), "d" (1,), "e" (1,), which the model does not have`: func(d dict) {
			for _, name := range []string{"e", "d", "c", "b", "a"} {
				d[name] = zeros(1)
			}
		},
	} {
		want = "state dict: " + want
		model, dict := network(1), nn.StateDict(network(2))
		change(dict)
		err := nn.LoadStateDict(model, dict)
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		for i, p := range network(1).Params() {
			if !slices.Equal(p.Value.Data(), model.Params()[i].Value.Data()) {
				t.Errorf("%s: the refused state dict changed %s", want, p.Name)
			}
		}
	}
}

func TestStateDictLosesNoParameter(t *testing.T) {
	layer := nn.NewLinear[float64](seed(1), 1, 1, nn.LinearOptions{Bias: nn.WithoutBias})
	twins := nn.Sequential[float64]{{Name: "twin", Module: layer}, {Name: "twin", Module: layer}}
	for _, f := range []func(){
		func() { nn.StateDict(twins) },
		func() {
			t.Error(nn.LoadStateDict(twins, map[string]*tensor.Tensor[float64]{"twin.weight": layer.Weight}))
		},
	} {
		func() {
			const want = `state dict: two parameters are named "twin.weight"; Prefixed puts the names of layers before them`
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %s", e, want)
				}
			}()
			f()
		}()
	}
}

// Layers can change places by a state dict of their own tensors.
func TestLoadStateDictOfTheModulesOwnTensors(t *testing.T) {
	a, b := tensor.FromSlice([]float64{1, 2}, 1, 2), tensor.FromSlice([]float64{3, 4}, 1, 2)
	model := nn.NewSequential[float64](&nn.LinearLayer[float64]{Weight: a}, &nn.LinearLayer[float64]{Weight: b})
	if err := nn.LoadStateDict(model, map[string]*tensor.Tensor[float64]{"0.weight": b, "1.weight": a}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Data(), []float64{3, 4}) || !slices.Equal(b.Data(), []float64{1, 2}) {
		t.Errorf("weights %v and %v, want them exchanged", a, b)
	}
}
