package nn

import "hw4/tensor"

// Flatten keeps the batch axis of x and joins all others into one: (N, C, H, W)
// becomes (N, C H W). It is torch.flatten with start_dim=1, and panics if x has no
// axis.
func Flatten[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] {
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
