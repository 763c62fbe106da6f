package losses

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/onnxtest"
	"hw4/internal/problem"
	"hw4/internal/report/reporttest"
	"hw4/internal/training"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
	"hw4/tensor/onnx"
)

// saved writes a state dict into a fresh folder.
func saved(t *testing.T, dict map[string]*tensor.Tensor[float32]) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "w.npz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(npy.WriteZip(f, dict), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// linear returns the model for images of so many pixels.
func linear(pixels int, opt nn.LinearOptions) *nn.LinearLayer[float32] {
	return nn.NewLinear[float32](rand.New(rand.NewPCG(3, 3)), pixels, 1, opt)
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
		model, err := linearOf(&training.Weights{Dict: c.dict}, 4)
		if (err == nil) != c.ok || err == nil && (model.Bias != nil) != c.bias {
			t.Errorf("%v: %v", c.dict, err)
		}
		if err == nil && (model.Weight.Data()[3] != 1 || c.bias && model.Bias.Data()[0] != 1) {
			t.Errorf("%v: the model has other weights", c.dict)
		}
	}
}

// Weights of another model are refused with what is different.
func TestWrongModel(t *testing.T) {
	for say, dict := range map[string]map[string]*tensor.Tensor[float32]{
		`"weight" has shape (1,783), want (1,784)`: nn.StateDict[float32](linear(783, nn.LinearOptions{})),
		`it has "C1.weight" (1,784), "C2.weight" (1,784), where the model has "weight" (1,784), "bias" (1,)`: {
			"C1.weight": tensor.Ones[float32](1, 784), "C2.weight": tensor.Ones[float32](1, 784),
		},
	} {
		path := saved(t, dict)
		w, err := training.ReadWeights(path)
		if err != nil {
			t.Fatal(err)
		}
		var input *problem.InputError
		_, err = linearOf(w, 784)
		if !errors.As(err, &input) || !strings.Contains(err.Error(), say) ||
			!strings.HasPrefix(err.Error(), path+" does not hold the weights of a'x + b for images of 784 pixels: ") {
			t.Errorf("%v, want an error that says %q", err, say)
		}
	}
}

// The accuracy of weights from a file is that of their model, whatever the loss.
func TestEvaluateWeights(t *testing.T) {
	source := datatest.Source(t, tiny(50), tiny(20))
	bright := map[string]*tensor.Tensor[float32]{"weight": tensor.Ones[float32](1, 6)} // the sum of all pixels
	for _, c := range []struct {
		bias    float32 // 0: none
		formula string
		right   string
	}{{0, "a'x", "10 of 20 test images"}, {-2, "a'x + b", "20 of 20 test images"}} {
		dict := map[string]*tensor.Tensor[float32]{"weight": bright["weight"]}
		if c.bias != 0 {
			dict["bias"] = tensor.FromSlice([]float32{c.bias}, 1)
		}
		path := saved(t, dict)
		r, err := Weights{File: path, Data: source, Eval: true}.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		text := reporttest.Text(r.Answer)
		if r.OK() != (c.bias != 0) || len(r.Answer) > 5 || !strings.Contains(text, path+" holds the weights of z = "+c.formula+".") ||
			!strings.Contains(text, c.right) ||
			!strings.Contains(reporttest.Text(r.Items), "50 training and 20 test images of the") {
			t.Errorf("bias %v: answer\n%s", c.bias, text)
		}
	}
	var input *problem.InputError
	path := saved(t, map[string]*tensor.Tensor[float32]{"weight": tensor.Ones[float32](1, 7)})
	if _, err := (Weights{File: path, Data: source, Eval: true}).Solve(context.Background()); !errors.As(err, &input) {
		t.Errorf("weights for larger images: %v", err)
	}
}

// The model of weights is exported, and a file that cannot be is found out before.
func TestExportWeights(t *testing.T) {
	var path string
	file := filepath.Join(t.TempDir(), "m.onnx")
	for _, pixels := range []int{784, 6} { // of MNIST, and of any other images
		path = saved(t, nn.StateDict[float32](linear(pixels, nn.LinearOptions{})))
		r, err := Weights{File: path, ONNX: file}.Solve(context.Background())
		if err != nil || !r.OK() || len(r.Answer) != 1 {
			t.Errorf("%d pixels: %+v, %v", pixels, r, err)
		}
	}
	var input *problem.InputError
	for name, dict := range map[string]map[string]*tensor.Tensor[float32]{
		"a vector": {"weight": tensor.Ones[float32](6)}, "no weight": {"bias": tensor.Ones[float32](1)},
		"two outputs": {"weight": tensor.Ones[float32](2, 6)}, "no pixels": {"weight": tensor.Ones[float32](1, 0)},
	} {
		if _, err := (Weights{File: saved(t, dict), ONNX: file}).Solve(context.Background()); !errors.As(err, &input) {
			t.Errorf("%s: %v", name, err)
		}
	}
	none := Weights{File: "none.npz", ONNX: filepath.Join(file, "m.onnx")}
	if _, err := none.Solve(context.Background()); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("a file as a folder: %v", err)
	}
}

// modelOf returns the network as it is exported.
func modelOf(t *testing.T, network nn.Module[float32]) *onnx.Model {
	t.Helper()
	m, err := training.Model("linear", network, 784)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The initializers of a model are the parameters under their names.
func TestModelsHaveTheParameters(t *testing.T) {
	for _, opt := range []nn.LinearOptions{{}, {Bias: nn.WithoutBias}} {
		network := linear(784, opt)
		m := modelOf(t, network)
		params := network.Params()
		if len(m.Initializers) != len(params) {
			t.Fatalf("%d parameters in the model, want %d", len(m.Initializers), len(params))
		}
		for i, p := range params {
			if got := m.Initializers[i]; got.Name != p.Name || got.Value != p.Value {
				t.Errorf("%s is not the parameter %s", got.Name, p.Name)
			}
		}
		if !slices.Equal(m.Input.Shape, []int{784}) || !slices.Equal(m.Output.Shape, []int{1}) {
			t.Errorf("the model maps %v to %v", m.Input.Shape, m.Output.Shape)
		}
	}
}

// ONNX Runtime computes the logits of the model.
func TestONNXRuntimeAgrees(t *testing.T) {
	s, err := load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]int, 500)
	for i := range all {
		all[i] = i
	}
	x := tensor.Reshape(data.Images[float32](s.Test, all), len(all), s.Test.Rows*s.Test.Cols)
	for _, opt := range []nn.LinearOptions{{}, {Bias: nn.WithoutBias}} {
		network := linear(x.Dim(1), opt)
		got, want := onnxtest.Logits(t, modelOf(t, network), x), network.Forward(x)
		if !slices.Equal(got.Shape(), want.Shape()) {
			t.Fatalf("logits of shape %v, want %v", got.Shape(), want.Shape())
		}
		for i, v := range want.Data() {
			if d := math.Abs(float64(v - got.Data()[i])); !(d <= 1e-5) {
				t.Errorf("image %d: the logit is %v, want %v", i, got.Data()[i], v)
			}
		}
	}
}
