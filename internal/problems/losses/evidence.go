package losses

import (
	"fmt"
	"slices"

	"hw4/internal/report"
	"hw4/internal/stats"
)

const (
	level        = 0.95      // of every interval
	significance = 1 - level // of every test
)

// evidence is what the trials of a duel say. Differences are in test images that
// the sum of squares classifies correctly beyond those of the KL divergence.
type evidence struct {
	duel
	test       int // test images
	errors     [2]stats.Interval
	differ     []float64 // by seed
	overSeeds  stats.Interval
	overImages stats.Interval
	excludes0  bool // whether overImages, at a level adjusted for the number of duels by Bonferroni, excludes 0
	sign       stats.SignTest
	rank       stats.SignedRankTest
	adjusted   float64 // the signed-rank test's p-value among those of all duels, by Holm
}

// weigh returns the evidence of every duel.
func weigh(duels []duel) []*evidence {
	all := make([]*evidence, len(duels))
	p := make([]float64, len(duels))
	for i, d := range duels {
		e := &evidence{duel: d, test: len(d.trials[0][0].right)}
		for l, x := range d.errors() {
			e.errors[l] = stats.Student(x, level)
		}
		for _, pair := range d.trials {
			e.differ = append(e.differ, float64(pair[0].count()-pair[1].count()))
		}
		e.overSeeds = stats.Student(e.differ, level)
		byImage := d.byImage()
		e.overImages = stats.Student(byImage, level).Scale(float64(e.test))
		e.excludes0 = stats.Student(byImage, 1-significance/float64(len(duels))).Excludes(0)
		e.sign, e.rank = stats.Sign(e.differ), stats.SignedRank(e.differ)
		all[i], p[i] = e, e.rank.P
	}
	for i, v := range stats.Holm(p) {
		all[i].adjusted = v
	}
	return all
}

// byImage returns for every test image how much more often, of the seeds, the
// sum of squares classifies it correctly.
func (d *duel) byImage() []float64 {
	x := make([]float64, len(d.trials[0][0].right))
	for _, pair := range d.trials {
		for i := range x {
			x[i] += float64(one(pair[0].right[i])-one(pair[1].right[i])) / float64(len(d.trials))
		}
	}
	return x
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
const neither = 2

// winner returns which loss the seeds favour, as an index of binaryLosses, or neither:
// the signed-rank test, adjusted for the number of duels, and the interval must both
// say so.
func (e *evidence) winner() int {
	switch {
	case e.adjusted >= significance || !e.overSeeds.Excludes(0):
		return neither
	case e.overSeeds.Mean > 0:
		return 0
	}
	return 1
}

// beyond returns the duels whose winner other test images should show too.
func beyond(all []*evidence) []*evidence {
	return slices.DeleteFunc(slices.Clone(all), func(e *evidence) bool { return e.winner() == neither || !e.excludes0 })
}
