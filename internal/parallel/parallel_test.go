package parallel_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"hw4/internal/parallel"
)

func TestDoCallsEveryPieceOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		for _, n := range []int{0, 1, 2, 7, 1000} {
			calls := make([]atomic.Int32, n)
			parallel.Do(n, func(i int) { calls[i].Add(1) })
			for i := range calls {
				if c := calls[i].Load(); c != 1 {
					t.Fatalf("procs %d, n %d: piece %d done %d times", procs, n, i, c)
				}
			}
		}
	}
}

func TestDoRaisesPanicInCaller(t *testing.T) {
	for _, n := range []int{1, 8} {
		func() {
			defer func() {
				if p := recover(); p != "piece" {
					t.Errorf("n %d: recovered %v, want the piece's panic", n, p)
				}
			}()
			parallel.Do(n, func(i int) { panic("piece") })
			t.Errorf("n %d: Do returned", n)
		}()
	}
}
