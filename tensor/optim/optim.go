// Package optim has the update rules that train a model's parameters from their
// gradients, by the definitions of torch.optim:
//
//	sgd := optim.NewSGD(params, optim.SGDOptions{LR: 0.1, Momentum: 0.9})
//	for x, labels := range batches {
//		sgd.ZeroGrad()
//		loss.CrossEntropy(model.Forward(x), labels, loss.CrossEntropyOptions{}).Backward(nil)
//		sgd.Step()
//	}
//
// Steps change parameters in place and allocate nothing after the first. The parameters of
// a network are those that nn.Values lists. An option that is out of range and a parameter
// that is nil or listed twice panic with a [*tensor.ShapeError].
package optim

import (
	"math"
	"slices"

	"hw4/tensor"
)

// An Optimizer changes parameters by their gradients.
type Optimizer interface {
	// Step changes every parameter whose Grad is not nil.
	Step()
	// ZeroGrad forgets the gradients of all parameters.
	ZeroGrad()
}

// need panics if a parameter is nil or listed twice, which would change it twice in a step.
func need[T tensor.Float](op string, params []*tensor.Tensor[T]) {
	tensor.Need(op, params...)
	for i, p := range params {
		if first := slices.Index(params, p); first < i {
			panic(tensor.Shapef(op, "tensor %d of %d is tensor %d once more", i+1, len(params), first+1))
		}
	}
}

func zeroGrad[T tensor.Float](params []*tensor.Tensor[T]) {
	for _, p := range params {
		p.ZeroGrad()
	}
}

func positive(op, what string, v float64) {
	if !(v > 0) || math.IsInf(v, 0) {
		panic(tensor.Shapef(op, "the %s is %v, want a positive number", what, v))
	}
}

func notNegative(op, what string, v float64) {
	if !(v >= 0) || math.IsInf(v, 0) {
		panic(tensor.Shapef(op, "the %s is %v, want a finite number, 0 or more", what, v))
	}
}

func decay(op string, v float64) {
	if !(v >= 0 && v < 1) {
		panic(tensor.Shapef(op, "a decay of %v, want 0 or more and below 1", v))
	}
}

func finite(op, what string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		panic(tensor.Shapef(op, "the %s is %v, want a finite number", what, v))
	}
}
