package losses

import (
	"fmt"
	"math"
	"strconv"

	"hw4/internal/report"
	"hw4/internal/stats"
)

// A testTable is a table of a test of significance: a row for every setting that the
// losses are compared at. If there is only one, the table does not say which.
type testTable struct {
	header []string
	cells  func(e *evidence) []any
}

// add adds the table, after the question that the test answers and how it does.
func (t testTable) add(b *report.Body, all []evidence, question, method string) {
	b.Textf("%s %s:", question, method)
	header := t.header
	if len(all) > 1 {
		header = append([]string{"learning rate", "epochs"}, header...)
	}
	var rows [][]any
	for i := range all {
		row := t.cells(&all[i])
		if len(all) > 1 {
			row = append([]any{all[i].lr, all[i].epochs}, row...)
		}
		rows = append(rows, row)
	}
	b.Table(header, rows)
}

// reportTests reports the tests of significance.
func (o Options) reportTests(b *report.Body, all []evidence) {
	b.Textf("The difference in the tables below is the number of the %d test images that the sum of squares classifies "+
		"correctly, minus that of the KL divergence, after runs from the same start on the same batches.", all[0].test)
	o.reportIntervals(b, all)
	testTable{[]string{"squares ahead", "equal", "KL ahead", "p-value"}, func(e *evidence) []any {
		return []any{e.sign.Plus, e.sign.Zeros, e.sign.Minus, significant(e.sign.P)}
	}}.add(b, all, "Is one loss ahead from more seeds than chance explains?", "The exact two-sided sign test")
	ranks, method := testTable{[]string{"p-value"}, func(e *evidence) []any { return []any{significant(e.rank.P)} }},
		"Wilcoxon's exact signed-rank test, without the seeds that are equal"
	if len(all) > 1 {
		ranks = testTable{[]string{"p-value", "adjusted p-value"}, func(e *evidence) []any {
			return []any{significant(e.rank.P), significant(e.adjusted)}
		}}
		method += fmt.Sprintf(", and adjusted by Holm for %d settings", len(all))
	}
	ranks.add(b, all, "Are the differences in favour of one loss larger than chance explains?", method)
	testTable{[]string{"both right", "only squares right", "only KL right", "both wrong", "p-value"},
		func(e *evidence) []any {
			both, first, second, neither := e.fourfold()
			return []any{both, first, second, neither, significant(stats.McNemar(first, second))}
		},
	}.add(b, all, fmt.Sprintf("Of the images on which the two classifiers of seed %d disagree, does one get more right "+
		"than chance explains?", o.Seed), "McNemar's exact test")
}

// reportIntervals reports how far the mean difference depends on the seeds, and on the
// test images.
func (o Options) reportIntervals(b *report.Body, all []evidence) {
	interval := func(of func(e *evidence) stats.Interval) testTable {
		return testTable{[]string{"difference", "interval from", "interval to"}, func(e *evidence) []any {
			i := of(e)
			return []any{hundredths(i.Mean), hundredths(i.Low), hundredths(i.High)}
		}}
	}
	interval(func(e *evidence) stats.Interval { return e.overSeeds }).add(b, all, "Would other seeds say the same?",
		fmt.Sprintf("The mean over the seeds %d to %d, with Student's %.0f %% interval over the seeds", o.Seed,
			o.Seed+uint64(o.Seeds)-1, 100*level))
	interval(func(e *evidence) stats.Interval { return e.overImages }).add(b, all, "Would other test images say the same?",
		fmt.Sprintf("The same mean, with the %.0f %% interval over the test images, for these seeds", 100*level))
	if len(all) > 1 {
		excluding := "none of the settings"
		if found := beyond(all); len(found) > 0 {
			excluding = settings(found)
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

// checkSeeds checks what the tables rest on.
func checkSeeds(b *report.Body, seed uint64, all []evidence) {
	starts, runs, counted, fell, learnt := 0, 0, 0, 0, 0
	for i := range all {
		e := &all[i]
		for _, pair := range e.trials {
			if pair[0].curve[0].TestAcc == pair[1].curve[0].TestAcc && pair[0].next == pair[1].next {
				starts++
			}
			for _, t := range pair {
				runs++
				first, last := t.curve[0], t.last()
				counted += one(t.count() == int(math.Round(last.TestAcc*float64(e.test))))
				fell += one(last.TrainLoss < first.TrainLoss)
				learnt += one(last.TestAcc > 0.9)
			}
		}
	}
	b.Check("same starts, same batches", 2*starts == runs, "%d of %d pairs of runs begin with the same test accuracy "+
		"and end with the same state of the random generator", starts, runs/2)
	b.Check("images counted one by one", counted == runs, "they give the accuracy of %d of %d runs", counted, runs)
	b.Check("all training losses fell", fell == runs, "in %d of %d runs", fell, runs)
	b.Check("all better than chance", learnt == runs, "test accuracy above 90 %% in %d of %d runs", learnt, runs)
	checkSignedRank(b, seed, all)
}

// checkSignedRank tries the exact p-values by drawing signs.
func checkSignedRank(b *report.Body, seed uint64, all []evidence) {
	const draws = 20_000
	rng := seeded(seed, 53)
	worst, of := -1.0, 0
	for i := range all {
		p := all[i].rank.P
		chance := math.Sqrt(p*(1-p)/draws) + 1.0/draws
		if z := math.Abs(stats.FlipSigns(all[i].differ, draws, rng)-p) / chance; z > worst {
			worst, of = z, i
		}
	}
	b.Check("Wilcoxon's p-values", worst <= 4, "%d random draws of the signs give the same p-values, within %.1f "+
		"standard errors (%s)", draws, worst, all[of].setting())
}
