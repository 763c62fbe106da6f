package lenet

import (
	"fmt"

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
	counted := make(map[string]int)
	x := tensor.Zeros[T](1, 1, Side, Side).NoGrad()
	for _, child := range network {
		y := child.Forward(x)
		counted[child.Name] = connections(child.Module, x, y)
		x = y
	}
	var entries []Entry
	for _, l := range Layers(arch) {
		formula, byHand := l.connectionFormula()
		entries = append(entries, Entry{l.Name, formula, byHand, counted[l.Child()]})
	}
	return entries
}

// connections returns the number of connections of a layer that made y of x.
func connections[T tensor.Float](layer nn.Module[T], x, y *tensor.Tensor[T]) int {
	if rbf, ok := layer.(*rbfLayer[T]); ok {
		return rbf.Centres.Len()
	}
	places := 1 // at which a layer of maps uses each of its parameters
	if y.Rank() == 4 {
		places = y.Dim(2) * y.Dim(3)
	}
	params := nn.Count(layer.Params())
	if subsampling, ok := layer.(*subsampleLayer[T]); ok {
		return x.Len() + places*subsampling.Bias.Len()
	}
	if params == 0 { // pooling: every input feeds one unit
		return x.Len()
	}
	return places * params
}

// connectionFormula returns how the connections are counted by hand, and their
// number: at each place of a map, the parameters of a layer whose weights are
// shared, or the inputs and the bias of a unit of sub-sampling.
func (l Layer) connectionFormula() (string, int) {
	square, places := l.Kernel*l.Kernel, l.Side*l.Side
	formula, n := l.parameterFormula(), l.Weights()+l.Biases()
	switch l.Kind {
	case KindTable:
		formula = "[" + formula + "]"
	case KindAverage:
		formula, n = fmt.Sprintf("%d·%d·%d", l.Out, l.Kernel, l.Kernel), l.Out*square
	case KindSum:
		formula, n = fmt.Sprintf("%d·(%d·%d + 1)", l.Out, l.Kernel, l.Kernel), l.Out*(square+1)
	case KindRBF:
		formula, n = fmt.Sprintf("%d·%d", l.Out, l.In), l.Out*l.In
	}
	if places > 1 {
		formula = fmt.Sprintf("%d·%d·%s", l.Side, l.Side, formula)
	}
	return formula, places * n
}
