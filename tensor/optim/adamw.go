package optim

import (
	"cmp"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// AdamWOptions are the options of NewAdamW. Zero means PyTorch's default.
type AdamWOptions struct {
	LR          float64 // learning rate; 0: 1e-3
	Beta1       float64 // decay of the mean; 0: 0.9
	Beta2       float64 // decay of the mean square; 0: 0.999
	Eps         float64 // added to the denominator; 0: 1e-8
	WeightDecay float64 // share, times LR, that a step takes of the weights; 0: 1e-2. Without any it is Adam
}

// AdamW is the method of Loshchilov and Hutter (2019), torch.optim.AdamW: in each step
// w = (1 - lr weightDecay) w, and then what Adam does without weight decay. So the
// decay of a weight does not depend on the size of its gradients.
type AdamW[T tensor.Float] struct {
	AdamWOptions
	params []*tensor.Tensor[T]
	adam   *Adam[T]
}

// NewAdamW returns an optimizer of params. It panics if an option is out of range,
// as torch.optim.AdamW raises ValueError. The learning rate may be changed between
// steps.
func NewAdamW[T tensor.Float](params []*tensor.Tensor[T], opt AdamWOptions) *AdamW[T] {
	adam := NewAdam(params, AdamOptions{LR: opt.LR, Beta1: opt.Beta1, Beta2: opt.Beta2, Eps: opt.Eps})
	notNegative("adamw", "weight decay", opt.WeightDecay)
	return &AdamW[T]{params: params, adam: adam, AdamWOptions: AdamWOptions{
		LR: adam.LR, Beta1: adam.Beta1, Beta2: adam.Beta2, Eps: adam.Eps,
		WeightDecay: cmp.Or(opt.WeightDecay, 1e-2),
	}}
}

// Step changes every parameter whose Grad is not nil.
func (a *AdamW[T]) Step() {
	for _, p := range a.params {
		if p.Grad() != nil {
			kernel.Scale(p.Data(), T(1-float64(a.LR*a.WeightDecay)), p.Data())
		}
	}
	a.adam.LR, a.adam.Beta1, a.adam.Beta2, a.adam.Eps = a.LR, a.Beta1, a.Beta2, a.Eps
	a.adam.Step()
}

// ZeroGrad forgets the gradients of all parameters.
func (a *AdamW[T]) ZeroGrad() { zeroGrad(a.params) }

// StateDict returns what Adam's does.
func (a *AdamW[T]) StateDict() StateDict { return a.adam.StateDict() }

// LoadStateDict makes the optimizer continue from a state, as Adam's does.
func (a *AdamW[T]) LoadStateDict(state StateDict) error { return a.adam.LoadStateDict(state) }
