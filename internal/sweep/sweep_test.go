package sweep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hw4/internal/checkpoint"
	"hw4/internal/problem"
	"hw4/internal/progress"
)

var grids = []Grid{
	{LR: []float64{0.1, 9}, Epochs: []int{1, 3}, Seeds: new(5)},
	{Variants: []string{"bad"}, Batch: []int{20}, Seeds: new(3)},
}

// However the work is cut, and in whatever order it is done, the merge is the same bytes.
func TestMergeIsTheSameHoweverTheWorkIsCut(t *testing.T) {
	from, sums := source(t)
	alone := planned(t, sums, 2, grids...)
	if tally := alone.run(t, Options{Data: from}); tally.Computed != len(alone.Cells) || tally.Cells != len(alone.Cells) {
		t.Fatalf("%+v of %d cells", tally, len(alone.Cells))
	}
	want, m := alone.merged(t)
	if len(m.Missing) != 0 || strings.Contains(want, "incomplete") || !strings.Contains(want, `"complete":true`) {
		t.Errorf("missing %q", m.Missing)
	}
	for _, of := range []int{2, 7, 100} {
		s := planned(t, sums, 2, grids...)
		for shard := of - 1; shard >= 0; shard-- {
			s.run(t, Options{Data: from, Shard: shard, Of: of, Version: fmt.Sprint("v", shard%2)})
			if got, m := s.merged(t); shard > 0 && of < 100 &&
				(len(m.Missing) == 0 || !strings.HasPrefix(got, "# incomplete: ") ||
					!strings.Contains(got, `"complete":false`)) {
				t.Errorf("%d shards of %d are missing, and the merge says %.40q", shard, of, got)
			}
		}
		got, m := s.merged(t)
		if got != want {
			t.Errorf("%d shards: another merge", of)
		}
		if len(m.Warnings) != 1 ||
			!strings.HasPrefix(m.Warnings[0], "the cells were computed by different versions of the program: v0 (") {
			t.Errorf("%d shards: warnings %q", of, m.Warnings)
		}
		if tally := s.run(t, Options{Data: from}); tally.Computed != 0 || tally.Elsewhere != 0 {
			t.Errorf("computed again: %+v", tally)
		}
	}
}

// Every setting and the data make another name, and equal cells have one.
func TestNames(t *testing.T) {
	_, sums := source(t)
	base := Cell{Model: "fake", Variant: "good", LR: 0.1, Batch: 10, Epochs: []int{1, 3}, Seed: 4, Seeds: 2}
	names := map[string]bool{base.name(sums): true}
	for _, edit := range []func(c *Cell){
		func(c *Cell) { c.Model = "other" }, func(c *Cell) { c.Variant = "bad" },
		func(c *Cell) { c.LR = 0.10000000000000002 },
		func(c *Cell) { c.Batch = 11 }, func(c *Cell) { c.Epochs = []int{3} }, func(c *Cell) { c.Seed = 5 },
		func(c *Cell) { c.Seeds = 1 },
	} {
		c := base
		edit(&c)
		names[c.name(sums)] = true
	}
	names[base.name(Sums{Train: sums.Train, Test: "other"})] = true
	names[base.name(Sums{Train: "other", Test: sums.Test})] = true
	if len(names) != 10 {
		t.Errorf("%d names of 10 cells", len(names))
	}
	if s := New("x", sums, []Cell{base, base}); len(s.Cells) != 1 {
		t.Errorf("a cell is planned %d times", len(s.Cells))
	}
}

// A cell that diverged is a result; the status counts it.
func TestStatus(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Variants: []string{"good"}, LR: []float64{0.1, 9}, Seeds: new(8)})
	status := func(want Status) {
		t.Helper()
		got, err := s.Status()
		got.Left = 0
		if err != nil || got != want {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
	status(Status{Cells: 8, Missing: 8})
	s.run(t, Options{Data: from, Shard: 0, Of: 4})
	s.run(t, Options{Data: from, Shard: 1, Of: 4})
	status(Status{Cells: 8, Done: 4, Diverged: 2, Missing: 4})
	release, ok, err := checkpoint.Exclusive(s.path(running, s.names[2]))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if err := os.WriteFile(s.path(running, s.names[3]), nil, 0o666); err != nil { // as a process that was killed leaves it
		t.Fatal(err)
	}
	status(Status{Cells: 8, Done: 4, Diverged: 2, Running: 1, Failed: 1, Missing: 2})
	if tally := s.run(t, Options{Data: from}); tally != (Tally{Cells: 8, Computed: 3, Elsewhere: 1}) {
		t.Errorf("beside another process: %+v", tally)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	status(Status{Cells: 8, Done: 7, Diverged: 4, Missing: 1})
}

// What is left takes as long as what is done did, epoch for epoch.
func TestTimeLeft(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 1, Grid{Variants: []string{"good"}, Epochs: []int{9}, Seeds: new(4)})
	s.run(t, Options{Data: from, Shard: 0, Of: 4})
	r, err := s.result(0)
	if err != nil {
		t.Fatal(err)
	}
	r.By.Seconds = 7
	if err := os.WriteFile(s.resultPath(s.names[0]), r.encode(), 0o666); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Status(); err != nil || st.Left.Round(time.Millisecond) != 21*time.Second {
		t.Errorf("%v, %v left, want 21 s", err, st.Left)
	}
}

// The progress is that of the epochs, and ends at their number.
func TestProgress(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Variants: []string{"good"}, Seeds: new(3)})
	var last progress.Step
	s.run(t, Options{Data: from, Progress: progress.Progress{Step: func(s progress.Step) { last = s }}})
	if last.Done != 12 || last.Total != 12 {
		t.Errorf("%+v, want 12 of 12", last)
	}
}

// A plan may grow. It may not lose a cell, and is for one data set.
func TestPlansGrow(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Seeds: new(4)})
	s.run(t, Options{Data: from})
	larger := New(
		s.Dir,
		sums,
		append([]Cell{{Model: "fake", Variant: "bad", LR: 1, Batch: 1, Epochs: []int{1}, Seeds: 1}}, s.Cells...),
	)
	if err := larger.Write(); err != nil {
		t.Fatal(err)
	}
	if tally := larger.run(t, Options{Data: from}); tally.Computed != 1 {
		t.Errorf("%+v, want one cell more", tally)
	}
	var input *problem.InputError
	if err := s.Write(); !errors.As(err, &input) ||
		!strings.Contains(err.Error(), "fake bad, learning rate 1, batches of 1, 1 epoch, seed 0") {
		t.Errorf("a plan that lacks a cell: %v", err)
	}
	other := planned(t, Sums{"a", "b"}, 2, Grid{})
	if _, err := other.Run(context.Background(), []Model{fake(2)}, Options{Data: from}); !errors.As(err, &input) ||
		!strings.Contains(err.Error(), "not what") {
		t.Errorf("other data: %v", err)
	}
	if _, err := Open(t.TempDir()); !errors.As(err, &input) || !strings.Contains(err.Error(), "no plan in") {
		t.Errorf("no plan: %v", err)
	}
}

// An interrupted sweep says why, and the cells that were done stay.
func TestInterrupted(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Seeds: new(40)})
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(context.Background())
	o := Options{Data: from, Progress: progress.Progress{Step: func(p progress.Step) {
		if p.Done > 20 {
			cancel(why)
		}
	}}}
	if _, err := s.Run(ctx, []Model{fake(2)}, o); !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
	if st, err := s.Status(); err != nil || st.Done < 1 || st.Missing < 1 || st.Failed+st.Running != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

// What is left of a process that was killed between two steps is tidied.
func TestTidy(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{})
	s.run(t, Options{Data: from})
	for _, name := range []string{s.names[0], s.names[0] + ".previous", s.names[1] + ".lock", "other"} {
		if err := os.WriteFile(s.path(checkpoints, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s.run(t, Options{Data: from})
	left, _ := filepath.Glob(s.path(checkpoints, "*"))
	if len(left) != 1 || filepath.Base(left[0]) != "other" {
		t.Errorf("left: %q", left)
	}
}
