package optim

import (
	"slices"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// SGDOptions are the options of NewSGD.
type SGDOptions struct {
	LR          float64 // learning rate; must be positive and finite
	Momentum    float64 // factor of the velocity; 0: none
	Dampening   float64 // share of the gradient that stays out of the velocity; 0: none
	WeightDecay float64 // factor of the L2 penalty; 0: none
	Nesterov    bool    // look ahead; wants momentum and no dampening
}

// SGD is stochastic gradient descent with momentum, torch.optim.SGD:
//
//	g = grad + weightDecay w
//	v = g in the first step, momentum v + (1 - dampening) g after it
//	w = w - lr v, or with Nesterov's momentum w - lr (g + momentum v)
//
// and w = w - lr g without momentum. The velocity v is kept for each parameter;
// its first step is the first in which it has a gradient.
type SGD[T tensor.Float] struct {
	SGDOptions
	params   []*tensor.Tensor[T]
	velocity [][]T // by parameter; nil until its first step
	scratch  []T
}

// NewSGD returns an optimizer of params. It panics if an option is out of range,
// as torch.optim.SGD raises ValueError. The learning rate may be changed between
// steps, which is all that a schedule needs.
func NewSGD[T tensor.Float](params []*tensor.Tensor[T], opt SGDOptions) *SGD[T] {
	need("sgd", params)
	positive("sgd", "learning rate", opt.LR)
	notNegative("sgd", "momentum", opt.Momentum)
	finite("sgd", "dampening", opt.Dampening)
	notNegative("sgd", "weight decay", opt.WeightDecay)
	if opt.Nesterov && (opt.Momentum == 0 || opt.Dampening != 0) {
		panic(tensor.Shapef("sgd", "Nesterov's momentum wants momentum and no dampening, got %v and %v",
			opt.Momentum, opt.Dampening))
	}
	return &SGD[T]{
		SGDOptions: opt, params: params,
		velocity: make([][]T, len(params)), scratch: make([]T, longest(params)),
	}
}

// Step changes every parameter whose Grad is not nil.
func (s *SGD[T]) Step() {
	for i, p := range s.params {
		if p.Grad() != nil {
			s.step(i, p.Data(), p.Grad().Data())
		}
	}
}

// step updates parameter i, w, by its gradient g.
func (s *SGD[T]) step(i int, w, g []T) {
	if s.WeightDecay != 0 {
		g = s.decayed(w, g)
	}
	if s.Momentum == 0 {
		kernel.Axpy(T(-s.LR), g, w)
		return
	}
	v := s.velocity[i]
	if v == nil {
		v = slices.Clone(g)
		s.velocity[i] = v
	} else {
		kernel.Scale(v, T(s.Momentum), v)
		kernel.Axpy(T(1-s.Dampening), g, v)
	}
	if s.Nesterov {
		kernel.Axpy(T(-s.LR), g, w)
		kernel.Axpy(T(-s.LR*s.Momentum), v, w)
		return
	}
	kernel.Axpy(T(-s.LR), v, w)
}

// decayed returns g + weightDecay w in the scratch buffer.
func (s *SGD[T]) decayed(w, g []T) []T {
	d := s.scratch[:len(g)]
	copy(d, g)
	kernel.Axpy(T(s.WeightDecay), w, d)
	return d
}

// ZeroGrad forgets the gradients of all parameters.
func (s *SGD[T]) ZeroGrad() { zeroGrad(s.params) }

// StateDict returns a copy of the velocities, of every parameter that has one.
func (s *SGD[T]) StateDict() StateDict { return saved(s.velocity, velocityField[T]) }

// LoadStateDict makes the optimizer continue from a state: it replaces all velocities
// by copies of the state's. It returns an error, and changes nothing, if an entry
// is not one of these parameters' or has another length.
func (s *SGD[T]) LoadStateDict(state StateDict) error {
	velocity, err := restored("sgd", s.params, state, velocityField[T])
	if err == nil {
		s.velocity = velocity
	}
	return err
}

func velocityField[T tensor.Float](v *[]T) map[string]*[]T { return map[string]*[]T{momentumBuffer: v} }

func longest[T tensor.Float](params []*tensor.Tensor[T]) int {
	n := 0
	for _, p := range params {
		n = max(n, p.Len())
	}
	return n
}
