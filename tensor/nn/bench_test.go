package nn_test

import (
	"testing"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// Layers that compute little for each element, in training, on one core and on more
// memory than a cache holds. Bytes are those that must be read and written at least: of
// batch normalisation its input twice and its output, backward the gradient and the input
// twice and a gradient; of dropout one array and one other. A copy of as many bytes is what
// to compare with.
func BenchmarkMemoryBound(b *testing.B) {
	x := tensor.Normal[float32](seed(1), 0, 1, 32, 32, 112, 112)
	dout := x.Clone()
	arrays := func(b *testing.B, n int) { b.SetBytes(int64(4 * n * x.Len())) }
	b.Run("copy", func(b *testing.B) {
		arrays(b, 2)
		for b.Loop() {
			copy(dout.Data(), x.Data())
		}
	})
	for _, l := range []struct {
		name              string
		layer             nn.Module[float32]
		forward, backward int
	}{
		{"BatchNorm2d", nn.NewBatchNorm2d[float32](32, nn.BatchNormOptions{}), 3, 5},
		{"Dropout", nn.NewDropout[float32](seed(2), 0.5), 2, 2},
	} {
		var scope tensor.Scope[float32]
		in := x.Clone().RequireGrad()
		forward := func() *tensor.Tensor[float32] {
			scope.Reset()
			scope.Train(new(tensor.Step))
			return l.layer.Forward(scope.Enter(in).RequireGrad())
		}
		forward()
		b.Run(l.name, func(b *testing.B) {
			arrays(b, l.forward)
			for b.Loop() {
				forward()
			}
		})
		b.Run(l.name+"Backward", func(b *testing.B) {
			arrays(b, l.backward)
			for b.Loop() {
				b.StopTimer()
				y := forward()
				b.StartTimer()
				tensor.Gradients(y, scope.Enter(dout), in)
			}
		})
	}
}
