package losses

import (
	"fmt"
	"slices"

	"hw4/internal/report"
	"hw4/internal/stats"
)

const level = 0.95 // of every interval

// evidence is what the trials of a duel say. Differences are in test images that
// the sum of squares classifies correctly beyond those of the KL divergence.
type evidence struct {
	duel
	stats.Paired
	errors [2]stats.Interval
}

// weigh returns the evidence of every duel.
func weigh(duels []duel) []*evidence {
	all := make([]*evidence, len(duels))
	pairs := make([][]stats.Pair, len(duels))
	for i, d := range duels {
		all[i] = &evidence{duel: d}
		for l, x := range d.errors() {
			all[i].errors[l] = stats.Student(x, level).Within(0, 1)
		}
		pairs[i] = report.Each(d.trials, func(p [2]trial) stats.Pair { return stats.Pair{p[0].right, p[1].right} })
	}
	for i, c := range stats.Compare(pairs, level) {
		all[i].Paired = c
	}
	return all
}

// fourfold counts the test images of the first seed by whether the sum of squares and
// whether the KL divergence classifies them correctly, 1, or not, 0.
func (d *duel) fourfold() (n [2][2]int) {
	for i, right := range d.trials[0][0].right {
		n[one(right)][one(d.trials[0][1].right[i])]++
	}
	return n
}

// settings names what duels were fought at, whose numbers of epochs follow each other rate
// by rate.
func settings(duels ...*evidence) string {
	var names, stops []string
	for i, d := range duels {
		if i+1 < len(duels) && duels[i+1].lr == d.lr {
			stops = append(stops, fmt.Sprint(d.epochs))
			continue
		}
		stops = append(stops, report.Plural(d.epochs, "epoch"))
		names = append(names, fmt.Sprintf("learning rate %g after %s", d.lr, report.Join(stops, "and")))
		stops = nil
	}
	return report.Join(names, "and")
}

// neither stands for no loss where an index of binaryLosses stands for a loss.
const neither = stats.Neither

// winner returns which loss the seeds favour, as an index of binaryLosses, or neither.
func (e *evidence) winner() int { return e.Winner(level) }

// beyond returns the duels whose winner other test images should show too.
func beyond(all []*evidence) []*evidence {
	return slices.DeleteFunc(slices.Clone(all), func(e *evidence) bool { return e.winner() == neither || !e.Excludes0 })
}
