package losses

import (
	"fmt"
	"math"
	"strconv"

	"hw4/internal/report"
	"hw4/internal/stats"
)

// table returns a table with some rows for every setting. If there are several, its first
// columns say which.
func table(all []*evidence, header []string, rows func(e *evidence) [][]any) report.Table {
	t := report.Table{Header: header}
	if len(all) > 1 {
		t.Header = append([]string{"learning rate", "epochs"}, header...)
	}
	for _, e := range all {
		for _, row := range rows(e) {
			if len(all) > 1 {
				row = append([]any{e.lr, e.epochs}, row...)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// addTest adds the table of a test of significance, after the question that the test
// answers and how it does.
func addTest(b *report.Body, all []*evidence, question, method string, header []string, cells func(e *evidence) []any) {
	b.Textf("%s %s:", question, method)
	b.Add(table(all, header, func(e *evidence) [][]any { return [][]any{cells(e)} }))
}

func (o Options) reportTests(b *report.Body, all []*evidence) {
	b.Textf("The difference in the tables below is the number of the %d test images that the sum of squares classifies "+
		"correctly, minus that of the KL divergence, after runs from the same start on the same batches.", all[0].Images)
	o.reportIntervals(b, all)
	addTest(b, all, "Is one loss ahead from more seeds than chance explains?", "The exact two-sided sign test",
		[]string{"squares ahead", "equal", "KL ahead", "p-value"}, func(e *evidence) []any {
			return []any{e.Sign.Plus, e.Sign.Zeros, e.Sign.Minus, significant(e.Sign.P)}
		})
	header, method := []string{"p-value"}, "Wilcoxon's exact signed-rank test, without the seeds that are equal"
	if len(all) > 1 {
		header = append(header, "adjusted p-value")
		method += fmt.Sprintf(", and adjusted by Holm for %d settings", len(all))
	}
	addTest(b, all, "Are the differences in favour of one loss larger than chance explains?", method, header,
		func(e *evidence) []any { return []any{significant(e.Rank.P), significant(e.Adjusted)}[:len(header)] })
	addTest(b, all, fmt.Sprintf("Of the images on which the two classifiers of seed %d disagree, does one get more right "+
		"than chance explains?", o.Seed), "McNemar's exact test",
		[]string{"both right", "only squares right", "only KL right", "both wrong", "p-value"}, func(e *evidence) []any {
			n := e.fourfold()
			return []any{n[1][1], n[1][0], n[0][1], n[0][0], significant(stats.McNemar(n[1][0], n[0][1]))}
		})
}

// reportIntervals reports how far the mean difference depends on the seeds, and on the
// test images.
func (o Options) reportIntervals(b *report.Body, all []*evidence) {
	add := func(question, method string, of func(e *evidence) stats.Interval) {
		addTest(b, all, question, method, []string{"difference", "interval from", "interval to"}, func(e *evidence) []any {
			i := of(e)
			return []any{hundredths(i.Mean), hundredths(i.Low), hundredths(i.High)}
		})
	}
	add("Would other seeds say the same?",
		fmt.Sprintf("The mean over the seeds %d to %d, with Student's %.0f %% interval over the seeds", o.Seed,
			o.Seed+uint64(o.Seeds)-1, 100*level),
		func(e *evidence) stats.Interval { return e.OverSeeds })
	add("Would other test images say the same?",
		fmt.Sprintf("The same mean, with the %.0f %% interval over the test images, for these seeds", 100*level),
		func(e *evidence) stats.Interval { return e.OverImages })
	if len(all) > 1 {
		excluding := "none of the settings"
		if found := beyond(all); len(found) > 0 {
			excluding = settings(found...)
		}
		b.Textf("Adjusted for %d settings by Bonferroni, the interval over the test images excludes 0 at %s.", len(all),
			excluding)
	}
}

// hundredths returns a number of images to two decimals.
func hundredths(v float64) float64 { return math.Round(100*v)/100 + 0 } // + 0 for -0

// significant returns a probability to three significant digits.
func significant(p float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(p, 'g', 3, 64), 64) // its own number is always read
	return v
}

// checkSeeds checks what the tables rest on. chance is the accuracy of always saying the most
// frequent class.
func checkSeeds(b *report.Body, seed uint64, chance float64, all []*evidence) {
	starts, runs, counted, fell, learnt := 0, 0, 0, 0, 0
	for _, e := range all {
		for _, pair := range e.trials {
			starts += one(pair[0].curve[0].TestAcc == pair[1].curve[0].TestAcc && pair[0].order == pair[1].order)
			for _, t := range pair {
				runs++
				first, last := t.curve[0], t.last()
				counted += one(t.count() == int(math.Round(last.TestAcc*float64(e.Images))))
				fell += one(last.TrainLoss < first.TrainLoss)
				learnt += one(last.TestAcc > chance)
			}
		}
	}
	b.Check("same starts, same batches", 2*starts == runs, "%d of %d pairs of runs begin with the same test accuracy "+
		"and end with the same state of the random generator", starts, runs/2)
	b.Check("images counted one by one", counted == runs, "they give the accuracy of %d of %d runs", counted, runs)
	b.Check("all training losses fell", fell == runs, "in %d of %d runs", fell, runs)
	b.Check("all better than chance", learnt == runs, "test accuracy above %s, the share of the largest class, in %d of "+
		"%d runs", report.Percent(chance), learnt, runs)
	checkSignedRank(b, seed, all)
}

// checkSignedRank tries the exact p-values by drawing signs.
func checkSignedRank(b *report.Body, seed uint64, all []*evidence) {
	const draws = 20_000
	rng := seeded(seed, 53)
	worst, of := -1.0, all[0]
	for _, e := range all {
		p := e.Rank.P
		chance := math.Sqrt(p*(1-p)/draws) + 1.0/draws
		if z := math.Abs(stats.FlipSigns(e.Differ, draws, rng)-p) / chance; z > worst {
			worst, of = z, e
		}
	}
	b.Check("Wilcoxon's p-values", worst <= 4, "%d random draws of the signs give the same p-values, within %.1f "+
		"standard errors (%s)", draws, worst, settings(of))
}
