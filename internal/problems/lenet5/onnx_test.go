package lenet5

import (
	"math"
	"slices"
	"testing"

	"hw4/data"
	"hw4/internal/onnxtest"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// The initializers of a model are the parameters under their names, except for the
// original C3, whose weights stand at the connections of Table I.
func TestModelsHaveTheParameters(t *testing.T) {
	for arch, apart := range map[lenet.Arch]int{lenet.Modern: 0, lenet.Original: 32} {
		n := network(arch)
		dict := nn.StateDict(n)
		var c3 []*tensor.Tensor[float32]
		for _, i := range model(arch, n).Initializers {
			want := dict[i.Name]
			if want == nil {
				c3 = append(c3, i.Value)
			} else if !slices.Equal(want.Shape(), i.Value.Shape()) || !slices.Equal(want.Data(), i.Value.Data()) {
				t.Errorf("%s: %s is not the parameter", arch, i.Name)
			}
			delete(dict, i.Name)
		}
		if len(dict) != apart || len(c3) != min(apart, 2) {
			t.Errorf("%s: %d parameters are not in the model, %d are new", arch, len(dict), len(c3))
		}
		if arch == lenet.Original {
			checkDense(t, c3Of(n), c3[0], c3[1])
		}
	}
}

func checkDense(t *testing.T, c3 *lenet.C3[float32], weight, bias *tensor.Tensor[float32]) {
	for out, from := range c3.Connections {
		if bias.Data()[out] != c3.Biases[out].Data()[0] {
			t.Errorf("the bias of map %d is another", out)
		}
		for in := range 6 {
			want := make([]float32, 25)
			if nth := slices.Index(from, in); nth >= 0 {
				want = c3.Weights[out].Data()[25*nth:][:25]
			}
			if got := weight.Data()[25*(6*out+in):][:25]; !slices.Equal(got, want) {
				t.Errorf("the kernel from map %d to map %d is %v, want %v", in, out, got, want)
			}
		}
	}
}

// ONNX Runtime computes the logits of every exported network.
func TestONNXRuntimeAgrees(t *testing.T) {
	all := mnist(t, 1, 500)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		n, x := network(arch), tensor.Zeros[float32](500, 1, 28, 28)
		data.Pixels(x.Data(), all.Test, slices.Collect(func(yield func(int) bool) {
			for i := range 500 {
				if !yield(i) {
					return
				}
			}
		}))
		got, want := onnxtest.Logits(t, model(arch, n), x), n.Forward(x)
		for i, v := range want.Data() {
			if d := math.Abs(float64(v - got.Data()[i])); !(d <= 1e-5) {
				t.Fatalf("%s: ONNX Runtime's logits differ by %g", arch, d)
			}
		}
	}
}
