package homework

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"hw4/data"
	"hw4/internal/onnx"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
)

// exported is a network with its ONNX model and the shape of one of its inputs.
type exported struct {
	name    string
	network nn.Module[float32]
	model   *onnx.Model
	sample  []int
}

// exports returns every network that can be exported.
func exports() []exported {
	var all []exported
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		n := newLeNet(arch)
		all = append(all, exported{arch.String(), n, lenetModel(arch, n), []int{1, 28, 28}})
	}
	for name, opt := range map[string]nn.LinearOptions{"linear": {}, "no-bias": {NoBias: true}} {
		n := nn.NewLinear[float32](rand.New(rand.NewPCG(3, 3)), 784, 1, opt)
		all = append(all, exported{name, n, linearModel(n), []int{784}})
	}
	return all
}

// The initializers of a model are the parameters under their names, but for the
// original C3, whose weights stand at the connections of Table I.
func TestModelsHaveTheParameters(t *testing.T) {
	for _, e := range exports() {
		dict := nn.StateDict(e.network)
		for _, i := range e.model.Initializers {
			want := dict[i.Name]
			if want == nil && e.name == "original" {
				continue
			}
			if want == nil || !slices.Equal(want.Shape(), i.Value.Shape()) || !slices.Equal(want.Data(), i.Value.Data()) {
				t.Errorf("%s: %s is not the parameter", e.name, i.Name)
			}
			delete(dict, i.Name)
		}
		if left := len(dict); e.name != "original" && left != 0 || e.name == "original" && left != 32 {
			t.Errorf("%s: %d parameters are not in the model", e.name, left)
		}
	}
	network := newLeNet(lenet.Original)
	c3 := c3Of(network)
	model := lenetModel(lenet.Original, network)
	weight, bias := model.Initializers[2], model.Initializers[3]
	if weight.Name != "C3_layer.0.weight" || bias.Name != "C3_layer.0.bias" {
		t.Fatalf("C3 has the parameters %s and %s", weight.Name, bias.Name)
	}
	for out, from := range c3.Connections {
		if bias.Value.Data()[out] != c3.Biases[out].Data()[0] {
			t.Errorf("the bias of map %d is another", out)
		}
		for in := range 6 {
			want := make([]float32, 25)
			if nth := slices.Index(from, in); nth >= 0 {
				want = c3.Weights[out].Data()[25*nth:][:25]
			}
			if got := weight.Value.Data()[25*(6*out+in):][:25]; !slices.Equal(got, want) {
				t.Errorf("the kernel from map %d to map %d is %v, want %v", in, out, got, want)
			}
		}
	}
}

// onnxPython returns a Python that has ONNX Runtime, or skips the test.
func onnxPython(t *testing.T) string {
	t.Helper()
	candidates := []string{"python3", "/usr/bin/python3"}
	if cache, err := os.UserCacheDir(); err == nil {
		candidates = slices.Insert(candidates, 0, filepath.Join(cache, "hw4-onnx", "bin", "python3"))
	}
	for _, p := range candidates {
		if exec.Command(p, "-c", "import onnxruntime, numpy").Run() == nil {
			return p
		}
	}
	t.Skip("no python3 with onnxruntime: 'make onnx-tools' or 'pip install onnxruntime' brings it")
	return ""
}

// runONNX has ONNX Runtime compute the outputs for the images of one .npy file, in
// one batch and one by one, since the size of a batch is free.
const runONNX = `
import sys
import numpy
import onnxruntime
images = numpy.load(sys.argv[2])
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
run = lambda x: session.run(["logits"], {"image": x})[0]
logits = run(images)
alone = numpy.concatenate([run(images[i:i + 1]) for i in range(8)])
assert numpy.abs(alone - logits[:8]).max() < 1e-5, "a batch of one gives other logits"
numpy.save(sys.argv[3], logits)
`

// ONNX Runtime computes the logits of every exported network.
func TestONNXRuntimeAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("runs ONNX Runtime")
	}
	python := onnxPython(t)
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	const images = 500
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, e := range exports() {
		x := tensor.Zeros[float32](append([]int{images}, e.sample...)...)
		for i := range x.Data() {
			x.Data()[i] = float32(mnist.Test.Images[i]) / 255
		}
		f, err := os.Create(file("x.npy"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(npy.Write(f, x), f.Close(), os.WriteFile(file("m.onnx"), e.model.Marshal(), 0o644)); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(python, "-c", runONNX, file("m.onnx"), file("x.npy"), file("y.npy")).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", e.name, err, out)
		}
		content, err := os.ReadFile(file("y.npy"))
		if err != nil {
			t.Fatal(err)
		}
		array, err := npy.Read("y.npy", content)
		if err != nil {
			t.Fatal(err)
		}
		dict, err := npy.StateDict[float32](map[string]*npy.Array{"y": array})
		if err != nil {
			t.Fatal(err)
		}
		got, want := dict["y"], e.network.Forward(x)
		if !slices.Equal(got.Shape(), want.Shape()) {
			t.Fatalf("%s: ONNX Runtime's logits have shape %v, ours %v", e.name, got.Shape(), want.Shape())
		}
		worst := 0.0
		for i, v := range want.Data() {
			if d := math.Abs(float64(v - got.Data()[i])); !(d <= worst) {
				worst = d
			}
		}
		t.Logf("%s: the logits of %d test images differ by at most %.3g", e.name, images, worst)
		if !(worst <= 1e-5) {
			t.Errorf("%s: ONNX Runtime's logits differ by %g", e.name, worst)
		}
	}
}
