package optim

import (
	"fmt"
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

// check returns an error that lists what is wrong with the entries. For each
// parameter, wanted has their names and lengths: all of them must be there or none.
func (s StateDict) check(op string, wanted []map[string]int) error {
	var faults []string
	known := make(map[string]bool)
	for _, entries := range wanted {
		var missing []string
		for name, n := range entries {
			known[name] = true
			if values, present := s[name]; !present {
				missing = append(missing, name+" is missing")
			} else if len(values) != n {
				faults = append(faults, fmt.Sprintf("%s has length %d, want %d", name, len(values), n))
			}
		}
		if len(missing) < len(entries) {
			faults = append(faults, missing...)
		}
	}
	for name := range s {
		if !known[name] {
			faults = append(faults, name+" belongs to no parameter")
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.Sort(faults)
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
