//go:build amd64 && !purego

package kernel

import (
	"sync"
	"time"
)

// PeakFLOPS returns the multiply-adds of float32 that a number of cores together
// can do now with the instruction set in use, counted as two operations a second:
// the best of several short runs of a loop that does nothing else, on all of them
// at once. It is 0 without such a loop.
func PeakFLOPS(cores int) float64 {
	const rounds, perRound = 200_000, 12 * 2
	var run func(n int)
	lanes := 0
	switch ISA() {
	case AVX512:
		run, lanes = peakF32AVX512, 16
	case AVX2:
		run, lanes = peakF32AVX2, 8
	default:
		return 0
	}
	best := 0.0
	for range 20 {
		var group sync.WaitGroup
		start := time.Now()
		for range cores - 1 {
			group.Go(func() { run(rounds) })
		}
		run(rounds)
		group.Wait()
		best = max(best, float64(cores*rounds*perRound*lanes)/time.Since(start).Seconds())
	}
	return best
}
