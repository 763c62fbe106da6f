package sweep

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hw4/internal/report"
	"hw4/internal/stats"
)

const level = 0.95 // of every interval

// A setting is what a training has besides its variant and seed.
type setting struct {
	model  string
	lr     float64
	batch  int
	epochs int
}

// String names it.
func (s setting) String() string {
	return fmt.Sprintf("learning rate %g, batches of %d, %s", s.lr, s.batch, report.Plural(s.epochs, "epoch"))
}

// A group is the trainings of a variant with one setting, as they stand after its epochs.
type group struct {
	setting
	variant  string
	seeds    []uint64
	trials   map[uint64]trial
	diverged int
}

// A trial is one of them.
type trial struct {
	*Run
	right   Bits
	seconds float64 // an epoch; 0: not known, since it went on from a checkpoint
}

// groups returns the trainings by settings and variants, in the order of the plan.
func (m *Merge) groups() []*group {
	var all []*group
	find := func(s setting, variant string) *group {
		for _, g := range all {
			if g.setting == s && g.variant == variant {
				return g
			}
		}
		all = append(all, &group{setting: s, variant: variant, trials: make(map[uint64]trial)})
		return all[len(all)-1]
	}
	for _, r := range m.results {
		if r == nil {
			continue
		}
		for i, epochs := range r.Cell.Epochs {
			g := find(setting{r.Cell.Model, r.Cell.LR, r.Cell.Batch, epochs}, r.Cell.Variant)
			for k := range r.Runs {
				t := trial{Run: &r.Runs[k]}
				if i >= len(t.Right) {
					g.diverged++
					continue
				}
				if t.right = t.Right[i]; !r.By.Resumed {
					t.seconds = r.By.Seconds / float64(r.Cell.Seeds*r.Cell.last())
				}
				g.seeds, g.trials[t.Seed] = append(g.seeds, t.Seed), t
			}
		}
	}
	return all
}

// errors returns the test errors by seed.
func (g *group) errors() (list []float64) {
	for _, seed := range g.seeds {
		t := g.trials[seed]
		list = append(list, 1-float64(t.right.Count())/float64(t.Images))
	}
	return list
}

// Report says what the sweep came to. reach are test accuracies, in per cent, of which it
// says when they are reached.
func (m *Merge) Report(reach []float64) *report.Report {
	r := &report.Report{Title: "A sweep of " + report.Plural(len(m.Cells), "cell")}
	groups := m.groups()
	b := &r.Body
	compare(b, groups)
	accuracies(b, groups)
	reached(b, groups, reach)
	plots(b, groups)
	for _, w := range m.Warnings {
		b.Textf("Warning: %s.", w)
	}
	b.Check("all cells are done", len(m.Missing) == 0, "%d of %d", len(m.Cells)-len(m.Missing), len(m.Cells))
	counted, runs := 0, 0
	for _, g := range groups {
		for _, t := range g.trials {
			runs++
			if math.Round(float64(t.Curve[g.epochs].TestAcc)*float64(t.Images)) == float64(t.right.Count()) {
				counted++
			}
		}
	}
	b.Check("images counted one by one", counted == runs, "they give the accuracy of %d of %d trainings", counted, runs)
	return r
}

// compare answers which of two variants does better, from the same seeds.
func compare(b *report.Body, groups []*group) {
	var of [][2]*group
	var pairs [][]stats.Pair
	same, all := 0, 0
	for i, first := range groups {
		for _, second := range groups[i+1:] {
			if first.setting != second.setting {
				continue
			}
			var p []stats.Pair
			for _, seed := range first.seeds {
				if s, both := second.trials[seed]; both {
					f := first.trials[seed]
					p = append(p, stats.Pair{f.right.Unpack(f.Images), s.right.Unpack(s.Images)})
					if all++; f.Order == s.Order {
						same++
					}
				}
			}
			if len(p) > 1 {
				of, pairs = append(of, [2]*group{first, second}), append(pairs, p)
			}
		}
	}
	if len(of) == 0 {
		return
	}
	var rows [][]any
	for i, c := range stats.Compare(pairs, level) {
		first, second := of[i][0], of[i][1]
		if w := c.Winner(level); w == stats.Neither {
			b.Answerf("%s: neither %s nor %s does better; a difference of %.1f of the %d test images may be chance.",
				first.setting, first.variant, second.variant, math.Abs(c.OverSeeds.Mean), c.Images)
		} else {
			beyond := "with other test images this could be different"
			if c.Excludes0 {
				beyond = "other test images should show the same"
			}
			b.Answerf("%s: %s does better than %s by %.1f of the %d test images; %s.", first.setting, of[i][w].variant,
				of[i][1-w].variant, math.Abs(c.OverSeeds.Mean), c.Images, beyond)
		}
		rows = append(rows, []any{first.variant, second.variant, first.setting.String(), len(c.Differ), c.OverSeeds.Mean,
			c.OverSeeds.Low, c.OverSeeds.High, c.OverImages.Low, c.OverImages.High, c.Sign.P, c.Rank.P, c.Adjusted})
	}
	b.Textf("Test images that the first classifies correctly beyond those of the second, from the same seeds on the same "+
		"batches: the mean, its %.0f %% intervals over the seeds and over the images, and the p-values of the sign test, of "+
		"Wilcoxon's signed-rank test, and of that adjusted by Holm for %s.", 100*level, report.Plural(len(of), "comparison"))
	b.Table([]string{"first", "second", "setting", "seeds", "difference", "seeds from", "seeds to", "images from",
		"images to", "sign test", "signed ranks", "adjusted"}, rows)
	b.Check("same batches", same == all, "%d of %d pairs end with the same state of the random generator", same, all)
}

func accuracies(b *report.Body, groups []*group) {
	var rows [][]any
	for _, g := range groups {
		if len(g.seeds) == 0 {
			rows = append(rows, []any{g.variant, g.setting.String(), 0, g.diverged, "", "", "", "", ""})
			continue
		}
		e := g.errors()
		i := stats.Student(e, level).Within(0, 1)
		rows = append(rows, []any{g.variant, g.setting.String(), len(e), g.diverged, report.Percent(1 - i.Mean),
			report.Percent(1 - i.High), report.Percent(1 - i.Low), report.Percent(1 - slices.Max(e)),
			report.Percent(1 - slices.Min(e))})
	}
	b.Answerf("Accuracy on the test images, mean over the seeds, with its %.0f %% interval, the least and the most:",
		100*level)
	b.Answer = append(b.Answer, report.Table{Header: []string{"variant", "setting", "seeds", "diverged", "accuracy",
		"interval from", "interval to", "least", "most"}, Rows: rows})
}

// reached adds a table of when accuracies are reached.
func reached(b *report.Body, groups []*group, accuracies []float64) {
	var rows [][]any
	for _, accuracy := range accuracies {
		for _, g := range groups {
			var epochs, seconds []float64
			for _, seed := range g.seeds {
				t := g.trials[seed]
				at := slices.IndexFunc(t.Curve[:g.epochs+1], func(e Epoch) bool { return 100*float64(e.TestAcc) >= accuracy })
				if at >= 0 {
					epochs = append(epochs, float64(at))
					if t.seconds > 0 {
						seconds = append(seconds, float64(at)*t.seconds)
					}
				}
			}
			row := []any{g.variant, g.setting.String(), report.Percent(accuracy / 100),
				fmt.Sprintf("%d of %d", len(epochs), len(g.seeds)), "", "", ""}
			if len(epochs) > 0 {
				slices.Sort(epochs)
				row[4], row[5] = stat.Mean(epochs, nil), stat.Quantile(0.5, stat.Empirical, epochs, nil)
			}
			if len(seconds) > 0 {
				slices.Sort(seconds)
				row[6] = stat.Quantile(0.5, stat.Empirical, seconds, nil)
			}
			rows = append(rows, row)
		}
	}
	if rows != nil {
		b.Textf("When a test accuracy is reached for the first time, of the trainings that reach it: the mean and the " +
			"median of the epochs, and the median of the seconds, by the speed of the machine that trained.")
		b.Table([]string{"variant", "setting", "accuracy", "reached by", "mean epochs", "median epochs",
			"median seconds"}, rows)
	}
}
