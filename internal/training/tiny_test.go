package training

import (
	"context"
	"math/rand/v2"
	"testing"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// tiny returns a set of images whose brightness tells their class, 4 or 9.
func tiny(n int) *data.Set {
	s := &data.Set{Rows: 2, Cols: 3}
	for i := range n {
		s.Labels = append(s.Labels, []byte{4, 9}[i%2])
		for p := range 6 {
			s.Images = append(s.Images, byte(200*(i%2)+p+i%7))
		}
	}
	return s
}

// A setting is what a short training of a linear model depends on.
type setting struct {
	Options
	bias nn.Bias
}

// short returns the settings of a short training, with a checkpoint unless its file
// has no name.
func short(file string) setting {
	return setting{Options: Options{Epochs: 3, Batch: 8, LR: 0.5, Checkpoint: Checkpoint{File: file, Every: 1}}}
}

// signs returns -1 for every 4 and +1 for every 9.
func signs(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
	y := tensor.Out(z.Shape(), z)
	for i, l := range labels {
		y.Data()[i] = map[byte]float32{4: -1, 9: 1}[l]
	}
	return y
}

// losses are two losses to train with, one after the other.
var losses = []struct {
	name string
	of   func(z, y *tensor.Tensor[float32], r loss.Reduction) *tensor.Tensor[float32]
}{{"squares", loss.SumOfSquares[float32]}, {"divergence", loss.SoftMargin[float32]}}

// fit returns the training with one of the losses.
func (s setting) fit(l int) *Fit {
	return &Fit{
		Name:    losses[l].name,
		Network: nn.NewLinear[float32](rand.New(rand.NewPCG(s.Seed, 50)), 6, 1, nn.LinearOptions{Bias: s.bias}),
		Loss: func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			return losses[l].of(z, signs(z, labels), loss.Mean)
		},
		Correct: func(z *tensor.Tensor[float32], labels []byte) int {
			n := 0
			for i, y := range signs(z, labels).Data() {
				if z.Data()[i]*y > 0 {
					n++
				}
			}
			return n
		},
		Train:  tiny(50),
		Test:   tiny(20),
		Fitted: tiny(50),
		Epochs: s.Epochs,
		Batch:  s.Batch,
		LR:     s.LR,
		Order:  rand.NewPCG(s.Seed, 51),
		Shard:  4,
	}
}

// tinyFit returns a training of five epochs with the first loss.
func tinyFit(lr float64) *Fit {
	s := short("")
	s.Epochs, s.LR = 5, lr
	return s.fit(0)
}

// mustRun runs a training that must not fail.
func (f *Fit) mustRun(t *testing.T) []Epoch {
	t.Helper()
	epochs, err := f.Run(context.Background(), progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return epochs
}

// say returns what the network says to images of a set that it is given as pixels.
func (f *Fit) say(set *data.Set, indices ...int) *tensor.Tensor[float32] {
	x := data.Images[float32](set, indices)
	return f.Network.Forward(tensor.Reshape(x, len(indices), set.Rows*set.Cols))
}
