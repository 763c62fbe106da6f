package docs_test

import (
	"bytes"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"hw4/conv"
	"hw4/data"
	"hw4/loss"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
	"hw4/tensor/optim"
	"hw4/tensor/safetensors"
	"hw4/tensor/train"
)

type cnn struct {
	features, classifier nn.Sequential[float32]
}

func newCNN(rng *rand.Rand) *cnn {
	convolution := func(in, out int) nn.Module[float32] {
		same := conv.Options{Padding: [2]int{1, 1}, Bias: nn.WithoutBias}
		return nn.NewSequential(
			conv.NewConv2d[float32](rng, in, out, [2]int{3, 3}, same),
			nn.NewBatchNorm2d[float32](out, nn.BatchNormOptions{}),
			nn.NewActivation[float32]("relu"),
			pool.NewMaxPool2d[float32](pool.Options{Kernel: [2]int{2, 2}}))
	}
	return &cnn{
		features: nn.NewSequential(convolution(1, 8), convolution(8, 16)),
		classifier: nn.NewSequential(nn.NewFlatten[float32](), nn.NewDropout[float32](rng, 0.2),
			nn.NewLinear[float32](rng, 16*7*7, 10, nn.LinearOptions{})),
	}
}

func (c *cnn) children() nn.Sequential[float32] {
	return nn.Sequential[float32]{{Name: "features", Module: c.features}, {Name: "classifier", Module: c.classifier}}
}

func (c *cnn) Forward(x *tensor.Tensor[float32]) *tensor.Tensor[float32] {
	return c.children().Forward(x)
}

func (c *cnn) Params() []nn.Param[float32] { return c.children().Params() }

func (c *cnn) ExportAs() nn.Module[float32] { return c.children() }

func Example_modules() {
	network := newCNN(rand.New(rand.NewPCG(1, 2)))
	images := tensor.Zeros[float32](8, 1, 28, 28).NoGrad()
	fmt.Println(network.Forward(images).Shape(), nn.Count(network.Params()))
	for _, p := range network.Params() {
		if !p.Buffer {
			fmt.Println(p.Name, p.Value.Shape())
		}
	}

	defer func() { fmt.Println(recover()) }()
	network.Forward(tensor.Zeros[float32](8, 3, 28, 28).NoGrad())
	// Output:
	// [8 10] 9122
	// features.0.0.weight [8 1 3 3]
	// features.0.1.weight [8]
	// features.0.1.bias [8]
	// features.1.0.weight [16 8 3 3]
	// features.1.1.weight [16]
	// features.1.1.bias [16]
	// classifier.2.weight [10 784]
	// classifier.2.bias [10]
	// features.0.0: conv2d: input (8,3,28,28) has 3 channels, weight (8,1,3,3) wants 1
}

func Example_loss() {
	logits := tensor.FromSlice([]float64{4, 0, 0, 0, 1, 3}, 2, 3).RequireGrad()
	labels := []int{0, 1}
	l := loss.CrossEntropy(logits, labels, loss.CrossEntropyOptions{})
	l.Backward(nil)
	fmt.Printf("loss %.4f, right: %d of 2\n", l.Item(), loss.Correct(logits, labels))
	fmt.Printf("%.3f\n", logits.Grad().Data())
	// Output:
	// loss 1.1029, right: 1 of 2
	// [-0.018 0.009 0.009 0.021 -0.443 0.422]
}

func Example_loop() {
	rng := rand.New(rand.NewPCG(1, 2))
	network := nn.NewSequential(
		nn.NewLinear[float32](rng, 2, 16, nn.LinearOptions{}), nn.NewActivation[float32]("tanh"),
		nn.NewDropout[float32](rng, 0.1), nn.NewLinear[float32](rng, 16, 2, nn.LinearOptions{}))
	x := tensor.FromSlice([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2)
	labels := []int{0, 1, 1, 0} // exclusive or
	adam := optim.NewAdam(nn.Values(network.Params()), optim.AdamOptions{LR: 0.02})
	var scope tensor.Scope[float32]
	for step := range 500 {
		scope.Reset()
		scope.Train(&tensor.Step{Number: uint64(step)})
		adam.ZeroGrad()
		loss.CrossEntropy(network.Forward(scope.Enter(x)), labels, loss.CrossEntropyOptions{}).Backward(nil)
		adam.Step()
	}
	fmt.Println(tensor.Argmax(network.Forward(x.NoGrad()), 1))
	// Output:
	// [0 1 1 0]
}

func fit(network nn.Module[float32], set *data.Set, epochs int, rng *rand.Rand) {
	loader := data.NewLoader[float32](set, data.LoaderOptions{
		Batch: 32, Shuffle: rng, Workers: 2, Augment: data.Augmentation{Seed: 1, Shift: 1, Rotate: 5}})
	params := nn.Values(network.Params())
	stepper, adamw := train.NewStepper(params, 16), optim.NewAdamW(params, optim.AdamWOptions{})
	rate := optim.CosineAnnealingLR(0.003, 0, epochs*loader.Len())
	for b := range loader.Batches(epochs) {
		adamw.LR = rate(int(stepper.Steps))
		stepper.Step(b.Len(), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			logits := network.Forward(b.Images(scope, lo, hi))
			return loss.CrossEntropy(logits, b.Labels(lo, hi), loss.CrossEntropyOptions{})
		})
		adamw.Step()
	}
}

func accuracy(network nn.Module[float32], set *data.Set) float64 {
	right := 0.0
	for b := range data.NewLoader[float32](set, data.LoaderOptions{Batch: 1000}).Batches(1) {
		right += train.Evaluate(b.Len(), 25, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
			return []float64{float64(loss.Correct(network.Forward(b.Images(scope, lo, hi)), b.Labels(lo, hi)))}
		})[0]
	}
	return right / float64(set.Len())
}

func Example_training() {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		log.Fatal(err)
	}
	few, test := *mnist.Train, *mnist.Test
	few.Images, few.Labels = few.Images[:1024*28*28], few.Labels[:1024]
	test.Images, test.Labels = test.Images[:500*28*28], test.Labels[:500]
	rng := rand.New(rand.NewPCG(1, 2))
	network := newCNN(rng)
	fit(network, &few, 3, rng)
	fmt.Printf("about %.1f of the test images are right\n", accuracy(network, &test))
	// Output:
	// about 0.9 of the test images are right
}

func save(path string, network nn.Module[float32]) error {
	var content bytes.Buffer
	file := safetensors.FromStateDict(nn.StateDict(network), nil)
	if err := safetensors.Write(&content, file); err != nil {
		return err
	}
	return os.WriteFile(path, content.Bytes(), 0o644)
}

func load(path string, network nn.Module[float32]) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := safetensors.Read(path, content)
	if err != nil {
		return err
	}
	dict, err := safetensors.StateDict[float32](file)
	if err != nil {
		return err
	}
	return nn.LoadStateDict(network, dict)
}

func Example_files() {
	path := filepath.Join(os.TempDir(), "cnn.safetensors")
	defer os.Remove(path)
	before, after := newCNN(rand.New(rand.NewPCG(1, 2))), newCNN(rand.New(rand.NewPCG(3, 4)))
	fmt.Println(save(path, before), load(path, after))
	x := tensor.Ones[float32](1, 1, 28, 28).NoGrad()
	fmt.Println(before.Forward(x).At(0, 7) == after.Forward(x).At(0, 7))

	other := nn.NewSequential(nn.NewLinear[float32](rand.New(rand.NewPCG(1, 2)), 3, 2, nn.LinearOptions{}))
	fmt.Println(nn.LoadStateDict(other, map[string]*tensor.Tensor[float32]{"0.weight": tensor.Ones[float32](2, 3)}))
	// Output:
	// <nil> <nil>
	// true
	// state dict: it lacks "0.bias" (2,)
}

func Example_onnx() {
	network := newCNN(rand.New(rand.NewPCG(1, 2)))
	model, err := onnx.Export(network, []int{1, 28, 28}, onnx.Options{Input: "image", Output: "logits"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Input, model.Output)
	for _, node := range model.Nodes[:4] {
		fmt.Println(node.Name, node.Op)
	}
	// Output:
	// {image [1 28 28]} {logits [10]}
	// features.0.0 Conv
	// features.0.1 BatchNormalization
	// features.0.2 Relu
	// features.0.3 MaxPool
}
