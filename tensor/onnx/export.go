package onnx

import (
	"fmt"
	"slices"
	"strings"

	"hw4/conv"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// Options are the options of Export.
type Options struct {
	Name   string // of the network; empty: "network"
	Input  string // of its input; empty: "input"
	Output string // of its output; empty: "output"
}

// Exportable is a module of one's own that is written as another module.
type Exportable interface {
	// ExportAs returns a module that computes the same, of layers that Export knows.
	ExportAs() nn.Module[float32]
}

// operators are the activations that ONNX has, by their names in package tensor.
// Those with a parameter have the same default in both.
var operators = map[string]string{
	"identity": "Identity", "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "leakyrelu": "LeakyRelu",
	"softplus": "Softplus", "elu": "Elu", "exp": "Exp", "sin": "Sin", "abs": "Abs",
}

// Export returns a network as an ONNX model. Each sample of its input has the given
// shape: 1, 28, 28 for a grey image. The network is a layer or an nn.Sequential, of
// any depth, of Conv2dLayer, AvgPool2dLayer, MaxPool2dLayer, LinearLayer,
// FlattenLayer, ActivationLayer and Exportable modules. Parameters have the names of
// the state dict and share their elements with the network; nodes have the names of
// the layers.
//
// It returns an error that names the layer if ONNX has no such operation or a name is
// there twice. It panics as the network does if the shape is not that of its input.
func Export(network nn.Module[float32], input []int, opt Options) (*Model, error) {
	name, in, out := orElse(opt.Name, "network"), orElse(opt.Input, "input"), orElse(opt.Output, "output")
	x := tensor.Zeros[float32](append([]int{1}, input...)...).NoGrad()
	e := &exporter{model: Model{Name: name, Input: Value{in, slices.Clone(input)}}, last: in}
	y, err := e.module("", network, x)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	nodes := e.model.Nodes
	if len(nodes) == 0 {
		return nil, fmt.Errorf("onnx: %s has no layers", name)
	}
	nodes[len(nodes)-1].Output = out
	e.model.Output = Value{out, slices.Clone(y.Shape()[1:])}
	if err := e.model.checkNames(); err != nil {
		return nil, err
	}
	return &e.model, nil
}

// orElse returns s, or what an empty s means.
func orElse(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}

// checkNames returns an error if two values of the graph have the same name.
func (m *Model) checkNames() error {
	names := map[string]bool{m.Input.Name: true}
	for _, i := range m.Initializers {
		if names[i.Name] {
			return fmt.Errorf("onnx: two values are named %s", i.Name)
		}
		names[i.Name] = true
	}
	for _, n := range m.Nodes {
		if names[n.Output] {
			return fmt.Errorf("onnx: two values are named %s", n.Output)
		}
		names[n.Output] = true
	}
	return nil
}

type tensor32 = tensor.Tensor[float32]

// An exporter appends layers to a model. Every layer takes the output of the one
// before it.
type exporter struct {
	model Model
	last  string // the name of the last layer's output
}

// module appends the layers of the module of that name, and returns its output for x.
func (e *exporter) module(name string, m nn.Module[float32], x *tensor32) (*tensor32, error) {
	switch m := m.(type) {
	case Exportable:
		return e.module(name, m.ExportAs(), x)
	case nn.Sequential[float32]:
		for _, child := range m {
			var err error
			if x, err = e.module(strings.TrimPrefix(name+"."+child.Name, "."), child.Module, x); err != nil {
				return nil, err
			}
		}
		return x, nil
	}
	y, err := e.layer(name, m, x)
	if err != nil {
		return nil, fmt.Errorf("layer %q: %w", orElse(name, e.model.Name), err)
	}
	return y, nil
}

// layer appends one layer and returns its output for x.
func (e *exporter) layer(name string, m nn.Module[float32], x *tensor32) (*tensor32, error) {
	switch m := m.(type) {
	case *conv.Conv2dLayer[float32]:
		e.add("Conv", name, m.Params(), convAttributes(m)...)
	case *nn.LinearLayer[float32]:
		e.add("Gemm", name, m.Params(), Attribute{Name: "transB", Int: 1})
	case *nn.FlattenLayer[float32]:
		e.add("Flatten", name, nil, Attribute{Name: "axis", Int: 1})
	case *nn.ActivationLayer[float32]:
		op, ok := operators[m.Activation.Name]
		if !ok {
			return nil, fmt.Errorf("ONNX has no operator for %q", m.Activation.Name)
		}
		e.add(op, name, nil)
	case *pool.MaxPool2dLayer[float32]:
		y := m.Forward(x)
		e.add("MaxPool", name, nil, newWindow(m.Options, x, y).attributes()...)
		return y, nil
	case *pool.AvgPool2dLayer[float32]:
		y := m.Forward(x)
		w := newWindow(m.Options, x, y)
		attributes := w.attributes()
		if m.Options.Divisor == pool.CountPad && m.Options.Padding != [2]int{} {
			if w.end != m.Options.Padding {
				return nil, fmt.Errorf("with CeilMode and padding some windows reach over the padding, which ONNX " +
					"would count; Divisor pool.CountImage would do")
			}
			attributes = append(attributes, Attribute{Name: "count_include_pad", Int: 1})
		}
		e.add("AveragePool", name, nil, attributes...)
		return y, nil
	default:
		return nil, fmt.Errorf("a %T is no layer that can be exported; a method ExportAs would make it one", m)
	}
	return m.Forward(x), nil
}

// add appends an operation of the last layer's output and of parameters.
func (e *exporter) add(op, name string, params []nn.Param[float32], attributes ...Attribute) {
	inputs := []string{e.last}
	for _, p := range params {
		i := Initializer{Name: strings.TrimPrefix(name+"."+p.Name, "."), Value: p.Value}
		inputs, e.model.Initializers = append(inputs, i.Name), append(e.model.Initializers, i)
	}
	name = orElse(name, e.model.Name)
	e.last = name + ".output"
	node := Node{Op: op, Name: name, Inputs: inputs, Output: e.last, Attributes: attributes}
	e.model.Nodes = append(e.model.Nodes, node)
}

// convAttributes returns the attributes of a Conv.
func convAttributes(l *conv.Conv2dLayer[float32]) []Attribute {
	o, pad := l.Options, l.Options.Padding
	all := []Attribute{
		{Name: "kernel_shape", Ints: l.Weight.Shape()[2:]},
		{Name: "pads", Ints: []int{pad[0], pad[1], pad[0], pad[1]}},
	}
	all = appendPair(all, "strides", o.Stride)
	all = appendPair(all, "dilations", o.Dilation)
	if o.Groups > 1 {
		all = append(all, Attribute{Name: "group", Int: o.Groups})
	}
	return all
}

// appendPair appends an attribute unless it is (1, 1), ONNX's default. 0 means 1.
func appendPair(all []Attribute, name string, v [2]int) []Attribute {
	v = [2]int{max(v[0], 1), max(v[1], 1)}
	if v == [2]int{1, 1} {
		return all
	}
	return append(all, Attribute{Name: name, Ints: v[:]})
}

// A window is that of a pooling over images of known size. So CeilMode, which ONNX
// has defined in different ways, becomes padding: as far as the last window reaches.
type window struct {
	kernel, stride, dilation, start, end [2]int
}

// newWindow returns the window of a pooling with the options that makes y of x.
func newWindow(o pool.Options, x, y *tensor32) *window {
	w := &window{kernel: o.Kernel, stride: o.Stride, dilation: o.Dilation, start: o.Padding}
	for axis := range 2 {
		if w.stride[axis] == 0 {
			w.stride[axis] = w.kernel[axis]
		}
		span := max(w.dilation[axis], 1)*(w.kernel[axis]-1) + 1
		reach := (y.Dim(2+axis)-1)*w.stride[axis] + span - x.Dim(2+axis) - w.start[axis]
		w.end[axis] = max(w.start[axis], reach)
	}
	return w
}

// attributes returns the attributes that all poolings have.
func (w *window) attributes() []Attribute {
	all := []Attribute{{Name: "kernel_shape", Ints: w.kernel[:]}, {Name: "strides", Ints: w.stride[:]}}
	if w.start != [2]int{} || w.end != [2]int{} {
		all = append(all, Attribute{Name: "pads", Ints: []int{w.start[0], w.start[1], w.end[0], w.end[1]}})
	}
	return appendPair(all, "dilations", w.dilation)
}
