package losses

import (
	"context"
	"fmt"
	"math"
	"strings"

	"hw4/internal/report"
	"hw4/internal/stats"
	"hw4/internal/training"
)

// compare compares both losses from many seeds, and with where they head for. The
// verdict, the accuracies and their plot are the answer.
func (o Options) compare(ctx context.Context, b *report.Body, s sets) error {
	duels, err := (&contest{o, s}).run(ctx)
	if err != nil {
		return err
	}
	all := weigh(duels)
	answerBySeeds(b, all)
	b.Answer = append(b.Answer, o.accuracies(all))
	b.Answer = append(b.Answer, o.meanPlot(all, "Test error", "test error in per cent",
		func(e training.Epoch) float64 { return 100 * (1 - e.TestAcc) }))
	b.Add(o.meanPlot(all, "Training loss", "mean loss of a training image",
		func(e training.Epoch) float64 { return e.TrainLoss }))
	o.reportTests(b, all)
	checkSeeds(b, o.Seed, all)
	return o.reportLimit(ctx, b, s, all)
}

// accuracies is the table of the answer: a row a loss, at every setting.
func (o Options) accuracies(all []evidence) report.Table {
	level := fmt.Sprintf("%.0f %% interval from", 100*level)
	t := report.Table{Header: []string{"loss", "test accuracy", level, "to"}}
	if o.grid() {
		t.Header = append([]string{"learning rate", "epochs"}, t.Header...)
	}
	for i := range all {
		e := &all[i]
		for l, of := range binaryLosses {
			x := e.errors[l]
			row := []any{of.title, report.Percent(1 - x.Mean), report.Percent(1 - x.High), report.Percent(1 - x.Low)}
			if o.grid() {
				row = append([]any{e.lr, e.epochs}, row...)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// reportTests reports the tests of significance, each after the question that it
// answers.
func (o Options) reportTests(b *report.Body, all []evidence) {
	var seeds, images, signs, ranks, mcnemar [][]any
	for i := range all {
		e := &all[i]
		row := func(cells ...any) []any { return append([]any{e.lr, e.epochs}, cells...) }
		d, t := e.overSeeds, e.overImages
		seeds = append(seeds, row(hundredths(d.Mean), hundredths(d.Low), hundredths(d.High)))
		images = append(images, row(hundredths(t.Mean), hundredths(t.Low), hundredths(t.High)))
		signs = append(signs, row(e.sign.Plus, e.sign.Zeros, e.sign.Minus, e.sign.P))
		ranks = append(ranks, row(e.rank.P, e.adjusted))
		both, first, second, neither := e.fourfold()
		mcnemar = append(mcnemar, row(both, first, second, neither, stats.McNemar(first, second)))
	}
	interval := []string{"images", "interval from", "interval to"}
	table := func(columns []string, rows [][]any) {
		b.Table(append([]string{"learning rate", "epochs"}, columns...), rows)
	}
	b.Textf("Would other seeds say the same? How many more of the %d test images the sum of squares classifies correctly "+
		"than the KL divergence, from the same start on the same batches. The mean over the seeds %d to %d, with Student's "+
		"%.0f %% interval over the seeds:", all[0].test, o.Seed, o.Seed+uint64(o.Seeds)-1, 100*level)
	table(interval, seeds)
	b.Textf("Would other test images say the same? The same mean, with the %.0f %% interval over the test images, for "+
		"these seeds:", 100*level)
	table(interval, images)
	b.Textf("From how many seeds is each loss ahead? The p-value is that of the exact two-sided sign test: how probable " +
		"such a count or a more extreme one is, if both losses are equally good.")
	table([]string{"squares ahead", "level", "KL ahead", "p-value"}, signs)
	b.Textf("Are the differences of one sign too large for chance? Wilcoxon's exact signed-rank test; seeds that are "+
		"level are left out, and tied ranks get their mean. Holm's adjustment is for %s:", report.Plural(len(all), "setting"))
	table([]string{"p-value", "adjusted p-value"}, ranks)
	b.Textf("Do the two classifiers of seed %d err on different images? McNemar's exact test:", o.Seed)
	table([]string{"both right", "only squares right", "only KL right", "both wrong", "p-value"}, mcnemar)
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

// answerBySeeds answers the sheet's question by the evidence.
func answerBySeeds(b *report.Body, all []evidence) {
	var by [3][]*evidence // the sum of squares is ahead, the KL divergence is, neither
	var beyond []*evidence
	for i := range all {
		e := &all[i]
		w := (e.winner() + 3) % 3
		by[w] = append(by[w], e)
		if w < 2 && e.beyond {
			beyond = append(beyond, e)
		}
	}
	var parts []string
	for w, say := range [3]string{
		"at %s the sum of squares does better: it classifies %s more of the %d test images correctly than the KL " +
			"divergence does",
		"at %s the KL divergence does better: it classifies %s more of the %d test images correctly than the sum of " +
			"squares does",
		"at %s neither does better: a difference of %s of the %d test images may be chance",
	} {
		if len(by[w]) > 0 {
			parts = append(parts, fmt.Sprintf(say, settings(by[w]), span(by[w]), all[0].test))
		}
	}
	text := strings.Join(parts, "; ")
	b.Answerf("%s.", strings.ToUpper(text[:1])+text[1:])
	answerBeyond(b, all, beyond)
	if len(all) == 1 {
		b.Textf("This is one setting of many. Learning rates 0.01, 0.0255 and 0.1 after 3 and 20 epochs are six.")
	}
}

// answerBeyond says whether the answer holds for other test images too.
func answerBeyond(b *report.Body, all []evidence, beyond []*evidence) {
	adjusted := ""
	if len(all) > 1 {
		adjusted = fmt.Sprintf(", adjusted for %d settings by Bonferroni", len(all))
	}
	if len(beyond) == 0 {
		b.Answerf("With other test images the result could be different.")
		b.Textf("The intervals over the %d test images%s contain 0.", all[0].test, adjusted)
		return
	}
	b.Answerf("Other test images should show the same at %s.", settings(beyond))
	b.Textf("There the interval over the %d test images%s excludes 0.", all[0].test, adjusted)
}

// hundredths returns a number of images to two decimals.
func hundredths(v float64) float64 { return math.Round(100*v)/100 + 0 } // + 0 for -0

// span writes the mean difference, or the range of several.
func span(all []*evidence) string {
	if len(all) == 1 {
		i := all[0].overSeeds
		if i.Mean < 0 {
			i = stats.Interval{Mean: -i.Mean, Low: -i.High, High: -i.Low}
		}
		return fmt.Sprintf("%.1f (mean; %.0f %% interval %.1f to %.1f)", i.Mean, 100*level, i.Low, i.High)
	}
	low, high := math.Inf(1), 0.0
	for _, e := range all {
		d := math.Abs(e.overSeeds.Mean)
		low, high = min(low, d), max(high, d)
	}
	if l, h := fmt.Sprintf("%.1f", low), fmt.Sprintf("%.1f", high); l != h {
		return l + " to " + h
	}
	return fmt.Sprintf("%.1f", low)
}
