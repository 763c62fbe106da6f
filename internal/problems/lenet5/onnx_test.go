package lenet5

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"hw4/data"
	"hw4/internal/onnxtest"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
)

// model returns a network as it is exported.
func model(t *testing.T, arch lenet.Arch, network nn.Module[float32]) *onnx.Model {
	t.Helper()
	m, err := training.Model("lenet5_"+arch.String(), network, 1, 28, 28)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The layers of a model are those of the network, in its order.
func TestLayersOfTheModel(t *testing.T) {
	want := []string{
		"Conv C1_layer.0", "Tanh C1_layer.1", "AveragePool P2_layer.0", "Tanh P2_layer.1",
		"", "Tanh C3_layer.1", "AveragePool P4_layer.0", "Tanh P4_layer.1", "Flatten flatten",
		"Gemm C5_layer.0", "Tanh C5_layer.1", "Gemm F6_layer.0", "Tanh F6_layer.1", "Gemm F7_layer",
	}
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		m := model(t, arch, newLeNet(arch))
		want[4] = "Conv C3_layer.0"
		if arch == lenet.Modern {
			want[4] += ".conv_layer"
		}
		var got []string
		for _, n := range m.Nodes {
			got = append(got, n.Op+" "+n.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", arch, got, want)
		}
		if a := fmt.Sprint(m.Nodes[0].Attributes, m.Nodes[4].Attributes, m.Nodes[2].Attributes); a !=
			"[{kernel_shape 0 [5 5] 0} {pads 0 [2 2 2 2] 0}] [{kernel_shape 0 [5 5] 0} {pads 0 [0 0 0 0] 0}] "+
				"[{kernel_shape 0 [2 2] 0} {strides 0 [2 2] 0}]" {
			t.Errorf("%v: attributes %s", arch, a)
		}
		if m.Name != "lenet5_"+arch.String() || !slices.Equal(m.Input.Shape, []int{1, 28, 28}) ||
			!slices.Equal(m.Output.Shape, []int{10}) {
			t.Errorf("%s maps %v to %v", m.Name, m.Input.Shape, m.Output.Shape)
		}
	}
}

// The initializers of a model are the parameters under their names, except for the
// original C3, whose weights stand at the connections of Table I.
func TestModelsHaveTheParameters(t *testing.T) {
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		network := newLeNet(arch)
		dict := nn.StateDict[float32](network)
		for _, i := range model(t, arch, network).Initializers {
			want := dict[i.Name]
			if want == nil && arch == lenet.Original {
				continue
			}
			if want == nil || !slices.Equal(want.Shape(), i.Value.Shape()) || !slices.Equal(want.Data(), i.Value.Data()) {
				t.Errorf("%v: %s is not the parameter", arch, i.Name)
			}
			delete(dict, i.Name)
		}
		if left := len(dict); arch == lenet.Modern && left != 0 || arch == lenet.Original && left != 32 {
			t.Errorf("%v: %d parameters are not in the model", arch, left)
		}
	}
}

func TestOneC3(t *testing.T) {
	network := newLeNet(lenet.Original)
	c3 := network[2].Module.(nn.Sequential[float32])[0].Module.(*lenet.C3Layer[float32])
	m := model(t, lenet.Original, network)
	weight, bias := m.Initializers[2], m.Initializers[3]
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

// ONNX Runtime computes the logits of every exported network.
func TestONNXRuntimeAgrees(t *testing.T) {
	m, err := load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]int, 500)
	for i := range all {
		all[i] = i
	}
	x := data.Images[float32](m.Test, all)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		network := newLeNet(arch)
		got, want := onnxtest.Logits(t, model(t, arch, network), x), network.Forward(x)
		if !slices.Equal(got.Shape(), want.Shape()) {
			t.Fatalf("%v: logits of shape %v, want %v", arch, got.Shape(), want.Shape())
		}
		if worst := furthest(got, want); !(worst <= 1e-5) {
			t.Errorf("%v: the logits differ by %g", arch, worst)
		} else {
			t.Logf("%v: the logits of %d test images differ by at most %.3g", arch, len(all), worst)
		}
	}
}

// furthest returns the largest difference of two tensors, NaN if there is one.
func furthest(a, b *tensor.Tensor[float32]) float64 {
	worst := 0.0
	for i, v := range a.Data() {
		worst = math.Max(worst, math.Abs(float64(v-b.Data()[i])))
	}
	return worst
}
