package lenet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hw4/lenet"
	"hw4/tensor"
)

// The table says what the network's layers return: so many maps of such a side,
// or so many units.
func TestLayersAreTheNetworks(t *testing.T) {
	for _, arch := range lenet.Archs() {
		returned := make(map[string][]int)
		x := tensor.Zeros[float32](1, 1, lenet.Side, lenet.Side)
		for _, child := range lenet.New[float32](seed(0), arch) {
			x = child.Module.Forward(x)
			returned[child.Name] = x.Shape()
		}
		in, side := 1, lenet.Side
		for _, l := range lenet.Layers(arch) {
			want := []int{1, l.Out, l.Side, l.Side}
			units := l.Kind == lenet.KindLinear || l.Kind == lenet.KindRBF
			if units {
				want, in = []int{1, l.Out}, in*side*side
			}
			if got := returned[l.Child()]; !slices.Equal(got, want) {
				t.Errorf("%v: %s returns %v, the table says %v", arch, l.Child(), got, want)
			}
			if l.In != in {
				t.Errorf("%v: %s takes %d maps or units, below it are %d", arch, l.Name, l.In, in)
			}
			in, side = l.Out, l.Side
		}
	}
}

// Table I and the bitmaps are data of their own: they fit the layers they are for.
func TestTablesFitTheLayers(t *testing.T) {
	layers := lenet.Layers(lenet.LeCun1998)
	if c3 := layers[2]; len(lenet.Connections()) != c3.Out ||
		slices.Max(slices.Concat(lenet.Connections()...)) != c3.In-1 {
		t.Errorf("Table I does not connect %d maps to %d", c3.In, c3.Out)
	}
	if rbf := layers[6]; !slices.Equal(lenet.Centres[float32]().Shape(), []int{rbf.Out, rbf.In}) {
		t.Errorf("no %d bitmaps of %d pixels", rbf.Out, rbf.In)
	}
}

// The names of the layers are those of the course's scripts.
func TestNamesOfLayers(t *testing.T) {
	for arch, want := range map[lenet.Arch]string{
		lenet.Original:  "C1_layer P2_layer C3_layer P4_layer flatten C5_layer F6_layer F7_layer",
		lenet.Modern:    "C1_layer P2_layer C3_layer P4_layer flatten C5_layer F6_layer F7_layer",
		lenet.LeCun1998: "retina C1_layer S2_layer C3_layer S4_layer C5_layer flatten F6_layer RBF_layer logits",
	} {
		var names []string
		for _, child := range lenet.New[float32](seed(0), arch) {
			names = append(names, child.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%v: %s, want %s", arch, got, want)
		}
	}
}

// Only convolutions have kernels.
func TestKernels(t *testing.T) {
	for arch, want := range map[lenet.Arch][]int{
		lenet.Original: {6, 0, 60, 0, 0, 0, 0}, lenet.Modern: {6, 0, 96, 0, 0, 0, 0},
		lenet.LeCun1998: {6, 0, 60, 0, 1920, 0, 0},
	} {
		for i, l := range lenet.Layers(arch) {
			if l.Kernels() != want[i] {
				t.Errorf("%v, %s: %d kernels, want %d", arch, l.Name, l.Kernels(), want[i])
			}
		}
	}
}

func TestNoSuchVariant(t *testing.T) {
	defer func() {
		if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != "lenet: no variant Arch(3)" {
			t.Errorf("panic %v", e)
		}
	}()
	lenet.Layers(lenet.Arch(3))
}

func ExampleLayers() {
	for _, l := range lenet.Layers(lenet.Original) {
		fmt.Println(l.Name, l.Out, "of side", l.Side, "with", l.Weights(), "weights and", l.Biases(), "biases")
	}
	c3, full := lenet.Layers(lenet.Original)[2], lenet.Layers(lenet.Modern)[2]
	fmt.Println(c3.Kernels(), "of", full.Kernels(), "kernels")
	// Output:
	// C1 6 of side 28 with 150 weights and 6 biases
	// S2 6 of side 14 with 0 weights and 0 biases
	// C3 16 of side 10 with 1500 weights and 16 biases
	// S4 16 of side 5 with 0 weights and 0 biases
	// C5 120 of side 1 with 48000 weights and 120 biases
	// F6 84 of side 1 with 10080 weights and 84 biases
	// F7 10 of side 1 with 840 weights and 10 biases
	// 60 of 96 kernels
}
