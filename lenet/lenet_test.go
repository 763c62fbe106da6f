package lenet_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/conv"
	"hw4/internal/kernel"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
)

var _ onnx.Exportable = (*lenet.C3Layer[float32])(nil)

func seed(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 0)) }

// Table I as the paper describes it: the first six maps of C3 take three
// neighbouring maps, the next six four neighbours, three more four maps that are
// not all neighbours, the last one all.
func TestTableI(t *testing.T) {
	maps := lenet.Connections()
	if len(maps) != 16 {
		t.Fatalf("%d maps, want 16", len(maps))
	}
	around := func(from, n int) []int {
		var out []int
		for i := range n {
			out = append(out, (from+i)%6)
		}
		slices.Sort(out)
		return out
	}
	want := [][]int{}
	for j := range 6 {
		want = append(want, around(j, 3))
	}
	for j := range 6 {
		want = append(want, around(j, 4))
	}
	want = append(want, []int{0, 1, 3, 4}, []int{1, 2, 4, 5}, []int{0, 2, 3, 5}, []int{0, 1, 2, 3, 4, 5})
	for j, from := range maps {
		if !slices.Equal(from, want[j]) {
			t.Errorf("map %d takes %v, want %v", j, from, want[j])
		}
	}
}

// The layer is what the sheet's hint describes: 16 convolutions of selected
// channels, joined.
func TestC3IsTheSheetsHint(t *testing.T) {
	c3 := lenet.NewC3[float64](seed(1))
	x := tensor.Normal[float64](seed(2), 0, 1, 3, 6, 14, 14)
	var maps []*tensor.Tensor[float64]
	for j, from := range c3.Connections.From() {
		maps = append(maps, conv.Conv2d(tensor.IndexSelect(x, 1, from), c3.Weights[j], c3.Biases[j], conv.Options{}))
	}
	want := tensor.Concat(1, maps...)
	for _, got := range []*tensor.Tensor[float64]{c3.Forward(x), c3.ExportAs().Forward(x)} {
		if !slices.Equal(got.Shape(), []int{3, 16, 10, 10}) {
			t.Fatalf("shape %v", got.Shape())
		}
		for i, v := range got.Data() {
			if math.Abs(v-want.Data()[i]) > 1e-13 {
				t.Fatalf("element %d is %v, the hint has %v", i, v, want.Data()[i])
			}
		}
	}
}

// In float32, too, to the bit and on every path; and a NaN in a map reaches what the map
// feeds, and nothing else.
func TestC3IsConnectedByTableI(t *testing.T) {
	for _, isa := range kernel.ISAs() {
		t.Run(isa, func(t *testing.T) {
			defer kernel.Use(isa)()
			c3 := lenet.NewC3[float32](seed(1))
			x := tensor.Normal[float32](seed(2), 0, 1, 19, 6, 14, 14)
			x.Data()[70] = float32(math.NaN()) // in map 0 of the first image
			y := c3.Forward(x)
			for j, from := range c3.Connections.From() {
				want := conv.Conv2d(tensor.IndexSelect(x, 1, from), c3.Weights[j], c3.Biases[j], conv.Options{})
				nan := 0
				for i, v := range tensor.IndexSelect(y, 1, []int{j}).Data() {
					if w := want.Data()[i]; v != w && (v == v || w == w) {
						t.Fatalf("element %d of map %d is %v, the hint has %v", i, j, v, w)
					}
					if v != v {
						nan++
					}
				}
				if (nan > 0) != (from[0] == 0) {
					t.Errorf("%d elements of map %d are NaN, connected to %v", nan, j, from)
				}
			}
		})
	}
}

func TestC3Gradients(t *testing.T) {
	c3 := lenet.NewC3[float64](seed(3))
	inputs := append([]*tensor.Tensor[float64]{tensor.Normal[float64](seed(4), 0, 1, 1, 6, 5, 6)},
		nn.Values(c3.Params())...)
	err := gradcheck.Check("c3", func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
		layer := &lenet.C3Layer[float64]{Connections: c3.Connections}
		for i := 1; i < len(in); i += 2 {
			layer.Weights, layer.Biases = append(layer.Weights, in[i]), append(layer.Biases, in[i+1])
		}
		return layer.Forward(in[0])
	}, inputs...)
	if err != nil {
		t.Error(err)
	}
}

func TestParameterCounts(t *testing.T) {
	for arch, want := range map[lenet.Arch]int{lenet.Original: 60806, lenet.Modern: 61706, lenet.LeCun1998: 60000} {
		network := lenet.New[float32](seed(0), arch)
		if n := nn.Count(network.Params()); n != want {
			t.Errorf("%v has %d parameters, want %d", arch, n, want)
		}
		ledger := lenet.Ledger(arch, network)
		for _, e := range ledger {
			if e.ByHand != e.Counted {
				t.Errorf("%v, %s: %s is %d, counted %d", arch, e.Layer, e.Formula, e.ByHand, e.Counted)
			}
		}
		if total := lenet.Total(ledger); total.ByHand != want || total.Counted != want {
			t.Errorf("%v: total %+v, want %d", arch, total, want)
		}
	}
}

func TestTotalAddsEachColumn(t *testing.T) {
	total := lenet.Total([]lenet.Entry{{ByHand: 1, Counted: 10}, {ByHand: 2, Counted: 20}})
	if total.ByHand != 3 || total.Counted != 30 {
		t.Errorf("total %+v, want 3 by hand and 30 counted", total)
	}
}

func TestShapesThroughTheNetwork(t *testing.T) {
	courses := [][]int{{2, 6, 28, 28}, {2, 6, 14, 14}, {2, 16, 10, 10}, {2, 16, 5, 5}, {2, 400}, {2, 120}, {2, 84},
		{2, 10}}
	want := map[lenet.Arch][][]int{
		lenet.Original: courses, lenet.Modern: courses,
		lenet.LeCun1998: {{2, 1, 32, 32}, {2, 6, 28, 28}, {2, 6, 14, 14}, {2, 16, 10, 10}, {2, 16, 5, 5},
			{2, 120, 1, 1}, {2, 120}, {2, 84}, {2, 10}, {2, 10}},
	}
	for _, arch := range lenet.Archs() {
		x := tensor.Zeros[float32](2, 1, 28, 28)
		network := lenet.New[float32](seed(0), arch)
		if len(network) != len(want[arch]) {
			t.Fatalf("%v has %d layers, want %d", arch, len(network), len(want[arch]))
		}
		for i, child := range network {
			x = child.Module.Forward(x)
			if !slices.Equal(x.Shape(), want[arch][i]) {
				t.Errorf("%v: %s returns %v, want %v", arch, child.Name, x.Shape(), want[arch][i])
			}
		}
	}
}

func ExampleLedger() {
	network := lenet.New[float32](rand.New(rand.NewPCG(0, 0)), lenet.Original)
	for _, e := range lenet.Ledger(lenet.Original, network) {
		fmt.Printf("%-3s %5d  %s\n", e.Layer, e.Counted, e.Formula)
	}
	// Output:
	// C1    156  6·(5·5·1 + 1)
	// C3   1516  6·(5·5·3 + 1) + 9·(5·5·4 + 1) + 1·(5·5·6 + 1)
	// C5  48120  120·(400 + 1)
	// F6  10164  84·(120 + 1)
	// F7    850  10·(84 + 1)
}

func ExampleNew() {
	network := lenet.New[float32](rand.New(rand.NewPCG(0, 0)), lenet.Modern)
	logits := network.Forward(tensor.Zeros[float32](4, 1, 28, 28))
	fmt.Println(logits.Shape(), nn.Count(network.Params()))
	// Output: [4 10] 61706
}
