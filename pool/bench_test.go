package pool_test

import (
	"math/rand/v2"
	"testing"

	"hw4/pool"
	"hw4/tensor"
)

// BenchmarkPool measures the poolings of LeNet-5 on a batch of 100: S2 of 6 maps
// of 28 x 28 and S4 of 16 maps of 10 x 10, forward and backward. An operation is
// an input element.
func BenchmarkPool(b *testing.B) {
	const batch = 100
	for _, l := range []struct {
		name   string
		c, hw  int
		pooled operation[float32]
	}{
		{"S2/avg", 6, 28, pool.AvgPool2d[float32]},
		{"S2/max", 6, 28, pool.MaxPool2d[float32]},
		{"S4/avg", 16, 10, pool.AvgPool2d[float32]},
		{"S4/max", 16, 10, pool.MaxPool2d[float32]},
	} {
		opt := pool.Options{Kernel: [2]int{2, 2}}
		x := tensor.Normal[float32](rand.New(rand.NewPCG(1, 0)), 0, 1, batch, l.c, l.hw, l.hw)
		dout := tensor.Ones[float32](batch, l.c, l.hw/2, l.hw/2)
		report := func(b *testing.B, passes int) {
			seconds := b.Elapsed().Seconds()
			b.ReportMetric(float64(batch*b.N)/seconds, "images/s")
			b.ReportMetric(float64(passes*x.Len()*b.N)/seconds/1e9, "GFLOP/s")
		}
		b.Run(l.name+"/forward", func(b *testing.B) {
			var scope tensor.Scope[float32]
			for b.Loop() {
				l.pooled(scope.Enter(x), opt)
				scope.Reset()
			}
			report(b, 1)
		})
		b.Run(l.name+"/both", func(b *testing.B) {
			var scope tensor.Scope[float32]
			for b.Loop() {
				in := scope.Enter(x).RequireGrad()
				tensor.Gradients(l.pooled(in, opt), scope.Enter(dout), in)
				scope.Reset()
			}
			report(b, 2)
		})
	}
}
