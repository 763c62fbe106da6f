package nn

import (
	"strconv"

	"hw4/tensor"
)

// A Child is a module under a name.
type Child[T tensor.Float] struct {
	Name   string
	Module Module[T]
}

// Sequential is a Module that applies its children one after the other. A
// parameter's name is its child's, a dot, and its own.
type Sequential[T tensor.Float] []Child[T]

// NewSequential returns the modules under the names "0", "1", ..., as PyTorch's
// nn.Sequential names them.
func NewSequential[T tensor.Float](modules ...Module[T]) Sequential[T] {
	s := make(Sequential[T], len(modules))
	for i, m := range modules {
		s[i] = Child[T]{Name: strconv.Itoa(i), Module: m}
	}
	return s
}

// Forward returns the last child's output.
func (s Sequential[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	for _, c := range s {
		x = c.Module.Forward(x)
	}
	return x
}

// Params returns the parameters of the children in order.
func (s Sequential[T]) Params() []Param[T] {
	var params []Param[T]
	for _, c := range s {
		params = append(params, Prefixed(c.Name, c.Module.Params())...)
	}
	return params
}

// Func is a Module without parameters: a function of its input.
type Func[T tensor.Float] func(x *tensor.Tensor[T]) *tensor.Tensor[T]

// Forward returns f(x).
func (f Func[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] { return f(x) }

// Params returns nothing.
func (f Func[T]) Params() []Param[T] { return nil }
