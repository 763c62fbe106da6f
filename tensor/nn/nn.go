// Package nn builds networks out of layers with named parameters.
//
// A [Module] is a function of a tensor with the parameters it depends on. The
// names of parameters are PyTorch's, so that a state dict of a PyTorch model
// with the same layers fits: "0.weight" for the weight of the first child of a
// [Sequential], "C5_layer.0.bias" for nested named children.
//
// Of an operation X, here and in packages conv and pool, the layer is XLayer, and
// NewX makes one. A module of one's own is a type with Forward and Params: it draws
// weights by [FanInUniform], and names them by [WeightAndBias] and [Prefixed].
package nn

import (
	"math"
	"math/rand/v2"
	"slices"

	"hw4/tensor"
)

// A Param is a named tensor of a module's state dict: a parameter, or a buffer.
type Param[T tensor.Float] struct {
	Name  string
	Value *tensor.Tensor[T]
	// Buffer says that no gradient changes it: the layer does, such as the running
	// statistics of batch normalisation.
	Buffer bool
}

// A Module maps a batch to a batch.
type Module[T tensor.Float] interface {
	// Forward returns the output for the input x, whose first axis is the batch.
	// It must not change the module: several goroutines may call it at once. Buffers
	// are changed in a training step only, for the whole batch by its first shard.
	Forward(x *tensor.Tensor[T]) *tensor.Tensor[T]
	// Params returns the parameters and buffers in a fixed order, PyTorch's.
	Params() []Param[T]
}

// Prefixed returns params with prefix and a dot before their names.
func Prefixed[T tensor.Float](prefix string, params []Param[T]) []Param[T] {
	named := make([]Param[T], len(params))
	for i, p := range params {
		p.Name = prefix + "." + p.Name
		named[i] = p
	}
	return named
}

// Values returns the tensors of params that an optimizer changes, in their order: all
// except the buffers. One that two layers share, and so has two names, is there once.
func Values[T tensor.Float](params []Param[T]) []*tensor.Tensor[T] {
	values := make([]*tensor.Tensor[T], 0, len(params))
	for _, p := range params {
		tensor.Need("values", p.Value)
		if !p.Buffer && !slices.Contains(values, p.Value) {
			values = append(values, p.Value)
		}
	}
	return values
}

// Count returns the number of trainable parameters: the elements of the tensors that
// Values lists.
func Count[T tensor.Float](params []Param[T]) int {
	n := 0
	for _, p := range Values(params) {
		n += p.Len()
	}
	return n
}

// FanInUniform returns a leaf of samples of U(-1/sqrt(fanIn), 1/sqrt(fanIn)):
// PyTorch's default for the weights and biases of Linear and Conv2d, where fanIn
// is the number of inputs to one output. It panics if fanIn is not positive, rng is nil, or
// the shape too large.
func FanInUniform[T tensor.Float](rng *rand.Rand, fanIn int, shape ...int) *tensor.Tensor[T] {
	if fanIn <= 0 {
		panic(tensor.Shapef("fan-in uniform", "fan-in %d is not positive", fanIn))
	}
	if rng == nil {
		panic(tensor.Shapef("fan-in uniform", "the generator of random numbers is nil"))
	}
	tensor.Size("fan-in uniform", shape)
	bound := 1 / math.Sqrt(float64(fanIn))
	return tensor.Uniform[T](rng, -bound, bound, shape...).RequireGrad()
}
