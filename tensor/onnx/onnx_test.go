package onnx_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"hw4/conv"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
)

// A field is one field of a protocol buffer: a number, or the bytes of a text or
// of another message.
type field struct {
	n uint64
	b []byte
}

// parse returns the fields of a message by their number, in their order.
func parse(t *testing.T, b []byte) map[protowire.Number][]field {
	t.Helper()
	fields := make(map[protowire.Number][]field)
	for len(b) > 0 {
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		var f field
		switch kind {
		case protowire.VarintType:
			f.n, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.b, n = protowire.ConsumeBytes(b)
		default:
			t.Fatalf("field %d has wire type %d", num, kind)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		fields[num] = append(fields[num], f)
	}
	return fields
}

// small is a network with layers of most kinds, and its parameters.
func small(t *testing.T) (*onnx.Model, []nn.Param[float32]) {
	t.Helper()
	of := func(shape ...int) *tensor.Tensor[float32] {
		x := tensor.Zeros[float32](shape...)
		for i := range x.Data() {
			x.Data()[i] = float32(i) - 0.1
		}
		return x
	}
	network := nn.Sequential[float32]{
		{Name: "c", Module: &conv.Conv2dLayer[float32]{Weight: of(2, 1, 3, 5), Bias: of(2)}},
		{Name: "t", Module: nn.NewActivation[float32]("tanh")},
		{Name: "p", Module: pool.NewAvgPool2d[float32](pool.Options{Kernel: [2]int{2, 2}})},
		{Name: "flat", Module: nn.NewFlatten[float32]()},
		{Name: "f", Module: &nn.LinearLayer[float32]{Weight: of(3, 8), Bias: of(3)}},
	}
	params := network.Params()
	params[0].Value.Data()[0] = float32(math.Copysign(0, -1))
	params[0].Value.Data()[1] = math.SmallestNonzeroFloat32
	m, err := onnx.Export(network, []int{1, 6, 8}, onnx.Options{Name: "small", Input: "image", Output: "logits"})
	if err != nil {
		t.Fatal(err)
	}
	return m, params
}

func TestMarshal(t *testing.T) {
	m, params := small(t)
	file := m.Marshal()
	if !bytes.Equal(file, m.Marshal()) {
		t.Error("the same model gave other bytes")
	}
	model := parse(t, file)
	opset := parse(t, model[8][0].b)
	if model[1][0].n != 8 || opset[2][0].n != 13 || len(opset[1][0].b) != 0 {
		t.Errorf("IR version %d, operators %q version %d", model[1][0].n, opset[1][0].b, opset[2][0].n)
	}
	graph := parse(t, model[7][0].b)
	if len(graph[5]) != len(params) {
		t.Fatalf("%d initializers, want %d", len(graph[5]), len(params))
	}
	for i, p := range params {
		x := parse(t, graph[5][i].b)
		var shape []int
		for _, d := range x[1] {
			shape = append(shape, int(d.n))
		}
		if string(x[8][0].b) != p.Name || x[2][0].n != 1 || fmt.Sprint(shape) != fmt.Sprint(p.Value.Shape()) {
			t.Errorf("initializer %q of type %d and shape %v, want %q, 1 and %v", x[8][0].b, x[2][0].n, shape, p.Name,
				p.Value.Shape())
		}
		for j, v := range p.Value.Data() {
			if got := binary.LittleEndian.Uint32(x[9][0].b[4*j:]); got != math.Float32bits(v) {
				t.Errorf("%s: element %d has bits %x, want %x", p.Name, j, got, math.Float32bits(v))
			}
		}
		if len(x[9][0].b) != 4*p.Value.Len() {
			t.Errorf("%s has %d bytes for %d elements", p.Name, len(x[9][0].b), p.Value.Len())
		}
	}
	for _, v := range []struct {
		fields []field
		want   string
	}{{graph[11], "image (N,1,6,8)"}, {graph[12], "logits (N,3)"}} {
		if got := value(t, v.fields[0].b); len(v.fields) != 1 || got != v.want {
			t.Errorf("the graph has %d of %s, want one of %s", len(v.fields), got, v.want)
		}
	}
}

// value writes a ValueInfoProto of float32 as "name (N,1,2)".
func value(t *testing.T, b []byte) string {
	v := parse(t, b)
	kind := parse(t, parse(t, v[2][0].b)[1][0].b)
	if kind[1][0].n != 1 {
		t.Errorf("elements of type %d, want 1", kind[1][0].n)
	}
	var dims []byte
	for _, d := range parse(t, kind[2][0].b)[1] {
		dim := parse(t, d.b)
		if dim[2] != nil {
			dims = append(dims, dim[2][0].b...)
			continue
		}
		dims = fmt.Appendf(dims, ",%d", dim[1][0].n)
	}
	return fmt.Sprintf("%s (%s)", v[1][0].b, dims)
}

func TestNodes(t *testing.T) {
	m, _ := small(t)
	graph := parse(t, parse(t, m.Marshal())[7][0].b)
	want := []string{
		"c = Conv([image c.weight c.bias]) -> c.output kernel_shape=[3 5] pads=[0 0 0 0]",
		"t = Tanh([c.output]) -> t.output",
		"p = AveragePool([t.output]) -> p.output kernel_shape=[2 2] strides=[2 2]",
		"flat = Flatten([p.output]) -> flat.output axis=1",
		"f = Gemm([flat.output f.weight f.bias]) -> logits transB=1",
	}
	for i, n := range graph[1] {
		p := parse(t, n.b)
		var inputs []string
		for _, in := range p[1] {
			inputs = append(inputs, string(in.b))
		}
		got := fmt.Sprintf("%s = %s(%v) -> %s", p[3][0].b, p[4][0].b, inputs, p[2][0].b)
		for _, a := range p[5] {
			got += " " + attribute(t, a.b)
		}
		if i >= len(want) || got != want[i] {
			t.Errorf("node %d is %s", i, got)
		}
	}
	if len(graph[1]) != len(want) {
		t.Errorf("%d nodes, want %d", len(graph[1]), len(want))
	}
}

// attribute writes an AttributeProto as "name=value".
func attribute(t *testing.T, b []byte) string {
	a := parse(t, b)
	if a[20][0].n == 2 {
		return fmt.Sprintf("%s=%d", a[1][0].b, a[3][0].n)
	}
	if a[20][0].n != 7 {
		t.Errorf("attribute %s of type %d", a[1][0].b, a[20][0].n)
	}
	var ints []uint64
	for _, i := range a[8] {
		ints = append(ints, i.n)
	}
	return fmt.Sprintf("%s=%v", a[1][0].b, ints)
}
