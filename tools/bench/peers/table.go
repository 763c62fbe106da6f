package main

import (
	"fmt"
	"slices"
	"strings"
)

// table returns the results as a table in Markdown. Images a second are medians of the
// rounds, and ratios are medians of those within a round, with their range.
func table(rows []*row) string {
	var b strings.Builder
	line := func(cells ...string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line("training", "batch", "hw4 images/s", "PyTorch", "compiled", "JAX", "hw4 over the fastest peer", "wanted")
	line("---", "---:", "---:", "---:", "---:", "---:", "---:", "---:")
	for _, r := range rows {
		line(r.Name, fmt.Sprint(r.Batch), r.cell(ours), r.cell(eager), r.cell(compiled), r.cell(jax),
			r.times(), fmt.Sprintf("%.1f", r.Wanted))
	}
	for _, o := range own(rows) {
		line(o.what, fmt.Sprint(o.batch), o.rate, "", "", "", o.ratio, o.wanted)
	}
	return b.String()
}

// cell returns the images a second of a program in a case.
func (r *row) cell(program int) string {
	switch {
	case r.failed[program] != nil:
		return "failed"
	case len(r.seconds[program]) == 0:
		return "-"
	}
	return fmt.Sprintf("%.0f", r.rate(program))
}

// times returns how many times as fast as the fastest peer ours is; a row in which a
// program failed has failed.
func (r *row) times() string {
	if slices.ContainsFunc(r.failed[:], func(err error) bool { return err != nil }) {
		return "failed"
	}
	return over(r.fastest(), r.seconds[ours]).String()
}

// An ownRow compares ours with ours.
type ownRow struct {
	what                string
	batch               int
	rate, ratio, wanted string
}

func own(rows []*row) []ownRow {
	var all []ownRow
	add := func(what string, r *row, program int, than []float64, wanted string) {
		if s := r.seconds[program]; len(s) > 0 && len(s) == len(than) {
			all = append(all, ownRow{what, r.Batch, r.cell(program), over(than, s).String(), wanted})
		}
	}
	lenets := slices.DeleteFunc(slices.Clone(rows), func(r *row) bool {
		return r.Model != "modern" && r.Model != "original"
	})
	for i, r := range lenets[len(lenets)/2:] {
		add("hw4, original over modern", r, ours, lenets[i].seconds[ours], "1.12")
	}
	for _, r := range lenets {
		add("hw4 with AVX2 over AVX-512, "+r.Model, r, oursAVX2, r.seconds[ours], "0.80")
	}
	peak := 0.0 // the most that was seen
	for _, r := range rows {
		peak = max(peak, r.peak)
	}
	for _, r := range lenets {
		if len(r.seconds[ours]) > 0 && peak > 0 {
			share := fmt.Sprintf("%.0f %%", 100*r.FLOP*r.rate(ours)/peak)
			all = append(all, ownRow{"hw4, share of the peak, " + r.Model, r.Batch, r.cell(ours), share, "72 %"})
		}
	}
	return all
}
