package lenet5

import (
	"fmt"
	"testing"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// BenchmarkLeNet measures steps of training, as the command takes them.
//
//	go test ./internal/problems/lenet5 -run '^$' -bench LeNet
func BenchmarkLeNet(b *testing.B) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		b.Fatal(err)
	}
	for _, isa := range kernel.ISAs() {
		for _, arch := range lenet.Archs() {
			for _, batch := range []int{64, 100} {
				b.Run(fmt.Sprintf("%s/%v/%d", isa, arch, batch), func(b *testing.B) {
					defer kernel.Use(isa)()
					steps(b, arch, mnist, batch)
				})
			}
		}
	}
}

func steps(b *testing.B, arch lenet.Arch, mnist *data.MNIST, batch int) {
	f, r := Defaults(arch).fit(mnist), recipeOf(arch)
	params := nn.Values(f.Network.Params())
	stepper := train.NewStepper(params, f.Shard)
	sgd := optim.NewSGD(params, optim.SGDOptions{LR: r.lr, Momentum: r.momentum})
	indices, labels := make([]int, batch), make([]byte, batch)
	for at := 0; b.Loop(); at += batch {
		for i := range indices {
			indices[i] = (at + i) % mnist.Train.Len()
			labels[i] = mnist.Train.Labels[indices[i]]
		}
		stepper.Step(batch, func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			x := scope.Empty(hi-lo, 1, mnist.Train.Rows, mnist.Train.Cols)
			data.Pixels(x.Data(), mnist.Train, indices[lo:hi])
			return f.Loss(f.Network.Forward(x), labels[lo:hi])
		})
		sgd.Step()
	}
	b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "images/s")
}
