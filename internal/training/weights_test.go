package training

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/problem"
	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// saved writes a network's weights into a fresh folder.
func saved(t *testing.T, name string, network nn.Module[float32], metadata map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := writeWeights(path, network, metadata); err != nil {
		t.Fatal(err)
	}
	return path
}

func linear(in, out int) *nn.LinearLayer[float32] {
	return nn.NewLinear[float32](rand.New(rand.NewPCG(1, 2)), in, out, nn.LinearOptions{})
}

// Weights come back bit for bit from both formats.
func TestWeightsRoundTrip(t *testing.T) {
	network := nn.Sequential[float32]{{Name: "a", Module: linear(3, 4)}, {Name: "b", Module: linear(4, 2)}}
	network.Params()[0].Value.Data()[0] = float32(math.Copysign(0, -1))
	network.Params()[0].Value.Data()[1] = math.Float32frombits(1)
	for _, name := range []string{"w.safetensors", "w.npz"} {
		w, err := ReadWeights(saved(t, name, network, map[string]string{"a": "b"}))
		if err != nil {
			t.Fatal(err)
		}
		if !w.equal(network) || w.Closeness(network) != 1 {
			t.Errorf("%s: the weights changed", name)
		}
		if strings.HasSuffix(name, ".safetensors") && w.Metadata["a"] != "b" {
			t.Errorf("%s: metadata %v", name, w.Metadata)
		}
		other := nn.Sequential[float32]{{Name: "a", Module: linear(3, 4)}, {Name: "b", Module: linear(4, 2)}}
		if w.equal(other) {
			t.Errorf("%s: other weights are equal", name)
		}
		if err := w.Into(other, "a network"); err != nil || !w.equal(other) {
			t.Errorf("%s: %v", name, err)
		}
		zero := &other.Params()[0].Value.Data()[0]
		if *zero = 0; w.equal(other) {
			t.Errorf("%s: 0 is equal to -0", name)
		}
		if w.equal(network[:1]) {
			t.Errorf("%s: half of the network is equal", name)
		}
	}
}

// Weights of another model are refused with what is different, of which the first
// differences are enough.
func TestWeightsOfAnotherModel(t *testing.T) {
	path := saved(t, "w.npz", nn.Sequential[float32]{{Name: "a", Module: linear(3, 4)}}, nil)
	w, err := ReadWeights(path)
	if err != nil {
		t.Fatal(err)
	}
	var deep nn.Sequential[float32]
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		deep = append(deep, nn.Child[float32]{Name: name, Module: linear(3, 5)})
	}
	err = w.Into(deep, "the deep network")
	var input *problem.InputError
	for _, say := range []string{
		path + ` does not hold the weights of the deep network: "a.weight" has shape (4,3), want (5,3), "a.bias" has`,
		`it lacks "b.weight" (5,3), "b.bias" (5,), "c.weight" (5,3), "c.bias" (5,), 6 more`,
	} {
		if !errors.As(err, &input) || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want one that says %q", err, say)
		}
	}
	if n := w.Closeness(deep); n != 0 {
		t.Errorf("%g of other shapes are shared", n)
	}
}

func TestUnusableWeights(t *testing.T) {
	for i, name := range []string{"w.safetensors", "w.npz"} {
		network := linear(4, 1)
		network.Weight.Data()[2*i] = float32(math.NaN())
		_, err := ReadWeights(saved(t, name, network, nil))
		var format *strict.FormatError
		if want := fmt.Sprintf(`element %d of "weight" is NaN, want a finite number`, 2*i+1); !errors.As(err, &format) ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s with NaN: %v, want one that says %q", name, err, want)
		}
	}
	text := filepath.Join(t.TempDir(), "w.safetensors")
	if err := os.WriteFile(text, []byte("no weights at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	var input *problem.InputError
	if _, err := ReadWeights(text); !errors.As(err, &input) {
		t.Errorf("text: %v", err)
	}
	none := filepath.Join(t.TempDir(), "none.npz")
	if _, err := ReadWeights(none); !errors.As(err, &input) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// Models with too many parameters are refused before there is room for them.
func TestLargeModels(t *testing.T) {
	large := nn.Sequential[float32]{{Name: "a", Module: half()}, {Name: "b", Module: half()}}
	for _, name := range []string{"w.safetensors", "w.npz"} {
		if _, err := ReadWeights(saved(t, name, large, nil)); err == nil ||
			!strings.Contains(err.Error(), "the number of elements is more than 8388608") {
			t.Errorf("%s of a large model: %v", name, err)
		}
	}
}

// half is a layer of a little more than half as many parameters as may be.
func half() nn.Module[float32] {
	zeros := tensor.Zeros[float32]
	return &nn.LinearLayer[float32]{Weight: zeros(1<<11, 1<<11), Bias: zeros(1 << 11)}
}

func TestCheckNames(t *testing.T) {
	for path, ok := range map[string]bool{
		"w.safetensors": true, "a/w.SafeTensors": true, "w.NPZ": true, "w": false, "w.pt": false, "safetensors": false,
		"w.npz.gz": false,
	} {
		if err := CheckWeightsName(path); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, ok := range map[string]bool{"m.onnx": true, "m.ONNX": true, "m": false, "m.npz": false, "": true} {
		if err := CheckEnding(path, ".onnx"); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
	err := CheckWeightsName("w.pt")
	if want := `w.pt: the name ends in ".pt", want .safetensors or .npz`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestCheckWritable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "there")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for path, say := range map[string]string{
		"":                                 "",
		filepath.Join(dir, "w.npz"):        "",
		file:                               "",
		dir:                                "is a folder",
		filepath.Join(dir, "no", "w.npz"):  "no/w.npz cannot be written: no such file or directory",
		filepath.Join(os.DevNull, "w.npz"): "cannot be written",
	} {
		err := CheckWritable(path)
		var input *problem.InputError
		if (err == nil) != (say == "") || err != nil && (!errors.As(err, &input) || !strings.Contains(err.Error(), say)) {
			t.Errorf("%s: %v, want %q", path, err, say)
		}
		for _, o := range []Options{{Save: path}, {ONNX: path}} {
			if got := o.Check(); (got == nil) != (err == nil) {
				t.Errorf("options %+v: %v", o, got)
			}
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind %v", left)
	}
}
