package optim

import (
	"cmp"
	"fmt"
	"math"

	"hw4/tensor"
)

// AdamOptions are the options of NewAdam. The zero value means PyTorch's defaults. Where
// zero is a value that is used, the field is a pointer:
//
//	optim.AdamOptions{Betas: &[2]float64{0, 0.99}, Eps: new(1e-6)}
type AdamOptions struct {
	LR          float64     // learning rate; 0: 1e-3
	Betas       *[2]float64 // decays of the mean and of the mean square, 0 to below 1; nil: 0.9 and 0.999
	Eps         *float64    // added to the denominator, 0 or more; nil: 1e-8
	WeightDecay float64     // factor of the L2 penalty; 0: none
}

// Adam is the method of Kingma and Ba (2015), torch.optim.Adam: in step t
//
//	g = grad + weightDecay w
//	m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2
//	w = w - lr/(1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps)
//
// computed in float64. The means m and v and the count of steps t, which starts at
// 1, are kept for each parameter.
type Adam[T tensor.Float] struct {
	AdamOptions
	op     string
	params []*tensor.Tensor[T]
	state  []adamState
}

// adamState is what Adam keeps of one parameter; nil before its first step.
type adamState struct {
	steps        []float64 // a single integer
	mean, square []float64
}

func (s *adamState) fields() map[string]*[]float64 {
	return map[string]*[]float64{step: &s.steps, expAvg: &s.mean, expAvgSq: &s.square}
}

// NewAdam returns an optimizer of params. It panics if an option is out of range,
// as torch.optim.Adam raises ValueError. The learning rate may be changed between
// steps.
func NewAdam[T tensor.Float](params []*tensor.Tensor[T], opt AdamOptions) *Adam[T] {
	return newAdam("adam", params, opt)
}

// newAdam returns an optimizer that is called op in messages.
func newAdam[T tensor.Float](op string, params []*tensor.Tensor[T], opt AdamOptions) *Adam[T] {
	need(op, params)
	opt.LR = cmp.Or(opt.LR, 1e-3)
	opt.Betas = new(*cmp.Or(opt.Betas, &[2]float64{0.9, 0.999})) // its own, which the caller cannot change
	opt.Eps = new(*cmp.Or(opt.Eps, new(1e-8)))
	positive(op, "learning rate", opt.LR)
	notNegative(op, "eps", *opt.Eps)
	notNegative(op, "weight decay", opt.WeightDecay)
	for _, beta := range opt.Betas {
		decay(op, beta)
	}
	return &Adam[T]{AdamOptions: opt, op: op, params: params, state: make([]adamState, len(params))}
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
		*s = adamState{make([]float64, 1), make([]float64, len(w)), make([]float64, len(w))}
	}
	s.steps[0]++
	beta1, beta2, eps := a.Betas[0], a.Betas[1], *a.Eps
	size := a.LR / (1 - math.Pow(beta1, s.steps[0]))
	correction := math.Sqrt(1 - math.Pow(beta2, s.steps[0]))
	for i, v := range w {
		g := float64(grad[i]) + float64(a.WeightDecay*float64(v))
		s.mean[i] += float64((1 - beta1) * (g - s.mean[i]))
		s.square[i] = float64(beta2*s.square[i]) + float64((1-beta2)*g*g)
		w[i] = T(float64(v) - size*s.mean[i]/(math.Sqrt(s.square[i])/correction+eps))
	}
}

// ZeroGrad forgets the gradients of all parameters.
func (a *Adam[T]) ZeroGrad() { zeroGrad(a.params) }

// StateDict returns a copy of the step counts and means, of every parameter that has
// taken a step.
func (a *Adam[T]) StateDict() StateDict { return saved(a.state, (*adamState).fields) }

// LoadStateDict makes the optimizer continue from a state: it replaces all step counts
// and means by copies of the state's. It returns an error, and changes nothing, if
// an entry is not one of these parameters', has another length or lacks those
// that belong to it, or a step count is no positive integer.
func (a *Adam[T]) LoadStateDict(state StateDict) error {
	states, err := restored(a.op, a.params, state, (*adamState).fields)
	if err != nil {
		return err
	}
	for i, s := range states {
		if s.steps == nil {
			continue
		}
		if t := s.steps[0]; !(t >= 1 && t < maxSteps && t == math.Trunc(t)) {
			return fmt.Errorf("%s: state: %s is %v, want a positive integer", a.op, entry(i, step), t)
		}
	}
	a.state = states
	return nil
}
