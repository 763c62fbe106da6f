package nn

import (
	"strings"

	"hw4/tensor"
)

// ActivationLayer applies a function element by element: a Module without
// parameters.
type ActivationLayer[T tensor.Float] struct {
	Activation tensor.Activation
}

// NewActivation returns the layer of the activation of that name, such as "relu".
// It panics with a *tensor.ShapeError that lists the names if there is none. The
// layer of a function of one's own is a literal, as ActivationLayer has no other
// state.
func NewActivation[T tensor.Float](name string) *ActivationLayer[T] {
	f, ok := tensor.ActivationNamed(name)
	if !ok {
		var names []string
		for _, f := range tensor.Activations() {
			names = append(names, f.Name)
		}
		panic(tensor.Shapef("activation", "no function is named %q, only %s", name, strings.Join(names, ", ")))
	}
	return &ActivationLayer[T]{f}
}

// Forward returns tensor.Apply(Activation, x).
func (l *ActivationLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return tensor.Apply(l.Activation, x)
}

// Params returns nothing.
func (l *ActivationLayer[T]) Params() []Param[T] { return nil }
