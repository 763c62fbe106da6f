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
// of parameters by hand and by count. Layers without parameters are left out but
// for the output layer of 1998, whose 840 weights are fixed. It panics if arch is
// not one of the variants.
func Ledger[T tensor.Float](arch Arch, network nn.Sequential[T]) []Entry {
	counted := make(map[string]int)
	for _, p := range network.Params() {
		layer, _, _ := strings.Cut(p.Name, "_")
		counted[layer] += p.Value.Len()
	}
	entries := []Entry{
		convolution("C1", 6, 1),
		c3Entry(arch),
		linear("C5", 16*5*5, 120),
		linear("F6", 120, 84),
		linear("F7", 84, 10),
	}
	if arch == LeCun1998 {
		entries = []Entry{
			convolution("C1", 6, 1),
			subsamplingEntry("S2", 6),
			c3Entry(arch),
			subsamplingEntry("S4", 16),
			convolution("C5", 120, 16),
			linear("F6", 120, 84),
			{Layer: "RBF", Formula: "0 of 10·84"},
		}
	}
	for i := range entries {
		entries[i].Counted = counted[entries[i].Layer]
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

// convolution is the entry of maps convolutions of inputs channels each, with a
// bias for every map.
func convolution(layer string, maps, inputs int) Entry {
	return Entry{
		Layer:   layer,
		Formula: convFormula(maps, inputs),
		ByHand:  maps * (kernelSize*kernelSize*inputs + 1),
	}
}

func convFormula(maps, inputs int) string {
	return fmt.Sprintf("%d·(%d·%d·%d + 1)", maps, kernelSize, kernelSize, inputs)
}

// linear is the entry of a fully connected layer.
func linear(layer string, in, out int) Entry {
	return Entry{Layer: layer, Formula: fmt.Sprintf("%d·(%d + 1)", out, in), ByHand: out * (in + 1)}
}

// subsamplingEntry is the entry of a coefficient and a bias for every map.
func subsamplingEntry(layer string, maps int) Entry {
	return Entry{Layer: layer, Formula: fmt.Sprintf("%d·(1 + 1)", maps), ByHand: 2 * maps}
}

// c3Entry is the entry of C3: one convolution, or by Table I one for every group
// of maps with the same number of inputs.
func c3Entry(arch Arch) Entry {
	switch arch {
	case Modern:
		return convolution("C3", 16, 6)
	case Original, LeCun1998:
		maps := make(map[int]int) // by number of inputs
		for _, from := range Connections() {
			maps[len(from)]++
		}
		entry := Entry{Layer: "C3"}
		var terms []string
		for inputs := 1; inputs <= 6; inputs++ {
			if n := maps[inputs]; n > 0 {
				terms = append(terms, convFormula(n, inputs))
				entry.ByHand += convolution("C3", n, inputs).ByHand
			}
		}
		entry.Formula = strings.Join(terms, " + ")
		return entry
	}
	panic(tensor.Shapef("lenet", "no variant %v", arch))
}
