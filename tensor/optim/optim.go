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
// that is listed twice is changed twice.
package optim

import (
	"fmt"
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
		panic(fmt.Sprintf("%s: the %s is %v, want a positive number", op, what, v))
	}
}

func notNegative(op, what string, v float64) {
	if !(v >= 0) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("%s: the %s is %v, want a finite number, 0 or more", op, what, v))
	}
}

func finite(op, what string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("%s: the %s is %v, want a finite number", op, what, v))
	}
}
