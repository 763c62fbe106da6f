package lenet

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"hw4/conv"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// C3Layer is the third layer of the original LeNet-5 as the course has it: one
// convolution for every output map, with an input of only those maps that the
// table connects to it. It is an [nn.Module].
type C3Layer[T tensor.Float] struct {
	Connections [][]int             // by output map, the input maps in increasing order
	Weights     []*tensor.Tensor[T] // by output map, (1, connections, 5, 5)
	Biases      []*tensor.Tensor[T] // by output map, (1)
}

// NewC3 returns the layer for the connections of Table I, with
// weights and biases drawn from rng as 16 PyTorch Conv2d modules draw them: the
// fewer inputs a map has, the larger its weights.
func NewC3[T tensor.Float](rng *rand.Rand) *C3Layer[T] {
	return newC3By(func(fanIn int, shape ...int) *tensor.Tensor[T] { return nn.FanInUniform[T](rng, fanIn, shape...) })
}

// newC3By returns the layer with the parameters that initial returns.
func newC3By[T tensor.Float](initial initializer[T]) *C3Layer[T] {
	c := &C3Layer[T]{Connections: Connections()}
	for _, from := range c.Connections {
		fanIn := len(from) * kernelSide * kernelSide
		c.Weights = append(c.Weights, initial(fanIn, 1, len(from), kernelSide, kernelSide))
		c.Biases = append(c.Biases, initial(fanIn, 1))
	}
	return c
}

// Forward maps (N, 6, H, W) to (N, 16, H-4, W-4). It is one convolution with the
// weights of all maps in their places and zeros elsewhere, which is faster than
// 16 convolutions with selected channels. For finite numbers it is equal to them; a NaN
// or an infinity in a map makes all outputs NaN that see it, also those of maps which
// are not connected to it, since 0 times it is NaN.
func (c *C3Layer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return conv.Conv2d(x, c.dense(x), tensor.Concat(0, c.Biases...), conv.Options{})
}

// ExportAs returns the one convolution that the layer is, with the weights of all
// maps in their places and zeros elsewhere. Its parameters are copies.
func (c *C3Layer[T]) ExportAs() nn.Module[T] {
	bias := tensor.Concat(0, c.Biases...)
	return &conv.Conv2dLayer[T]{Weight: c.dense(bias).Clone(), Bias: bias.Clone()}
}

// dense returns the weights as an operation: a tensor of shape (16, 6, 5, 5) with
// the weights of all maps in it. The gradient of a weight is that at its place.
// It is stored where x is.
func (c *C3Layer[T]) dense(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	w := tensor.OutZero([]int{len(c.Connections), mapsOfC1, kernelSide, kernelSide}, x)
	c.eachKernel(func(out, in, nth int) {
		copy(kernelAt(w, out, in), kernelAt(c.Weights[out], 0, nth))
	})
	return tensor.Record("c3 weights", w, slices.Clone(c.Weights), func(dw *tensor.Tensor[T]) []*tensor.Tensor[T] {
		grads := make([]*tensor.Tensor[T], len(c.Weights))
		for i, weight := range c.Weights {
			grads[i] = tensor.Out(weight.Shape(), dw)
		}
		c.eachKernel(func(out, in, nth int) {
			copy(kernelAt(grads[out], 0, nth), kernelAt(dw, out, in))
		})
		return grads
	})
}

// eachKernel visits every connection: the nth input map of map out is in.
func (c *C3Layer[T]) eachKernel(visit func(out, in, nth int)) {
	for out, from := range c.Connections {
		for nth, in := range from {
			visit(out, in, nth)
		}
	}
}

// kernelAt returns the elements of one 5 x 5 kernel of w.
func kernelAt[T tensor.Float](w *tensor.Tensor[T], out, in int) []T {
	const n = kernelSide * kernelSide
	return w.Data()[(out*w.Dim(1)+in)*n:][:n]
}

// Params returns the parameters under the names of the course's script, which
// keeps the maps with 3, 4 and 6 inputs apart: "module_3.0.weight" to
// "module_3.5.bias", "module_4.0.weight" to "module_4.8.bias", "module_6.weight"
// and "module_6.bias".
func (c *C3Layer[T]) Params() []nn.Param[T] {
	var params []nn.Param[T]
	seen := make(map[int]int)
	for i, from := range c.Connections {
		name := fmt.Sprintf("module_%d", len(from))
		if len(from) < mapsOfC1 {
			name = fmt.Sprintf("%s.%d", name, seen[len(from)])
		}
		seen[len(from)]++
		params = append(params, nn.Prefixed(name, nn.WeightAndBias(c.Weights[i], c.Biases[i]))...)
	}
	return params
}
