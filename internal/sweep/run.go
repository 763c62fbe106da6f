package sweep

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"hw4/data"
	"hw4/internal/atomicfile"
	"hw4/internal/checkpoint"
	"hw4/internal/kernel"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/training"
)

// Options say which cells of a sweep are computed, and how.
type Options struct {
	Data      data.Source
	Shard, Of int // the cells whose numbers leave the remainder Shard when divided by Of; Of 0: all
	Version   string
	Pause     time.Duration // before the checkpoint of a cell is written again
	Progress  progress.Progress
}

// A Tally says what has become of the cells of a run.
type Tally struct {
	Cells     int // in its part of the plan
	Computed  int
	Elsewhere int // are being computed by another process; the others had been done before
}

// A runner computes cells.
type runner struct {
	*Sweep
	Options
	mu    sync.Mutex
	tally Tally
	at    progress.Step // epochs of all trainings that are left
}

// Run computes the cells that are not done yet. Those that are being computed elsewhere
// are left to the others. It ends at the first error, or with the context.
func (s *Sweep) Run(ctx context.Context, models []Model, o Options) (Tally, error) {
	mnist, err := data.Load(o.Data)
	if err != nil {
		return Tally{}, problem.Input(err)
	}
	if SumsOf(mnist) != s.Sums {
		return Tally{}, problem.Inputf("the data is not what %s was planned for", s.Dir)
	}
	if err := s.makeFolders(); err != nil {
		return Tally{}, err
	}
	done, err := s.done()
	if err != nil {
		return Tally{}, err
	}
	s.tidy(done) // those of a process that was killed before it could
	r := &runner{Sweep: s, Options: o, at: progress.Step{Task: "sweep", Unit: "epochs"}}
	left := make(map[string][]int)
	for i, c := range s.Cells {
		if i%max(1, o.Of) != o.Shard {
			continue
		}
		r.tally.Cells++
		if !done[s.names[i]] {
			m, err := modelOf(models, c.Model)
			if err == nil {
				err = problem.OneOf("variant", c.Variant, m.Variants)
			}
			if err != nil {
				return Tally{}, problem.Inputf("the plan in %s is for another version of hw4: %v", s.Dir, err)
			}
			left[c.Model] = append(left[c.Model], i)
			r.at.Total += c.work()
		}
	}
	for _, m := range models {
		if cells := left[m.Name]; len(cells) > 0 {
			train, err := m.Open(mnist)
			if err == nil {
				err = r.all(ctx, m, train, cells)
			}
			if err != nil {
				return r.tally, err
			}
		}
	}
	return r.tally, nil
}

// work returns how many epochs there are in a cell, the start included.
func (c Cell) work() int { return c.Seeds * (c.last() + 1) }

// all computes cells of a model, so many at a time that all cores have work.
func (r *runner) all(ctx context.Context, m Model, train Trainer, cells []int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int, len(cells))
	for _, i := range cells {
		next <- i
	}
	close(next)
	var team sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)/m.Cores) {
		team.Go(func() {
			for i := range next {
				if ctx.Err() != nil {
					return
				}
				if err := r.cell(ctx, train, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	team.Wait()
	return context.Cause(ctx)
}

// cell computes a cell, unless it is done or another process is at it.
func (r *runner) cell(ctx context.Context, train Trainer, i int) error {
	name := r.names[i]
	release, ok, err := checkpoint.Exclusive(r.path(running, name))
	for tries := 0; !ok && err == nil && tries < 3; tries++ {
		time.Sleep(50 * time.Millisecond) // it may only have been looked at
		release, ok, err = checkpoint.Exclusive(r.path(running, name))
	}
	if err != nil {
		return problem.Inputf("the lock of a cell: %w", err)
	}
	if !ok {
		r.count(&r.tally.Elsewhere, 0)
		return nil
	}
	defer release()
	if exists(r.resultPath(name)) { // another process has finished it meanwhile
		r.count(nil, r.Cells[i].work())
		return nil
	}
	res, err := r.compute(ctx, train, i)
	if err != nil {
		return err
	}
	opt := atomicfile.Options{Temporary: name + ".new"}
	if err := atomicfile.Write(r.resultPath(name), res.encode(), opt); err != nil {
		return err
	}
	r.tidy(map[string]bool{name: true})
	r.count(&r.tally.Computed, 0)
	return nil
}

func (r *runner) compute(ctx context.Context, train Trainer, i int) (*result, error) {
	c, start, counted := r.Cells[i], time.Now(), 0
	p := progress.Progress{Line: func(string) {
		counted++
		r.count(nil, 1)
	}}
	keep := training.Checkpoint{File: r.path(checkpoints, r.names[i]), Pause: r.Pause}
	keep.Resume = exists(keep.File) || exists(keep.File+".previous")
	runs, err := train(ctx, c, keep, p)
	if _, input := errors.AsType[*problem.InputError](err); keep.Resume && input {
		r.tidy(map[string]bool{r.names[i]: true}) // what cannot be gone on from is of no use
		keep.Resume = false
		runs, err = train(ctx, c, keep, p)
	}
	if stopped, ok := errors.AsType[*training.StoppedError](err); ok {
		err = stopped.Cause // the next run goes on by itself
	}
	if err != nil {
		return nil, err
	}
	r.count(nil, c.work()-counted)
	machine, err := os.Hostname()
	return &result{Cell: c, Runs: runs, By: By{Version: r.Version, ISA: kernel.ISA(), Machine: machine,
		Seconds: time.Since(start).Seconds(), Resumed: keep.Resume}}, err
}

// count adds a cell to a part of the tally, if that is not nil, and tells how many epochs
// more are done.
func (r *runner) count(part *int, epochs int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if part != nil {
		*part++
	}
	r.at.Done += epochs
	r.Progress.At(r.at)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// done returns the names of the cells that have a result.
func (s *Sweep) done() (map[string]bool, error) {
	entries, err := os.ReadDir(s.path(results))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, problem.Input(err)
	}
	done := make(map[string]bool, len(entries))
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".jsonl"); ok {
			done[name] = true
		}
	}
	return done, nil
}

// tidy removes the checkpoints of cells. Who cannot remove them need not.
func (s *Sweep) tidy(cells map[string]bool) {
	entries, _ := os.ReadDir(s.path(checkpoints))
	for _, e := range entries {
		if name, _, _ := strings.Cut(e.Name(), "."); cells[name] {
			os.Remove(s.path(checkpoints, e.Name()))
		}
	}
}
