package lenet5

import (
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/lenet"
)

// A complete C3 counts as the original one if it is zero where Table I has no connection.
func TestExtraKernels(t *testing.T) {
	network := lenet.New[float32](rand.New(rand.NewPCG(1, 1)), lenet.Modern)
	if !extraKernels(network) {
		t.Error("a complete C3 has no weights where Table I has none")
	}
	for _, p := range network.Params() {
		if p.Value.Rank() != 4 || p.Value.Dim(0) != 16 {
			continue
		}
		for out, from := range lenet.Connections() {
			for in := range 6 {
				if !slices.Contains(from, in) {
					clear(p.Value.Data()[(out*6+in)*25:][:25])
				}
			}
		}
		if extraKernels(network) {
			t.Error("zeros count as weights")
		}
		p.Value.Data()[3*25+24] = 1 // map 0 has no input 3
		if !extraKernels(network) {
			t.Error("a single weight is not seen")
		}
	}
}
