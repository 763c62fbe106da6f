package optim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hw4/tensor"
)

// A StateDict is what an optimizer remembers of its steps, in a form to be stored.
// With the parameters and the options it is all that a training needs to go on,
// to the bit, where it was interrupted.
//
// An entry's name is the number of the parameter, in the order that the optimizer
// was made with, a dot, and PyTorch's name: "0.momentum_buffer" of SGD, and
// "0.step" (a single number), "0.exp_avg" and "0.exp_avg_sq" of Adam and AdamW, and
// "0.square_avg", "0.grad_avg" and "0.momentum_buffer" of RMSprop. A parameter that
// has not taken a step has no entries. Float64 holds every value exactly,
// those of an optimizer of float32 too.
type StateDict map[string][]float64

// PyTorch's names.
const (
	momentumBuffer = "momentum_buffer"
	step           = "step"
	expAvg         = "exp_avg"
	expAvgSq       = "exp_avg_sq"
	squareAvg      = "square_avg"
	gradAvg        = "grad_avg"
)

// maxSteps bounds step counts: up to it float64 holds every integer.
const maxSteps = 1 << 53

// entry returns the name of what the state keeps of parameter i.
func entry(i int, what string) string { return fmt.Sprintf("%d.%s", i, what) }

// saved returns a copy of what optimizers keep of the parameters that have taken a step.
// fields returns by PyTorch's names where a state keeps it; nil: nothing yet.
func saved[S any, T tensor.Float](states []S, fields func(*S) map[string]*[]T) StateDict {
	state := make(StateDict)
	for i := range states {
		for name, values := range fields(&states[i]) {
			if *values != nil {
				state[entry(i, name)] = convert[float64](*values)
			}
		}
	}
	return state
}

// restored returns the states of which saved made the StateDict, or an error if it is not
// one of these parameters.
func restored[S any, T, P tensor.Float](op string, params []*tensor.Tensor[P], state StateDict,
	fields func(*S) map[string]*[]T) ([]S, error) {
	if err := check(op, params, state, fields); err != nil {
		return nil, err
	}
	states := make([]S, len(params))
	for i := range states {
		for name, values := range fields(&states[i]) {
			*values = convert[T](state[entry(i, name)])
		}
	}
	return states, nil
}

// check returns an error that says what is wrong with the entries, with the first
// faults of many. Of each parameter all entries must be there or none.
func check[S any, T, P tensor.Float](op string, params []*tensor.Tensor[P], state StateDict,
	fields func(*S) map[string]*[]T) error {
	var faults []string
	known := make(map[string]bool)
	for i, p := range params {
		var wrong []string
		kept, missing := slices.Sorted(maps.Keys(fields(new(S)))), 0
		for _, what := range kept {
			name, length := entry(i, what), p.Len()
			if what == step {
				length = 1
			}
			known[name] = true
			if values, present := state[name]; !present {
				wrong = append(wrong, name+" is missing")
				missing++
			} else if len(values) != length {
				wrong = append(wrong, fmt.Sprintf("%s has length %d, want %d", name, len(values), length))
			}
		}
		if missing < len(kept) {
			faults = append(faults, wrong...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state)) {
		if !known[name] {
			faults = append(faults, fmt.Sprintf("%.60s belongs to no parameter", name))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	const shown = 4
	if n := len(faults) - shown; n > 1 {
		faults = append(faults[:shown], fmt.Sprintf("%d more; is it of another optimizer, or of other parameters?", n))
	}
	return fmt.Errorf("%s: state: %s", op, strings.Join(faults, "; "))
}

// convert returns a copy of x with another element type, or nil if x is nil.
func convert[To, From tensor.Float](x []From) []To {
	if x == nil {
		return nil
	}
	y := make([]To, len(x))
	for i, v := range x {
		y[i] = To(v)
	}
	return y
}
