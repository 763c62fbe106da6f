package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"hw4/internal/judge"
	"hw4/tensor"
)

// An image map takes a batch of images (N, C, H, W) to a batch of images. The
// maps of Problems 1 to 3 are linear, which is what lets a finite check prove
// that two of them are equal.
type imageMap = judge.Map

// A comparison is the largest difference of two maps over a set of inputs.
type comparison struct {
	inputs int     // how many were tried
	worst  float64 // largest absolute difference of an output, NaN if one is NaN
	where  string  // the input and the output where it is
	shapes error   // the outputs had different shapes
}

// agree reports whether the maps differed nowhere by more than tol.
func (c *comparison) agree(tol float64) bool { return c.shapes == nil && c.worst <= tol }

// add compares the outputs for a batch of inputs that are called by name.
func (c *comparison) add(f, g imageMap, x *tensor.Tensor[float64], name func(n int) string) {
	c.inputs += x.Dim(0)
	if c.shapes != nil {
		return
	}
	a, b := f(x), g(x)
	if !slices.Equal(a.Shape(), b.Shape()) {
		c.shapes = fmt.Errorf("outputs of shapes %v and %v", a.Shape(), b.Shape())
		return
	}
	each := a.Len() / a.Dim(0)
	for i, v := range a.Data() {
		if d := math.Abs(v - b.Data()[i]); !(d <= c.worst) {
			c.worst, c.where = d, name(i/each)
		}
	}
}

// onBasis compares the two maps of a claim on every basis image: one 1, all
// other elements 0. If both are linear and agree here they are equal on all
// images of this size.
func onBasis(ctx context.Context, progress Progress, claim linearClaim) (comparison, error) {
	var result comparison
	h, w := claim.height, claim.width
	size := claim.channels * h * w
	for from, x := range judge.Basis(claim.channels, h, w) {
		if err := ctx.Err(); err != nil {
			return result, err
		}
		result.add(claim.left, claim.right, x, func(i int) string {
			at := from + i
			return fmt.Sprintf("the basis image with its 1 in channel %d, row %d, column %d", at/(h*w)+1, at/w%h+1, at%w+1)
		})
		progress.At(Step{Task: claim.name + "equal on the basis", Unit: "images", Done: from + x.Dim(0), Total: size})
	}
	return result, nil
}

// onRandom compares two maps on images with independent standard normal
// elements.
func onRandom(rng *rand.Rand, f, g imageMap, images, c, h, w int) comparison {
	var result comparison
	for n := range images {
		x := tensor.Normal[float64](rng, 0, 1, 1, c, h, w)
		result.add(f, g, x, func(int) string { return fmt.Sprintf("random image %d", n+1) })
	}
	return result
}

// isLinear checks f(a x + y) = a f(x) + f(y) on random images and returns the
// largest difference relative to the size of the values.
func isLinear(rng *rand.Rand, f imageMap, images, c, h, w int) float64 {
	worst := 0.0
	for range images {
		x := tensor.Normal[float64](rng, 0, 1, 1, c, h, w)
		y := tensor.Normal[float64](rng, 0, 1, 1, c, h, w)
		a := rng.NormFloat64()
		left := f(tensor.Add(tensor.Scale(x, a), y))
		right := tensor.Add(tensor.Scale(f(x), a), f(y))
		for i, v := range left.Data() {
			r := right.Data()[i]
			worst = math.Max(worst, math.Abs(v-r)/math.Max(1, math.Abs(r)))
		}
	}
	return worst
}
