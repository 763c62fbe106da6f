package train_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/onnxtest"
	"hw4/internal/torchref"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
	"hw4/tensor/onnx"
	"hw4/tensor/safetensors"
	"hw4/tensor/train"
)

// accuracy returns the share of images whose class a network says.
func accuracy(network nn.Module[float32], set *data.Set) float64 {
	labels := data.Classes(set.Labels)
	right := train.Evaluate(set.Len(), 25, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		indices := make([]int, hi-lo)
		for i := range indices {
			indices[i] = lo + i
		}
		x := scope.Enter(data.Images[float32](set, indices)).NoGrad()
		return []float64{float64(loss.Correct(network.Forward(x), labels[lo:hi]))}
	})
	return right[0] / float64(set.Len())
}

// first returns the first n images.
func first(set *data.Set, n int) *data.Set {
	return &data.Set{Rows: set.Rows, Cols: set.Cols, Images: set.Images[:n*set.Rows*set.Cols], Labels: set.Labels[:n]}
}

// A residual network with batch normalisation, trained by AdamW with a rate that falls
// as a cosine does, and written for others. The README shows trainResNet, and takes all
// of Fashion-MNIST where this takes a few images of MNIST.
func Example() {
	mnist, err := data.Load(data.Source{}) // Dir: "/usr/share/datasets/fashion-mnist" after apt-get
	if err != nil {
		fmt.Println(err)
		return
	}
	network := trainResNet(first(mnist.Train, 512), 2, 8, rand.New(rand.NewPCG(1, 2)))
	fmt.Println(nn.Count(network.Params()), "parameters; most digits are right:",
		accuracy(network, first(mnist.Test, 100)) > 0.5)

	var weights bytes.Buffer
	err = safetensors.Write(&weights, safetensors.FromStateDict(nn.StateDict(network), nil))
	fmt.Println(weights.Len() > 4*nn.Count(network.Params()), err)
	model, err := onnx.Export(network, []int{1, 28, 28}, onnx.Options{})
	fmt.Println(model.Output, err)
	// Output:
	// 78042 parameters; most digits are right: true
	// true <nil>
	// {output [10]} <nil>
}

// What is trained here goes to PyTorch by its state dict and to ONNX Runtime as a model,
// and both compute the same logits.
func TestResNetTravels(t *testing.T) {
	if testing.Short() {
		t.Skip("runs PyTorch and ONNX Runtime")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	network := trainResNet(first(mnist.Train, 64), 2, 16, rand.New(rand.NewPCG(1, 2)))
	x := data.Images[float32](mnist.Test, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).NoGrad()
	want := network.Forward(x)
	agree := func(who string, got *tensor.Tensor[float32]) {
		t.Helper()
		worst := 0.0
		for i, v := range want.Data() {
			worst = max(worst, math.Abs(float64(v-got.Data()[i])))
		}
		if t.Logf("%s: logits differ by at most %.2g", who, worst); got.Len() != want.Len() || !(worst <= 1e-5) {
			t.Errorf("%s: logits differ by %v", who, worst)
		}
	}
	t.Run("ONNX Runtime", func(t *testing.T) {
		model, err := onnx.Export(network, []int{1, 28, 28}, onnx.Options{Input: "image", Output: "logits"})
		if err != nil {
			t.Fatal(err)
		}
		agree("ONNX Runtime", onnxtest.Logits(t, model, x))
	})
	t.Run("PyTorch", func(t *testing.T) { agree("PyTorch", torchLogits(t, network, x)) })
}

// torchLogits returns what PyTorch makes of images with the state dict of a network, or
// skips the test if there is no PyTorch.
func torchLogits(t *testing.T, network nn.Module[float32], x *tensor.Tensor[float32]) *tensor.Tensor[float32] {
	t.Helper()
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if python == "" && exec.Command(p, "-c", "import torch, numpy").Run() == nil {
			python = p
		}
	}
	if python == "" {
		t.Skip("no python3 with torch and numpy: 'apt-get install python3-torch python3-numpy' brings it")
	}
	dir := t.TempDir()
	weights, images := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "x.npy")
	logits := filepath.Join(dir, "y.npy")
	var w, i bytes.Buffer
	err := errors.Join(safetensors.Write(&w, safetensors.FromStateDict(nn.StateDict(network), nil)), npy.Write(&i, x))
	if err == nil {
		err = os.WriteFile(weights, w.Bytes(), 0o644)
	}
	if err := errors.Join(err, os.WriteFile(images, i.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(torchref.Dir(), "roundtrip.py")
	out, err := exec.Command(python, script, weights, "--images", images, "--logits", logits).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	content, err := os.ReadFile(logits)
	if err != nil {
		t.Fatal(err)
	}
	array, err := npy.Read(logits, content)
	if err != nil {
		t.Fatal(err)
	}
	y, err := npy.ToTensor[float32](array)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// TestFashionMNIST trains on a part of Fashion-MNIST, in two epochs with the seed that
// the environment variable HW4_FASHION has, and says how well. With the same network
// and settings testdata/torch/fashion.py does it in PyTorch.
func TestFashionMNIST(t *testing.T) {
	seed, err := strconv.ParseUint(os.Getenv("HW4_FASHION"), 10, 64)
	if err != nil {
		t.Skip("HW4_FASHION is no seed")
	}
	const folder = "/usr/share/datasets/fashion-mnist"
	set, err := data.Load(data.Source{Dir: cmp.Or(os.Getenv("HW4_FASHION_DIR"), folder)})
	if err != nil {
		t.Skipf("%v ('apt-get install dataset-fashion-mnist' brings it)", err)
	}
	const images, epochs = 6400, 2
	start := time.Now()
	network := trainResNet(first(set.Train, images), epochs, 128, rand.New(rand.NewPCG(seed, 2)))
	speed := images * epochs / time.Since(start).Seconds()
	t.Logf("seed %d: accuracy %.4f, %.0f images/s", seed, accuracy(network, set.Test), speed)
}

// A step of the residual network with 128 images.
func BenchmarkResNetStep(b *testing.B) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		b.Skip(err)
	}
	b.ReportAllocs()
	trainResNet(first(mnist.Train, 128*2), 1, 128, rand.New(rand.NewPCG(1, 2))) // grows what is used again
	b.ResetTimer()
	trainResNet(first(mnist.Train, 128*min(b.N, 400)), (b.N+399)/400, 128, rand.New(rand.NewPCG(1, 2)))
}
