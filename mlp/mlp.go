// Package mlp is the multi-layer perceptron with its Jacobians as closed forms.
//
//	y_0 = x
//	y_l = sigma(A_l y_{l-1} + b_l)   for l = 1, ..., L-1
//	y_L = A_L y_{L-1} + b_L
//
// with A_l of shape n_l x n_{l-1} and b_l of length n_l. Symbols and formulas are
// those of Problem 6 of the sheet.
package mlp

import (
	"math/rand/v2"
	"strconv"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// An MLP is a multi-layer perceptron and an [nn.Module]. Layer l, counted from 1, is at
// index l-1.
type MLP[T tensor.Float] struct {
	A          []*tensor.Tensor[T] // weights, (n_l, n_{l-1})
	B          []*tensor.Tensor[T] // biases, (n_l)
	Activation tensor.Activation   // sigma
}

// New returns a perceptron of the given sizes n_0, n_1, ..., n_L, with weights
// and biases drawn from rng as PyTorch's nn.Linear draws them. It panics if there
// are fewer than two sizes or one is not positive.
func New[T tensor.Float](rng *rand.Rand, activation tensor.Activation, sizes ...int) *MLP[T] {
	if len(sizes) < 2 {
		panic(tensor.Shapef("mlp", "%d sizes %v: want the input's and at least one layer's", len(sizes), sizes))
	}
	m := &MLP[T]{Activation: activation}
	for l, out := range sizes[1:] {
		in := sizes[l]
		if in <= 0 || out <= 0 {
			panic(tensor.Shapef("mlp", "sizes %v: every size must be positive", sizes))
		}
		m.A = append(m.A, nn.FanInUniform[T](rng, in, out, in))
		m.B = append(m.B, nn.FanInUniform[T](rng, in, out))
	}
	return m
}

// Forward returns y_L for every row of a batch x of shape (N, n_0), of shape
// (N, n_L).
func (m *MLP[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	ys := m.Layers(x)
	return ys[len(ys)-1]
}

// Layers returns y_0, y_1, ..., y_L for every row of a batch x of shape (N, n_0).
func (m *MLP[T]) Layers(x *tensor.Tensor[T]) []*tensor.Tensor[T] {
	ys := []*tensor.Tensor[T]{x}
	for l := range m.A {
		ys = append(ys, m.forward(l, ys[l]))
	}
	return ys
}

// forward returns y_{l+1} for y_l = x.
func (m *MLP[T]) forward(l int, x *tensor.Tensor[T]) *tensor.Tensor[T] {
	defer tensor.InLayer(layerName(l))
	z := nn.Linear(x, m.A[l], m.B[l])
	if l < len(m.A)-1 {
		z = tensor.Apply(m.Activation, z)
	}
	return z
}

// layerName returns the name of the linear layer at index l in PyTorch's nn.Sequential.
func layerName(l int) string { return strconv.Itoa(2 * l) }

// Params returns A_1, b_1, A_2, ... under the names "0.weight", "0.bias",
// "2.weight", ... that they have in PyTorch's nn.Sequential of linear layers
// with activations between them.
func (m *MLP[T]) Params() []nn.Param[T] {
	var params []nn.Param[T]
	for l := range m.A {
		params = append(params, nn.Prefixed(layerName(l), nn.WeightAndBias(m.A[l], m.B[l]))...)
	}
	return params
}
