package nn

import "hw4/tensor"

// Sum is a Module that applies its children to the same input and adds up what they
// return. With an empty Sequential, which returns its input, it is a residual block:
//
//	nn.NewSum(layers, nn.NewSequential[float32]())
//
// Parameters are named as those of Sequential.
type Sum[T tensor.Float] []Child[T]

// NewSum returns the sum of modules under the names "0", "1", ...
func NewSum[T tensor.Float](modules ...Module[T]) Sum[T] { return Sum[T](NewSequential(modules...)) }

// Forward returns the sum of the children's outputs, added in their order. It panics
// if there are no children.
func (s Sum[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	if len(s) == 0 {
		panic(tensor.Shapef("sum", "no modules to add up"))
	}
	y := s[0].Forward(x)
	for _, c := range s[1:] {
		y = tensor.Add(y, c.Forward(x))
	}
	return y
}

// Params returns the parameters of the children in order.
func (s Sum[T]) Params() []Param[T] { return Sequential[T](s).Params() }
