package optim

import (
	"cmp"
	"math"

	"hw4/tensor"
)

// RMSpropOptions are the options of NewRMSprop. The zero value means PyTorch's defaults;
// the fields in which zero is a value that is used are pointers, as in AdamOptions.
type RMSpropOptions struct {
	LR          float64  // learning rate; 0: 1e-2
	Alpha       *float64 // decay of the means, 0 to below 1; nil: 0.99
	Eps         *float64 // added to the denominator, 0 or more; nil: 1e-8
	WeightDecay float64  // factor of the L2 penalty; 0: none
	Momentum    float64  // factor of the velocity; 0: none
	Centered    bool     // divide by the standard deviation of the gradients, not by their root mean square
}

// RMSprop is the method of Hinton's lectures (2012), torch.optim.RMSprop:
//
//	g = grad + weightDecay w
//	s = alpha s + (1 - alpha) g^2,   m = alpha m + (1 - alpha) g if Centered, else 0
//	u = g / (sqrt(s - m^2) + eps)
//	v = momentum v + u
//	w = w - lr v
//
// computed in float64. The means s and m and the velocity v start at 0 and are kept for
// each parameter.
type RMSprop[T tensor.Float] struct {
	RMSpropOptions
	params []*tensor.Tensor[T]
	state  []rmspropState
}

// rmspropState is what RMSprop keeps of one parameter; nil before its first step.
type rmspropState struct{ square, mean, velocity []float64 }

// NewRMSprop returns an optimizer of params. It panics if an option is out of range,
// as torch.optim.RMSprop raises ValueError. The learning rate may be changed between
// steps.
func NewRMSprop[T tensor.Float](params []*tensor.Tensor[T], opt RMSpropOptions) *RMSprop[T] {
	need("rmsprop", params)
	opt.LR = cmp.Or(opt.LR, 1e-2)
	opt.Alpha = new(*cmp.Or(opt.Alpha, new(0.99))) // its own, which the caller cannot change
	opt.Eps = new(*cmp.Or(opt.Eps, new(1e-8)))
	positive("rmsprop", "learning rate", opt.LR)
	notNegative("rmsprop", "eps", *opt.Eps)
	notNegative("rmsprop", "weight decay", opt.WeightDecay)
	notNegative("rmsprop", "momentum", opt.Momentum)
	decay("rmsprop", *opt.Alpha)
	return &RMSprop[T]{RMSpropOptions: opt, params: params, state: make([]rmspropState, len(params))}
}

// Step changes every parameter whose Grad is not nil.
func (r *RMSprop[T]) Step() {
	for i, p := range r.params {
		if p.Grad() != nil {
			r.step(&r.state[i], p.Data(), p.Grad().Data())
		}
	}
}

func (r *RMSprop[T]) step(s *rmspropState, w, grad []T) {
	for _, kept := range []*[]float64{&s.square, &s.mean, &s.velocity} {
		if *kept == nil {
			*kept = make([]float64, len(w))
		}
	}
	for i, v := range w {
		g := float64(grad[i]) + float64(r.WeightDecay*float64(v))
		s.square[i] = float64(*r.Alpha*s.square[i]) + float64((1-*r.Alpha)*g*g)
		variance := s.square[i]
		if r.Centered {
			s.mean[i] += float64((1 - *r.Alpha) * (g - s.mean[i]))
			variance -= float64(s.mean[i] * s.mean[i])
		}
		root := math.Sqrt(math.Max(variance, 0)) // by rounding it may be below
		s.velocity[i] = float64(r.Momentum*s.velocity[i]) + g/(root+*r.Eps)
		w[i] = T(float64(v) - float64(r.LR*s.velocity[i]))
	}
}

// ZeroGrad forgets the gradients of all parameters.
func (r *RMSprop[T]) ZeroGrad() { zeroGrad(r.params) }

// fields returns what is kept of a parameter with these options.
func (r *RMSprop[T]) fields(s *rmspropState) map[string]*[]float64 {
	kept := map[string]*[]float64{squareAvg: &s.square}
	if r.Momentum > 0 {
		kept[momentumBuffer] = &s.velocity
	}
	if r.Centered {
		kept[gradAvg] = &s.mean
	}
	return kept
}

// StateDict returns a copy of the means and velocities that the options call for, of
// every parameter that has taken a step.
func (r *RMSprop[T]) StateDict() StateDict { return saved(r.state, r.fields) }

// LoadStateDict makes the optimizer continue from a state: it replaces all means and
// velocities by copies of the state's. It returns an error, and changes nothing, if an
// entry is not one of these parameters' with these options, has another length or
// lacks those that belong to it.
func (r *RMSprop[T]) LoadStateDict(state StateDict) error {
	states, err := restored("rmsprop", r.params, state, r.fields)
	if err == nil {
		r.state = states
	}
	return err
}
