// Package parallel runs independent pieces of work on all cores. How the work
// is cut is the caller's decision and must depend on the work alone, so that
// results are the same bits on any number of cores.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls work(0) ... work(n-1), each once, on up to GOMAXPROCS goroutines, and
// returns when all are done. Which goroutine does which piece is left to chance.
// A panic in work is raised again in the goroutine that called Do, when all other
// pieces are done.
func Do(n int, work func(i int)) {
	j := newJob(n, func(_, i int) { work(i) })
	for w := range min(n, runtime.GOMAXPROCS(0)) - 1 {
		go j.run(w + 1)
	}
	j.run(0)
	j.wait()
}

// A job is a number of pieces of work, which goroutines take one by one.
type job struct {
	n     int64
	work  func(worker, i int)
	next  atomic.Int64 // the first piece that nobody has taken
	left  atomic.Int64 // pieces that are not done
	done  sync.WaitGroup
	once  sync.Once
	fault any
}

func newJob(n int, work func(worker, i int)) *job {
	j := &job{n: int64(n), work: work}
	j.left.Store(j.n)
	j.done.Add(n)
	return j
}

// run does pieces until none is left to take.
func (j *job) run(worker int) {
	for i := j.next.Add(1) - 1; i < j.n; i = j.next.Add(1) - 1 {
		j.piece(worker, int(i))
	}
}

func (j *job) piece(worker, i int) {
	defer func() {
		if p := recover(); p != nil {
			j.once.Do(func() { j.fault = p })
		}
		j.done.Done()
		j.left.Add(-1) // last, so that who waits for it need not wait for done
	}()
	j.work(worker, i)
}

// wait returns when all pieces are done, and panics if one has. A team remembers its last
// job, which must not keep alive what the work was about.
func (j *job) wait() {
	j.done.Wait()
	j.work = nil
	if j.fault != nil {
		panic(j.fault)
	}
}
