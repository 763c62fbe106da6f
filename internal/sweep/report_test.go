package sweep

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/html"
	"hw4/internal/stats"
)

// of returns the report of a sweep that is done.
func of(t *testing.T, reach []float64, grids ...Grid) *report.Report {
	t.Helper()
	from, sums := source(t)
	s := planned(t, sums, 2, grids...)
	s.run(t, Options{Data: from})
	m, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	return m.Report(reach)
}

// tables returns the tables among items.
func tables(items []report.Item) (all []report.Table) {
	for _, item := range items {
		if table, ok := item.(report.Table); ok {
			all = append(all, table)
		}
	}
	return all
}

// The report's numbers are those of the runs, counted here one by one.
func TestReportedNumbers(t *testing.T) {
	r := of(t, []float64{1, 95}, Grid{Variants: []string{"good", "bad"}, Seeds: new(7)})
	var accuracy [2][]float64
	var differ []float64
	for seed := range uint64(7) {
		var n [2]int
		for v, variant := range []string{"good", "bad"} {
			run := drawn(Cell{Model: "fake", Variant: variant, LR: 0.1, Batch: 10, Epochs: []int{3}, Seed: seed, Seeds: 1})
			n[v] = run.Right[0].Count()
			accuracy[v] = append(accuracy[v], float64(n[v])/fakeImages)
		}
		differ = append(differ, float64(n[0]-n[1]))
	}
	rows := tables(r.Answer)[0].Rows
	for v := range 2 {
		i := stats.Student(accuracy[v], 0.95)
		for column, want := range map[int]float64{4: i.Mean, 5: i.Low, 6: i.High,
			7: slices.Min(accuracy[v]), 8: slices.Max(accuracy[v])} {
			if got := float64(rows[v][column].(report.Percent)); math.Abs(got-want) > 1e-12 {
				t.Errorf("row %d, column %d: %v, want %v", v, column, got, want)
			}
		}
	}
	test := tables(r.Items)[0].Rows[0]
	i := stats.Student(differ, 0.95)
	for column, want := range map[int]any{0: "good", 1: "bad", 3: 7, 4: i.Mean, 5: i.Low, 6: i.High,
		9: 1.0 / 64, 10: 1.0 / 64, 11: 1.0 / 64} {
		if number, ok := test[column].(float64); ok && math.Abs(number-want.(float64)) < 1e-12 {
			continue
		}
		if test[column] != want {
			t.Errorf("column %d: %v, want %v", column, test[column], want)
		}
	}
	if say := fmt.Sprintf("good does better than bad by %.1f of the 101 test images; other", i.Mean); !strings.Contains(
		fmt.Sprint(r.Answer[0]),
		say,
	) {
		t.Errorf("answer %q, want %q", r.Answer[0], say)
	}
	reached := tables(r.Items)[1].Rows
	if len(reached) != 4 || reached[0][3] != "7 of 7" || reached[0][5] != 0.0 || reached[3][3] != "0 of 7" ||
		reached[3][4] != "" {
		t.Errorf("reached: %v", reached)
	}
	if !r.OK() || len(r.Checks) != 3 {
		t.Errorf("checks %+v", r.Checks)
	}
}

// Over every setting of which there are several there is a plot.
func TestReportedPlots(t *testing.T) {
	r := of(
		t,
		nil,
		Grid{Variants: []string{"good", "bad"}, LR: []float64{1, 0.1}, Batch: []int{30, 10}, Epochs: []int{1, 3},
			Seeds: new(2)},
	)
	var titles []string
	for _, item := range r.Answer {
		if p, ok := item.(report.Plot); ok {
			titles = append(titles, fmt.Sprintf("%s: %d curves of %v", p.Title, len(p.Series), p.Series[0].X))
		}
	}
	want := []string{
		"fake: test error by epoch, mean over the seeds: 8 curves of [1 2 3]",
		"fake: test error by learning rate, mean over the seeds: 8 curves of [0.1 1]",
		"fake: test error by images in a batch, mean over the seeds: 8 curves of [10 30]",
	}
	if !slices.Equal(titles, want) {
		t.Errorf("%q, want %q", titles, want)
	}
	var page bytes.Buffer
	if err := html.Write(&page, html.Page{Title: "A sweep", Sections: []html.Section{{Report: r}}}); err != nil {
		t.Fatal(err)
	}
	if text := page.String(); strings.Count(text, "<svg") != 3 || strings.Contains(text, "Problem") ||
		strings.Contains(text, "Statement") {
		t.Error("the page is not that of a sweep")
	}
}

// Cells that are missing fail a check, and trainings that diverged are counted.
func TestReportedFailures(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Variants: []string{"good"}, LR: []float64{9, 1}, Seeds: new(4)})
	s.run(t, Options{Data: from, Shard: 0, Of: 3})
	m, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	r := m.Report(nil)
	if r.OK() || r.Failed()[0].Name != "all cells are done" || r.Failed()[0].Detail != "2 of 4" {
		t.Errorf("%+v", r.Checks)
	}
	rows := tables(r.Answer)[0].Rows
	if len(rows) != 2 || rows[0][2] != 0 || rows[0][3] != 2 || rows[1][2] != 2 || rows[1][3] != 0 {
		t.Errorf("%v", rows)
	}
}

// Equal variants are told apart by nothing.
func TestNeitherIsBetter(t *testing.T) {
	r := of(t, nil, Grid{Variants: []string{"bad", "waning"}, Seeds: new(8)})
	if say := fmt.Sprint(r.Answer[0]); !strings.Contains(say, "neither bad nor waning does better; a difference of 0.0") {
		t.Errorf("%q", say)
	}
}

// The plots show the mean test errors in per cent, each epoch once, and say where they begin and end.
func TestPlottedNumbers(t *testing.T) {
	r := of(t, nil, Grid{Variants: []string{"good"}, LR: []float64{1, 0.1}, Epochs: []int{1, 3}, Seeds: new(2)})
	mean := func(lr float64, epoch int) float64 {
		sum := 0.0
		for seed := range uint64(2) {
			run := drawn(Cell{Variant: "good", LR: lr, Epochs: []int{1, 3}, Seed: seed})
			sum += 100 * (1 - float64(run.Curve[epoch].TestAcc))
		}
		return sum / 2
	}
	var plots []report.Plot
	for _, item := range r.Answer {
		if p, ok := item.(report.Plot); ok {
			plots = append(plots, p)
		}
	}
	if len(plots) != 2 {
		t.Fatalf("%d plots", len(plots))
	}
	for i, p := range plots {
		var said []string
		for k, s := range p.Series {
			lr, epochs := []float64{1, 0.1}, []int{1, 3}
			name, want := fmt.Sprintf("good, learning rate %g, batches of 10", lr[k]), [][2]float64{{1, mean(lr[k], 1)},
				{2, mean(lr[k], 2)}, {3, mean(lr[k], 3)}}
			if i == 1 {
				name = "good, batches of 10, " + report.Plural(epochs[k], "epoch")
				want = [][2]float64{{0.1, mean(0.1, epochs[k])}, {1, mean(1, epochs[k])}}
			}
			ok := s.Name == name && len(s.X) == len(want)
			for j, point := range want {
				ok = ok && s.X[j] == point[0] && math.Abs(s.Y[j]-point[1]) < 1e-9
			}
			if !ok {
				t.Errorf("plot %d: %+v, want %s: %v", i, s, name, want)
			}
			said = append(said, fmt.Sprintf("from %.3g to %.3g for %s", want[0][1], want[len(want)-1][1], name))
		}
		if want := "It goes " + strings.Join(said, " and ") + "."; p.Alt != want || p.LogX != (i == 1) || len(said) != 2 {
			t.Errorf("plot %d: %q, want %q; logarithmic %v", i, p.Alt, want, p.LogX)
		}
	}
}

// The second of two variants may be the better one. With one variant there is nothing to compare.
func TestSecondIsBetter(t *testing.T) {
	r := of(t, nil, Grid{Variants: []string{"bad", "good"}, Seeds: new(7)})
	if say := fmt.Sprint(r.Answer[0]); !strings.Contains(say, ": good does better than bad by ") {
		t.Errorf("%q", say)
	}
	r = of(t, nil, Grid{Variants: []string{"good"}, Seeds: new(7)})
	const first = "Accuracy on the test images, mean over the seeds, with its 95 % interval, the least and the most:"
	if len(tables(r.Items)) != 0 || len(r.Checks) != 2 || fmt.Sprint(r.Answer[0]) != first {
		t.Errorf("%q, %v, %v", r.Answer[0], tables(r.Items), r.Checks)
	}
}

// One seed makes a plot, too; trainings that diverged make none.
func TestPlotOfOneSeed(t *testing.T) {
	r := of(t, nil, Grid{Variants: []string{"good"}, LR: []float64{9, 1, 0.1}})
	var got []string
	for _, item := range r.Answer {
		if p, ok := item.(report.Plot); ok {
			got = append(got, fmt.Sprintf("%s: %d curves of %v", p.X, len(p.Series), p.Series[0].X))
		}
	}
	if want := []string{"epoch: 2 curves of [1 2 3]", "learning rate: 1 curves of [0.1 1]"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// An accuracy that is not that of the images fails a check.
func TestMiscounted(t *testing.T) {
	s := finished(t, func(int) By { return By{} }, Grid{Variants: []string{"good"}, Seeds: new(6)})
	r := &result{Cell: s.Cells[0], Runs: all(s.Cells[0])}
	r.Runs[1].Curve[3].TestAcc += 1. / fakeImages
	s.write(t, 0, r)
	m, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	failed := m.Report(nil).Failed()
	if len(failed) != 1 || failed[0].Name != "images counted one by one" ||
		failed[0].Detail != "they give the accuracy of 5 of 6 trainings" {
		t.Errorf("%+v", failed)
	}
}

// An accuracy is reached at the first epoch that has it, after so many seconds of the machine; what
// went on from a checkpoint tells no seconds, and trainings without it count for nothing.
func TestReached(t *testing.T) {
	by := func(i int) By { return By{Seconds: float64(8 * (i + 1)), Resumed: i == 2} }
	s := finished(t, by, Grid{Variants: []string{"good"}, Epochs: []int{2, 4}, Seeds: new(9)})
	at := func(seed uint64) int { return int(seed) % 4 } // the first such epoch; 0: none
	for i, c := range s.Cells {
		r := &result{Cell: c, Runs: all(c), By: by(i)}
		for k := range r.Runs {
			run := &r.Runs[k]
			for epoch := range run.Curve {
				run.Curve[epoch].TestAcc = 0.5
				if e := at(run.Seed); e > 0 && epoch >= e {
					run.Curve[epoch].TestAcc = 0.75
				}
			}
		}
		s.write(t, i, r)
	}
	m, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	items := m.Report([]float64{75, 76, 50}).Items
	if text := fmt.Sprint(items); !strings.Contains(text, "When a test accuracy is reached for the first time, ") {
		t.Errorf("%q", text)
	}
	got := tables(items)
	rows := got[len(got)-1].Rows
	// Seeds 0 to 8 reach 75 % at 0 (never), 1, 2, 3, never, 1, 2, 3, never. Cells of two seeds take 8, 16,
	// 24 (of which nothing is known), 32 and, of one seed, 40 seconds for 4 epochs: 1, 2, 4 and 10 an epoch.
	for i, want := range []string{
		"[good learning rate 0.1, batches of 10, 2 epochs 75.00 % 4 of 9 1.5 1 4]",
		"[good learning rate 0.1, batches of 10, 4 epochs 75.00 % 6 of 9 2 2 6]",
		"[good learning rate 0.1, batches of 10, 2 epochs 76.00 % 0 of 9   ]",
		"[good learning rate 0.1, batches of 10, 4 epochs 76.00 % 0 of 9   ]",
		"[good learning rate 0.1, batches of 10, 2 epochs 50.00 % 9 of 9 0 0 0]",
		"[good learning rate 0.1, batches of 10, 4 epochs 50.00 % 9 of 9 0 0 0]",
	} {
		if row := fmt.Sprint(rows[i]); row != want {
			t.Errorf("row %d: %s, want %s", i, row, want)
		}
	}
}
