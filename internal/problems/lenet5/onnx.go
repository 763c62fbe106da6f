package lenet5

import (
	"slices"
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
	next := func() []onnx.Initializer {
		both := params[:2] // weight and bias
		params = params[2:]
		return both
	}
	layers := lenet.Layers(arch)
	c := onnx.NewChain("lenet5_"+arch.String(), "image", layers[0].In, lenet.Side, lenet.Side)
	output := layers[len(layers)-1]
	for i, l := range layers[:len(layers)-1] {
		name := l.Child() + ".0"
		switch l.Kind {
		case lenet.KindConv, lenet.KindTable:
			both := next()
			c.Conv(name, both[0], both[1], l.Padding)
		case lenet.KindAverage:
			c.AveragePool(name, l.Kernel)
		default:
			if layers[i-1].Kind != lenet.KindLinear {
				c.Flatten("flatten")
			}
			c.Linear(name, next()...)
		}
		c.Tanh(l.Child() + ".1")
	}
	c.Linear(output.Child(), next()...)
	return c.Model("logits", output.Out)
}

// oneC3 returns the parameters with those of all maps of C3 put together in one weight
// and one bias.
func oneC3(params []onnx.Initializer, network nn.Sequential[float32]) []onnx.Initializer {
	child := layerOf(lenet.Original, "C3").Child()
	var out []onnx.Initializer
	done := false
	for _, p := range params {
		switch {
		case !strings.HasPrefix(p.Name, child+"."):
			out = append(out, p)
		case !done:
			weight, bias := c3Of(network).Dense()
			out = append(out, onnx.Initializer{Name: child + ".0.weight", Value: weight},
				onnx.Initializer{Name: child + ".0.bias", Value: bias})
			done = true
		}
	}
	return out
}

// c3Of returns the C3 of the original LeNet-5.
func c3Of(network nn.Sequential[float32]) *lenet.C3Layer[float32] {
	child := layerOf(lenet.Original, "C3").Child()
	i := slices.IndexFunc(network, func(c nn.Child[float32]) bool { return c.Name == child })
	return network[i].Module.(nn.Sequential[float32])[0].Module.(*lenet.C3Layer[float32])
}
