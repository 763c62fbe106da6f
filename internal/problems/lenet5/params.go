package lenet5

import (
	"fmt"
	"math/rand/v2"

	"hw4/internal/problems/lenet5/params"
	"hw4/internal/report"
	"hw4/lenet"
)

// parameters answers the questions of the problem.
func parameters(b *report.Body) {
	ledgers := make(map[lenet.Arch][]lenet.Entry)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern, lenet.LeCun1998} {
		ledgers[arch] = lenet.Ledger(arch, lenet.New[float32](rand.New(rand.NewPCG(0, 7)), arch))
	}
	original, modern := lenet.Total(ledgers[lenet.Original]), lenet.Total(ledgers[lenet.Modern])
	missing, possible := params.MissingConnections()
	side := params.LayerOf(lenet.Original, "C3").Kernel
	kernel := side * side
	reduction := modern.Counted - original.Counted
	c3, regular := accountOf("C3", ledgers[lenet.Original]), accountOf("C3", ledgers[lenet.Modern])
	b.Answerf("C3 connected by Table I has %d parameters, a regular convolution %d.", c3.Counted, regular.Counted)
	b.Answerf("Total number of trainable parameters: %d instead of %d. The reduction is %d.", original.Counted,
		modern.Counted, reduction)
	b.Answerf("By hand: %d of the %d connections are missing, and each has a %d x %d kernel: %d·%d = %d. The print "+
		"statement agrees.", missing, possible, side, side, missing, kernel, missing*kernel)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		ledger(b, arch, ledgers[arch])
	}
	b.Check("the reduction agrees with the calculation by hand", reduction == missing*kernel &&
		reduction == regular.ByHand-c3.ByHand,
		"%d - %d = %d = %d·%d", modern.Counted, original.Counted, reduction, missing, kernel)
	b.Textf("C3 by Table I: an X means that the map of S2 in the row feeds the map of C3 in the column.")
	b.Add(report.Block(lenet.TableI()))
	connectionsPicture(b)
	b.Textf("LeNet-5 as it was published in 1998 is here under the name lecun1998.")
	ledger(b, lenet.LeCun1998, ledgers[lenet.LeCun1998])
	wiring(b, ledgers)
}

// ledger adds the account of a network's parameters.
func ledger(b *report.Body, arch lenet.Arch, accounts []lenet.Entry) {
	total := lenet.Total(accounts)
	b.Textf("The %s LeNet-5. Total number of trainable parameters: %d", arch, total.Counted)
	for _, e := range accounts {
		b.Check(fmt.Sprintf("%s, %s", arch, e.Layer), e.ByHand == e.Counted, "%s = %d by hand, %d counted", e.Formula,
			e.ByHand, e.Counted)
	}
	entries(b, append(accounts, total))
}

// entries adds a table of accounts.
func entries(b *report.Body, accounts []lenet.Entry) {
	row := func(e lenet.Entry) []any { return []any{e.Layer, e.Formula, e.ByHand, e.Counted} }
	b.Table([]string{"layer", "formula", "by hand", "counted"}, report.Each(accounts, row))
}
