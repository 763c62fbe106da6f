package onnx

import (
	"cmp"
	"errors"
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
// shape: 1, 28, 28 for a grey image. The network is a layer, or an [nn.Sequential] or
// [nn.Sum], of any depth, of Conv2dLayer, AvgPool2dLayer, MaxPool2dLayer,
// AdaptiveAvgPool2dLayer, LinearLayer, BatchNormLayer, DropoutLayer, FlattenLayer,
// ActivationLayer and Exportable modules. The model is for evaluation. Parameters have
// the names of the state dict and share their elements with the network; nodes have the
// names of the layers.
//
// It returns an error that names the layer if ONNX has no such operation or two layers
// have the name, and one that names the value if two values do. It panics as the network does if the shape is not that of its input.
func Export(network nn.Module[float32], input []int, opt Options) (*Model, error) {
	name, in, out := cmp.Or(opt.Name, "network"), cmp.Or(opt.Input, "input"), cmp.Or(opt.Output, "output")
	x := tensor.Zeros[float32](append([]int{1}, input...)...).NoGrad()
	e := &exporter{model: Model{Name: name, Input: Value{in, slices.Clone(input)}}, last: in}
	y, err := e.module("", network, x)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	nodes := e.model.Nodes
	if len(nodes) == 0 || e.last == in {
		return nil, fmt.Errorf("onnx: %s has no layers", name)
	}
	nodes[len(nodes)-1].Output = out
	e.model.Output = Value{out, slices.Clone(y.Shape()[1:])}
	if value := e.model.twice(); value != "" {
		return nil, fmt.Errorf("onnx: two values are named %q; Options name the input and the output", value)
	}
	return &e.model, nil
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
	case nil:
		panic(tensor.Shapef("export", "the module %q is nil", name))
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
	case nn.Sum[float32]:
		return e.sum(name, m, x)
	case *conv.Conv2dLayer[float32]:
		if m.Options.Connections != nil { // which ONNX does not have
			return e.module(name, m.Dense(), x)
		}
	}
	params := m.Params()
	if name != "" {
		params = nn.Prefixed(name, params)
	}
	name = cmp.Or(name, e.model.Name)
	if err := e.unused(name); err != nil {
		return nil, err
	}
	y, err := e.layer(name, m, params, x)
	if err != nil {
		return nil, fmt.Errorf("layer %q: %w", name, err)
	}
	return y, nil
}

// unused returns an error if a node has the name.
func (e *exporter) unused(name string) error {
	if slices.ContainsFunc(e.model.Nodes, func(n Node) bool { return n.Name == name }) {
		return fmt.Errorf("two layers are named %q", name)
	}
	return nil
}

// sum appends the children of a Sum, each of which takes the output of the layer before
// it, and an addition for each but the first. The last addition has the Sum's name.
func (e *exporter) sum(name string, s nn.Sum[float32], x *tensor32) (*tensor32, error) {
	if len(s) == 0 {
		return s.Forward(x), nil // which panics
	}
	from, total := e.last, ""
	var y *tensor32
	for i, child := range s {
		e.last = from
		z, err := e.module(strings.TrimPrefix(name+"."+child.Name, "."), child.Module, x)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			total, y = e.last, z
			continue
		}
		node := cmp.Or(name, e.model.Name)
		if i < len(s)-1 {
			node = fmt.Sprintf("%s+%d", node, i)
		}
		if err := e.unused(node); err != nil {
			return nil, err
		}
		inputs := []string{total, e.last}
		total, y = node+".output", tensor.Add(y, z)
		e.model.Nodes = append(e.model.Nodes, Node{Op: "Add", Name: node, Inputs: inputs, Output: total})
	}
	e.last = total
	return y, nil
}

// layer appends one layer and returns its output for x.
func (e *exporter) layer(name string, m nn.Module[float32], params []nn.Param[float32],
	x *tensor32) (*tensor32, error) {
	defer tensor.InLayer(name)
	switch m := m.(type) {
	case *conv.Conv2dLayer[float32]:
		e.add("Conv", name, params, convAttributes(m)...)
	case *nn.LinearLayer[float32]:
		e.add("Gemm", name, params, Attribute{Name: "transB", Int: 1})
	case *nn.FlattenLayer[float32]:
		e.add("Flatten", name, nil, Attribute{Name: "axis", Int: 1})
	case *nn.ActivationLayer[float32]:
		op, ok := operators[m.Activation.Name]
		if !ok {
			return nil, fmt.Errorf("ONNX has no operator for %q", m.Activation.Name)
		}
		e.add(op, name, nil)
	case *nn.DropoutLayer[float32]:
		e.add("Identity", name, nil)
	case *nn.BatchNormLayer[float32]:
		if m.Mean == nil {
			return nil, errors.New("without running statistics it takes those of its input; ONNX's does not")
		}
		const least = 0x1p-126 // of the normal numbers; below them float32 makes it 0
		eps := Attribute{Name: "epsilon", Float: float32(max(m.Options.Eps, least))}
		e.add("BatchNormalization", name, normParams(name, m, params), eps)
	case *pool.AdaptiveAvgPool2dLayer[float32]:
		y := m.Forward(x) // which refuses what is no image
		o, ok := even(m.Size, x.Shape()[2:])
		if !ok {
			return nil, fmt.Errorf("ONNX has no windows of different sizes, which make %s of an image of %s",
				tensor.Tuple(m.Size[:]), tensor.Tuple(x.Shape()[2:]))
		}
		attributes, _ := poolAttributes(o, x, y)
		e.add("AveragePool", name, nil, attributes...)
	case *pool.MaxPool2dLayer[float32]:
		attributes, _ := poolAttributes(m.Options, x, m.Forward(x))
		for _, a := range attributes {
			if a.Name == "pads" && (a.Ints[2] >= m.Options.Kernel[0] || a.Ints[3] >= m.Options.Kernel[1]) {
				return nil, errors.New("with CeilMode and Dilation a window reaches over the end by the kernel's length or " +
					"more, which ONNX Runtime does not take as padding")
			}
		}
		e.add("MaxPool", name, nil, attributes...)
	case *pool.AvgPool2dLayer[float32]:
		attributes, over := poolAttributes(m.Options, x, m.Forward(x))
		if m.Options.Divisor == pool.CountPad && m.Options.Padding != [2]int{} {
			if over {
				return nil, errors.New("with CeilMode a window reaches over the padding, which ONNX would count as " +
					"padding; Divisor pool.CountImage would do")
			}
			attributes = append(attributes, Attribute{Name: "count_include_pad", Int: 1})
		}
		e.add("AveragePool", name, nil, attributes...)
	default:
		return nil, fmt.Errorf("a %T is no layer that can be exported; a method ExportAs would make it one", m)
	}
	return m.Forward(x), nil
}

// add appends an operation of the last layer's output and of parameters.
func (e *exporter) add(op, name string, params []nn.Param[float32], attributes ...Attribute) {
	inputs := []string{e.last}
	for _, p := range params {
		inputs = append(inputs, p.Name)
	}
	e.model.Initializers = append(e.model.Initializers, params...)
	e.last = name + ".output"
	node := Node{Op: op, Name: name, Inputs: inputs, Output: e.last, Attributes: attributes}
	e.model.Nodes = append(e.model.Nodes, node)
}

// normParams returns the inputs that ONNX wants of a batch normalisation, given the
// parameters: without the number of batches, and never without weight and bias.
func normParams(name string, m *nn.BatchNormLayer[float32], params []nn.Param[float32]) []nn.Param[float32] {
	params = params[:len(params)-1]
	if m.Weight == nil {
		n := m.Mean.Len()
		affine := nn.WeightAndBias(tensor.Ones[float32](n), tensor.Zeros[float32](n))
		params = append(nn.Prefixed(name, affine), params...)
	}
	return params
}

// even returns the windows, all of one size, by which an image shrinks to a size; false
// if there are none.
func even(size [2]int, image []int) (pool.Options, bool) {
	var o pool.Options
	for i, n := range image {
		m := cmp.Or(size[i], n)
		o.Kernel[i] = n / m
		if m > n || n%m != 0 {
			return o, false
		}
	}
	return o, true
}

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

// poolAttributes returns the attributes of a pooling with the options that makes y of
// x, and whether a window reaches over the padding. CeilMode, which ONNX has defined in
// different ways, becomes padding as far as the last window reaches.
func poolAttributes(o pool.Options, x, y *tensor32) (all []Attribute, over bool) {
	strides, pads := make([]int, 2), make([]int, 4)
	for axis, pad := range o.Padding {
		strides[axis] = cmp.Or(o.Stride[axis], o.Kernel[axis])
		span := max(o.Dilation[axis], 1)*(o.Kernel[axis]-1) + 1
		reach := (y.Dim(2+axis)-1)*strides[axis] + span - x.Dim(2+axis) - pad
		pads[axis], pads[2+axis] = pad, max(pad, reach)
		over = over || reach > pad
	}
	all = []Attribute{{Name: "kernel_shape", Ints: o.Kernel[:]}, {Name: "strides", Ints: strides}}
	if slices.Max(pads) > 0 {
		all = append(all, Attribute{Name: "pads", Ints: pads})
	}
	return appendPair(all, "dilations", o.Dilation), over
}
