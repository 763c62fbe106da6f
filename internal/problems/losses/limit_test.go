package losses

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/problems/losses/minimum"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/internal/stats"
)

// A pixel that is lit in images of one class alone keeps the loss falling, and the
// report says so.
func TestNoWeightsAttainTheInfimum(t *testing.T) {
	set := datatest.Scattered(200)
	for i, l := range set.Labels { // pixel (1, 2) is lit in some fours alone
		set.Image(i)[5] = byte(9 * one(l == four && i%4 == 0))
	}
	o := objective(binaryLosses[1], set, false)
	best, err := o.Minimise(context.Background(), make([]float64, o.Dim), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	best.W[5], best.Gain = 0, 0.01
	best.Loss = o.At(best.W, make([]float64, o.Dim))
	var b report.Body
	reportAttained(&b, o, best)
	for _, say := range []string{
		"1 pixel is lit in images of only one class.",
		"pixel (1, 2), counted from 0, is lit in 50 images with y = -1",
		"when its weight goes to -infinity",
	} {
		if !strings.Contains(reporttest.Text(b.Items), say) {
			t.Errorf("%q does not say %q", reporttest.Text(b.Items), say)
		}
	}
	if len(b.Checks) != 2 || !b.OK() {
		t.Errorf("checks %+v", b.Checks)
	}
	best.W[5] = -1e9 // where those images count no more
	best.Loss = o.At(best.W, make([]float64, o.Dim))
	b = report.Body{}
	if reportAttained(&b, o, best); b.Passed() != 1 {
		t.Errorf("a loss that does not fall passed: %+v", b.Checks)
	}
}

// The sum of squares is shown not to be convex where two places of rest say so, and
// only there.
func TestConvexity(t *testing.T) {
	o := objective(binaryLosses[0], tiny(50), false)
	at := func(scale float64) minimum.Optimum {
		w := make([]float64, o.Dim)
		for j := range w[:o.Dim-1] {
			w[j] = scale
		}
		w[o.Dim-1] = -2 * scale
		return minimum.Optimum{W: w, Loss: o.At(w, make([]float64, o.Dim))}
	}
	wrong, right := at(-30), at(30) // all images are wrong; all are right
	for name, pair := range map[string][2]minimum.Optimum{"higher first": {wrong, right}, "lower first": {right, wrong}} {
		var b report.Body
		reportConvexity(&b, o, pair[0], pair[1])
		if len(b.Checks) != 1 || !b.OK() ||
			!strings.Contains(reporttest.Text(b.Items), "is not convex: from two starts it ends at 2.0000 and at 0.0000") {
			t.Errorf("%s: %q, checks %+v", name, reporttest.Text(b.Items), b.Checks)
		}
	}
	var b report.Body
	reportConvexity(&b, o, right, right)
	kl := objective(binaryLosses[1], datatest.Scattered(200), false)
	zero := minimum.Optimum{W: make([]float64, kl.Dim), Loss: math.Ln2}
	best, err := kl.Minimise(context.Background(), zero.W, "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	reportConvexity(&b, kl, zero, best)
	if len(b.Items)+len(b.Checks) != 0 {
		t.Errorf("one place, or a convex function: %+v", b)
	}
}

// The gradient of the sum of squares is that of the KL divergence times a factor; with
// another loss the check fails.
func TestCheckGradients(t *testing.T) {
	var b report.Body
	if checkGradients(&b); !b.OK() {
		t.Errorf("checks %+v", b.Checks)
	}
	saved := binaryLosses[0]
	defer func() { binaryLosses[0] = saved }()
	binaryLosses[0].exact = binaryLosses[1].exact
	b = report.Body{}
	if checkGradients(&b); b.OK() {
		t.Error("the KL divergence passed as the sum of squares")
	}
}

// The runs are compared with the minimum.Optimum, and the settings with each other.
func TestReportEarly(t *testing.T) {
	test := objective(binaryLosses[1], tiny(20), false)
	half := minimum.Optimum{W: make([]float64, test.Dim)} // an error of 50 %
	e := func(lr, squares, kl float64) *evidence {
		d := made(lr, 1, []string{"10"}, []string{"10"})
		return &evidence{duel: d, errors: [2]stats.Interval{{Mean: squares}, {Mean: kl}}}
	}
	for say, all := range map[string][]*evidence{
		"error, 40.00 % with the KL divergence at that setting, is less than the 50.00 %":   {e(0.1, 0.6, 0.4)},
		"error, 50.00 % with the sum of squares at that setting, is as much as the 50.00 %": {e(0.1, 0.5, 0.6)},
		"error, 55.00 % with the sum of squares at that setting, is more than the 50.00 %":  {e(0.1, 0.55, 0.6)},
		"at learning rate 0.2 after 1 epoch the KL divergence on the training images is 0.5000 on average": {
			e(0.1, 0.6, 0.4), e(0.2, 0.3, 0.35),
		},
		"the sum of squares goes from 30.00 % to 60.00 %; at one setting the two losses differ by at most 20.00 points": {
			e(0.1, 0.6, 0.4), e(0.2, 0.3, 0.35),
		},
	} {
		var b report.Body
		if reportEarly(&b, test, half, all); !strings.Contains(reporttest.Text(b.Items), say) {
			t.Errorf("%q does not say %q", reporttest.Text(b.Items), say)
		}
		if n := len(b.Items); n != 1+one(len(all) > 1) {
			t.Errorf("%d settings: %d paragraphs", len(all), n)
		}
	}
}

// The table of the optima has each loss at its own minimum, and a run that is
// interrupted at one of them does not go on to the next.
func TestReportLimit(t *testing.T) {
	s := &data.MNIST{Train: datatest.Scattered(200), Test: datatest.Scattered(40)}
	all := weigh([]duel{made(0.1, 1, []string{"10", "11"}, []string{"10", "11"})})
	o := Defaults()
	var b report.Body
	var tasks []string
	note := func(s progress.Step) {
		if !slices.Contains(tasks, s.Task) {
			tasks = append(tasks, s.Task)
		}
	}
	o.Progress.Step = note
	if err := o.reportLimit(context.Background(), &b, s, all); err != nil || len(tasks) != 3 {
		t.Fatalf("%q, %v", tasks, err)
	}
	optima, _ := tables(&b)
	for row, l := range []int{1, 0} {
		of := objective(binaryLosses[l], s.Train, false)
		best, err := of.Minimise(context.Background(), make([]float64, of.Dim), "", progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		want := []any{binaryLosses[l].title, "0", best.Loss, report.Percent(of.Accuracy(best.W))}
		if got := optima[0].Rows[row][:4]; !slices.Equal(got, want) {
			t.Errorf("row %d is %v, want %v", row, got, want)
		}
	}
	for i, last := range slices.Clone(tasks) {
		ctx, stop := context.WithCancel(context.Background())
		tasks = nil
		o.Progress.Step = func(s progress.Step) {
			if note(s); s.Task == last {
				stop()
			}
		}
		if err := o.reportLimit(ctx, &b, s, all); !errors.Is(err, context.Canceled) || len(tasks) != i+1 {
			t.Errorf("interrupted at %q: %v after %q", last, err, tasks)
		}
	}
}

// A comparison that diverges is no comparison.
func TestComparisonStops(t *testing.T) {
	o := tinyContest(2, []float64{1e39}, 2)
	var b report.Body
	if err := o.compare(context.Background(), &b, tinySets()); err == nil || len(b.Answer) > 0 {
		t.Errorf("%v, answer %v", err, b.Answer)
	}
}
