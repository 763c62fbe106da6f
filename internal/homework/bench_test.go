package homework

import (
	"fmt"
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

// BenchmarkLeNet measures training steps of LeNet-5.
func BenchmarkLeNet(b *testing.B) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		b.Fatal(err)
	}
	for _, arch := range lenet.Archs() {
		for _, size := range []int{64, 100} {
			b.Run(fmt.Sprintf("%s/%d", arch, size), func(b *testing.B) {
				f := lenetFit(Config{Batch: size}, arch, mnist)
				f.lr = recipeOf(arch).lr
				rate := f.benchmark(b)
				if peak := kernel.PeakFLOPS(runtime.GOMAXPROCS(0)); peak > 0 && arch == lenet.Modern {
					const flop = 2_263_920 // an image, forward and backward
					b.ReportMetric(100*rate*flop/peak, "%peak")
				}
			})
		}
	}
}

// BenchmarkLogistic measures training steps of Problem 5's model.
func BenchmarkLogistic(b *testing.B) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		b.Fatal(err)
	}
	trainSet, testSet, err := foursAndNines(mnist)
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range binaryLosses {
		b.Run(l.name, func(b *testing.B) {
			logisticFit(Config{Batch: 64, LR: 0.0255}, l, trainSet, testSet).benchmark(b)
		})
	}
}

// benchmark measures training steps, loading of the batch and update included. It
// returns the images a second.
func (f *fit) benchmark(b *testing.B) float64 {
	params := nn.Values(f.network.Params())
	stepper := train.NewStepper(params, f.shard)
	sgd := optim.NewSGD(params, optim.SGDOptions{LR: f.lr})
	order := rand.New(rand.NewPCG(1, 1)).Perm(f.train.Len())
	at := 0
	step := func() {
		batch := order[at : at+f.batch]
		stepper.Step(len(batch), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			return f.batchLoss(scope, batch[lo:hi])
		})
		sgd.Step()
		if at += f.batch; at+f.batch > len(order) {
			at = 0
		}
	}
	step()
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
	rate := float64(f.batch) * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "images/s")
	return rate
}
