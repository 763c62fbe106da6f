package train_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"hw4/data"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
	"hw4/tensor/safetensors"
	"hw4/tensor/train"
)

// accuracy returns the share of images whose class a network says.
func accuracy(network nn.Module[float32], set *data.Set) float64 {
	labels := data.Classes(set.Labels)
	right := train.Evaluate(set.Len(), 100, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
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
// as a cosine does, and written for others. The README shows trainResNet, and Fashion-MNIST
// (Debian's dataset-fashion-mnist) in place of a few images of MNIST.
func Example() {
	mnist, err := data.Load(data.Source{}) // or Dir: "/usr/share/datasets/fashion-mnist"
	if err != nil {
		fmt.Println(err)
		return
	}
	network := trainResNet(first(mnist.Train, 1280), 2, rand.New(rand.NewPCG(1, 2)))
	fmt.Println(nn.Count(network.Params()), "parameters; most of the digits right:", accuracy(network, first(mnist.Test, 200)) > 0.5)

	var weights bytes.Buffer
	err = safetensors.Write(&weights, safetensors.FromStateDict(nn.StateDict(network), nil))
	fmt.Println(weights.Len() > 4*nn.Count(network.Params()), err)
	model, err := onnx.Export(network, []int{1, 28, 28}, onnx.Options{})
	fmt.Println(model.Output, err)
	// Output:
}

// TestFashion trains for as long as the environment says, and prints how it went.
func TestFashion(t *testing.T) {
	spec := os.Getenv("FASHION")
	if spec == "" {
		t.Skip()
	}
	var o struct {
		Dir         string
		Seed        uint64
		Epochs, Num int
	}
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		t.Fatal(err)
	}
	set, err := data.Load(data.Source{Dir: o.Dir})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	network := trainResNet(first(set.Train, o.Num), o.Epochs, rand.New(rand.NewPCG(o.Seed, 2)))
	took := time.Since(start)
	fmt.Printf("seed %d: accuracy %.4f, %.0f images/s\n", o.Seed, accuracy(network, set.Test), float64(o.Epochs*o.Num)/took.Seconds())
}
