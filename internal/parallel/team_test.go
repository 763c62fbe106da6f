package parallel_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hw4/internal/parallel"
)

func TestTeamCallsEveryPieceOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	team := parallel.NewTeam()
	for round := range 300 {
		runtime.GOMAXPROCS(1 + round%5)
		if round%50 == 0 {
			time.Sleep(time.Millisecond) // long enough to fall asleep
		}
		n := round % 23
		calls := make([]atomic.Int32, n)
		team.Do(n, func(_, i int) { calls[i].Add(1) })
		for i := range calls {
			if c := calls[i].Load(); c != 1 {
				t.Fatalf("round %d: piece %d done %d times", round, i, c)
			}
		}
	}
}

func TestTeamRaisesPanicInCaller(t *testing.T) {
	team := parallel.NewTeam()
	var done atomic.Int32
	func() {
		defer func() {
			if p := recover(); p != "piece" {
				t.Errorf("recovered %v, want the piece's panic", p)
			}
		}()
		team.Do(8, func(_, i int) {
			if i == 3 {
				panic("piece")
			}
			done.Add(1)
		})
	}()
	if done.Load() != 7 {
		t.Errorf("%d pieces done beside the one that failed, want 7", done.Load())
	}
	team.Do(8, func(int, int) { done.Add(1) })
	if done.Load() != 15 {
		t.Error("the team is of no use after a panic")
	}
}

func TestTeamEnds(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	before := runtime.NumGoroutine()
	for range 10 {
		team := parallel.NewTeam()
		team.Do(4, func(int, int) { _ = team }) // work usually knows its team
	}
	for range 200 {
		runtime.GC()
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before the teams", runtime.NumGoroutine(), before)
}

func BenchmarkDo(b *testing.B) {
	b.Run("fresh", func(b *testing.B) {
		for b.Loop() {
			parallel.Do(2, func(int) {})
		}
	})
	b.Run("team", func(b *testing.B) {
		team := parallel.NewTeam()
		for b.Loop() {
			team.Do(2, func(int, int) {})
		}
	})
}

// Pieces may wait for each other if they say so, and no two work under one number.
func TestTeamGoesOnInsteadOfAPieceThatWaits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	team := parallel.NewTeam()
	for _, procs := range []int{1, 2, 5, 1} {
		runtime.GOMAXPROCS(procs)
		for _, n := range []int{1, 2, 17} {
			var here sync.WaitGroup
			here.Add(n)
			var mu sync.Mutex
			workers := make(map[int]bool)
			team.Do(n, func(worker, i int) {
				mu.Lock()
				if workers[worker] {
					t.Errorf("procs %d, n %d: two pieces at once under number %d", procs, n, worker)
				}
				workers[worker] = true
				mu.Unlock()
				team.Instead(i)
				here.Done()
				here.Wait()
			})
			if len(workers) != n {
				t.Errorf("procs %d, n %d: %d workers", procs, n, len(workers))
			}
		}
	}
}
