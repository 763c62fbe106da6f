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
// Steps change parameters in place and allocate nothing after the first. A parameter
// that is listed twice is changed twice. An option that is out of range and a parameter
// that is nil panic with a [*tensor.ShapeError].
package optim

import (
	"math"

	"hw4/tensor"
)

// An Optimizer changes parameters by their gradients.
type Optimizer interface {
	// Step changes every parameter whose Grad is not nil.
	Step()
	// ZeroGrad forgets the gradients of all parameters.
	ZeroGrad()
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
