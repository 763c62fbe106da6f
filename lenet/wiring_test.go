package lenet_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"hw4/conv"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

func TestConnectionCounts(t *testing.T) {
	for arch, want := range map[lenet.Arch]int{
		// 122304 + 4704 + 151600 + 1600 + 48120 + 10164 + 850
		lenet.Original: 339342,
		// The same with 100·2416 = 241600 for C3.
		lenet.Modern:    429342,
		lenet.LeCun1998: 340908, // the paper's figure
	} {
		wiring := lenet.Wiring(arch, lenet.New[float32](seed(0), arch))
		for _, e := range wiring {
			if e.ByHand != e.Counted {
				t.Errorf("%v, %s: %s is %d, counted %d", arch, e.Layer, e.Formula, e.ByHand, e.Counted)
			}
		}
		if total := lenet.Total(wiring); total.ByHand != want || total.Counted != want {
			t.Errorf("%v: total %+v, want %d", arch, total, want)
		}
	}
}

// The figures that the paper states for each layer.
func TestThePapersFigures(t *testing.T) {
	network := lenet.New[float32](seed(0), lenet.LeCun1998)
	params, wires := lenet.Ledger(lenet.LeCun1998, network), lenet.Wiring(lenet.LeCun1998, network)
	want := []struct {
		layer               string
		params, connections int
	}{
		{"C1", 156, 122304}, {"S2", 12, 5880}, {"C3", 1516, 151600}, {"S4", 32, 2000},
		{"C5", 48120, 48120}, {"F6", 10164, 10164}, {"RBF", 0, 840},
	}
	if len(params) != len(want) || len(wires) != len(want) {
		t.Fatalf("%d and %d entries, want %d", len(params), len(wires), len(want))
	}
	for i, w := range want {
		if p := params[i]; p.Layer != w.layer || p.Counted != w.params {
			t.Errorf("parameters %+v, want %+v", p, w)
		}
		if c := wires[i]; c.Layer != w.layer || c.Counted != w.connections {
			t.Errorf("connections %+v, want %+v", c, w)
		}
	}
}

// Connections found by looking at what every unit depends on: an input that moves
// a unit, and a bias that does, is connected to it.
func TestConnectionsAreDependencies(t *testing.T) {
	if testing.Short() {
		t.Skip("moves every input of every layer")
	}
	for _, arch := range lenet.Archs() {
		network := lenet.New[float64](seed(1), arch)
		x := tensor.Uniform[float64](seed(2), 0, 1, 1, 1, 28, 28)
		found := make(map[string]int)
		for _, child := range network {
			layer := child.Module
			name, _, _ := strings.Cut(child.Name, "_")
			if arch != lenet.LeCun1998 && name == "C1" {
				// The padding is taken for inputs, which may move too.
				c1 := layer.(nn.Sequential[float64])[0].Module.(*conv.Conv2dLayer[float64])
				found["C1"] = dependencies(&conv.Conv2dLayer[float64]{Weight: c1.Weight, Bias: c1.Bias},
					tensor.Uniform[float64](seed(3), 0, 1, 1, 1, 32, 32))
			} else {
				found[strings.Replace(name, "P", "S", 1)] = dependencies(layer, x)
			}
			x = layer.Forward(x).Detach()
		}
		for _, e := range lenet.Wiring(arch, network) {
			if found[e.Layer] != e.Counted {
				t.Errorf("%v, %s: %d connections, but %d dependencies", arch, e.Layer, e.Counted, found[e.Layer])
			}
		}
	}
}

// dependencies counts the pairs of an output of the layer and an input or a bias
// by which it moves.
func dependencies(layer nn.Module[float64], x *tensor64) int {
	before := layer.Forward(x.NoGrad()).Data()
	count := 0
	moved := func(data []float64, at int) {
		old := data[at]
		data[at] += 0.1
		for i, v := range layer.Forward(x.NoGrad()).Data() {
			if v != before[i] {
				count++
			}
		}
		data[at] = old
	}
	for i := range x.Data() {
		moved(x.Data(), i)
	}
	for _, p := range layer.Params() {
		if strings.HasSuffix(p.Name, "bias") {
			for i := range p.Value.Data() {
				moved(p.Value.Data(), i)
			}
		}
	}
	return count
}

func ExampleWiring() {
	network := lenet.New[float32](rand.New(rand.NewPCG(0, 0)), lenet.LeCun1998)
	wiring := lenet.Wiring(lenet.LeCun1998, network)
	for _, e := range wiring {
		fmt.Printf("%-3s %6d  %s\n", e.Layer, e.Counted, e.Formula)
	}
	fmt.Println(lenet.Total(lenet.Ledger(lenet.LeCun1998, network)).Counted, "parameters,", lenet.Total(wiring).Counted,
		"connections")
	// Output:
	// C1  122304  28·28·6·(5·5·1 + 1)
	// S2    5880  14·14·6·(2·2 + 1)
	// C3  151600  10·10·[6·(5·5·3 + 1) + 9·(5·5·4 + 1) + 1·(5·5·6 + 1)]
	// S4    2000  5·5·16·(2·2 + 1)
	// C5   48120  120·(5·5·16 + 1)
	// F6   10164  84·(120 + 1)
	// RBF    840  10·84
	// 60000 parameters, 340908 connections
}
