package lenet5

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/internal/progress"
	"hw4/lenet"
)

// BenchmarkLeNet measures training steps of LeNet-5, loading of the batch and update
// included.
func BenchmarkLeNet(b *testing.B) {
	m, err := load(data.Source{})
	if err != nil {
		b.Fatal(err)
	}
	m.Test = few(m.Test, 1) // measuring an epoch is not what is measured
	for _, arch := range lenet.Archs() {
		for _, size := range []int{64, 100} {
			b.Run(fmt.Sprintf("%s/%d", arch, size), func(b *testing.B) {
				o := Defaults(arch)
				o.Batch, o.Epochs = size, 1<<20
				ctx, stop := context.WithCancel(context.Background())
				defer stop()
				b.ReportAllocs()
				_, _ = o.Fit(m).Run(ctx, progress.Progress{Step: func(progress.Step) {
					if !b.Loop() {
						stop() // the error is that of being stopped
					}
				}})
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
