package judge

import (
	"iter"
	"math"

	"hw4/tensor"
)

// maxBatchElements bounds the memory and the time that a batch of basis images
// takes.
const maxBatchElements = 1 << 18

// Basis yields all basis images of shape (C, H, W), those with one 1 and all other
// elements 0, in batches, with the index of the first image of the batch: image n
// has its 1 at element n in row-major order. Two linear maps that agree on the
// basis are equal on all images of this size.
func Basis(c, h, w int) iter.Seq2[int, *tensor.Tensor[float64]] {
	size := c * h * w
	batch := max(1, min(size, maxBatchElements/size))
	return func(yield func(int, *tensor.Tensor[float64]) bool) {
		for from := 0; from < size; from += batch {
			n := min(batch, size-from)
			x := tensor.Zeros[float64](n, c, h, w)
			for i := range n {
				x.Data()[i*size+from+i] = 1
			}
			if !yield(from, x) {
				return
			}
		}
	}
}

// basisImage returns basis image n of shape (C, H, W) as a batch of one.
func basisImage(n, c, h, w int) *tensor.Tensor[float64] {
	x := tensor.Zeros[float64](1, c, h, w)
	x.Data()[n] = 1
	return x
}

// A comparison is how the outputs of two maps differ on the basis images of one
// size.
type comparison struct {
	images int     // how many were compared
	differ bool    // they do, on image first
	first  int     // the number of the first image on which they do
	worst  float64 // largest relative difference of outputs that count as equal
}

// compare compares got with want on the basis images of one size, up to the first
// on which they differ.
func compare(got, want Map, c, h, w int) comparison {
	var result comparison
	for from, x := range Basis(c, h, w) {
		a, b := got(x), want(x)
		if a.Len() != b.Len() || a.Dim(1) != b.Dim(1) || a.Dim(2) != b.Dim(2) {
			result.differ, result.first = true, from
			return result
		}
		each := a.Len() / a.Dim(0)
		for i, v := range a.Data() {
			if !same(v, b.Data()[i]) {
				result.differ, result.first = true, from+i/each
				return result
			}
			if v != b.Data()[i] {
				result.worst = math.Max(result.worst, math.Abs(v/b.Data()[i]-1))
			}
		}
		result.images += x.Dim(0)
	}
	return result
}
