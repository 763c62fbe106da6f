package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hw4/data"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// A trainingCase is one network, loss and batch size: what PyTorch is told of it,
// and how to train it here.
type trainingCase struct {
	Name        string   `json:"-"`
	Model       string   `json:"model"`
	Loss        string   `json:"loss"`
	Images      int      `json:"images"` // of an epoch
	Epochs      int      `json:"epochs"`
	Batch       int      `json:"batch"`
	LR          float64  `json:"lr"`
	Weights     string   `json:"weights"` // files in the folder
	Pixels      string   `json:"pixels"`
	Labels      string   `json:"labels"`
	Params      [][2]any `json:"params"` // names and shapes
	Connections [][]int  `json:"connections"`

	// FLOP is the number of multiplications and additions that training needs for an
	// image, in convolutions and matrix products.
	FLOP    float64 `json:"-"`
	network nn.Module[float32]
	start   []*tensor.Tensor[float32] // the weights that every round begins with
	set     *data.Set
	order   []int
	shard   int // as the command hw4 has it for the model
	forward func(scope *tensor.Scope[float32], indices []int) *tensor.Tensor[float32]
	lossOf  func(out *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32]
}

// newCases returns the cases and writes what PyTorch needs for them to a folder.
func newCases(images int, folder string) ([]*trainingCase, error) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		return nil, err
	}
	var cases []*trainingCase
	for _, arch := range []lenet.Arch{lenet.Modern, lenet.Original} {
		for _, batch := range []int{64, 100} {
			cases = append(cases, lenetCase(arch, batch, min(images, mnist.Train.Len()), mnist.Train))
		}
	}
	pair := mnist.Train.Subset(4, 9)
	cases = append(cases,
		logisticCase("mse", loss.SumOfSquares[float32], pair),
		logisticCase("kl", loss.SoftMargin[float32], pair))
	for _, c := range cases {
		if err := c.write(folder); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// lenetFLOP counts two operations for each of the multiply-adds of the modern
// LeNet-5: C1, C3, C5, F6 and F7 forward, their weights' gradients, and the
// gradients by the inputs of all but C1. The original one needs fewer for C3.
const lenetFLOP = 2 * (3*(6*784*25+16*100*150+400*120+120*84+84*10) - 6*784*25)

func lenetCase(arch lenet.Arch, batch, images int, set *data.Set) *trainingCase {
	rng := rand.New(rand.NewPCG(1, 2))
	network := lenet.New[float32](rng, arch)
	return &trainingCase{
		Name: "LeNet-5, " + arch.String(), Model: arch.String(), Loss: "cross-entropy",
		Images: images, Epochs: 1, Batch: batch, LR: 0.1, Connections: lenet.Connections(),
		FLOP: lenetFLOP, network: network, set: set, order: rng.Perm(set.Len())[:images],
		shard: 16,
		forward: func(scope *tensor.Scope[float32], indices []int) *tensor.Tensor[float32] {
			x := scope.Empty(len(indices), 1, set.Rows, set.Cols)
			data.Pixels(x.Data(), set, indices)
			return network.Forward(x)
		},
		lossOf: func(out *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			classes := make([]int, len(labels))
			for i, l := range labels {
				classes[i] = int(l)
			}
			return loss.CrossEntropy(out, classes, loss.CrossEntropyOptions{})
		},
	}
}

// A lossFunc is a loss of package loss for two classes.
type lossFunc func(z, y *tensor.Tensor[float32], r loss.Reduction) *tensor.Tensor[float32]

func logisticCase(name string, lossOf lossFunc, set *data.Set) *trainingCase {
	rng := rand.New(rand.NewPCG(3, 4))
	network := nn.NewLinear[float32](rng, set.Rows*set.Cols, 1, nn.LinearOptions{})
	return &trainingCase{
		Name: "logistic regression, " + name, Model: "logistic", Loss: name,
		// As many as take longer than the disturbances of a machine, and than it takes to
		// bring the images back into the cache.
		Images: set.Len(), Epochs: 100, Batch: 64, LR: 0.0255,
		FLOP: 4 * 784, network: network, set: set, order: rng.Perm(set.Len()),
		shard: 32,
		forward: func(scope *tensor.Scope[float32], indices []int) *tensor.Tensor[float32] {
			return network.ForwardBytes(scope, set.Images, indices)
		},
		lossOf: func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			y := tensor.Out(z.Shape(), z)
			for i, l := range labels {
				y.Data()[i] = sign(l)
			}
			return lossOf(z, y, loss.Mean)
		},
	}
}

// sign returns the label of a 4 or a 9 in Problem 5.
func sign(digit byte) float32 { return float32((2*int(digit) - 13) / 5) }

// write writes the weights, and the images and labels in the order of the batches.
func (c *trainingCase) write(folder string) error {
	var weights []byte
	for _, p := range c.network.Params() {
		c.start = append(c.start, p.Value.Clone())
		c.Params = append(c.Params, [2]any{p.Name, p.Value.Shape()})
		weights = appendFloats(weights, p.Value.Data())
	}
	var pixels []byte
	labels := make([]float32, len(c.order))
	for i, at := range c.order {
		pixels = append(pixels, c.set.Image(at)...)
		labels[i] = float32(c.set.Labels[at])
		if c.Model == "logistic" {
			labels[i] = sign(c.set.Labels[at])
		}
	}
	c.Weights, c.Pixels, c.Labels = c.file("weights"), c.file("pixels"), c.file("labels")
	files := map[string][]byte{c.Weights: weights, c.Pixels: pixels, c.Labels: appendFloats(nil, labels)}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (c *trainingCase) file(what string) string {
	return fmt.Sprintf("%s-%s-%d.%s", c.Model, c.Loss, c.Batch, what)
}

func appendFloats(to []byte, x []float32) []byte {
	for _, v := range x {
		to = binary.LittleEndian.AppendUint32(to, math.Float32bits(v))
	}
	return to
}

// train trains from the start and returns the time and the losses of all steps.
func (c *trainingCase) train() (time.Duration, []float64) {
	params := nn.Values(c.network.Params())
	for i, p := range params {
		copy(p.Data(), c.start[i].Data())
	}
	stepper := train.NewStepper(params, c.shard)
	sgd := optim.NewSGD(params, optim.SGDOptions{LR: c.LR})
	var losses []float64
	took := stopwatch(func() {
		for range c.Epochs {
			for batch := range slices.Chunk(c.order, c.Batch) {
				lossOf := func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
					return c.lossOf(c.forward(scope, batch[lo:hi]), c.labels(batch[lo:hi]))
				}
				losses = append(losses, stepper.Step(len(batch), lossOf))
				sgd.Step()
			}
		}
	})
	return took, losses
}

// labels returns the labels of images.
func (c *trainingCase) labels(indices []int) []byte {
	labels := make([]byte, len(indices))
	for i, at := range indices {
		labels[i] = c.set.Labels[at]
	}
	return labels
}
