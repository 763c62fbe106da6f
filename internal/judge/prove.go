package judge

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"

	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/tensor"
)

// A Claim says that two linear maps of images are equal.
type Claim struct {
	Name                    string // put before the names of the checks
	Left, Right             Map
	Definition              string // what Right is
	Channels, Height, Width int
}

// Prove proves a claim on all basis images, checks that both maps are linear, without
// which that proves nothing, and tries random images. What it finds are checks of b.
// It returns the context's error if that ends it.
func Prove(ctx context.Context, p progress.Progress, rng *rand.Rand, b *report.Body, c Claim) error {
	const images = 20
	exact := Tolerance{Absolute: 1e-14}
	basis := Compare(c.Left, c.Right, c.watched(ctx, p), exact)
	if err := ctx.Err(); err != nil {
		return err
	}
	b.Check(c.Name+"equal on the basis", !basis.Differ,
		"on %s of %dx%dx%d the convolution and %s %s; both are linear, so they are equal on every image of "+
			"this size",
		report.All(basis.Images, "basis image"), c.Channels, c.Height, c.Width, c.Definition, basis.describe(c.basisName))
	worst := 0.0
	for range 3 {
		for _, f := range []Map{c.Left, c.Right} {
			x, y := random(rng, c.Channels, c.Height, c.Width), random(rng, c.Channels, c.Height, c.Width)
			worst = max(worst, combine(f, rng.NormFloat64(), x, y).worst)
		}
	}
	b.Check(c.Name+"both are linear", worst <= sums.Absolute,
		"f(aX + Y) and a f(X) + f(Y) differ by at most %.2g on random images", worst)
	drawn := Compare(c.Left, c.Right, normal(rng, images, c.Channels, c.Height, c.Width),
		Tolerance{Absolute: 10 * exact.Absolute})
	b.Check(c.Name+"equal on random images", !drawn.Differ, "on %d random images they %s", drawn.Images,
		drawn.describe(func(n int) string { return fmt.Sprintf("random image %d", n+1) }))
	return nil
}

// watched yields the basis, tells how far it has come, and ends when the context does.
func (c Claim) watched(ctx context.Context, p progress.Progress) iter.Seq2[int, *tensor.Tensor[float64]] {
	return func(yield func(int, *tensor.Tensor[float64]) bool) {
		for from, x := range Basis(c.Channels, c.Height, c.Width) {
			if ctx.Err() != nil || !yield(from, x) {
				return
			}
			p.At(progress.Step{
				Task: c.Name + "equal on the basis", Unit: "images",
				Done: from + x.Dim(0), Total: c.Channels * c.Height * c.Width,
			})
		}
	}
}

// basisName names a basis image by where its 1 is.
func (c Claim) basisName(n int) string {
	at := unravel(n, c.Height, c.Width)
	return fmt.Sprintf("the basis image with its 1 in channel %d, row %d, column %d", at[0]+1, at[1]+1, at[2]+1)
}

// ProveRecovered reads the filter off the definition of a task's mapping on images of
// h x w, with no knowledge of the answer, and checks that it is the right one.
func ProveRecovered(rng *rand.Rand, b *report.Body, t *Task, h, w int) {
	c := t.Right.W.Dim(1)
	f, found := Recover(rng, t.Definition, t.Step, c, h, w)
	b.Check("recovered, unique, equal to the sheet's", found.OK() && t.IsRight(f),
		"the formula's answers to the basis images of %dx%dx%d allow one filter of this size, and it is this one", c, h, w)
}
