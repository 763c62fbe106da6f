package lenet5

import (
	"fmt"
	"slices"
	"strings"

	"hw4/internal/report"
	"hw4/lenet"
)

// A count is how the trainable parameters of a LeNet-5 are counted, rightly or not.
type count struct {
	name   string
	layers []layerCount
	slips  []countSlip // what is wrong with it
}

type layerCount struct {
	name            string
	weights, biases int
}

// total adds up the layers.
func (c count) total() int {
	n := 0
	for _, l := range c.layers {
		n += l.weights + l.biases
	}
	return n
}

// rightCounts returns the networks that Problem 7 is about and that of 1998.
func rightCounts() []count {
	var counts []count
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern, lenet.LeCun1998} {
		name := fmt.Sprintf("the %s LeNet-5 of the sheet", arch)
		if arch == lenet.LeCun1998 {
			name = "the LeNet-5 that LeCun published in 1998"
		}
		c := count{name: name}
		for _, l := range lenet.Layers(arch) {
			if l.Kind == lenet.KindRBF {
				l.Name = "F7" // whose place it takes
			}
			c.layers = append(c.layers, layerCount{l.Name, l.Weights(), l.Biases()})
		}
		counts = append(counts, c)
	}
	return counts
}

// A countSlip is a mistake in counting: it changes one layer at a time.
type countSlip struct {
	code   string // a stable word for machines
	name   string
	change func(l *layerCount)
}

// countSlips returns the usual ones.
func countSlips() []countSlip {
	in := func(change func(l *layerCount), names ...string) func(l *layerCount) {
		return func(l *layerCount) {
			if slices.Contains(names, l.name) {
				change(l)
			}
		}
	}
	noBias := func(l *layerCount) { l.biases = 0 }
	nothing := func(l *layerCount) { l.weights, l.biases = 0, 0 }
	weights := func(n int) func(l *layerCount) { return func(l *layerCount) { l.weights = n } }
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
		{"one-c3-bias", "C3 has one bias instead of one for each of its 16 maps",
			in(func(l *layerCount) { l.biases = 1 }, "C3")},
		{"c3-bias-a-connection", "C3 has a bias for every connection instead of one for each of its 16 maps",
			in(func(l *layerCount) { l.biases = l.weights / 25 }, "C3")},
		{"map-15-with-4-inputs", "map 15 of C3 is counted with 4 inputs; it has all 6",
			in(func(l *layerCount) { l.weights -= 2 * 25 }, "C3")},
		{"one-input-a-map", "the maps of C3 are counted with one input each", in(weights(16*25), "C3")},
		{"no-c3", "C3 is left out", in(nothing, "C3")},
		{"no-output-layer", "the output layer is left out", in(nothing, "F7")},
		{"no-linear-layers", "the linear layers are left out", in(nothing, "C5", "F6", "F7")},
		{"no-convolutions", "the convolutions are left out", in(nothing, "C1", "C3")},
		{"c1-without-padding", "the padding of C1 is forgotten, so that C5 takes 16 maps of 4x4 instead of 5x5",
			in(weights(120*16*4*4), "C5")},
		{"c1-padded-twice", "the padding of C1 is counted on top of an input of 32x32, so that C5 takes 16 maps of 6x6 " +
			"instead of 5x5", in(weights(120*16*6*6), "C5")},
		{"no-s4", "S4 is forgotten, so that C5 takes 16 maps of 10x10 instead of 5x5", in(weights(120*16*10*10), "C5")},
		{"colour-images", "C1 is counted for colour images of 3 channels", in(weights(3*6*25), "C1")},
		{"subsampling-counted", "the sub-sampling layers S2 and S4 are counted with a coefficient and a bias a map; on the " +
			"sheet they average and have none", in(func(l *layerCount) {
			maps := map[string]int{"S2": 6, "S4": 16}[l.name]
			l.weights, l.biases = maps, maps
		}, "S2", "S4")},
		{"fixed-output-counted", "the 840 weights of the output are counted; in 1998 they were fixed",
			in(weights(840), "F7")},
	}
}

// code names the slips to machines.
func (c count) code() string {
	var codes []string
	for _, s := range c.slips {
		codes = append(codes, s.code)
	}
	return strings.Join(codes, "+")
}

// with returns the count with one slip more; ok is false if it changes nothing.
func (c count) with(s countSlip) (changed count, ok bool) {
	changed = count{c.name, slices.Clone(c.layers), append(slices.Clone(c.slips), s)}
	for i := range changed.layers {
		s.change(&changed.layers[i])
	}
	return changed, !slices.Equal(changed.layers, c.layers)
}

// same reports whether another count comes to the same in every layer, as two slips
// do in either order.
func (c count) same(other count) bool {
	return c.name == other.name && slices.Equal(c.layers, other.layers)
}

// String names the network and what is wrong with the count.
func (c count) String() string {
	if len(c.slips) == 0 {
		return "the number of parameters of " + c.name
	}
	var names []string
	for _, s := range c.slips {
		names = append(names, s.name)
	}
	return "the number of parameters of " + c.name + " when " + strings.Join(names, " and ")
}

// readings returns the counts with the fewest slips, up to two, that come to n.
func readings(n int) []count {
	counts := rightCounts()
	for range 3 {
		var found, next []count
		for _, c := range counts {
			if c.total() == n && !slices.ContainsFunc(found, c.same) {
				found = append(found, c)
			}
			for _, s := range countSlips() {
				if changed, ok := c.with(s); ok {
					next = append(next, changed)
				}
			}
		}
		if found != nil {
			return found
		}
		counts = next
	}
	return nil
}

// The numbers of Problem 7 that are no totals.
const (
	reduction       = 900    // 61,706 - 60,806
	connections1998 = 340908 // of the published network
)

// partOf says which part of the networks a number is, if it is one.
func partOf(n int) string {
	switch n {
	case connections1998:
		return "the number of connections of " + rightCounts()[2].name + ", of which many share a parameter"
	case 36 * 26:
		return "the reduction with a bias for each of the 36 missing connections; a map of C3 has one bias whatever its " +
			"connections, so it is 36·25 = 900"
	case 36, 60, 96:
		return "the number of connections of C3 that are missing (36), there (60) or possible (96); each has 25 weights"
	}
	if n == 0 {
		return ""
	}
	networks := make(map[string][]string) // by layer
	var order []string
	for _, c := range rightCounts() {
		for _, l := range c.layers {
			name := "layer " + l.name
			if l.weights == n && l.biases > 0 {
				name = "the weights of layer " + l.name
			} else if l.weights+l.biases != n {
				continue
			}
			if networks[name] == nil {
				order = append(order, name)
			}
			networks[name] = append(networks[name], c.name)
		}
	}
	for i, name := range order {
		in := report.Join(networks[name], "or")
		if len(networks[name]) == len(rightCounts()) {
			in = "every LeNet-5"
		}
		order[i] = name + " of " + in
	}
	return report.Join(order, "or")
}

// Judge judges a number as an answer to Problem 7, which asks for the trainable
// parameters of the original and the modern LeNet-5 and for the reduction. Of any other
// number it says how it may have come about.
func Judge(n int) report.Verdict {
	var v report.Verdict
	say := func(code, format string, args ...any) {
		v.Code, v.Right = code, code == report.CodeRight
		v.Answerf(format, args...)
		v.Check("one of the sheet's numbers", v.Right, "%s", strings.TrimSuffix(string(v.Answer[0].(report.Text)), "."))
		if v.Right {
			v.Score = 1
		}
	}
	found := readings(n)
	switch part := partOf(n); {
	case n == reduction:
		say(report.CodeRight,
			"Right: %d is the reduction, 61706 - 60806 = 36·25: 36 of the 96 connections of C3 are missing, "+
				"each with 25 weights.", n)
		return v
	case len(found) > 0 && len(found[0].slips) == 0 && found[0].name != rightCounts()[2].name:
		say(report.CodeRight, "Right: %d is %s.", n, found[0])
	case len(found) > 0 && len(found[0].slips) == 0:
		say("network-of-1998",
			"%d is %s. It is not the sheet's network, whose sub-sampling averages and has no parameters, and "+
				"whose output is a linear layer: 60000 - 12 - 32 + 850 = 60806.", n, found[0])
	case part != "":
		say("another-number",
			"%d is %s. The sheet asks for all trainable parameters, 60806 and 61706, and for the reduction, 900.", n, part)
		return v
	case len(found) > 0:
		const shown = 3
		var texts []string
		for _, c := range found[:min(shown, len(found))] {
			texts = append(texts, c.String())
		}
		say(found[0].code(), "%d is not a number of the sheet. It is %s.", n, strings.Join(texts, "; or "))
	default:
		say(report.CodeWrong,
			"%d is not a number of the sheet, and no usual slip, or two of them, leads to it. It is %+d from 60806, "+
				"the original LeNet-5, and %+d from 61706, the modern one.", n, n-60806, n-61706)
		return v
	}
	v.Add(found[0].table())
	return v
}

// table shows the count beside the right one of the same network.
func (c count) table() report.Table {
	var right count
	for _, r := range rightCounts() {
		if r.name == c.name {
			right = r
		}
	}
	t := report.Table{Header: []string{"layer", "weights", "biases", "your count"}}
	for i, l := range right.layers {
		t.Rows = append(t.Rows, []any{l.name, l.weights, l.biases, c.layers[i].weights + c.layers[i].biases})
	}
	weights, biases := 0, 0
	for _, l := range right.layers {
		weights, biases = weights+l.weights, biases+l.biases
	}
	t.Rows = append(t.Rows, []any{"total", weights, biases, c.total()})
	return t
}
