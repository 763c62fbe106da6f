package nn

import "hw4/tensor"

// ActivationLayer applies a function element by element: a Module without
// parameters.
type ActivationLayer[T tensor.Float] struct {
	Activation tensor.Activation
}

// NewActivation returns the layer of the activation of that name, such as "relu".
// It panics with a *tensor.ShapeError if there is none. The layer of a function of
// one's own is a literal, as ActivationLayer has no other state.
func NewActivation[T tensor.Float](name string) *ActivationLayer[T] {
	f, ok := tensor.ActivationNamed(name)
	if !ok {
		panic(tensor.Shapef("activation", "no function is named %q; tensor.Activations has them all", name))
	}
	return &ActivationLayer[T]{f}
}

// Forward returns tensor.Apply(Activation, x).
func (l *ActivationLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return tensor.Apply(l.Activation, x)
}

// Params returns nothing.
func (l *ActivationLayer[T]) Params() []Param[T] { return nil }
