package training

import (
	"fmt"
	"math"

	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// A DivergedError is a training run that has met a number that is not finite, or nearly so.
type DivergedError struct {
	What   string  // what was being trained
	Tensor string  // where the number is: the loss, or an element of a tensor
	Value  float64 // the number
	Step   string  // when it was met
	Detail string  // which other number is not finite then; empty: none is known
}

// Error says what diverged, where, and what may help.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("%s: training diverged: %s is %v at %s%s; try a smaller learning rate", e.What, e.Tensor,
		e.Value, e.Step, e.Detail)
}

// diverged returns the error for a loss that is not finite. It looks through the
// weights for where that comes from, and then through their gradients.
func (t *run) diverged(step string, loss float64) error {
	e := &DivergedError{What: t.Name, Tensor: "the loss", Value: loss, Step: step}
	params := t.Network.Params()
	gradient := func(p nn.Param[float32]) *tensor.Tensor[float32] { return p.Value.Grad() }
	if name, v, found := firstBeyond(math.MaxFloat32, params, weight); found {
		e.Detail = fmt.Sprintf(", where %s is %v", name, v)
	} else if name, v, found := firstBeyond(math.MaxFloat32, params, gradient); found {
		e.Detail = fmt.Sprintf(", where the gradient by %s is %v", name, v)
	}
	return e
}

// tooLarge is the size of a weight at which its square is beyond float32: 2^64. The sum
// of a layer may overflow for any image, and no gradient leads back.
const tooLarge = 1 << 64

// sound returns an error if a weight is not finite or nearly so. A weight can be
// infinite and the loss finite, since tanh is 1 there, so this is looked at whenever an
// epoch ends or the weights are written.
func (t *run) sound() error {
	if name, v, found := firstBeyond(tooLarge, t.Network.Params(), weight); found {
		e := &DivergedError{What: t.Name, Tensor: name, Value: v}
		e.Step = fmt.Sprintf("epoch %d, step %d", len(t.measured), t.step)
		if report.Finite(v) {
			e.Detail = ", which is beyond 2^64"
		}
		return e
	}
	return nil
}

func weight(p nn.Param[float32]) *tensor.Tensor[float32] { return p.Value }

// firstBeyond names the first element of the parameters, or of what belongs to them,
// that is NaN or larger than a bound.
func firstBeyond(bound float32, params []nn.Param[float32],
	of func(p nn.Param[float32]) *tensor.Tensor[float32]) (name string, value float64, found bool) {
	for _, p := range params {
		x := of(p)
		if x == nil {
			continue
		}
		for i, v := range x.Data() {
			if !(-bound <= v && v <= bound) { // NaN, too
				return fmt.Sprintf("element %d of %s", i, p.Name), float64(v), true
			}
		}
	}
	return name, value, false
}
