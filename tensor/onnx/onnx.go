// Package onnx writes networks as ONNX models, which ONNX Runtime and most other
// frameworks run:
//
//	model, err := onnx.Export(network, []int{1, 28, 28}, onnx.Options{})
//	err = os.WriteFile("network.onnx", model.Marshal(), 0o644)
//
// A model is a protocol buffer; this package knows the messages and fields of
// onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that a chain of
// layers in float32 needs, and no others. [Export] makes the [Model] of layers; whoever
// has other operations may make one by hand.
package onnx

import (
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"hw4/internal/element"
	"hw4/tensor/nn"
)

// The versions of what is written: of the file's format, and of the operators'
// definitions. Every runtime since 2021 reads them.
const (
	irVersion    = 8
	opsetVersion = 13
)

// Numbers that onnx.proto gives to types.
const (
	typeFloat = 1 // of elements: float32
	attrFloat = 1 // of attributes: one float32
	attrInt   = 2 // one integer
	attrInts  = 7 // and a list
)

// A Model is a network: a graph from one tensor to another. The first dimension of
// both is the batch, of any size.
type Model struct {
	Name          string
	Input, Output Value
	Nodes         []Node              // in an order in which each finds its inputs computed
	Initializers  []nn.Param[float32] // the tensors that the graph brings with it
}

// A Value is a tensor that goes into the graph or comes out.
type Value struct {
	Name  string
	Shape []int // of one sample: without the batch
}

// A Node is one operation of the graph.
type Node struct {
	Op, Name   string
	Inputs     []string
	Output     string
	Attributes []Attribute
}

// An Attribute is a setting of an operation: a list of integers, a single one, or a
// float32.
type Attribute struct {
	Name  string
	Int   int
	Ints  []int   // nil: the value is Int
	Float float32 // 0: it is one of these
}

// Marshal returns the model as the bytes of a file, a ModelProto. The same model
// gives the same bytes.
func (m *Model) Marshal() []byte {
	var opset, model message
	opset.text(1, "") // ONNX's own operators
	opset.number(2, opsetVersion)
	model.number(1, irVersion)
	model.text(2, "hw4")
	model.message(7, m.graph())
	model.message(8, opset)
	return model
}

// twice returns a name that two of the model's values have, which no runtime takes; empty if
// there is none.
func (m *Model) twice() string {
	known := map[string]bool{m.Input.Name: true}
	names := make([]string, 0, len(m.Nodes)+len(m.Initializers))
	for _, n := range m.Nodes {
		names = append(names, n.Output)
	}
	for _, p := range m.Initializers {
		names = append(names, p.Name)
	}
	for _, name := range names {
		if known[name] {
			return name
		}
		known[name] = true
	}
	return ""
}

// graph returns the GraphProto.
func (m *Model) graph() message {
	var g message
	for _, n := range m.Nodes {
		g.message(1, n.proto())
	}
	g.text(2, m.Name)
	for _, i := range m.Initializers {
		g.message(5, tensorProto(i))
	}
	g.message(11, m.Input.proto())
	g.message(12, m.Output.proto())
	return g
}

// proto returns the NodeProto.
func (n *Node) proto() message {
	var p message
	for _, input := range n.Inputs {
		p.text(1, input)
	}
	p.text(2, n.Output)
	p.text(3, n.Name)
	p.text(4, n.Op)
	for _, a := range n.Attributes {
		p.message(5, a.proto())
	}
	return p
}

// proto returns the AttributeProto.
func (a *Attribute) proto() message {
	var p message
	p.text(1, a.Name)
	if a.Float != 0 {
		p = protowire.AppendFixed32(protowire.AppendTag(p, 2, protowire.Fixed32Type), math.Float32bits(a.Float))
		p.number(20, attrFloat)
		return p
	}
	if a.Ints == nil {
		p.number(3, a.Int)
		p.number(20, attrInt)
		return p
	}
	for _, i := range a.Ints {
		p.number(8, i)
	}
	p.number(20, attrInts)
	return p
}

// tensorProto returns the TensorProto of an initializer, with the elements little-endian
// in raw_data.
func tensorProto(i nn.Param[float32]) message {
	var p message
	for _, d := range i.Value.Shape() {
		p.number(1, d)
	}
	p.number(2, typeFloat)
	p.text(8, i.Name)
	p.message(9, element.Encode(i.Value.Data()))
	return p
}

// proto returns the ValueInfoProto: a tensor of float32 whose first dimension has
// a name instead of a size.
func (v *Value) proto() message {
	var batch, shape, kind, tensorKind, p message
	batch.text(2, "N")
	shape.message(1, batch)
	for _, d := range v.Shape {
		var dim message
		dim.number(1, d)
		shape.message(1, dim)
	}
	tensorKind.number(1, typeFloat)
	tensorKind.message(2, shape)
	kind.message(1, tensorKind)
	p.text(1, v.Name)
	p.message(2, kind)
	return p
}

// A message is a protocol buffer in the making. Fields have the numbers that
// onnx.proto gives them.
type message []byte

func (m *message) number(field protowire.Number, v int) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), uint64(v))
}

func (m *message) text(field protowire.Number, s string) {
	*m = protowire.AppendString(protowire.AppendTag(*m, field, protowire.BytesType), s)
}

func (m *message) message(field protowire.Number, b []byte) {
	*m = slices.Grow(*m, len(b)+16)
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), b)
}
