package lenet

import (
	"fmt"
	"strings"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// An Entry is the account of one layer: of its trainable parameters in a Ledger,
// of its connections in Wiring.
type Entry struct {
	Layer   string // "C1", "S2", "C3", ..., and "RBF" for the output of 1998
	Formula string // how they are counted by hand, such as "6·(5·5·1 + 1)"
	ByHand  int    // what the formula comes to
	Counted int    // what the network's tensors and the shapes between its layers come to
}

// Ledger returns, for each layer of a network that New made for arch, the number
// of parameters by hand and by count. Layers without parameters are left out,
// except the output layer of 1998, whose 840 weights are fixed. It panics if arch
// is not one of the variants.
func Ledger[T tensor.Float](arch Arch, network nn.Sequential[T]) []Entry {
	counted := make(map[string]int)
	for _, p := range network.Params() {
		child, _, _ := strings.Cut(p.Name, ".")
		counted[child] += p.Value.Len()
	}
	var entries []Entry
	for _, l := range Layers(arch) {
		if l.Kind != KindAverage {
			entries = append(entries, Entry{l.Name, l.parameterFormula(), l.Weights() + l.Biases(), counted[l.Child()]})
		}
	}
	return entries
}

// Total adds up a ledger.
func Total(entries []Entry) Entry {
	total := Entry{Layer: "total"}
	for _, e := range entries {
		total.ByHand += e.ByHand
		total.Counted += e.Counted
	}
	return total
}

// parameterFormula returns how Weights() + Biases() are counted.
func (l Layer) parameterFormula() string {
	switch l.Kind {
	case KindConv:
		return l.kernelFormula(l.Out, l.In)
	case KindTable:
		maps := make([]int, l.In+1) // by number of inputs
		for _, from := range Connections() {
			maps[len(from)]++
		}
		var terms []string
		for inputs, n := range maps {
			if n > 0 {
				terms = append(terms, l.kernelFormula(n, inputs))
			}
		}
		return strings.Join(terms, " + ")
	case KindSum:
		return fmt.Sprintf("%d·(1 + 1)", l.Out)
	case KindLinear:
		return fmt.Sprintf("%d·(%d + 1)", l.Out, l.In)
	case KindRBF:
		return fmt.Sprintf("0 of %d·%d", l.Out, l.In)
	}
	return "0"
}

// kernelFormula is the count of maps that have a kernel for each of some inputs
// and a bias.
func (l Layer) kernelFormula(maps, inputs int) string {
	return fmt.Sprintf("%d·(%d·%d·%d + 1)", maps, l.Kernel, l.Kernel, inputs)
}
