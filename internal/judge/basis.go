package judge

import (
	"iter"
	"math/rand/v2"

	"hw4/tensor"
)

// maxBatchElements bounds the memory and the time that a batch of basis images
// takes.
const maxBatchElements = 1 << 18

// Basis yields all basis images of shape (C, H, W), those with one 1 and all other
// elements 0, in batches, with the number of the first image of the batch: image n
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

// random returns a batch of one image of shape (C, H, W) with independent standard
// normal elements.
func random(rng *rand.Rand, c, h, w int) *tensor.Tensor[float64] {
	return tensor.Normal[float64](rng, 0, 1, 1, c, h, w)
}

// normal yields random images.
func normal(rng *rand.Rand, images, c, h, w int) iter.Seq2[int, *tensor.Tensor[float64]] {
	return func(yield func(int, *tensor.Tensor[float64]) bool) {
		for n := range images {
			if !yield(n, random(rng, c, h, w)) {
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
