package lenet

import (
	"fmt"
	"strings"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// Wiring returns, for each layer of a network that New made for arch, the number
// of its connections, as the paper counts them: of the inputs of all units and
// their biases, whether the weights are shared, trainable or fixed. Inputs on the
// padding of C1 count, as those on the margin of the 32x32 image of 1998 do. It
// panics if arch is not one of the variants.
//
// By count they are what the tensors of the layer and the shapes before and after
// it say, when a blank image goes through the network.
func Wiring[T tensor.Float](arch Arch, network nn.Sequential[T]) []Entry {
	entries := wiringByHand(arch)
	at := make(map[string]*Entry)
	for i := range entries {
		at[entries[i].Layer] = &entries[i]
	}
	x := tensor.Zeros[T](1, 1, 28, 28).NoGrad()
	for _, child := range network {
		y := child.Module.Forward(x)
		name, _, _ := strings.Cut(child.Name, "_")
		if e := at[strings.Replace(name, "P", "S", 1)]; e != nil {
			e.Counted = connections(child.Module, x, y)
		}
		x = y
	}
	return entries
}

// connections returns the number of connections of a layer that made y of x.
func connections[T tensor.Float](layer nn.Module[T], x, y *tensor.Tensor[T]) int {
	if rbf, ok := layer.(*RBFLayer[T]); ok {
		return rbf.Centres.Len()
	}
	places := 1 // at which a layer of maps uses each of its parameters
	if y.Rank() == 4 {
		places = y.Dim(2) * y.Dim(3)
	}
	params := nn.Count(layer.Params())
	if subsampling, ok := layer.(*Subsampling[T]); ok {
		return x.Len() + places*subsampling.Bias.Len()
	}
	if params == 0 { // pooling: every input feeds one unit
		return x.Len()
	}
	return places * params
}

// wiringByHand returns the entries without what is counted.
func wiringByHand(arch Arch) []Entry {
	c3 := c3Entry(arch)
	output := Entry{Layer: "F7", Formula: "10·(84 + 1)", ByHand: 850}
	inputs, formula := 4, "2·2" // of a unit of S2 and S4
	if arch == LeCun1998 {
		output = Entry{Layer: "RBF", Formula: "10·84", ByHand: 840}
		inputs, formula = 5, "(2·2 + 1)"
	}
	return []Entry{
		{Layer: "C1", Formula: "28·28·6·(5·5·1 + 1)", ByHand: 28 * 28 * convolution("C1", 6, 1).ByHand},
		{Layer: "S2", Formula: "14·14·6·" + formula, ByHand: 14 * 14 * 6 * inputs},
		{Layer: "C3", Formula: fmt.Sprintf("10·10·[%s]", c3.Formula), ByHand: 10 * 10 * c3.ByHand},
		{Layer: "S4", Formula: "5·5·16·" + formula, ByHand: 5 * 5 * 16 * inputs},
		{Layer: "C5", Formula: "120·(5·5·16 + 1)", ByHand: convolution("C5", 120, 16).ByHand},
		{Layer: "F6", Formula: "84·(120 + 1)", ByHand: linear("F6", 120, 84).ByHand},
		output,
	}
}
