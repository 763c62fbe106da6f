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
// A panic in work is raised again in the goroutine that called Do.
func Do(n int, work func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			work(i)
		}
		return
	}
	var (
		next  atomic.Int64
		group sync.WaitGroup
		once  sync.Once
		fault any
	)
	run := func() {
		defer func() {
			if p := recover(); p != nil {
				once.Do(func() { fault = p })
			}
		}()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			work(i)
		}
	}
	for range workers - 1 {
		group.Go(run)
	}
	run()
	group.Wait()
	if fault != nil {
		panic(fault)
	}
}
