package kernel

import (
	"sync"
	"time"
)

// A peakLoop performs rounds of independent multiply-adds of float32.
type peakLoop struct {
	run func(rounds int)
	per int // multiply-adds in a round
}

// PeakFLOPS returns the multiply-adds of float32 that a number of cores together
// can do now with the instruction set in use, counted as two operations a second:
// the best of several short runs of a loop that does nothing else, on all of them
// at once. It is 0 without such a loop.
func PeakFLOPS(cores int) float64 {
	const rounds = 200_000
	loop := selected.peak
	if loop.run == nil {
		return 0
	}
	best := 0.0
	for range 20 {
		var group sync.WaitGroup
		start := time.Now()
		for range cores - 1 {
			group.Go(func() { loop.run(rounds) })
		}
		loop.run(rounds)
		group.Wait()
		best = max(best, float64(cores*rounds*2*loop.per)/time.Since(start).Seconds())
	}
	return best
}
