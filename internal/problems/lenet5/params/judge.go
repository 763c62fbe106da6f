// Package params judges numbers as answers to Problem 7: how many trainable parameters a
// LeNet-5 has, and how a wrong number may have come about.
package params

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"hw4/internal/report"
	"hw4/lenet"
)

// A count is how the trainable parameters of a LeNet-5 are counted, rightly or not.
type count struct {
	arch   lenet.Arch
	layers []layerCount
	slips  []countSlip // what is wrong with it
}

// A layerCount is what is counted in a layer.
type layerCount struct {
	of              lenet.Layer
	weights, biases int
}

func (c count) total() int {
	n := 0
	for _, l := range c.layers {
		n += l.weights + l.biases
	}
	return n
}

// rightCount returns the count of a variant of LeNet-5.
func rightCount(arch lenet.Arch) count {
	c := count{arch: arch}
	for _, l := range lenet.Layers(arch) {
		c.layers = append(c.layers, layerCount{l, l.Weights(), l.Biases()})
	}
	return c
}

func (c count) name() string {
	return map[lenet.Arch]string{
		lenet.Original:  "the original LeNet-5 of the sheet",
		lenet.Modern:    "the modern LeNet-5 of the sheet",
		lenet.LeCun1998: "the LeNet-5 that LeCun published in 1998",
	}[c.arch]
}

// rightCounts returns the networks that Problem 7 is about and that of 1998.
func rightCounts() []count {
	return []count{rightCount(lenet.Original), rightCount(lenet.Modern), rightCount(lenet.LeCun1998)}
}

// code names the slips to machines.
func (c count) code() string {
	return strings.Join(report.Each(c.slips, codeOf), "+")
}

// with returns the count with one slip more; ok is false if it changes nothing, or
// leaves nothing to count.
func (c count) with(s countSlip) (changed count, ok bool) {
	changed = count{c.arch, slices.Clone(c.layers), append(slices.Clone(c.slips), s)}
	for i := range changed.layers {
		s.change(&changed.layers[i])
	}
	return changed, !slices.Equal(changed.layers, c.layers) && changed.total() > 0
}

// same reports whether a count has the same slips, in any order, to the same numbers.
func (c count) same(other count) bool {
	return c.arch == other.arch && slices.Equal(c.layers, other.layers) &&
		!slices.ContainsFunc(c.slips, func(s countSlip) bool {
			return !slices.ContainsFunc(other.slips, func(o countSlip) bool { return o.code == s.code })
		})
}

// String names the network and what is wrong with the count.
func (c count) String() string {
	if len(c.slips) == 0 {
		return "the number of parameters of " + c.name()
	}
	names := report.Each(c.slips, func(s countSlip) string { return s.name })
	return "the number of parameters of " + c.name() + " when " + strings.Join(names, " and ")
}

// readings returns the counts with the fewest slips, up to two, that come to n.
func readings(n int) []count {
	const most = 2
	counts, usual := rightCounts(), countSlips()
	for slips := 0; ; slips++ {
		var found []count
		for _, c := range counts {
			if c.total() == n && !slices.ContainsFunc(found, c.same) {
				found = append(found, c)
			}
		}
		if found != nil || slips == most {
			return found
		}
		var next []count
		for _, c := range counts {
			for _, s := range usual {
				if changed, ok := c.with(s); ok {
					next = append(next, changed)
				}
			}
		}
		counts = next
	}
}

// partOf says which part of the networks a number is, if it is one.
func partOf(n int) string {
	c3, published := LayerOf(lenet.Original, "C3"), rightCount(lenet.LeCun1998)
	missing, possible := MissingConnections()
	kernel := c3.Kernel * c3.Kernel
	switch n {
	case 0:
		return ""
	case connections1998():
		return "the number of connections of " + published.name() + "; many of them share a parameter"
	case missing * (kernel + 1):
		return fmt.Sprintf("the reduction with a bias for each of the %d missing connections; a map of C3 has one bias "+
			"however many connections it has, so it is %d·%d = %d", missing, missing, kernel, missing*kernel)
	case missing:
		return fmt.Sprintf("the number of connections that C3 lacks; each would have %d weights", kernel)
	case c3.Kernels():
		return fmt.Sprintf("the number of connections that C3 has; each has %d weights", kernel)
	case possible:
		return fmt.Sprintf("the number of connections that C3 could have; %d of them are missing", missing)
	}
	networks := make(map[string][]string) // by layer
	var order []string
	for _, c := range rightCounts() {
		for _, l := range c.layers {
			name := "layer " + l.of.Name
			if l.weights == n && l.biases > 0 {
				name = "the weights of " + name
			} else if l.weights+l.biases != n {
				continue
			}
			if networks[name] == nil {
				order = append(order, name)
			}
			networks[name] = append(networks[name], c.name())
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

// LayerOf returns the layer of a variant that has a name. It panics if there is none.
func LayerOf(arch lenet.Arch, name string) lenet.Layer {
	layers := lenet.Layers(arch)
	return layers[slices.IndexFunc(layers, func(l lenet.Layer) bool { return l.Name == name })]
}

// MissingConnections returns how many of the connections of C3 are missing, and how
// many are possible.
func MissingConnections() (missing, possible int) {
	c3 := LayerOf(lenet.Original, "C3")
	possible = c3.In * c3.Out
	return possible - c3.Kernels(), possible
}

// connections1998 returns the number of connections of the network of 1998.
func connections1998() int {
	network := lenet.New[float32](rand.New(rand.NewPCG(0, 7)), lenet.LeCun1998)
	return lenet.Total(lenet.Wiring(lenet.LeCun1998, network)).ByHand
}

// Judge judges a number as an answer to Problem 7, which asks for the trainable
// parameters of the original and the modern LeNet-5 and for the reduction. Of any other
// number it says how it may have come about.
func Judge(n int) report.Verdict {
	original, modern := rightCount(lenet.Original).total(), rightCount(lenet.Modern).total()
	var v report.Verdict
	say := func(code, format string, args ...any) {
		v.Code, v.Right = code, code == report.CodeRight
		v.Answerf(format, args...)
		v.Check("one of the sheet's numbers", v.Right, "%d; the sheet's are %d, %d and %d", n, original,
			modern, modern-original)
		if v.Right {
			v.Score = 1
		}
	}
	found := readings(n)
	right := len(found) > 0 && len(found[0].slips) == 0
	published := right && found[0].same(rightCount(lenet.LeCun1998))
	switch part := partOf(n); {
	case n == modern-original:
		missing, possible := MissingConnections()
		kernel := n / missing
		say(report.CodeRight, "Right: %d is the reduction, %d - %d = %d·%d: %d of the %d connections of C3 are missing, "+
			"each with %d weights.", n, modern, original, missing, kernel, missing, possible, kernel)
		return v
	case right && !published:
		say(report.CodeRight, "Right: %d is %s.", n, found[0])
	case published:
		say("network-of-1998", "%d is %s. The sheet's network is different: its sub-sampling averages and has no "+
			"parameters, and its output is a linear layer: %s.", n, found[0], backToTheSheet())
	case part != "":
		say("another-number",
			"%d is %s. The sheet asks for all trainable parameters, %d and %d, and for the reduction, %d.",
			n, part, original, modern, modern-original)
		return v
	case len(found) > 0:
		const shown = 3
		texts := report.Each(found[:min(shown, len(found))], count.String)
		say(found[0].code(), "%d is not a number of the sheet. It is %s.", n, strings.Join(texts, "; or "))
	default:
		say(report.CodeWrong,
			"%d is not a number of the sheet. No usual mistake gives it, and no two of them together. It is %s than the "+
				"original (%d) and %s than the modern one (%d).", n, apart(n, original), original, apart(n, modern), modern)
		return v
	}
	v.Add(found[0].table())
	return v
}

// apart says how much less or more a number is than another.
func apart(n, than int) string {
	if n < than {
		return fmt.Sprintf("%d less", than-n)
	}
	return fmt.Sprintf("%d more", n-than)
}

// JudgeFor judges a number as the trainable parameters of one network. Another number
// is wrong, also if it is the answer to another question of the sheet.
func JudgeFor(arch lenet.Arch, n int) report.Verdict {
	want, v := rightCount(arch), Judge(n)
	total := want.total()
	switch {
	case n == total:
		v = report.Verdict{Right: true, Score: 1, Code: report.CodeRight}
		v.Answerf("Right: %d is %s.", n, want)
	case v.Right:
		v = report.Verdict{Code: "another-number"}
		v.Answerf("%d is an answer to another question of the sheet. It is not %s; that is %d.", n, want, total)
	}
	v.Checks = nil
	v.Check("the parameters of the network that is named", v.Right, "%d; %s has %d", n, want.name(), total)
	return v
}

// table shows the count beside the right one of the same network.
func (c count) table() report.Table {
	right := rightCount(c.arch)
	t := report.Table{Header: []string{"layer", "weights", "biases", "your count"}}
	weights, biases := 0, 0
	for i, l := range right.layers {
		t.Rows = append(t.Rows, []any{l.of.Name, l.weights, l.biases, c.layers[i].weights + c.layers[i].biases})
		weights, biases = weights+l.weights, biases+l.biases
	}
	t.Rows = append(t.Rows, []any{"total", weights, biases, c.total()})
	return t
}

// backToTheSheet leads from the number of parameters of the network of 1998 to that of
// the original one.
func backToTheSheet() string {
	c := rightCount(lenet.LeCun1998)
	at := fmt.Sprint(c.total())
	output := LayerOf(lenet.Original, "F7")
	for _, l := range c.layers {
		if l.of.Kind == lenet.KindSum {
			at += fmt.Sprintf(" - %d", l.weights+l.biases)
		}
	}
	return fmt.Sprintf("%s + %d = %d", at, output.Weights()+output.Biases(), rightCount(lenet.Original).total())
}
