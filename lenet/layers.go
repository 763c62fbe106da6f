package lenet

import "hw4/tensor"

// A Kind is what the units of a layer compute before their function is applied.
type Kind int

const (
	KindConv    Kind = iota // a convolution of all maps below
	KindTable               // a convolution of those maps below that Table I names
	KindAverage             // the mean of a square of one map, with no parameters
	KindSum                 // the sum over a square of one map, times a coefficient, plus a bias
	KindLinear              // a weighted sum of all units below
	KindRBF                 // the squared distance of the units below from fixed weights
)

// Side is the height and width of the images.
const Side = 28

// The other sizes that are not those of one layer.
const (
	kernelSide = 5 // of every convolution
	squareSide = 2 // of the squares of sub-sampling
	margin     = 2 // white pixels on each side of an image, which the kernels of C1 reach
	mapsOfC1   = 6 // and of S2
	mapsOfC3   = 16
)

// A Layer is a row of the table that a LeNet-5 is built and counted by.
type Layer struct {
	Name    string // "C1", "S2", "C3", "S4", "C5", "F6", and "F7" or "RBF"
	Kind    Kind
	In, Out int // maps below and maps of its own; units for KindLinear and KindRBF
	Kernel  int // side of the kernel, or of the square of sub-sampling; 0 for units
	Padding int // zeros on each side of the maps below
	Side    int // height and width of its maps; 1 for units
}

// Layers returns the layers of a variant in order. It panics with a
// [*tensor.ShapeError] if arch is not one of the variants.
func Layers(arch Arch) []Layer {
	layers := []Layer{
		{Name: "C1", Kind: KindConv, Out: mapsOfC1, Kernel: kernelSide, Padding: margin},
		{Name: "S2", Kind: KindAverage, Out: mapsOfC1, Kernel: squareSide},
		{Name: "C3", Kind: KindTable, Out: mapsOfC3, Kernel: kernelSide},
		{Name: "S4", Kind: KindAverage, Out: mapsOfC3, Kernel: squareSide},
		{Name: "C5", Kind: KindLinear, Out: 120},
		{Name: "F6", Kind: KindLinear, Out: 84},
		{Name: "F7", Kind: KindLinear, Out: 10},
	}
	side := Side
	switch arch {
	case Original:
	case Modern:
		layers[2].Kind = KindConv
	case LeCun1998:
		layers[0].Padding, side = 0, retinaSide
		layers[1].Kind, layers[3].Kind = KindSum, KindSum
		layers[4].Kind, layers[4].Kernel = KindConv, kernelSide
		layers[6].Name, layers[6].Kind = "RBF", KindRBF
	default:
		panic(tensor.Shapef("lenet", "no variant %v", arch))
	}
	return connect(layers, side)
}

// connect sets what follows from the layers below: the inputs, and the sides of
// the maps over images of the given side.
func connect(layers []Layer, side int) []Layer {
	maps := 1
	for i := range layers {
		l := &layers[i]
		l.In = maps
		switch l.Kind {
		case KindConv, KindTable:
			side += 2*l.Padding - l.Kernel + 1
		case KindAverage, KindSum:
			side /= l.Kernel
		case KindLinear, KindRBF:
			l.In, side = maps*side*side, 1
		}
		maps, l.Side = l.Out, side
	}
	return layers
}

// Child returns the name of the layer in a network that New made, and so in a
// state dict: "C1_layer", and "P2_layer" for an S2 without parameters.
func (l Layer) Child() string {
	name := l.Name
	if l.Kind == KindAverage {
		name = "P" + name[1:] // P for pooling, as in the course's scripts
	}
	return name + "_layer"
}

// Kernels returns the number of kernels of a convolution, one for every map below
// that feeds a map: 60 for C3 by Table I, of the In·Out = 96 that are possible.
// It is 0 for other layers.
func (l Layer) Kernels() int {
	switch l.Kind {
	case KindConv:
		return l.In * l.Out
	case KindTable:
		n := 0
		for _, from := range Connections() {
			n += len(from)
		}
		return n
	}
	return 0
}

// Weights returns the number of trainable parameters that multiply something; the
// weights of KindRBF are fixed.
func (l Layer) Weights() int {
	switch l.Kind {
	case KindConv, KindTable:
		return l.Kernels() * l.Kernel * l.Kernel
	case KindSum:
		return l.Out
	case KindLinear:
		return l.In * l.Out
	}
	return 0
}

// Biases returns the number of trainable parameters that are added: one for each
// map or unit, or none.
func (l Layer) Biases() int {
	if l.Kind == KindAverage || l.Kind == KindRBF {
		return 0
	}
	return l.Out
}
