package tensor_test

import (
	"math"
	"testing"

	"hw4/tensor"
)

// Softmax of +-1000 neither overflows nor loses its small terms' order, and what
// is infinite stays so.
func TestSoftmaxFarOut(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ x, softmax, log []float64 }{
		{[]float64{1000, -1000}, []float64{1, 0}, []float64{0, -2000}},
		{[]float64{-1000, -1000}, []float64{.5, .5}, []float64{-math.Ln2, -math.Ln2}},
		{[]float64{-inf, 0}, []float64{0, 1}, []float64{-inf, 0}},
	} {
		x := tensor.FromSlice(c.x)
		wantData(t, "softmax", tensor.Softmax(x, 0), c.softmax...)
		wantData(t, "log softmax", tensor.LogSoftmax(x, 0), c.log...)
	}
}
