package losses

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/internal/stats"
)

// The verdict says which loss is ahead, where, and where neither is.
func TestVerdict(t *testing.T) {
	good, bad := slices.Repeat([]string{"1111"}, 8), slices.Repeat([]string{"1110"}, 8)
	mixed, other := slices.Repeat([]string{"1111", "1110"}, 4), slices.Repeat([]string{"1110", "1111"}, 4)
	var b report.Body
	answerBySeeds(&b, weigh([]duel{
		made(0.1, 1, good, bad), made(0.1, 3, good, bad), made(0.2, 1, bad, good), made(0.3, 1, mixed, other),
	}))
	text := reporttest.Text(b.Answer)
	for _, part := range []string{
		"At learning rate 0.1 after 1 and 3 epochs the sum of squares does better: " +
			"it classifies 1.0 more of the 4 test images",
		"At learning rate 0.2 after 1 epoch the KL divergence does better: " +
			"it classifies 1.0 (mean; 95 % interval 1.0 to 1.0)",
		"At learning rate 0.3 after 1 epoch neither does better: a difference of 0.0 (mean; 95 % interval -",
		"With other test images the result could be different.",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the answer\n%s\nlacks %q", text, part)
		}
	}
	if len(b.Answer) > 5 {
		t.Errorf("%d lines", len(b.Answer))
	}
}

// A difference that other test images should show, too, is said to be one.
func TestVerdictBeyondTheseImages(t *testing.T) {
	good, bad := slices.Repeat([]string{"1111111111"}, 8), slices.Repeat([]string{"0000001111"}, 8)
	level := slices.Repeat([]string{"1111100000"}, 8)
	var b report.Body
	answerBySeeds(&b, weigh([]duel{made(0.1, 1, good, bad), made(0.2, 1, level, level)}))
	text := reporttest.Text(b.Answer)
	if want := "should show the same at learning rate 0.1 after 1 epoch."; !strings.Contains(text, want) {
		t.Errorf("the answer\n%s\nlacks %q", text, want)
	}
}

// The mean difference is written with its interval, in favour of the loss that is
// ahead; those of several settings as a range.
func TestSpan(t *testing.T) {
	e := func(mean, low, high float64) *evidence {
		return &evidence{Paired: stats.Paired{OverSeeds: stats.Interval{Mean: mean, Low: low, High: high}}}
	}
	for want, all := range map[string][]*evidence{
		"3.0 (mean; 95 % interval 2.0 to 4.5)":  {e(3, 2, 4.5)},
		"3.5 (mean; 95 % interval 2.0 to 4.0)":  {e(-3.5, -4, -2)},
		"1.0 to 3.0":                            {e(-3, -4, -2), e(1, 0, 2), e(2, 1, 3)},
		"1.0":                                   {e(1.01, 0, 2), e(0.99, 0, 2)},
		"0.0 (mean; 95 % interval -1.0 to 1.0)": {e(0, -1, 1)},
	} {
		if got := span(all); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestHundredths(t *testing.T) {
	for v, want := range map[float64]float64{1.234: 1.23, -1.236: -1.24, 0.001: 0} {
		if got := hundredths(v); got != want {
			t.Errorf("%v: %v", v, got)
		}
	}
	if got := report.Format(hundredths(-0.001)); got != "0" {
		t.Errorf("-0.001 is written %s", got)
	}
}

// Each check of the comparison fails when what it rests on is broken.
func TestBrokenComparisonsAreRefuted(t *testing.T) {
	for name, spoil := range map[string]func(e *evidence){
		"same starts, same batches":  func(e *evidence) { e.trials[0][1].order += "0" },
		"images counted one by one":  func(e *evidence) { e.trials[1][0].right[0] = !e.trials[1][0].right[0] },
		"all training losses fell":   func(e *evidence) { e.trials[1][0].curve[1].TrainLoss = 2 },
		"all better than chance":     func(e *evidence) { e.trials[0][0].curve[1].TestAcc = 0.52 },
		"Wilcoxon's p-values":        func(e *evidence) { e.Rank.P *= 1.2 },
		"":                           func(e *evidence) { e.trials[0][0].curve[1].TestAcc = 0.89 }, // of 4 images all
		"same starts, same batches ": func(e *evidence) { e.trials[0][0].curve[0].TestAcc = 0.6 },
	} {
		good := slices.Repeat([]string{"1111"}, 6)
		all := weigh([]duel{made(0.1, 1, good, good), made(0.1, 2, good, good)})
		all[1].Differ = []float64{1, 2, 3, 4, -1, -2}
		all[1].Rank = stats.SignedRank(all[1].Differ)
		spoil(all[1])
		var b report.Body
		checkSeeds(&b, 0, 0.52, all)
		if say := map[string]string{
			"same starts, same batches": "11 of 12 pairs", "images counted one by one": "of 23 of 24 runs",
			"all training losses fell": "in 23 of 24 runs", "all better than chance": "in 23 of 24 runs",
			"": "(learning rate 0.1 after 2 epochs)",
		}[name]; !slices.ContainsFunc(b.Checks, func(c report.Check) bool { return strings.Contains(c.Detail, say) }) {
			t.Errorf("spoilt %q: no check says %q: %+v", name, say, b.Checks)
		}
		for _, c := range b.Checks {
			if broken := c.Name == strings.TrimSpace(name); broken == c.OK && (broken || name == "") {
				t.Errorf("spoilt %q: check %q is %v (%s)", name, c.Name, c.OK, c.Detail)
			}
		}
		if b.OK() != (name == "") {
			t.Errorf("spoilt %q: OK is %v", name, b.OK())
		}
	}
}

func TestMeanCurve(t *testing.T) {
	d := made(0.1, 1, []string{"1110", "1100"}, []string{"1111", "1111"})
	for i := range d.trials {
		last := &d.trials[i][0].curve[1]
		last.TrainLoss, last.TrainAcc, last.TestLoss = []float64{0.5, 0.25}[i], []float64{0.5, 1}[i], []float64{4, 2}[i]
	}
	c := d.meanCurve(0)
	if len(c) != 2 || c[1].Epoch != 1 || c[1].TestAcc != 0.625 ||
		c[1].TrainLoss != 0.375 || c[1].TrainAcc != 0.75 || c[1].TestLoss != 3 || c[0].TrainLoss != 1 {
		t.Errorf("curve %+v", c)
	}
}

// The table has the accuracies with their intervals, and in a grid where they belong.
func TestAccuracies(t *testing.T) {
	e := &evidence{duel: duel{lr: 0.1, epochs: 3}, errors: [2]stats.Interval{
		{Mean: 0.25, Low: 0.125, High: 0.5}, {Mean: 0.5, Low: 0.25, High: 0.75},
	}}
	want := [][]any{
		{"sum of squares", report.Percent(0.75), report.Percent(0.5), report.Percent(0.875)},
		{"KL divergence", report.Percent(0.5), report.Percent(0.25), report.Percent(0.75)},
	}
	if got := accuracies([]*evidence{e}); !reflect.DeepEqual(got.Rows, want) || len(got.Header) != 4 {
		t.Errorf("%v, want %v", got, want)
	}
	if got := accuracies([]*evidence{e, e}); len(got.Header) != 6 || len(got.Rows) != 4 ||
		!reflect.DeepEqual(got.Rows[3], append([]any{0.1, 3}, want[1]...)) {
		t.Errorf("%v, want %v at learning rate 0.1 after 3 epochs", got, want)
	}
}

// A p-value passes if it is within four standard errors of what draws of signs give.
func TestCheckSignedRank(t *testing.T) {
	const draws = 20_000
	differ := []float64{1, 2, 3, 4, -1, -2}
	drawn := stats.FlipSigns(differ, draws, seeded(0, 53))
	for errors, ok := range map[float64]bool{3.5: true, 4.5: false} {
		p := drawn
		for range 50 { // to where it is so many standard errors below
			p = drawn - errors*(math.Sqrt(p*(1-p)/draws)+1.0/draws)
		}
		var b report.Body
		checkSignedRank(&b, 0, []*evidence{{Paired: stats.Paired{Differ: differ, Rank: stats.SignedRankTest{P: p}}}})
		want := fmt.Sprintf("within %.1f standard errors", errors)
		if b.OK() != ok || !strings.Contains(b.Checks[0].Detail, want) {
			t.Errorf("%v standard errors: %+v", errors, b.Checks)
		}
	}
}
