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
