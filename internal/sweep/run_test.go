package sweep

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/internal/kernel"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/training"
)

// trainer is the fake model with another trainer.
func trainer(cores int, train Trainer) []Model {
	m := fake(2)
	m.Cores, m.Open = cores, func(*data.MNIST) (Trainer, error) { return train, nil }
	return []Model{m}
}

// all returns the runs of a cell.
func all(c Cell) (runs []Run) {
	for i := range c.Seeds {
		runs = append(runs, drawn(c.One(i)))
	}
	return runs
}

// A training goes on from its checkpoint or the one before it, and begins anew if neither can be
// read. The result says so, and who has computed it; then no checkpoint is left.
func TestResumed(t *testing.T) {
	from, sums := source(t)
	for _, left := range []string{"", "ok", "ok.previous", "damaged"} {
		s := planned(t, sums, 2, Grid{Variants: []string{"good"}})
		file := s.path(checkpoints, s.names[0])
		if left != "" {
			name := file
			if left == "ok.previous" {
				name += ".previous"
			}
			if err := os.WriteFile(name, nil, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		var resumed []bool
		models := trainer(1, func(_ context.Context, c Cell, keep training.Checkpoint, p progress.Progress) ([]Run, error) {
			resumed = append(resumed, keep.Resume)
			if keep.File != file || keep.Pause != time.Minute {
				t.Errorf("the checkpoint %+v", keep)
			}
			if left == "damaged" && keep.Resume {
				return nil, problem.Inputf("damaged")
			}
			if exists(file) && !keep.Resume {
				t.Error("the checkpoint is there still")
			}
			p.Printf("epoch 0")
			time.Sleep(2 * time.Millisecond)
			return all(c), nil
		})
		done := 0
		o := Options{Data: from, Version: "v7", Pause: time.Minute,
			Progress: progress.Progress{Step: func(s progress.Step) { done = s.Done }}}
		tally, err := s.Run(context.Background(), models, o)
		if err != nil || tally != (Tally{Cells: 1, Computed: 1}) || done != 4 {
			t.Errorf("%q: %+v, %v, %d epochs", left, tally, err, done)
		}
		want := map[string][]bool{"": {false}, "ok": {true}, "ok.previous": {true}, "damaged": {true, false}}[left]
		if !slices.Equal(resumed, want) {
			t.Errorf("%q: resumed %v, want %v", left, resumed, want)
		}
		r, err := s.result(0)
		if err != nil {
			t.Fatal(err)
		}
		host, err := os.Hostname()
		if err != nil || r.By.Resumed != want[len(want)-1] || r.By.Version != "v7" || r.By.ISA != kernel.ISA() ||
			r.By.Machine != host || r.By.Seconds < 0.002 || r.By.Seconds > 60 {
			t.Errorf("%q: %+v, %v", left, r.By, err)
		}
		if exists(file) || exists(file+".previous") {
			t.Errorf("%q: a checkpoint is left", left)
		}
	}
}

// What stops a training ends the run as it is: other cells are not begun.
func TestStopped(t *testing.T) {
	from, sums := source(t)
	why, input := errors.New("why"), problem.Inputf("no checkpoint was there")
	for give, want := range map[error]error{&training.StoppedError{Cause: why}: why, input: input, why: why} {
		s := planned(t, sums, 2, Grid{Variants: []string{"good"}, Seeds: new(20)})
		begun := 0
		train := func(context.Context, Cell, training.Checkpoint, progress.Progress) ([]Run, error) {
			begun++
			return nil, give
		}
		models := trainer(2*runtime.GOMAXPROCS(0), train)
		if _, err := s.Run(context.Background(), models, Options{Data: from}); err != want || begun != 1 {
			t.Errorf("%v after %d cells, want %v after 1", err, begun, want)
		}
	}
}

// So many cells are computed at a time that all cores have work.
func TestCellsAtATime(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(6))
	from, sums := source(t)
	for cores, want := range map[int]int32{2: 3, 4: 1, 7: 1} {
		s := planned(t, sums, 2, Grid{Variants: []string{"good"}, Seeds: new(8)})
		var now, most atomic.Int32
		models := trainer(cores, func(_ context.Context, c Cell, _ training.Checkpoint, _ progress.Progress) ([]Run, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			for range 20 {
				time.Sleep(time.Millisecond)
				if most.Load() == want {
					break
				}
			}
			now.Add(-1)
			return all(c), nil
		})
		if _, err := s.Run(context.Background(), models, Options{Data: from}); err != nil || most.Load() != want {
			t.Errorf("with %d cores a training: %d at a time, %v, want %d", cores, most.Load(), err, want)
		}
	}
}

// A lock that is let go soon was only looked at, and what another process has finished meanwhile is
// not computed again, but counts as done.
func TestLocks(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Variants: []string{"good"}, Seeds: new(4)})
	release, ok, err := checkpoint.Exclusive(s.path(running, s.names[0]))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	time.AfterFunc(60*time.Millisecond, func() { release() })
	done := 0
	train := func(_ context.Context, c Cell, _ training.Checkpoint, _ progress.Progress) ([]Run, error) {
		if c.Seed == 0 { // another process is faster with the other cell
			other := &result{Cell: s.Cells[1], Runs: all(s.Cells[1])}
			return all(c), os.WriteFile(s.resultPath(s.names[1]), other.encode(), 0o666)
		}
		return all(c), nil
	}
	o := Options{Data: from, Progress: progress.Progress{Step: func(s progress.Step) { done = s.Done }}}
	tally, err := s.Run(context.Background(), trainer(runtime.GOMAXPROCS(0), train), o)
	if err != nil || tally != (Tally{Cells: 2, Computed: 1}) || done != 16 {
		t.Errorf("%+v, %v, %d epochs done, want 16", tally, err, done)
	}
}
