package conv

import (
	"testing"

	"hw4/tensor"
)

// Gradients that nobody asked for are not computed.
func TestUnwantedGradients(t *testing.T) {
	for wanted := range 3 {
		in := []*tensor.Tensor[float64]{
			tensor.Ones[float64](2, 2, 4, 4), tensor.Ones[float64](3, 2, 3, 3), tensor.Ones[float64](3),
		}
		in[wanted].RequireGrad()
		c := geometry(in[0], in[1], in[2], Options{})
		for i, g := range backward(c, tensor.Ones[float64](2, 3, 2, 2), in) {
			if (g != nil) != (i == wanted) {
				t.Errorf("the gradient by input %d is wanted, that by input %d is %v", wanted, i, g)
			}
		}
	}
}

func TestNothingRecorded(t *testing.T) {
	x, w := tensor.Ones[float64](2, 2, 4, 4), tensor.Ones[float64](3, 2, 3, 3)
	if Conv2d(x, w, nil, Options{}).RequiresGrad() {
		t.Error("no input requires a gradient, but the output does")
	}
	if Conv2d(x.NoGrad(), w.RequireGrad(), nil, Options{}).RequiresGrad() {
		t.Error("the input is under NoGrad, but the output requires a gradient")
	}
}
