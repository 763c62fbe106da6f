package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/stats"
)

// compareSeeds compares both losses from many seeds and with where they head for.
func (a *answer) compareSeeds(ctx context.Context, cfg Config, trainSet, testSet *data.Set) error {
	duels, err := (&contest{cfg: cfg, train: trainSet, test: testSet}).run(ctx)
	if err != nil {
		return err
	}
	all := weigh(duels)
	a.reportSeeds(cfg, all)
	a.checkSeeds(cfg, all)
	a.reportCurves(cfg, all)
	if err := a.reportLimit(ctx, cfg, trainSet, testSet, all); err != nil {
		return err
	}
	a.reportVerdict(all)
	return nil
}

// reportSeeds reports the evidence in tables.
func (a *answer) reportSeeds(cfg Config, all []evidence) {
	var errors, differences, tests, mcnemar [][]any
	for i := range all {
		e := &all[i]
		m, k, s, t := e.errors[0], e.errors[1], e.overSeeds, e.overImages
		errors = append(errors, []any{e.lr, e.epochs, report.Percent(m.Mean), report.Percent(m.Low), report.Percent(m.High), report.Percent(k.Mean), report.Percent(k.Low), report.Percent(k.High)})
		differences = append(differences, []any{e.lr, e.epochs, rounded(s.Mean), rounded(s.Low), rounded(s.High), rounded(t.Low), rounded(t.High)})
		tests = append(tests, []any{e.lr, e.epochs, e.sign.Plus, e.sign.Zeros, e.sign.Minus, e.sign.P, e.rank.P, e.adjusted})
		both, first, second, neither := e.fourfold()
		mcnemar = append(mcnemar, []any{e.lr, e.epochs, both, first, second, neither, stats.McNemar(first, second)})
	}
	a.text("Test error from %d seeds, %d to %d, mean and %.0f %% interval (Student's t):", cfg.Seeds, cfg.Seed, cfg.Seed+uint64(cfg.Seeds)-1, 100*level)
	a.table([]string{"lr", "epochs", "sum of squares", "from", "to", "KL divergence", "from", "to"}, errors)
	a.text("The paired difference: how many of the %d test images the sum of squares classifies correctly beyond those of the KL divergence from the same start on the same batches. The first %.0f %% interval is over the seeds, for these test images; the second over the test images, for these seeds:", all[0].test, 100*level)
	a.table([]string{"lr", "epochs", "images", "over seeds: from", "to", "over images: from", "to"}, differences)
	a.text("Seeds from which the sum of squares is ahead, level and behind, with exact two-sided tests; Wilcoxon's leaves out the seeds that are level and gives tied ranks their mean. Holm's adjustment is for %s:", plural(len(all), "setting"))
	a.table([]string{"lr", "epochs", "ahead", "level", "behind", "sign test p", "Wilcoxon p", "adjusted p"}, tests)
	a.text("McNemar's exact test on the test images, seed %d alone:", cfg.Seed)
	a.table([]string{"lr", "epochs", "both right", "only squares", "only KL", "both wrong", "p"}, mcnemar)
}

// checkSeeds checks what the tables rest on.
func (a *answer) checkSeeds(cfg Config, all []evidence) {
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
				counted += one(closeTo(float64(t.count())/float64(e.test), last.TestAcc))
				fell += one(last.TrainLoss < first.TrainLoss)
				learnt += one(last.TestAcc > 0.9)
			}
		}
	}
	a.check("same starts, same batches", 2*starts == runs, "%d of %d pairs of runs begin at the same test accuracy and leave the shuffle of the images in the same state", starts, runs/2)
	a.check("images counted one by one", counted == runs, "they give the accuracy of %d of %d runs", counted, runs)
	a.check("all training losses fell", fell == runs, "in %d of %d runs", fell, runs)
	a.check("all better than chance", learnt == runs, "test accuracy above 90 %% in %d of %d runs", learnt, runs)
	a.checkSignedRank(cfg, all)
}

// checkSignedRank tries the exact p-values by drawing signs.
func (a *answer) checkSignedRank(cfg Config, all []evidence) {
	const draws = 20_000
	rng := rand.New(rand.NewPCG(cfg.Seed, 53))
	worst, of := -1.0, 0
	for i := range all {
		p := all[i].rank.P
		chance := math.Sqrt(p*(1-p)/draws) + 1.0/draws
		if z := math.Abs(stats.FlipSigns(all[i].differ, draws, rng)-p) / chance; z > worst {
			worst, of = z, i
		}
	}
	a.check("Wilcoxon's p-values", worst <= 4, "%d draws of the signs of the differences give the same but for at most %.1f standard errors (%s)", draws, worst, all[of].setting())
}

// reportVerdict answers the sheet's question by the evidence.
func (a *answer) reportVerdict(all []evidence) {
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
		"holds at %s, where the sum of squares classifies %s more of the %d test images correctly on average",
		"does not hold at %s, where the KL divergence classifies %s more of the %d correctly",
		"is undecided at %s, where the difference, %s of the %d on average, may be the seeds' chance",
	} {
		if len(by[w]) > 0 {
			parts = append(parts, fmt.Sprintf(say, settings(by[w]), span(by[w]), all[0].test))
		}
	}
	a.text("Verdict: that the \"sum-of-squares loss seems to lead to better results\" %s.", strings.Join(parts, "; it "))
	a.reportReach(all, beyond)
	if len(all) == 1 {
		a.text("This is one setting of many; --lr 0.01,0.0255,0.1 --epochs 3,20 compares six.")
	}
}

// reportReach says whether the verdict goes beyond these test images.
func (a *answer) reportReach(all []evidence, beyond []*evidence) {
	by := ""
	if len(all) > 1 {
		by = fmt.Sprintf(", adjusted for %d settings by Bonferroni", len(all))
	}
	test := all[0].test
	if len(beyond) == 0 {
		a.text("It is said of these %d test images alone: no difference is larger than the chance of their being drawn allows (intervals over the images%s).", test, by)
		return
	}
	a.text("At %s the difference is larger than the chance of these %d test images being drawn allows (intervals over the images%s), so that other images like these should show it too.", settings(beyond), test, by)
}

// rounded returns a number of images to two decimals.
func rounded(v float64) float64 { return math.Round(100*v)/100 + 0 } // + 0 for -0

// span writes the mean difference, or the range of several.
func span(all []*evidence) string {
	if len(all) == 1 {
		i := all[0].overSeeds
		if i.Mean < 0 {
			i = stats.Interval{Mean: -i.Mean, Low: -i.High, High: -i.Low}
		}
		return fmt.Sprintf("%.1f (%.0f %% interval %.1f to %.1f)", i.Mean, 100*level, i.Low, i.High)
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

// list joins names as a sentence does, the last by "and" or "or".
func list(names []string, last string) string {
	n := len(names) - 1
	if n < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n], ", ") + " " + last + " " + names[n]
}

// alternatives writes numbers as a sentence does: 1, 2 or 3.
func alternatives[T any](numbers []T) string {
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = fmt.Sprint(n)
	}
	return list(names, "or")
}

// one counts a condition.
func one(holds bool) int {
	if holds {
		return 1
	}
	return 0
}
