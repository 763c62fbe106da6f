package homework

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/strict"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// saved writes a network's weights into a fresh folder.
func saved(t *testing.T, name string, network nn.Module[float32], metadata map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := saveWeights(path, network, metadata); err != nil {
		t.Fatal(err)
	}
	return path
}

func newLeNet(arch lenet.Arch) nn.Sequential[float32] {
	return lenet.New[float32](rand.New(rand.NewPCG(9, 9)), arch)
}

// Every variant comes back bit for bit from both formats, and is recognised.
func TestWeightsRoundTrip(t *testing.T) {
	for _, arch := range lenet.Archs() {
		network := newLeNet(arch)
		network.Params()[0].Value.Data()[0] = float32(math.Copysign(0, -1))
		network.Params()[0].Value.Data()[1] = math.Float32frombits(1)
		for _, name := range []string{"w.safetensors", "w.npz"} {
			w, err := readWeights(saved(t, name, network, map[string]string{"a": "b"}))
			if err != nil {
				t.Fatal(err)
			}
			if !w.equal(network) {
				t.Errorf("%v, %s: the weights changed", arch, name)
			}
			found, loaded, err := lenetOf(w, "")
			if err != nil || found != arch || !w.equal(loaded) {
				t.Errorf("%v, %s: taken for %v, %v", arch, name, found, err)
			}
			loaded.Params()[1].Value.Data()[0] += 1
			if w.equal(loaded) {
				t.Errorf("%v, %s: changed weights are equal", arch, name)
			}
		}
	}
}

func TestWrongModel(t *testing.T) {
	original := saved(t, "o.safetensors", newLeNet(lenet.Original), nil)
	linear := saved(t, "l.npz", nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), 784, 1, nn.LinearOptions{}), nil)
	narrow := saved(t, "n.npz", nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), 783, 1, nn.LinearOptions{}), nil)
	almost := newLeNet(lenet.Modern)
	almost[7].Module = nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), 84, 26, nn.LinearOptions{})
	letters := saved(t, "letters.safetensors", almost, nil)
	for _, c := range []struct {
		path, arch string
		say        []string
	}{
		{original, "modern", []string{"the modern LeNet-5, but those of the original one: C3_layer.0.conv_layer.bias is missing", "and 26 differences more"}},
		{letters, "", []string{"the modern LeNet-5: F7_layer.bias has shape (26,), want (10,); F7_layer.weight has shape (26,84), want (10,84)"}},
		{letters, "original", []string{"the original LeNet-5: C3_layer.0.conv_layer.bias is not a parameter"}},
		{linear, "", []string{"C1_layer.0.bias is missing"}},
	} {
		w, err := readWeights(c.path)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = lenetOf(w, c.arch)
		var input *InputError
		for _, say := range c.say {
			if !errors.As(err, &input) || !strings.Contains(err.Error(), say) || !strings.HasPrefix(err.Error(), c.path) {
				t.Errorf("%s as %q: %v, want an error that says %q", c.path, c.arch, err, say)
			}
		}
	}
	if _, _, err := lenetOf(&weights{}, "ancient"); err == nil || !strings.Contains(err.Error(), `no architecture "ancient"`) {
		t.Errorf("ancient: %v", err)
	}
	for path, say := range map[string]string{
		original: "C1_layer.0.bias is not a parameter of this model",
		narrow:   "weight has shape (1,783), want (1,784)",
	} {
		w, err := readWeights(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := linearOf(w, 784); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s as a linear model: %v, want an error that says %q", path, err, say)
		}
	}
}

// The linear model may be named as PyTorch's nn.Linear, or be inside a module, and
// may lack a bias.
func TestLinearNames(t *testing.T) {
	x := tensor.Ones[float32](1, 4)
	b := tensor.Ones[float32](1)
	for _, c := range []struct {
		dict map[string]*tensor.Tensor[float32]
		ok   bool
		bias bool
	}{
		{map[string]*tensor.Tensor[float32]{"weight": x, "bias": b}, true, true},
		{map[string]*tensor.Tensor[float32]{"linear.weight": x, "linear.bias": b}, true, true},
		{map[string]*tensor.Tensor[float32]{"model.fc.weight": x}, true, false},
		{map[string]*tensor.Tensor[float32]{"a.weight": x, "b.weight": x}, false, false},
		{map[string]*tensor.Tensor[float32]{"bias": b}, false, false},
		{map[string]*tensor.Tensor[float32]{}, false, false},
	} {
		model, err := linearOf(&weights{dict: c.dict}, 4)
		if (err == nil) != c.ok || err == nil && (model.Bias != nil) != c.bias {
			t.Errorf("%v: %v", c.dict, err)
		}
	}
}

func TestUnusableWeights(t *testing.T) {
	network := nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), 4, 1, nn.LinearOptions{})
	network.Weight.Data()[2] = float32(math.NaN())
	for _, name := range []string{"w.safetensors", "w.npz"} {
		_, err := readWeights(saved(t, name, network, nil))
		var format *strict.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), `element 2 of "weight" is NaN, want a finite number`) {
			t.Errorf("%s with NaN: %v", name, err)
		}
	}
	text := filepath.Join(t.TempDir(), "w.safetensors")
	if err := os.WriteFile(text, []byte("no weights at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	large := nn.Sequential[float32]{
		{Name: "a", Module: nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), 1<<11, 1<<11, nn.LinearOptions{})},
		{Name: "b", Module: nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), 1<<11, 1<<11, nn.LinearOptions{})},
	}
	for _, name := range []string{"w.safetensors", "w.npz"} {
		if _, err := readWeights(saved(t, name, large, nil)); err == nil || !strings.Contains(err.Error(), "the number of parameters is more than 8388608") {
			t.Errorf("%s of a large model: %v", name, err)
		}
	}
	var input *InputError
	if _, err := readWeights(text); !errors.As(err, &input) {
		t.Errorf("text: %v", err)
	}
	if _, err := readWeights(filepath.Join(t.TempDir(), "none.npz")); !errors.As(err, &input) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestCheckWeightsName(t *testing.T) {
	for path, ok := range map[string]bool{"w.safetensors": true, "a/w.SafeTensors": true, "w.NPZ": true, "w": false, "w.pt": false, "safetensors": false, "w.npz.gz": false} {
		if err := CheckWeightsName(path); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestCheckSave(t *testing.T) {
	dir := t.TempDir()
	for path, say := range map[string]string{
		"":                                 "",
		filepath.Join(dir, "w.npz"):        "",
		dir:                                "is a folder",
		filepath.Join(dir, "no", "w.npz"):  "cannot be saved",
		filepath.Join(os.DevNull, "w.npz"): "cannot be saved",
	} {
		err := checkSave(path)
		if (err == nil) != (say == "") || err != nil && !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v, want %q", path, err, say)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
}

// few returns the first images of a set.
func few(s *data.Set, n int) *data.Set {
	return &data.Set{Rows: s.Rows, Cols: s.Cols, Images: s.Images[:n*s.Rows*s.Cols], Labels: s.Labels[:n]}
}

// A trained network, saved and loaded, recognises digits that are enlarged, black
// on white and out of place about as well as MNIST's own.
func TestPredictions(t *testing.T) {
	if testing.Short() {
		t.Skip("trains on MNIST")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Defaults(7)
	cfg.Epochs, cfg.Batch = 2, 20
	f := lenetFit(cfg, lenet.Original, &data.MNIST{Train: few(mnist.Train, 6000), Test: few(mnist.Test, 400)})
	epochs, err := f.run(context.Background(), Progress{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := readWeights(saved(t, "w.safetensors", f.network, nil))
	if err != nil {
		t.Fatal(err)
	}
	_, network, err := lenetOf(w, "original")
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i := range f.test.Len() {
		page := tensor.Ones[float32](150, 120)
		for y := range 84 {
			for x := range 84 {
				page.Set(1-float32(f.test.Image(i)[y/3*28+x/3])/255, 60+y, 5+x)
			}
		}
		digit, ok := data.Digit(page)
		if !ok {
			t.Fatalf("image %d: blank", i)
		}
		if p := digitProbabilities(network, digit); p[f.test.Labels[i]] > 0.5 {
			right++
		}
	}
	if own := countOf(epochs[2].TestAcc, f.test); right < own-12 || own < 360 {
		t.Errorf("%d of %d digits on pages recognised, %d of MNIST's own", right, f.test.Len(), own)
	}
}
