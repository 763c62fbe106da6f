package nn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hw4/tensor"
)

// StateDict returns copies of a module's parameters by name. It panics with a
// [*tensor.ShapeError] if two parameters share a name, of which a dictionary would lose
// one.
func StateDict[T tensor.Float](m Module[T]) map[string]*tensor.Tensor[T] {
	dict := make(map[string]*tensor.Tensor[T])
	for _, p := range m.Params() {
		if dict[p.Name] != nil {
			panic(twice(p.Name))
		}
		dict[p.Name] = p.Value.Clone()
	}
	return dict
}

// A StateDictError is a state dict that belongs to another model.
type StateDictError struct {
	Faults []string // what differs: shapes, and the names on both sides; the first ones of many
}

// Error returns all faults on one line.
func (e *StateDictError) Error() string { return "state dict: " + strings.Join(e.Faults, "; ") }

// LoadStateDict copies the tensors of dict into the parameters of the same
// names. It returns a *StateDictError, and changes nothing, if a parameter is
// missing from dict, dict has a name that the module does not, or a shape differs. It
// panics as StateDict does.
func LoadStateDict[T tensor.Float](m Module[T], dict map[string]*tensor.Tensor[T]) error {
	var shapes, missing, unknown []string
	known := make(map[string]bool)
	params := m.Params()
	for _, p := range params {
		if known[p.Name] {
			panic(twice(p.Name))
		}
		known[p.Name] = true
		switch t := dict[p.Name]; {
		case t == nil:
			missing = append(missing, described(p.Name, p.Value))
		case !slices.Equal(t.Shape(), p.Value.Shape()):
			shapes = append(shapes, fmt.Sprintf("%.60q has shape %s, want %s",
				p.Name, tensor.Tuple(t.Shape()), tensor.Tuple(p.Value.Shape())))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(dict)) {
		if !known[name] {
			unknown = append(unknown, described(name, dict[name]))
		}
	}
	var faults []string
	if len(shapes) > 0 {
		faults = append(faults, first(shapes))
	}
	switch has, wants := "it has "+first(unknown), "the model has "+first(missing); {
	case len(missing) > 0 && len(unknown) > 0:
		faults = append(faults, has+", where "+wants)
	case len(missing) > 0:
		faults = append(faults, "it lacks "+first(missing))
	case len(unknown) > 0:
		faults = append(faults, has+", which the model does not have")
	}
	if len(faults) > 0 {
		return &StateDictError{faults}
	}
	values := make([][]T, len(params)) // copies: the dict may have tensors of the module itself
	for i, p := range params {
		values[i] = slices.Clone(dict[p.Name].Data())
	}
	for i, p := range params {
		copy(p.Value.Data(), values[i])
	}
	return nil
}

func twice(name string) *tensor.ShapeError {
	return tensor.Shapef("state dict", "two parameters are named %.60q; Prefixed puts the names of layers before them",
		name)
}

func described[T tensor.Float](name string, t *tensor.Tensor[T]) string {
	if t == nil {
		return fmt.Sprintf("%.60q without a tensor", name)
	}
	return fmt.Sprintf("%.60q %s", name, tensor.Tuple(t.Shape()))
}

// first joins the first of many.
func first(list []string) string {
	const shown = 4
	if n := len(list) - shown; n > 1 {
		list = append(list[:shown:shown], fmt.Sprintf("%d more", n))
	}
	return strings.Join(list, ", ")
}
