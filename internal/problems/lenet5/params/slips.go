package params

import (
	"fmt"
	"slices"

	"hw4/lenet"
)

// A countSlip is a mistake in counting: it changes one layer at a time.
type countSlip struct {
	code   string // a stable word for machines
	name   string
	change func(l *layerCount)
}

// countSlips returns the usual ones.
func countSlips() []countSlip {
	return slices.Concat(biasSlips(), c3Slips(), omissions(), inputSlips(), additions())
}

// in returns a change of the layers with some names.
func in(change func(l *layerCount), names ...string) func(l *layerCount) {
	return func(l *layerCount) {
		if slices.Contains(names, l.of.Name) {
			change(l)
		}
	}
}

// weights returns a change of the number of weights.
func weights(n int) func(l *layerCount) { return func(l *layerCount) { l.weights = n } }

func noBias(l *layerCount)  { l.biases = 0 }
func nothing(l *layerCount) { l.weights, l.biases = 0, 0 }

func biasSlips() []countSlip {
	return []countSlip{
		{"no-biases", "the biases are forgotten", noBias},
		{"no-convolution-biases", "the biases of the convolutions C1 and C3 are forgotten", in(noBias, "C1", "C3")},
		{"no-linear-biases", "the biases of the linear layers C5, F6 and F7 are forgotten", in(noBias, "C5", "F6", "F7")},
		{"no-c1-biases", "the biases of C1 are forgotten", in(noBias, "C1")},
		{"no-c3-biases", "the biases of C3 are forgotten", in(noBias, "C3")},
		{"no-c5-biases", "the biases of C5 are forgotten", in(noBias, "C5")},
		{"no-f6-biases", "the biases of F6 are forgotten", in(noBias, "F6")},
		{"no-f7-biases", "the biases of F7 are forgotten", in(noBias, "F7")},
		{"one-bias-a-layer", "every layer has one bias instead of one for every map or unit",
			func(l *layerCount) { l.biases = min(l.biases, 1) }},
	}
}

// c3Slips are mistakes about Table I and the biases beside it.
func c3Slips() []countSlip {
	c3 := LayerOf(lenet.Original, "C3")
	kernel := c3.Kernel * c3.Kernel
	last := c3.Out - 1                        // the one map that all maps of S2 feed
	usual := len(lenet.Connections()[last-1]) // inputs of the maps before it
	biases := fmt.Sprintf("each of its %d maps", c3.Out)
	return []countSlip{
		{"one-c3-bias", "C3 has one bias instead of one for " + biases, in(func(l *layerCount) { l.biases = 1 }, "C3")},
		{"c3-bias-a-connection", "C3 has a bias for every connection instead of one for " + biases,
			in(func(l *layerCount) { l.biases = l.weights / kernel }, "C3")},
		{"map-15-with-4-inputs", fmt.Sprintf("map %d of C3 is counted with %d inputs; it has all %d", last, usual, c3.In),
			in(func(l *layerCount) { l.weights -= (c3.In - usual) * kernel }, "C3")},
		{"one-input-a-map", "the maps of C3 are counted with one input each", in(weights(c3.Out*kernel), "C3")},
	}
}

// omissions leave layers out.
func omissions() []countSlip {
	return []countSlip{
		{"no-c3", "C3 is left out", in(nothing, "C3")},
		{"no-output-layer", "the output layer is left out", in(nothing, "F7")},
		{"no-linear-layers", "the linear layers are left out", in(nothing, "C5", "F6", "F7")},
		{"no-convolutions", "the convolutions are left out", in(nothing, "C1", "C3")},
	}
}

// inputSlips are mistakes about what C1 and C5 take.
func inputSlips() []countSlip {
	layer := func(name string) lenet.Layer { return LayerOf(lenet.Original, name) }
	c1, s2, c3, s4, c5 := layer("C1"), layer("S2"), layer("C3"), layer("S4"), layer("C5")
	// The sides of S4 follow those of C1, divided twice.
	side := func(padding int) int { return s4.Side + 2*(padding-c1.Padding)/(s2.Kernel*s4.Kernel) }
	instead := func(side int) string {
		return fmt.Sprintf("so that C5 takes %d maps of %dx%d instead of %dx%d", s4.Out, side, side, s4.Side, s4.Side)
	}
	takes := func(side int) func(l *layerCount) { return in(weights(c5.Out*s4.Out*side*side), "C5") }
	none, twice := side(0), side(2*c1.Padding)
	wide := lenet.Side + 2*c1.Padding
	const colours = 3
	return []countSlip{
		{"c1-without-padding", "the padding of C1 is forgotten, " + instead(none), takes(none)},
		{"c1-padded-twice", fmt.Sprintf("the padding of C1 is counted on top of an input of %dx%d, ", wide, wide) +
			instead(twice), takes(twice)},
		{"no-s4", "S4 is forgotten, " + instead(c3.Side), takes(c3.Side)},
		{"colour-images", fmt.Sprintf("C1 is counted for colour images of %d channels", colours),
			in(weights(colours*c1.Weights()), "C1")},
	}
}

// additions count what has no trainable parameters.
func additions() []countSlip {
	published := lenet.Layers(lenet.LeCun1998)
	output := published[len(published)-1]
	fixed := output.In * output.Out
	return []countSlip{
		{"subsampling-counted", "the sub-sampling layers S2 and S4 are counted with a coefficient and a bias for each map; " +
			"on the sheet they average and have none",
			in(func(l *layerCount) { l.weights, l.biases = l.of.Out, l.of.Out }, "S2", "S4")},
		{"fixed-output-counted", fmt.Sprintf("the %d weights of the output are counted; in 1998 they were fixed", fixed),
			in(weights(fixed), output.Name)},
	}
}
