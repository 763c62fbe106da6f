package lenet5

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hw4/internal/datatest"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

// saved writes a network's weights into a fresh folder.
func saved(t *testing.T, name string, network nn.Module[float32]) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	dict := nn.StateDict(network)
	if strings.HasSuffix(name, ".npz") {
		err = npy.WriteZip(f, dict)
	} else {
		err = safetensors.Write(f, safetensors.FromStateDict(dict, nil))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) *training.Weights {
	t.Helper()
	w, err := training.ReadWeights(path)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func linear(in, out int) nn.Module[float32] {
	return nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), in, out, nn.LinearOptions{})
}

// Every variant comes back bit for bit from both formats, and is recognised.
func TestWeightsRoundTrip(t *testing.T) {
	for _, arch := range lenet.Archs() {
		network := newLeNet(arch)
		network.Params()[0].Value.Data()[0] = float32(math.Copysign(0, -1))
		network.Params()[0].Value.Data()[1] = math.Float32frombits(1)
		for _, name := range []string{"w.safetensors", "w.npz"} {
			found, loaded, err := NetworkOf(read(t, saved(t, name, network)), "")
			if err != nil || found != arch || training.SHA256(loaded.Params()) != training.SHA256(network.Params()) {
				t.Errorf("%v, %s: taken for %v, %v", arch, name, found, err)
			}
		}
	}
}

func TestWrongModel(t *testing.T) {
	original := saved(t, "o.safetensors", newLeNet(lenet.Original))
	almost := newLeNet(lenet.Modern)
	almost[7].Module = linear(84, 26)
	letters := saved(t, "letters.safetensors", almost)
	for _, c := range []struct {
		path, arch string
		say        []string
	}{
		{original, "modern", []string{
			`the modern LeNet-5: it has "C3_layer.0.module_3.0.bias" (1,), "C3_layer.0.module_3.0.weight" (1,3,5,5), `,
			`28 more, where the model has "C3_layer.0.conv_layer.weight" (16,6,5,5), "C3_layer.0.conv_layer.bias" (16,); `,
			"by their shapes they are likeliest those of the original LeNet-5",
		}},
		{letters, "", []string{
			`the modern LeNet-5: "F7_layer.weight" has shape (26,84), want (10,84), "F7_layer.bias" has shape (26,), want (10,)`,
		}},
		{letters, "original", []string{
			`it has "C3_layer.0.conv_layer.bias" (16,), "C3_layer.0.conv_layer.weight" (16,6,5,5), where the model has `,
			"likeliest those of the modern LeNet-5",
		}},
		{saved(t, "l.npz", linear(784, 1)), "", []string{
			`it has "bias" (1,), "weight" (1,784), where the model has "C1_layer.0.weight" (6,1,5,5)`,
			"likeliest those of a'x + b, the model of Problem 5",
		}},
	} {
		_, _, err := NetworkOf(read(t, c.path), c.arch)
		var input *problem.InputError
		for _, say := range c.say {
			if !errors.As(err, &input) || !strings.Contains(err.Error(), say) || !strings.HasPrefix(err.Error(), c.path) {
				t.Errorf("%s as %q: %v, want an error that says %q", c.path, c.arch, err, say)
			}
		}
	}
	if _, _, err := NetworkOf(&training.Weights{}, "ancient"); err == nil ||
		!strings.Contains(err.Error(), `no architecture "ancient"`) {
		t.Errorf("ancient: %v", err)
	}
}

// Weights are counted, measured, shown a picture, and exported, as is wanted.
func TestUseOfWeights(t *testing.T) {
	network := newLeNet(lenet.Original)
	path := saved(t, "w.npz", network)
	source := datatest.Source(t, digits(10), digits(30))
	file := filepath.Join(t.TempDir(), "m.onnx")
	r, err := Weights{File: path, Data: source, Params: true, Eval: true, ONNX: file}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	// The network is not trained, and this is the only thing that is wrong with it.
	if bad := r.Failed(); len(bad) != 1 || bad[0].Name != "more right than wrong" {
		t.Fatalf("failed: %s", failed(&r.Body))
	}
	text := told(&r.Body)
	for _, say := range []string{
		path + " holds the weights of the original LeNet-5 (60806 parameters).", "The reduction is 900.",
		"of 30 test images are classified correctly", "The network is in " + file,
	} {
		if !strings.Contains(text, say) {
			t.Errorf("the answer\n%s\ndoes not say %q", text, say)
		}
	}
	o := Weights{File: path, Data: source, Eval: true, ONNX: filepath.Join(path, "m.onnx")}
	if _, err := o.Solve(context.Background()); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("a file as a folder: %v", err)
	}
	paper := Weights{File: saved(t, "p.npz", newLeNet(lenet.LeCun1998)), ONNX: file}
	if _, err := paper.Solve(context.Background()); err == nil || !strings.Contains(err.Error(), "not for lecun1998") {
		t.Errorf("the network of 1998: %v", err)
	}
}

// An evaluation lists the digits that there are.
func TestEvaluationByDigit(t *testing.T) {
	path := saved(t, "w.npz", newLeNet(lenet.Modern))
	test := digits(30)
	for i := range test.Labels {
		test.Labels[i] = byte(3 + 4*(i%2))
	}
	r, err := Weights{File: path, Data: datatest.Source(t, digits(10), test), Eval: true}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Items, func(item report.Item) bool {
		table, isTable := item.(report.Table)
		return isTable && table.Header[0] == "digit"
	})
	var found []any
	for _, row := range r.Items[i].(report.Table).Rows {
		found = append(found, row[0])
	}
	if want := []any{3, 7, "all"}; !reflect.DeepEqual(found, want) {
		t.Errorf("rows of %v, want %v", found, want)
	}
}

// The page of the names that are accepted has them all.
func TestNamesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/weights.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, arch := range lenet.Archs() {
		for _, p := range newLeNet(arch).Params() {
			line := fmt.Sprintf("    %-32s %s\n", p.Name, tensor.Tuple(p.Value.Shape()))
			if !strings.Contains(string(page), line) {
				t.Errorf("docs/weights.md lacks %q", line)
			}
		}
	}
}
