package homework

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// BenchmarkLeNet measures training steps of LeNet-5, loading of the batch and
// update included, in images a second.
func BenchmarkLeNet(b *testing.B) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		b.Fatal(err)
	}
	for _, arch := range lenet.Archs() {
		for _, size := range []int{64, 100} {
			b.Run(arch.String()+"/"+map[int]string{64: "64", 100: "100"}[size], func(b *testing.B) {
				f := lenetFit(Config{Batch: size}, arch, mnist)
				params := nn.Values(f.network.Params())
				stepper := train.NewStepper(params, f.shard)
				sgd := optim.NewSGD(params, optim.SGDOptions{LR: recipeOf(arch).lr})
				rng := rand.New(rand.NewPCG(1, 1))
				batch := rng.Perm(mnist.Train.Len())[:size]
				step := func() {
					stepper.Step(size, func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
						x, labels := f.load(scope, f.train, batch[lo:hi])
						return f.loss(f.network.Forward(x), labels)
					})
					sgd.Step()
				}
				step()
				b.ReportAllocs()
				for b.Loop() {
					step()
				}
				rate := float64(size) * float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(rate, "images/s")
				if peak := kernel.PeakFLOPS(runtime.GOMAXPROCS(0)); peak > 0 && arch == lenet.Modern {
					const flop = 2_263_920 // an image, forward and backward
					b.ReportMetric(100*rate*flop/peak, "%peak")
				}
			})
		}
	}
}
