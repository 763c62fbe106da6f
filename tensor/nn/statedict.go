package nn

import (
	"fmt"
	"slices"
	"strings"

	"hw4/tensor"
)

// StateDict returns copies of a module's parameters by name. It panics if two
// parameters share a name, of which a dictionary would lose one.
func StateDict[T tensor.Float](m Module[T]) map[string]*tensor.Tensor[T] {
	dict := make(map[string]*tensor.Tensor[T])
	for _, p := range m.Params() {
		if dict[p.Name] != nil {
			panic(fmt.Sprintf("state dict: two parameters are named %s", p.Name))
		}
		dict[p.Name] = p.Value.Clone()
	}
	return dict
}

// A StateDictError is a state dict that belongs to another model.
type StateDictError struct {
	Faults []string // a sentence for each name that is missing, unknown or of another shape
}

// Error returns all faults on one line.
func (e *StateDictError) Error() string { return "state dict: " + strings.Join(e.Faults, "; ") }

// LoadStateDict copies the tensors of dict into the parameters of the same
// names. It returns a *StateDictError, and changes nothing, if a parameter is
// missing from dict, dict has a name that the module does not, or a shape differs.
func LoadStateDict[T tensor.Float](m Module[T], dict map[string]*tensor.Tensor[T]) error {
	var faults []string
	known := make(map[string]bool)
	params := m.Params()
	for _, p := range params {
		known[p.Name] = true
		switch t := dict[p.Name]; {
		case t == nil:
			faults = append(faults, fmt.Sprintf("%s is missing", p.Name))
		case !slices.Equal(t.Shape(), p.Value.Shape()):
			faults = append(faults, fmt.Sprintf("%s has shape %s, want %s",
				p.Name, tensor.Tuple(t.Shape()), tensor.Tuple(p.Value.Shape())))
		}
	}
	for name := range dict {
		if !known[name] {
			faults = append(faults, fmt.Sprintf("%s is not a parameter of this model", name))
		}
	}
	if len(faults) > 0 {
		slices.Sort(faults)
		return &StateDictError{faults}
	}
	for _, p := range params {
		copy(p.Value.Data(), dict[p.Name].Data())
	}
	return nil
}
