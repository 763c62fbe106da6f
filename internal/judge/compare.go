package judge

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"hw4/tensor"
)

// A Tolerance is how far a number may be from the one that is wanted and still be
// taken for it: Absolute + Relative |want|.
type Tolerance struct{ Relative, Absolute float64 }

var (
	// weights is for a filter that somebody has written down: PyTorch keeps weights in
	// float32, whose rounding changes a number by 2^-24 of it at most. A weight of zero
	// must be zero.
	weights = Tolerance{Relative: 1.0 / (1 << 24)}
	// sums is for two ways to compute the same sum of a few terms of the order of 1 in
	// float64, by rounding alone.
	sums = Tolerance{Absolute: 1e-12}
)

// Equal reports whether got may be want. No number is near NaN or an infinity.
func (t Tolerance) Equal(got, want float64) bool {
	d := math.Abs(got - want)
	return d <= t.Absolute+t.Relative*math.Abs(want) && !math.IsInf(want, 0)
}

// larger reports whether a difference is larger than the largest until now. NaN is the
// largest of all.
func larger(d, worst float64) bool { return !(d <= worst) && !math.IsNaN(worst) }

// A Comparison is how the outputs of two maps differ on a sequence of images.
type Comparison struct {
	Images int     // how many were compared
	Differ bool    // they do, beyond the tolerance
	First  int     // the number of the first image on which they do
	Worst  float64 // the largest difference of two outputs; NaN if one is NaN
	At     int     // the number of the image with that difference
	Shapes error   // the outputs have other shapes; then they differ, and Worst says nothing
}

// Compare compares two maps on batches of images, each with the number of its first
// image.
func Compare(got, want Map, images iter.Seq2[int, *tensor.Tensor[float64]], tol Tolerance) Comparison {
	var c Comparison
	for from, x := range images {
		a, b := got(x), want(x)
		if !slices.Equal(a.Shape(), b.Shape()) {
			c.Differ, c.First, c.Shapes = true, from, fmt.Errorf("outputs of shapes %v and %v", a.Shape(), b.Shape())
			return c
		}
		c.Images += x.Dim(0)
		each := a.Len() / a.Dim(0)
		for i, v := range a.Data() {
			w := b.Data()[i]
			if !c.Differ && !tol.Equal(v, w) {
				c.Differ, c.First = true, from+i/each
			}
			if d := math.Abs(v - w); larger(d, c.Worst) {
				c.Worst, c.At = d, from+i/each
			}
		}
	}
	return c
}

// describe says in words how a comparison came out; a name says which image has the
// largest difference.
func (c *Comparison) describe(name func(image int) string) string {
	switch {
	case c.Shapes != nil:
		return "have " + c.Shapes.Error()
	case c.Worst == 0:
		return "agree exactly"
	}
	return fmt.Sprintf("differ by at most %.2g (%s)", c.Worst, name(c.At))
}
