//go:build amd64 && !purego

package kernel

import "time"

// peakFLOPS returns the multiply-adds of float32 that one core can do now with
// the instruction set in use, counted as two operations: the best of several
// short runs of a loop that does nothing else. It is 0 without such a loop.
func peakFLOPS() float64 {
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
		start := time.Now()
		run(rounds)
		best = max(best, float64(rounds*perRound*lanes)/time.Since(start).Seconds())
	}
	return best
}
