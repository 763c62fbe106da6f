package sweep

import (
	"cmp"
	"slices"
	"time"

	"hw4/internal/checkpoint"
	"hw4/internal/parallel"
)

// A Status says how far a sweep has come.
type Status struct {
	Cells    int
	Done     int // of which Diverged have a training that diverged
	Diverged int
	Running  int
	Failed   int           // were begun by a process that has ended without a result; a new run goes on with them
	Missing  int           // have not been begun
	Left     time.Duration // until all is done, with as many processes as there are running; 0: nobody can say
}

// Status looks at the files of the sweep.
func (s *Sweep) Status() (Status, error) {
	all, err := s.results()
	if err != nil {
		return Status{}, err
	}
	st := Status{Cells: len(s.Cells)}
	cost := make(map[string][2]float64) // of a model: seconds, and the epochs in which they went by
	left := make(map[string]int)        // epochs of a model
	for i, c := range s.Cells {
		switch r := all[i]; {
		case r != nil:
			st.Done++
			if r.diverged() {
				st.Diverged++
			} else if !r.By.Resumed {
				k := cost[c.Model]
				cost[c.Model] = [2]float64{k[0] + r.By.Seconds, k[1] + float64(c.work())}
			}
			continue
		case checkpoint.Held(s.path(running, s.names[i])):
			st.Running++
		case exists(s.path(running, s.names[i])):
			st.Failed++
		default:
			st.Missing++
		}
		left[c.Model] += c.work()
	}
	var until time.Duration
	for model, epochs := range left {
		k := cost[model]
		if k[1] == 0 {
			return st, nil
		}
		until += time.Duration(k[0] / k[1] * float64(epochs) / float64(max(1, st.Running)) * float64(time.Second))
	}
	st.Left = until
	return st, nil
}

// diverged reports whether one of the trainings has.
func (r *result) diverged() bool {
	return slices.ContainsFunc(r.Runs, func(run Run) bool { return run.Diverged != "" })
}

// results reads the results of all cells, by their numbers; nil stands for one that is
// not there.
func (s *Sweep) results() ([]*result, error) {
	done, err := s.done()
	if err != nil {
		return nil, err
	}
	all, errs := make([]*result, len(s.Cells)), make([]error, len(s.Cells))
	parallel.Do(len(s.Cells), func(i int) {
		if done[s.names[i]] {
			all[i], errs[i] = s.result(i)
		}
	})
	return all, cmp.Or(errs...)
}
