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

// Forward returns the module's output. A [*tensor.ShapeError] that it panics with gets the
// child's name before its path, and so says where in a network of networks it was:
// "features.3.conv: conv2d: ...". A container of one's own that calls its modules by
// this method does the same.
func (c Child[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	defer tensor.InLayer(c.Name)
	return c.known("forward").Forward(x)
}

// params returns the module's parameters under their names in the container.
func (c Child[T]) params() []Param[T] {
	defer tensor.InLayer(c.Name)
	return Prefixed(c.Name, c.known("params").Params())
}

func (c Child[T]) known(op string) Module[T] {
	if c.Module == nil {
		panic(tensor.Shapef(op, "the module is nil"))
	}
	return c.Module
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
	tensor.Need("forward", x)
	for _, c := range s {
		x = c.Forward(x)
	}
	return x
}

// Params returns the parameters of the children in order.
func (s Sequential[T]) Params() []Param[T] {
	var params []Param[T]
	for _, c := range s {
		params = append(params, c.params()...)
	}
	return params
}

// Func is a Module without parameters: a function of its input.
type Func[T tensor.Float] func(x *tensor.Tensor[T]) *tensor.Tensor[T]

// Forward returns f(x).
func (f Func[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	if f == nil {
		panic(tensor.Shapef("func", "the function is nil"))
	}
	return f(x)
}

// Params returns nothing.
func (f Func[T]) Params() []Param[T] { return nil }

// Flatten keeps the batch axis of x and joins all others into one: (N, C, H, W)
// becomes (N, C H W). It is torch.flatten with start_dim=1, and panics if x has no
// axis.
func Flatten[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] {
	tensor.Need("flatten", x)
	if x.Rank() == 0 {
		panic(tensor.Shapef("flatten", "want a batch, got a tensor of rank 0"))
	}
	features := 1
	for _, d := range x.Shape()[1:] {
		features *= d
	}
	return tensor.Reshape(x, x.Dim(0), features)
}

// FlattenLayer is Flatten as a Module without parameters.
type FlattenLayer[T tensor.Float] struct{}

// NewFlatten returns a layer that applies Flatten.
func NewFlatten[T tensor.Float]() *FlattenLayer[T] { return &FlattenLayer[T]{} }

// Forward returns Flatten(x).
func (l *FlattenLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] { return Flatten(x) }

// Params returns nothing.
func (l *FlattenLayer[T]) Params() []Param[T] { return nil }

// ActivationLayer applies a function element by element: a Module without
// parameters.
type ActivationLayer[T tensor.Float] struct {
	Activation tensor.Activation
}

// NewActivation returns the layer of an activation by its name, such as "relu":
// [tensor.Activations] has them all. It panics with a [*tensor.ShapeError] if there is
// none. The layer of a function of one's own is a literal, as ActivationLayer has no
// other state.
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
