package training

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/checkpoint"
	"hw4/internal/problem"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// renamed returns a network's parameters under names that a function makes of theirs.
func renamed(network nn.Module[float32], name func(i int, of string) string) stateDict {
	dict := make(stateDict)
	for i, p := range network.Params() {
		dict[name(i, p.Name)] = p.Value.Clone()
	}
	return dict
}

func newLeNet(arch lenet.Arch, seed uint64) nn.Module[float32] {
	return lenet.New[float32](rand.New(rand.NewPCG(seed, 1)), arch)
}

// Weights find their places by names, without what wrappers put before the names, and by
// shapes if these leave no choice. What was done is said.
func TestMatching(t *testing.T) {
	own := []string{"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias", "fc2.weight",
		"fc2.bias", "fc3.weight", "fc3.bias"}
	prefixed := func(prefix string) func(int, string) string {
		return func(_ int, of string) string { return prefix + of }
	}
	for _, c := range []struct {
		arch lenet.Arch
		name func(i int, of string) string
		how  string
	}{
		{lenet.Original, prefixed(""), ""},
		{lenet.Original, prefixed("module."), `, matched without "module." before the names`},
		{lenet.Modern, prefixed("_orig_mod."), `, matched without "_orig_mod." before the names`},
		{lenet.LeCun1998, prefixed("model."), `, matched without "model." before the names`},
		{lenet.Original, prefixed("module._orig_mod."), `, matched without "module._orig_mod." before the names`},
		{lenet.Modern, prefixed("lenet5.of.mine."), `, matched without "lenet5.of.mine." before the names`},
		{lenet.Modern, func(i int, _ string) string { return own[i] },
			`, matched by the only order in which the shapes fit, "conv1.weight" for C1_layer.0.weight, "conv1.bias" for `},
		{lenet.Modern, func(i int, _ string) string { return "module." + own[len(own)-1-i] },
			`, matched by the only order in which the shapes fit, "module.fc3.bias" for C1_layer.0.weight, `},
	} {
		from, to := newLeNet(c.arch, 1), newLeNet(c.arch, 2)
		w := &Weights{Path: "w", Dict: renamed(from, c.name)}
		if err := w.Into(to, "a LeNet-5"); err != nil {
			t.Errorf("%q: %v", c.how, err)
			continue
		}
		if SHA256(from.Params()) != SHA256(to.Params()) || !strings.HasPrefix(w.Matched(), c.how) ||
			(c.how == "") != (w.Matched() == "") {
			t.Errorf("matched %q, want %q, or other weights", w.Matched(), c.how)
		}
	}
}

// What leaves a choice, or does not fit, is refused with the names of both sides.
func TestNoMatch(t *testing.T) {
	letter := func(i int, _ string) string { return string(rune('A'+i/26)) + string(rune('a'+i%26)) }
	buffers := renamed(newLeNet(lenet.Modern, 1), func(_ int, of string) string { return "module." + of })
	buffers["module.bn.num_batches_tracked"] = tensor.Scalar[float32](3)
	two := renamed(newLeNet(lenet.Modern, 1), func(_ int, of string) string { return of })
	two["extra.F6_layer.0.weight"] = tensor.Zeros[float32](84, 120)
	momentum := renamed(newLeNet(lenet.Modern, 1), func(i int, _ string) string { return fmt.Sprintf("%d.momentum_buffer", i) })
	beside := renamed(newLeNet(lenet.Modern, 1), func(_ int, of string) string { return "ema." + of })
	beside["optimizer.state.0.step"] = tensor.Scalar[float32](3)
	for _, c := range []struct {
		dict stateDict
		arch lenet.Arch
		say  string
	}{
		{momentum, lenet.Modern, `of X: it has "0.momentum_buffer" (6,1,5,5), `},
		{beside, lenet.Modern, "; to take some of the arrays only, say w::ema"},
		{renamed(newLeNet(lenet.Original, 1), letter), lenet.Original,
			`of X: it has "Aa" (6,1,5,5), "Ab" (6,), "Ac" (1,3,5,5), "Ad" (1,), 36 more, where the model has ` +
				`"C1_layer.0.weight" (6,1,5,5), "C1_layer.0.bias" (6,), "C3_layer.0.module_3.0.weight" (1,3,5,5), ` +
				`"C3_layer.0.module_3.0.bias" (1,), 36 more` +
				"; by their shapes they are likeliest those of the original LeNet-5"},
		{buffers, lenet.Modern,
			`of X, matched without "module." before the names: ` +
				`it has "bn.num_batches_tracked" (), which the model does not have`},
		{two, lenet.Modern, `it has "extra.F6_layer.0.weight" (84,120), which the model does not have`},
		{stateDict{}, lenet.Modern, `it lacks "C1_layer.0.weight" (6,1,5,5), `},
		{stateDict{"\x1b]8;;http://x\x07": tensor.Zeros[float32](1)}, lenet.Modern,
			`it has "\x1b]8;;http://x\a" (1,), where`},
		{stateDict{"a": tensor.Zeros[float32](1, 784), "b": tensor.Zeros[float32](1)}, lenet.Modern,
			"likeliest those of a'x + b, the model of Problem 5"},
		{stateDict{"a": tensor.Zeros[float32](1, 784)}, lenet.Modern, "likeliest those of a'x, the model of Problem 5"},
	} {
		to := newLeNet(c.arch, 2)
		before := SHA256(to.Params())
		err := (&Weights{Path: "w", Dict: c.dict}).Into(to, "X")
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.say) || SHA256(to.Params()) != before {
			t.Errorf("%v, want %q and the network as it was", err, c.say)
		}
	}
}

// Weights whose shapes all differ do not fit a network of which two parameters have one
// shape, though it has as many.
func TestNoMatchOfEqualShapes(t *testing.T) {
	to := nn.Sequential[float32]{{Name: "a", Module: linear(2, 2)}, {Name: "b", Module: linear(2, 2)}}
	before := SHA256(to.Params())
	w := &Weights{Path: "w", Dict: make(stateDict)}
	for _, shape := range [][]int{{2, 2}, {2}, {3}, {4}} {
		w.Dict[tensor.Tuple(shape)] = tensor.Zeros[float32](shape...)
	}
	if err := w.Into(to, "X"); err == nil || SHA256(to.Params()) != before {
		t.Errorf("%v, matched%s", err, w.Matched())
	}
}

// One array of several, or a group of them, can be the weights; a checkpoint is none.
func TestPartsOfFiles(t *testing.T) {
	network := nn.Sequential[float32]{{Name: "a", Module: linear(3, 4)}, {Name: "b", Module: linear(4, 2)}}
	path := saved(t, "w.npz", network, nil)
	for array, names := range map[string]string{
		"": "a.bias a.weight b.bias b.weight", "b": "bias weight", "b.weight": "b.weight",
	} {
		part := path
		if array != "" {
			part += "::" + array
		}
		w, err := ReadWeights(part)
		if err != nil || len(w.Dict) != len(strings.Fields(names)) {
			t.Errorf("%s: %v, %v", part, w, err)
			continue
		}
		for _, name := range strings.Fields(names) {
			if w.Dict[name] == nil {
				t.Errorf("%s: no %s in %v", part, name, w.Dict)
			}
		}
	}
	const want = `the array "c" is not there, want one of "a.bias"`
	if _, err := ReadWeights(path + "::c"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("no such array: %v", err)
	}
	state, err := checkpoint.Encode(&checkpoint.State{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ content, say string }{
		"lenet.ckpt": {string(state), "is a checkpoint of hw4, which holds the state of a training, want weights"},
		"w.json":     {`{"weight": [[0.1, .5, 1/3]], "bias": [2]}`, ""},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := ReadWeights(path)
		if c.say != "" {
			if err == nil || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%s: %v", name, err)
			}
		} else if err != nil || w.Dict["weight"].Data()[0] != 0.1 || w.Dict["weight"].Data()[2] != float32(1./3) {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
}
