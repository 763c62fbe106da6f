package onnx

import "hw4/tensor"

// A Chain builds the model of a network whose layers follow one another. Every
// method appends a layer that takes the output of the one before it.
type Chain struct {
	model Model
	last  string // the name of the last layer's output
}

// NewChain returns a network without layers, which takes inputs (N, shape...).
func NewChain(name, input string, shape ...int) *Chain {
	return &Chain{model: Model{Name: name, Input: Value{Name: input, Shape: shape}}, last: input}
}

// Conv appends a convolution with stride 1 and the padding on all sides. weight
// has shape (out, in, h, w), bias (out).
func (c *Chain) Conv(name string, weight, bias Initializer, padding int) {
	h, w := weight.Value.Dim(2), weight.Value.Dim(3)
	c.add("Conv", name, []Initializer{weight, bias},
		Attribute{Name: "kernel_shape", Ints: []int{h, w}},
		Attribute{Name: "pads", Ints: []int{padding, padding, padding, padding}})
}

// AveragePool appends the mean of windows of size x size that do not overlap.
func (c *Chain) AveragePool(name string, size int) {
	c.add("AveragePool", name, nil,
		Attribute{Name: "kernel_shape", Ints: []int{size, size}},
		Attribute{Name: "strides", Ints: []int{size, size}})
}

// Tanh appends the hyperbolic tangent.
func (c *Chain) Tanh(name string) { c.add("Tanh", name, nil) }

// Flatten appends the change of shape from (N, C, H, W) to (N, C*H*W).
func (c *Chain) Flatten(name string) {
	c.add("Flatten", name, nil, Attribute{Name: "axis", Int: 1})
}

// Linear appends x·weightᵀ + bias. weight has shape (out, in); params is it and
// the bias (out), if there is one.
func (c *Chain) Linear(name string, params ...Initializer) {
	c.add("Gemm", name, params, Attribute{Name: "transB", Int: 1})
}

// add appends an operation of the chain's value and of parameters.
func (c *Chain) add(op, name string, params []Initializer, attributes ...Attribute) {
	inputs := []string{c.last}
	for _, p := range params {
		inputs = append(inputs, p.Name)
	}
	c.model.Initializers = append(c.model.Initializers, params...)
	c.last = name + ".output"
	node := Node{Op: op, Name: name, Inputs: inputs, Output: c.last, Attributes: attributes}
	c.model.Nodes = append(c.model.Nodes, node)
}

// Model returns the network with its last layer's output under a name, which has
// shape (N, shape...). It panics if there is no layer.
func (c *Chain) Model(output string, shape ...int) *Model {
	if len(c.model.Nodes) == 0 {
		panic(tensor.Shapef("onnx", "a chain without layers has no output"))
	}
	c.model.Nodes[len(c.model.Nodes)-1].Output = output
	c.model.Output = Value{Name: output, Shape: shape}
	return &c.model
}
