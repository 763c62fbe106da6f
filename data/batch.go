package data

import (
	"iter"
	"math/rand/v2"
	"slices"

	"hw4/tensor"
)

// Batches returns the numbers 0 to n-1 in batches of the given size, the last of
// which may be smaller: in an order that rng draws anew every time the sequence
// is walked, or ascending if it is nil. A batch may be used until the next one.
// It panics with a [*tensor.ShapeError] if n is negative or size is not positive.
func Batches(n, size int, rng *rand.Rand) iter.Seq[[]int] {
	if n < 0 || size <= 0 {
		panic(tensor.Shapef("batches", "%d numbers in batches of %d", n, size))
	}
	return func(yield func([]int) bool) {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		if rng != nil {
			rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		for batch := range slices.Chunk(order, size) {
			if !yield(batch) {
				return
			}
		}
	}
}
