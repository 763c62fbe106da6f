package optim

import (
	"cmp"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// AdamWOptions are the options of NewAdamW. The zero value means PyTorch's defaults; the
// fields in which zero is a value that is used are pointers, as in AdamOptions.
type AdamWOptions struct {
	LR          float64     // learning rate; 0: 1e-3
	Betas       *[2]float64 // decays of the mean and of the mean square, 0 to below 1; nil: 0.9 and 0.999
	Eps         *float64    // added to the denominator, 0 or more; nil: 1e-8
	WeightDecay *float64    // share, times LR, that a step takes of the weights; nil: 1e-2
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
	adam := NewAdam(params, AdamOptions{LR: opt.LR, Betas: opt.Betas, Eps: opt.Eps})
	decay := *cmp.Or(opt.WeightDecay, new(1e-2))
	notNegative("adamw", "weight decay", decay)
	return &AdamW[T]{params: params, adam: adam, AdamWOptions: AdamWOptions{
		LR: adam.LR, Betas: adam.Betas, Eps: adam.Eps, WeightDecay: &decay,
	}}
}

// Step changes every parameter whose Grad is not nil.
func (a *AdamW[T]) Step() {
	for _, p := range a.params {
		if p.Grad() != nil {
			kernel.Scale(p.Data(), T(1-float64(a.LR**a.WeightDecay)), p.Data())
		}
	}
	a.adam.LR, a.adam.Betas, a.adam.Eps = a.LR, a.Betas, a.Eps
	a.adam.Step()
}

// ZeroGrad forgets the gradients of all parameters.
func (a *AdamW[T]) ZeroGrad() { zeroGrad(a.params) }

// StateDict returns what Adam's does.
func (a *AdamW[T]) StateDict() StateDict { return a.adam.StateDict() }

// LoadStateDict makes the optimizer continue from a state, as Adam's does.
func (a *AdamW[T]) LoadStateDict(state StateDict) error { return a.adam.LoadStateDict(state) }
