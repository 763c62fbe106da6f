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

// norm is a layer that has seen some images.
func norm(channels int, o nn.BatchNormOptions) nn.Module[float32] {
	return trained(nn.NewBatchNorm2d[float32](channels, o), 4, channels, 5, 5)
}

func norm1(channels int) nn.Module[float32] {
	return trained(nn.NewBatchNorm1d[float32](channels, nn.BatchNormOptions{}), 8, channels)
}

func trained(l *nn.BatchNormLayer[float32], shape ...int) nn.Module[float32] {
	var scope tensor.Scope[float32]
	scope.Train(new(tensor.Step))
	for i := range uint64(5) {
		l.Forward(scope.Enter(tensor.Normal[float32](seed(3+i), 0.5, 2, shape...)))
	}
	if l.Weight != nil {
		copy(l.Weight.Data(), []float32{0.5, -2, 3})
		copy(l.Bias.Data(), []float32{1, 2, -1})
	}
	return l
}

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
		"normalised": of(norm(3, nn.BatchNormOptions{Eps: 0.25}), norm(3, nn.BatchNormOptions{Affine: nn.WithoutAffine}),
			nn.NewDropout[float32](rng, 0.5), pool.NewAdaptiveAvgPool2d[float32]([2]int{0, 3}), norm(3, nn.BatchNormOptions{})),
		"a normalised vector": of(pool.NewAdaptiveAvgPool2d[float32]([2]int{1, 1}), nn.NewFlatten[float32](), norm1(3)),
		"a tiny eps":          norm(3, nn.BatchNormOptions{Eps: 1e-50}),
		"dropout":             nn.NewDropout[float32](rng, 0.5),
		"sum":                 nn.NewSum(activation("tanh"), activation("relu"), activation("abs")),
		"residual": of(activation("tanh"), nn.NewSum[float32](of(activation("relu"), activation("sin")), of()),
			activation("exp")),
		"residual, the other way": of(activation("tanh"), nn.NewSum[float32](of(), of(activation("relu")))),
		"sum of one":              of(nn.NewSum(activation("tanh"))),
		"sums in sums": nn.NewSum[float32](nn.NewSum[float32](activation("tanh"), of()),
			of(activation("exp"), nn.NewSum[float32](of(), of()))),
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
	x := tensor.Normal[float32](seed(2), 0, 1, 8, 3, 11, 9).NoGrad()
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

// The activations that are exported are those that are compared above. Others are refused.
func TestActivations(t *testing.T) {
	var exported []string
	for _, f := range tensor.Activations() {
		if _, err := onnx.Export(activation(f.Name), []int{3}, onnx.Options{}); err == nil {
			exported = append(exported, f.Name)
		}
	}
	want := []string{"identity", "sigmoid", "tanh", "relu", "leakyrelu", "softplus", "elu", "exp", "sin", "abs"}
	if !slices.Equal(exported, want) {
		t.Errorf("exported are %v, want %v", exported, want)
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
		`onnx: layer "net": with CeilMode a window reaches over the padding, which ONNX would count as padding; ` +
			`Divisor pool.CountImage would do`: average(reaching),
		`onnx: layer "net": with CeilMode and Dilation a window reaches over the end by the kernel's length or more, ` +
			`which ONNX Runtime does not take as padding`: maximum(
			pool.Options{Kernel: [2]int{3, 2}, Stride: [2]int{1, 5}, Dilation: [2]int{1, 5}, CeilMode: true}),
		`onnx: layer "0": without running statistics it takes those of its input; ONNX's does not`: of(
			nn.NewBatchNorm2d[float32](1, nn.BatchNormOptions{Running: nn.WithoutRunning})),
		`onnx: layer "net": ONNX has no windows of different sizes, which make (2,9) of an image of (11,9)`: pool.
			NewAdaptiveAvgPool2d[float32]([2]int{2, 9}),
		`onnx: layer "net": ONNX has no windows of different sizes, which make (22,9) of an image of (11,9)`: pool.
			NewAdaptiveAvgPool2d[float32]([2]int{22, 9}),
		`onnx: layer "0.1": ONNX has no operator for "gelu"`: of(nn.NewSum[float32](tanh, activation("gelu"))),
		"onnx: net has no layers":                            of(of()),
		`onnx: two layers are named "a"`: nn.Sequential[float32]{
			{Name: "a", Module: tanh}, {Name: "a", Module: tanh}},
	} {
		m, err := onnx.Export(network, []int{1, 11, 9}, onnx.Options{Name: "net"})
		if m != nil || err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// No two values of a model may have one name.
func TestExportRefusesNamesOfOthers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	network := nn.NewSequential[float32](nn.NewLinear[float32](rng, 3, 3, nn.LinearOptions{}),
		nn.NewActivation[float32]("tanh"))
	for name, opt := range map[string]onnx.Options{
		"x": {Input: "x", Output: "x"}, "0.bias": {Input: "0.bias"}, "0.weight": {Output: "0.weight"},
		"0.output": {Output: "0.output"},
	} {
		want := fmt.Sprintf("onnx: two values are named %q; Options name the input and the output", name)
		if m, err := onnx.Export(network, []int{3}, opt); m != nil || err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// What does not fit panics as the network does, with the layer's path.
func TestExportKeepsThePath(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	of := func(layers ...nn.Module[float32]) nn.Module[float32] {
		return nn.Sequential[float32]{{Name: "a", Module: nn.NewSequential(layers...)}}
	}
	flat := nn.NewFlatten[float32]()
	for want, network := range map[string]nn.Module[float32]{
		"a.1: linear: input (1,99) has 99 features, weight (2,98) wants 98": of(flat,
			nn.NewLinear[float32](rng, 98, 2, nn.LinearOptions{})),
		"a.1: adaptive_avg_pool2d: want a tensor of rank 4 (N, C, H, W), got shape (1,99)": of(flat,
			pool.NewAdaptiveAvgPool2d[float32]([2]int{1, 1})),
		`export: the module "a.1" is nil`: of(flat, nil),
		`export: the module "" is nil`:    nil,
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %s", e, want)
				}
			}()
			onnx.Export(network, []int{1, 11, 9}, onnx.Options{})
		}()
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
