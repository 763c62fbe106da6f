package judge

import (
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/internal/report"
	"hw4/tensor"
)

// A witness shows that a map is not linear: f(X + Y) is not f(X) + f(Y).
type witness struct {
	x, y      *tensor.Tensor[float64]
	sum, want *tensor.Tensor[float64] // f(x + y) and f(x) + f(y)
	at        [3]int                  // the first output that differs: channel, row, column
}

// linearTol is the largest difference between f(x + y) and f(x) + f(y), relative
// to values larger than 1, that rounding explains.
const linearTol = 1e-12

// additive returns a witness if f(x + y) is not f(x) + f(y).
func additive(f Map, x, y *tensor.Tensor[float64]) *witness {
	sum, want := f(tensor.Add(x, y)), tensor.Add(f(x), f(y))
	_, _, h, w := sum.Dims4("judge")
	for i, v := range sum.Data() {
		if d := math.Abs(v - want.Data()[i]); !(d <= linearTol*math.Max(1, math.Abs(v))) {
			return &witness{x, y, sum, want, unravel(i, h, w)}
		}
	}
	return nil
}

// nonlinear looks for a witness that f is not linear on images of c channels: on
// the smallest images, all pairs of a basis image and another one or its negative;
// on images of h x w, random pairs with factors. It returns the number of pairs
// that were tried; without a witness, a black box can only be said to have passed.
func nonlinear(rng *rand.Rand, f Map, least, c, h, w int) (found *witness, tried int) {
	for _, s := range [][2]int{{least, least}, {least, 2 * least}, {2 * least, least}} {
		size := c * s[0] * s[1]
		if s[0] > h || s[1] > w || size > maxPairPixels {
			continue
		}
		for i := range size {
			for j := range 2 * size {
				y := basisImage(j%size, c, s[0], s[1])
				if j >= size {
					y = tensor.Neg(y)
				}
				tried++
				if found := additive(f, basisImage(i, c, s[0], s[1]), y); found != nil {
					return found, tried
				}
			}
		}
	}
	const images = 20
	for range images {
		x := tensor.Normal[float64](rng, 0, 1, 1, c, h, w)
		y := tensor.Normal[float64](rng, 0, math.Exp(4*rng.NormFloat64()), 1, c, h, w)
		tried++
		if found := additive(f, x, y); found != nil {
			return found, tried
		}
	}
	return nil, tried
}

// maxPairPixels is the number of elements up to which all pairs of basis images
// are tried.
const maxPairPixels = 64

// describe says at which output the map is not linear.
func (n *witness) describe() string {
	o, i, j := n.at[0], n.at[1], n.at[2]
	return fmt.Sprintf("f(X + Y) has %s where f(X) + f(Y) has %s, in channel %d, row %d, column %d",
		report.Format(n.sum.At(0, o, i, j)), report.Format(n.want.At(0, o, i, j)), o+1, i+1, j+1)
}

// maxShownSide is the side up to which a witness is shown as matrices.
const maxShownSide = 16

// items shows the witness, if it is small: the channel of X and Y that has the
// number of the output's, or else the first.
func (n *witness) items() []report.Item {
	_, c, h, w := n.x.Dims4("judge")
	if max(h, w) > maxShownSide {
		return nil
	}
	in := 0
	if n.at[0] < c {
		in = n.at[0]
	}
	return []report.Item{
		report.Matrix{Name: plane("X", n.x, in), Rows: rows(n.x, in)},
		report.Matrix{Name: plane("Y", n.y, in), Rows: rows(n.y, in)},
		report.Matrix{Name: plane("f(X + Y)", n.sum, n.at[0]), Rows: rows(n.sum, n.at[0])},
		report.Matrix{Name: plane("f(X) + f(Y)", n.want, n.at[0]), Rows: rows(n.want, n.at[0])},
	}
}
