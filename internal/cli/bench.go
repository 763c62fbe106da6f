package cli

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

func (a *app) benchCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "bench",
		Short: "How fast this machine computes, in some seconds",
		Long: `Measures how many multiply-adds of float32 this machine can do at most, what share of
that the products of LeNet-5 reach, and how many images a second LeNet-5 trains with. The
images are random. The environment variable HW4_ISA names other kernels than the fastest.`,
		Example: "  hw4 bench",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.textOnly(cmd); err != nil {
				return err
			}
			return a.bench(cmd.Context())
		},
	}
}

// products are those of LeNet-5's C5 for a shard of 16 images, and a large one.
var products = []struct {
	name         string
	form         kernel.Form
	m, n, k, lda int
}{
	{"C5, forward", kernel.NT, 16, 120, 400, 400}, {"C5, input", kernel.NN, 16, 400, 120, 120},
	{"C5, weights", kernel.TN, 120, 400, 16, 120}, {"512 x 512 x 512", kernel.NN, 512, 512, 512, 512},
}

func (a *app) bench(ctx context.Context) error {
	images := 64 * perSecond(lenetStep(64)) // first, so that the probes find the cores awake
	if err := ctx.Err(); err != nil {
		return err
	}
	one, all := kernel.PeakFLOPS(1), kernel.PeakFLOPS(runtime.GOMAXPROCS(0))
	fmt.Fprintf(a.Out, "%s, kernels for %s, cores: %d\n", runtime.GOARCH, kernel.ISA(), runtime.GOMAXPROCS(0))
	line := func(what string, rate, peak float64) {
		share := "the peak is not known"
		if peak > 0 {
			share = fmt.Sprintf("%4.0f %% of peak", 100*rate/peak)
		}
		fmt.Fprintf(a.Out, "%-27s %8.1f GFLOP/s  %s\n", what, rate/1e9, share)
	}
	line("peak of one core", one, one)
	line("peak of all cores", all, all)
	for _, p := range products {
		if err := ctx.Err(); err != nil {
			return err
		}
		x, y, z := make([]float32, p.m*p.k), make([]float32, p.k*p.n), make([]float32, p.m*p.n)
		rate := perSecond(func() { kernel.Gemm(p.form, p.m, p.n, p.k, x, p.lda, y, max(p.n, 400), z, p.n, false) })
		line(p.name+", one core", rate*float64(2*p.m*p.n*p.k), one)
	}
	line("LeNet-5, all cores", images*2_263_920, all) // operations an image
	_, err := fmt.Fprintf(a.Out, "LeNet-5 trains with %.0f images/s\n", images)
	return err
}

// lenetStep returns a training step of the modern LeNet-5 on random images.
func lenetStep(batch int) func() {
	rng := rand.New(rand.NewPCG(1, 2))
	set := &data.Set{Rows: 28, Cols: 28, Images: make([]byte, batch*28*28)}
	_, _ = rand.NewChaCha8([32]byte{}).Read(set.Images) // which has no errors
	network, order, classes := lenet.New[float32](rng, lenet.Modern), rng.Perm(batch), make([]int, batch)
	params := nn.Values(network.Params())
	stepper, sgd := train.NewStepper(params, 16), optim.NewSGD(params, optim.SGDOptions{LR: 0.01})
	return func() {
		stepper.Step(batch, func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			x := scope.Empty(hi-lo, 1, set.Rows, set.Cols)
			data.Pixels(x.Data(), set, order[lo:hi])
			return loss.CrossEntropy(network.Forward(x), classes[lo:hi], loss.CrossEntropyOptions{})
		})
		sgd.Step()
	}
}

// perSecond returns how often a second do is done, in the best of some tenths of a second.
func perSecond(do func()) (best float64) {
	for range 6 { // of which the first warms up
		start, n := time.Now(), 0.0
		for ; time.Since(start) < time.Second/10; n++ {
			do()
		}
		best = max(best, n/time.Since(start).Seconds())
	}
	return best
}
