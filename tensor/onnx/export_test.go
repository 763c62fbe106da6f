package onnx_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/conv"
	"hw4/internal/onnxtest"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
)

type tensor32 = tensor.Tensor[float32]

func seed(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 0)) }

// of returns the layers one after the other.
func of(layers ...nn.Module[float32]) nn.Sequential[float32] { return nn.NewSequential(layers...) }

func activation(name string) nn.Module[float32] { return nn.NewActivation[float32](name) }

func maximum(o pool.Options) nn.Module[float32] { return pool.NewMaxPool2d[float32](o) }

func average(o pool.Options) nn.Module[float32] { return pool.NewAvgPool2d[float32](o) }

// asConvolution is a module of one's own that is written as a known one.
type asConvolution struct{ conv.Conv2dLayer[float32] }

func (a *asConvolution) ExportAs() nn.Module[float32] {
	return of(&a.Conv2dLayer, activation("identity"))
}

// networks are networks for images (3, 11, 9), of every layer and every option.
func networks() map[string]nn.Module[float32] {
	rng := seed(1)
	return map[string]nn.Module[float32]{
		"convolution": conv.NewConv2d[float32](rng, 3, 4, [2]int{3, 2}, conv.Options{}),
		"convolutions": of(
			conv.NewConv2d[float32](rng, 3, 6, [2]int{3, 3}, conv.Options{
				Padding: [2]int{2, 1}, Dilation: [2]int{2, 1}, Groups: 3}),
			activation("relu"),
			of(conv.NewConv2d[float32](rng, 6, 4, [2]int{3, 2}, conv.Options{Stride: [2]int{2, 1}, Bias: nn.WithoutBias})),
			&asConvolution{*conv.NewConv2d[float32](rng, 4, 2, [2]int{1, 1}, conv.Options{})},
		),
		"activations": of(activation("sin"), activation("leakyrelu"), activation("elu"), activation("tanh"),
			activation("softplus"), activation("sigmoid"), activation("exp"), activation("identity")),
		"linear": of(nn.NewFlatten[float32](), nn.NewLinear[float32](rng, 297, 20, nn.LinearOptions{}),
			activation("abs"),
			nn.NewLinear[float32](rng, 20, 5, nn.LinearOptions{Bias: nn.WithoutBias})),
		"maxima": of(
			maximum(pool.Options{Kernel: [2]int{3, 2}, Stride: [2]int{1, 2}, Padding: [2]int{1, 1}, Dilation: [2]int{1, 2}}),
			maximum(pool.Options{Kernel: [2]int{2, 2}, Stride: [2]int{3, 3}, CeilMode: true}),
		),
		"maxima with padding": maximum(pool.Options{Kernel: [2]int{3, 3}, Stride: [2]int{3, 3},
			Padding: [2]int{1, 1}, CeilMode: true}),
		"means": of(
			average(pool.Options{Kernel: [2]int{3, 2}, Stride: [2]int{1, 1}, Padding: [2]int{1, 1}}),
			average(pool.Options{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}, Padding: [2]int{1, 1}, Divisor: pool.CountImage}),
			average(pool.Options{Kernel: [2]int{4, 2}, CeilMode: true}),
		),
		"means of the image": average(pool.Options{Kernel: [2]int{4, 4}, Stride: [2]int{3, 3}, Padding: [2]int{1, 2},
			CeilMode: true, Divisor: pool.CountImage}),
		"means with CeilMode that reach nothing": average(pool.Options{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2},
			Padding: [2]int{1, 1}, CeilMode: true}),
	}
}

// ONNX Runtime computes what the network computes.
func TestONNXRuntimeAgrees(t *testing.T) {
	x := tensor.Normal[float32](seed(2), 0, 1, 8, 3, 11, 9)
	for name, network := range networks() {
		t.Run(name, func(t *testing.T) {
			m, err := onnx.Export(network, x.Shape()[1:], onnx.Options{Input: "image", Output: "logits"})
			if err != nil {
				t.Fatal(err)
			}
			want := network.Forward(x)
			if !slices.Equal(m.Output.Shape, want.Shape()[1:]) {
				t.Errorf("output of shape %v, want %v without the batch", m.Output.Shape, want.Shape())
			}
			got := onnxtest.Logits(t, m, x)
			if !slices.Equal(got.Shape(), want.Shape()) {
				t.Fatalf("output of shape %v, want %v", got.Shape(), want.Shape())
			}
			for i, v := range want.Data() {
				if d := math.Abs(float64(v - got.Data()[i])); !(d <= 1e-5) {
					t.Fatalf("element %d is %v, want %v", i, got.Data()[i], v)
				}
			}
		})
	}
}

// Initializers have the names of the state dict.
func TestNamesAreThoseOfTheStateDict(t *testing.T) {
	network := networks()["convolutions"]
	m, err := onnx.Export(network, []int{3, 11, 9}, onnx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"0.weight", "0.bias", "2.0.weight", "3.0.weight", "3.0.bias"}
	var got []string
	for _, i := range m.Initializers {
		got = append(got, i.Name)
	}
	if !slices.Equal(got, want) || m.Name != "network" || m.Input.Name != "input" || m.Output.Name != "output" {
		t.Errorf("%s of %s gives %s with the parameters %v, want %v", m.Name, m.Input.Name, m.Output.Name, got, want)
	}
}

// An activation is exported and compared above, or refused.
func TestActivations(t *testing.T) {
	var refused []string
	for _, f := range tensor.Activations() {
		if _, err := onnx.Export(activation(f.Name), []int{3}, onnx.Options{}); err != nil {
			refused = append(refused, f.Name)
		}
	}
	if want := []string{"logsigmoid", "gelu", "silu", "square"}; !slices.Equal(refused, want) {
		t.Errorf("refused are %v, want %v", refused, want)
	}
}

func TestRefused(t *testing.T) {
	double := nn.Func[float32](func(x *tensor32) *tensor32 { return tensor.Scale(x, 2) })
	tanh := activation("tanh")
	reaching := pool.Options{Kernel: [2]int{4, 4}, Stride: [2]int{3, 3}, Padding: [2]int{2, 0}, CeilMode: true}
	for want, network := range map[string]nn.Module[float32]{
		`onnx: layer "1.0": a nn.Func[float32] is no layer that can be exported; a method ExportAs ` +
			`would make it one`: of(tanh, of(double)),
		`onnx: layer "0": ONNX has no operator for "gelu"`:   of(activation("gelu")),
		`onnx: layer "net": ONNX has no operator for "silu"`: activation("silu"),
		`onnx: layer "net": with CeilMode and padding some windows reach over the padding, which ONNX would count; ` +
			`Divisor pool.CountImage would do`: average(reaching),
		"onnx: net has no layers": of(of()),
		"onnx: two values are named a.output": nn.Sequential[float32]{
			{Name: "a", Module: tanh}, {Name: "a", Module: tanh}, {Name: "b", Module: tanh}},
		"onnx: two values are named in": nn.Sequential[float32]{{Name: "a", Module: tanh}, {Name: "b", Module: tanh}},
	} {
		opt := onnx.Options{Name: "net", Input: "in"}
		if want == "onnx: two values are named in" {
			opt.Output = "in"
		}
		m, err := onnx.Export(network, []int{1, 11, 9}, opt)
		if m != nil || err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func ExampleExport() {
	rng := rand.New(rand.NewPCG(1, 2))
	network := nn.NewSequential[float32](
		conv.NewConv2d[float32](rng, 1, 8, [2]int{5, 5}, conv.Options{}),
		nn.NewActivation[float32]("relu"),
		pool.NewMaxPool2d[float32](pool.Options{Kernel: [2]int{2, 2}}),
		nn.NewFlatten[float32](),
		nn.NewLinear[float32](rng, 8*12*12, 10, nn.LinearOptions{}),
	)
	model, err := onnx.Export(network, []int{1, 28, 28}, onnx.Options{})
	fmt.Println(model.Input, model.Output, len(model.Marshal()) > 4*11530, err)
	for _, n := range model.Nodes {
		fmt.Println(n.Name, n.Op, n.Inputs)
	}
	// Output:
	// {input [1 28 28]} {output [10]} true <nil>
	// 0 Conv [input 0.weight 0.bias]
	// 1 Relu [0.output]
	// 2 MaxPool [1.output]
	// 3 Flatten [2.output]
	// 4 Gemm [3.output 4.weight 4.bias]
}
