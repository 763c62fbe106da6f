package lenet_test

import (
	"math/rand/v2"
	"testing"

	"hw4/internal/torchref"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
)

// Three steps of training from the same weights on the same images: losses,
// logits and weights are PyTorch's.
func TestTrainingIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("lenet")
	if err != nil {
		t.Fatal(err)
	}
	for _, arch := range lenet.Archs() {
		c := cases[arch]
		if c.Name != arch.String() {
			t.Fatalf("case %d is %s, want %v", arch, c.Name, arch)
		}
		network := lenet.New[float64](rand.New(rand.NewPCG(0, 0)), arch)
		params := network.Params()
		for i, p := range params {
			copy(p.Value.Data(), torchref.Sequence(uint64(i+1), p.Value.Len(), 0.125))
			if _, known := c.Grads[p.Name]; !known {
				t.Errorf("%v: PyTorch has no parameter %s", arch, p.Name)
			}
		}
		if len(params) != len(c.Grads) {
			t.Errorf("%v: %d parameters, PyTorch has %d", arch, len(params), len(c.Grads))
		}
		images := tensor.FromSlice(torchref.Sequence(1000, 4*28*28, 1), 4, 1, 28, 28)
		labels := []int{4, 9, 0, 7}
		if err := torchref.Compare(network.Forward(images.NoGrad()), c.Inputs["logits"]); err != nil {
			t.Errorf("%v: logits: %v", arch, err)
		}
		sgd := optim.NewSGD(nn.Values(params), optim.SGDOptions{LR: c.Float("lr")})
		var losses []float64
		for range 3 {
			sgd.ZeroGrad()
			l := lossOf(arch, network.Forward(images), labels)
			l.Backward(nil)
			sgd.Step()
			losses = append(losses, l.Item())
		}
		if err := torchref.Compare(tensor.FromSlice(losses), c.Output); err != nil {
			t.Errorf("%v: losses: %v", arch, err)
		}
		for _, p := range params {
			if err := torchref.Compare(summary(p.Value), c.Grads[p.Name]); err != nil {
				t.Errorf("%v: %s after three steps: %v", arch, p.Name, err)
			}
		}
	}
}

// lossOf is the loss that a variant is trained with.
func lossOf(arch lenet.Arch, logits *tensor.Tensor[float64], labels []int) *tensor.Tensor[float64] {
	if arch == lenet.LeCun1998 {
		return loss.MAP(logits, labels, 0.1, loss.Mean)
	}
	return loss.CrossEntropy(logits, labels, loss.CrossEntropyOptions{})
}

// summary returns the sum, the sum of squares and the first five elements.
func summary(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	s := []float64{0, 0}
	for _, v := range x.Data() {
		s[0] += v
		s[1] += v * v
	}
	return tensor.FromSlice(append(s, x.Data()[:min(5, x.Len())]...))
}
