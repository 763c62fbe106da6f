package lenet5

import (
	"strings"

	"hw4/internal/onnx"
	"hw4/internal/problem"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor/nn"
)

// checkExport returns what would keep a LeNet-5 from being exported, so that it is
// known before the training.
func checkExport(path string, arch lenet.Arch) error {
	if path != "" && arch == lenet.LeCun1998 {
		return problem.Settingf("onnx", "is for the original and the modern LeNet-5, not for %s", arch)
	}
	return nil
}

// model returns the original or the modern LeNet-5 as an ONNX model of images
// (N, 1, 28, 28), with the parameters' names in the state dict. The original C3 is
// one convolution, "C3_layer.0.weight", with zeros where Table I has no connection.
func model(arch lenet.Arch, network nn.Sequential[float32]) *onnx.Model {
	params := training.Initializers(network.Params())
	if arch == lenet.Original {
		params = oneC3(params, network)
	}
	next := func() (weight, bias onnx.Initializer) {
		weight, bias, params = params[0], params[1], params[2:]
		return weight, bias
	}
	c := onnx.NewChain("lenet5_"+arch.String(), "image", 1, 28, 28)
	for i, layer := range []string{"C1_layer", "C3_layer"} {
		weight, bias := next()
		c.Conv(layer+".0", weight, bias, 2-2*i)
		c.Tanh(layer + ".1")
		pool := []string{"P2_layer", "P4_layer"}[i]
		c.AveragePool(pool+".0", 2)
		c.Tanh(pool + ".1")
	}
	c.Flatten("flatten")
	for _, layer := range []string{"C5_layer", "F6_layer"} {
		weight, bias := next()
		c.Linear(layer+".0", weight, bias)
		c.Tanh(layer + ".1")
	}
	weight, bias := next()
	c.Linear("F7_layer", weight, bias)
	return c.Model("logits", 10)
}

// oneC3 returns the parameters with those of the sixteen maps of C3 put together
// in one weight and one bias.
func oneC3(params []onnx.Initializer, network nn.Sequential[float32]) []onnx.Initializer {
	var out []onnx.Initializer
	for _, p := range params {
		if !strings.HasPrefix(p.Name, "C3_layer.") {
			out = append(out, p)
			continue
		}
		if len(out) == 2 { // the first of them, after those of C1
			weight, bias := c3Of(network).Dense()
			out = append(out, onnx.Initializer{Name: "C3_layer.0.weight", Value: weight},
				onnx.Initializer{Name: "C3_layer.0.bias", Value: bias})
		}
	}
	return out
}

// c3Of returns the C3 of the original LeNet-5.
func c3Of(network nn.Sequential[float32]) *lenet.C3[float32] {
	return network[2].Module.(nn.Sequential[float32])[0].Module.(*lenet.C3[float32])
}
