package homework

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"hw4/data"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

func TestMin(t *testing.T) {
	if os.Getenv("MINT") == "" {
		t.Skip()
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, procs := range []int{1} {
		runtime.GOMAXPROCS(procs)
		for _, size := range []int{64} {
			f := lenetFit(Config{Batch: size}, lenet.Modern, mnist)
			params := nn.Values(f.network.Params())
			stepper := train.NewStepper(params, f.shard)
			sgd := optim.NewSGD(params, optim.SGDOptions{LR: 0.1})
			rng := rand.New(rand.NewPCG(1, 1))
			batch := rng.Perm(mnist.Train.Len())[:size]
			best := time.Hour
			var times []time.Duration
			for start := time.Now(); time.Since(start) < 12*time.Second; {
				b := time.Now()
				stepper.Step(size, func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
					x, labels := f.load(scope, f.train, batch[lo:hi])
					return loss.CrossEntropy(f.network.Forward(x), classes(labels), loss.Mean)
				})
				sgd.Step()
				d := time.Since(b)
				times = append(times, d)
				best = min(best, d)
			}
			fmt.Printf("procs %d batch %d shard %d: min step %v: %.0f images/s\n", procs, size, f.shard, best, float64(size)/best.Seconds())
		}
	}
}
