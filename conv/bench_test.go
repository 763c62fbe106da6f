package conv_test

import (
	"math/rand/v2"
	"testing"

	"hw4/conv"
	"hw4/tensor"
)

// BenchmarkConv2d measures the convolutions of LeNet-5 on a batch of 100.
func BenchmarkConv2d(b *testing.B) {
	for _, l := range []struct {
		name         string
		in, out, hw  int
		pad, backMul int // products of the backward pass over those of the forward
	}{
		{"C1", 1, 6, 28, 2, 1}, // the gradient by the images is not wanted
		{"C3", 6, 16, 14, 0, 2},
	} {
		const batch, side = 100, 5
		rng := rand.New(rand.NewPCG(1, 0))
		opt := conv.Options{Padding: [2]int{l.pad, l.pad}}
		layer := conv.NewConv2d[float32](rng, l.in, l.out, [2]int{side, side}, opt)
		x := tensor.Uniform[float32](rng, 0, 1, batch, l.in, l.hw, l.hw)
		out := opt.OutputSize([2]int{l.hw, l.hw}, [2]int{side, side})
		flops := float64(2 * batch * l.out * l.in * side * side * out[0] * out[1])
		report := func(b *testing.B, flops float64) {
			seconds := b.Elapsed().Seconds()
			b.ReportMetric(float64(batch*b.N)/seconds, "images/s")
			b.ReportMetric(flops*float64(b.N)/seconds/1e9, "GFLOP/s")
		}
		b.Run(l.name+"/forward", func(b *testing.B) {
			var scope tensor.Scope[float32]
			for b.Loop() {
				layer.Forward(scope.Enter(x).NoGrad())
				scope.Reset()
			}
			report(b, flops)
		})
		b.Run(l.name+"/both", func(b *testing.B) {
			var scope tensor.Scope[float32]
			dout := tensor.Ones[float32](batch, l.out, out[0], out[1])
			for b.Loop() {
				in := scope.Enter(x)
				if l.backMul > 1 {
					in.RequireGrad()
				}
				tensor.Gradients(layer.Forward(in), scope.Enter(dout), in, layer.Weight, layer.Bias)
				scope.Reset()
			}
			report(b, float64(1+l.backMul)*flops)
		})
	}
}
