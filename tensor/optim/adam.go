package optim

import (
	"fmt"
	"math"

	"hw4/tensor"
)

// AdamOptions are the options of NewAdam. Zero means PyTorch's default.
type AdamOptions struct {
	LR          float64 // learning rate; 0: 1e-3
	Beta1       float64 // decay of the mean; 0: 0.9
	Beta2       float64 // decay of the mean square; 0: 0.999
	Eps         float64 // added to the denominator; 0: 1e-8
	WeightDecay float64 // factor of the L2 penalty; 0: none
}

// Adam is the method of Kingma and Ba (2015), torch.optim.Adam: in step t
//
//	g = grad + weightDecay w
//	m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2
//	w = w - lr/(1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps)
//
// computed in float64.
type Adam[T tensor.Float] struct {
	AdamOptions
	params []*tensor.Tensor[T]
	state  []adamState
}

// adamState is what Adam keeps of one parameter.
type adamState struct {
	steps        int
	mean, square []float64
}

// NewAdam returns an optimizer of params. It panics if an option is out of range,
// as torch.optim.Adam raises ValueError.
func NewAdam[T tensor.Float](params []*tensor.Tensor[T], opt AdamOptions) *Adam[T] {
	opt.LR = orDefault(opt.LR, 1e-3)
	opt.Beta1 = orDefault(opt.Beta1, 0.9)
	opt.Beta2 = orDefault(opt.Beta2, 0.999)
	opt.Eps = orDefault(opt.Eps, 1e-8)
	positive("adam", "learning rate", opt.LR)
	positive("adam", "eps", opt.Eps)
	notNegative("adam", "weight decay", opt.WeightDecay)
	for _, beta := range []float64{opt.Beta1, opt.Beta2} {
		if !(beta > 0 && beta < 1) {
			panic(fmt.Sprintf("adam: a decay of %v, want one between 0 and 1", beta))
		}
	}
	return &Adam[T]{AdamOptions: opt, params: params, state: make([]adamState, len(params))}
}

// Step changes every parameter whose Grad is not nil.
func (a *Adam[T]) Step() {
	for i, p := range a.params {
		if p.Grad() != nil {
			a.step(&a.state[i], p.Data(), p.Grad().Data())
		}
	}
}

func (a *Adam[T]) step(s *adamState, w, grad []T) {
	if s.mean == nil {
		s.mean, s.square = make([]float64, len(w)), make([]float64, len(w))
	}
	s.steps++
	size := a.LR / (1 - math.Pow(a.Beta1, float64(s.steps)))
	correction := math.Sqrt(1 - math.Pow(a.Beta2, float64(s.steps)))
	for i, v := range w {
		g := float64(grad[i]) + a.WeightDecay*float64(v)
		s.mean[i] += (1 - a.Beta1) * (g - s.mean[i])
		s.square[i] = a.Beta2*s.square[i] + (1-a.Beta2)*g*g
		w[i] = T(float64(v) - size*s.mean[i]/(math.Sqrt(s.square[i])/correction+a.Eps))
	}
}

// ZeroGrad forgets the gradients of all parameters.
func (a *Adam[T]) ZeroGrad() { zeroGrad(a.params) }

func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

func positive(op, what string, v float64) {
	if !(v > 0) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("%s: the %s is %v, want a positive number", op, what, v))
	}
}

func notNegative(op, what string, v float64) {
	if !(v >= 0) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("%s: the %s is %v, want no negative number", op, what, v))
	}
}
