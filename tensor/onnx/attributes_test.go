package onnx_test

import (
	"fmt"
	"strings"
	"testing"

	"hw4/tensor/onnx"
)

// The operations and their attributes are those of ONNX's definition, also where there
// is no ONNX Runtime to compute them.
func TestAttributes(t *testing.T) {
	for name, want := range map[string]string{
		"convolution": "Conv kernel_shape=[3 2] pads=[0 0 0 0]",
		"convolutions": "Conv kernel_shape=[3 3] pads=[2 1 2 1] dilations=[2 1] group=3; Relu; " +
			"Conv kernel_shape=[3 2] pads=[0 0 0 0] strides=[2 1]; Conv kernel_shape=[1 1] pads=[0 0 0 0]; Identity",
		"linear": "Flatten axis=1; Gemm transB=1; Abs; Gemm transB=1",
		"maxima": "MaxPool kernel_shape=[3 2] strides=[1 2] pads=[1 1 1 1] dilations=[1 2]; " +
			"MaxPool kernel_shape=[2 2] strides=[3 3]",
		"maxima with padding": "MaxPool kernel_shape=[3 3] strides=[3 3] pads=[1 1 1 2]",
		"means": "AveragePool kernel_shape=[3 2] strides=[1 1] pads=[1 1 1 1] count_include_pad=1; " +
			"AveragePool kernel_shape=[3 3] strides=[2 2] pads=[1 1 1 1]; " +
			"AveragePool kernel_shape=[4 2] strides=[4 2] pads=[0 0 2 1]",
	} {
		m, err := onnx.Export(networks()[name], []int{3, 11, 9}, onnx.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var nodes []string
		for _, node := range m.Nodes {
			said := node.Op
			for _, a := range node.Attributes {
				if a.Ints != nil {
					said += fmt.Sprintf(" %s=%v", a.Name, a.Ints)
				} else {
					said += fmt.Sprintf(" %s=%d", a.Name, a.Int)
				}
			}
			nodes = append(nodes, said)
		}
		if got := strings.Join(nodes, "; "); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
