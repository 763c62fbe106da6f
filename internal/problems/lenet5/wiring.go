package lenet5

import (
	"fmt"
	"math/rand/v2"

	"hw4/internal/report"
	"hw4/lenet"
)

// wiring sets the three networks side by side, with their parameters, of which
// ledgers has the accounts, and their connections.
func wiring(b *report.Body, ledgers map[lenet.Arch][]lenet.Entry) {
	archs := []lenet.Arch{lenet.Modern, lenet.Original, lenet.LeCun1998}
	wires := make(map[lenet.Arch][]lenet.Entry)
	header := []string{"layer"}
	for _, arch := range archs {
		wires[arch] = lenet.Wiring(arch, lenet.New[float32](rand.New(rand.NewPCG(0, 7)), arch))
		header = append(header, arch.String(), "connections")
	}
	b.Textf("Side by side, parameters and connections. A connection is an input or a bias of a unit, however many units " +
		"share its weight:")
	var rows [][]any
	for i, e := range wires[lenet.Original] {
		row := []any{e.Layer}
		for _, arch := range archs {
			w := wires[arch][i] // the output layers have names of their own
			row = append(row, accountOf(w.Layer, ledgers[arch]).Counted, w.Counted)
		}
		rows = append(rows, row)
	}
	rows[len(rows)-1][0] = "output"
	total := []any{"total"}
	for _, arch := range archs {
		total = append(total, lenet.Total(ledgers[arch]).Counted, lenet.Total(wires[arch]).Counted)
	}
	b.Table(header, append(rows, total))
	b.Textf("Connections by hand, of the network of 1998:")
	entries(b, append(wires[lenet.LeCun1998], lenet.Total(wires[lenet.LeCun1998])))
	for _, arch := range archs {
		total, agree := lenet.Total(wires[arch]), true
		for _, e := range wires[arch] {
			agree = agree && e.ByHand == e.Counted
		}
		b.Check(fmt.Sprintf("%s, connections", arch), agree, "layer by layer; %d by hand, %d counted", total.ByHand,
			total.Counted)
	}
	bridge(b, ledgers, lenet.Total(wires[lenet.LeCun1998]).Counted)
}

// bridge leads from the course's original network to that of the paper.
func bridge(b *report.Body, ledgers map[lenet.Arch][]lenet.Entry, connections int) {
	from, to := lenet.Total(ledgers[lenet.Original]).Counted, lenet.Total(ledgers[lenet.LeCun1998]).Counted
	f7 := accountOf("F7", ledgers[lenet.Original]).Counted
	s2, s4 := accountOf("S2", ledgers[lenet.LeCun1998]).Counted, accountOf("S4", ledgers[lenet.LeCun1998]).Counted
	b.Textf("From the course's original network to the paper's: without F7, whose place fixed bitmaps of the digits "+
		"take, and with a coefficient and a bias for every map of S2 and S4, %d - %d + %d + %d = %d.",
		from, f7, s2, s4, to)
	b.Check("the bridge to 1998", from-f7+s2+s4 == to, "%d - %d + %d + %d = %d", from, f7, s2, s4, from-f7+s2+s4)
	b.Check("the paper's totals", to == 60000 && connections == 340908,
		"%d trainable parameters and %d connections; the paper says 60,000 and 340,908", to, connections)
}

// accountOf returns the entry of a layer; it is empty for a layer without parameters.
func accountOf(layer string, entries []lenet.Entry) lenet.Entry {
	for _, e := range entries {
		if e.Layer == layer {
			return e
		}
	}
	return lenet.Entry{Layer: layer}
}
