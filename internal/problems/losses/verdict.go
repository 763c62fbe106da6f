package losses

import (
	"context"
	"fmt"
	"math"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/stats"
	"hw4/internal/training"
)

// compare compares both losses from many seeds, and with where they head for. The
// verdict, the accuracies and their plot are the answer.
func (o Options) compare(ctx context.Context, b *report.Body, s *data.MNIST) error {
	duels, err := o.contest(ctx, s)
	if err != nil {
		return err
	}
	all := weigh(duels)
	answerBySeeds(b, all)
	b.Answer = append(b.Answer, accuracies(all), o.meanPlot(all, "Test error", "test error in per cent",
		func(e training.Epoch) float64 { return 100 * (1 - e.TestAcc) }))
	b.Add(o.meanPlot(all, "Training loss", "mean loss of a training image",
		func(e training.Epoch) float64 { return e.TrainLoss }))
	o.reportTests(b, all)
	checkSeeds(b, o.Seed, training.Chance(s.Test), all)
	return o.reportLimit(ctx, b, s, all)
}

// accuracies is the table of the answer: a row a loss, at every setting.
func accuracies(all []*evidence) report.Table {
	return table(all, []string{"loss", "accuracy", "interval from", "interval to"}, func(e *evidence) (rows [][]any) {
		for l, x := range e.errors {
			rows = append(rows, []any{binaryLosses[l].title, report.Percent(1 - x.Mean), report.Percent(1 - x.High),
				report.Percent(1 - x.Low)})
		}
		return rows
	})
}

// answerBySeeds answers the sheet's question by the evidence: for each loss the settings
// at which it does better, and those at which neither does.
func answerBySeeds(b *report.Body, all []*evidence) {
	var by [neither + 1][]*evidence
	for _, e := range all {
		by[e.winner()] = append(by[e.winner()], e)
	}
	for w, say := range [neither + 1]string{
		"At %s the sum of squares does better: it classifies %s more of the %d test images correctly than the KL " +
			"divergence does.",
		"At %s the KL divergence does better: it classifies %s more of the %d test images correctly than the sum of " +
			"squares does.",
		neither: "At %s neither does better: a difference of %s of the %d test images may be chance.",
	} {
		if len(by[w]) > 0 {
			b.Answerf(say, settings(by[w]...), span(by[w]), all[0].Images)
		}
	}
	if found := beyond(all); len(found) > 0 {
		b.Answerf("Other test images should show the same at %s.", settings(found...))
	} else {
		b.Answerf("With other test images the result could be different.")
	}
	b.Answerf("Accuracy on the test images, mean of %d seeds, with its %.0f %% interval:", len(all[0].trials), 100*level)
}

// span writes the mean difference, or the range of several.
func span(all []*evidence) string {
	if len(all) == 1 {
		i := all[0].OverSeeds
		if i.Mean < 0 {
			i = stats.Interval{Mean: -i.Mean, Low: -i.High, High: -i.Low}
		}
		return fmt.Sprintf("%.1f (mean; %.0f %% interval %.1f to %.1f)", i.Mean, 100*level, i.Low, i.High)
	}
	low, high := math.Inf(1), 0.0
	for _, e := range all {
		d := math.Abs(e.OverSeeds.Mean)
		low, high = min(low, d), max(high, d)
	}
	s := fmt.Sprintf("%.1f", low)
	if h := fmt.Sprintf("%.1f", high); h != s {
		s += " to " + h
	}
	return s
}
