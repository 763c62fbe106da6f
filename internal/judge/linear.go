package judge

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

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
// to the largest element of the pictures, that rounding explains.
const linearTol = 1e-12

// additive returns a witness if f(x + y) is not f(x) + f(y).
func additive(f Map, x, y *tensor.Tensor[float64]) *witness {
	sum, want := f(tensor.Add(x, y)), tensor.Add(f(x), f(y))
	scale := 1.0
	for _, v := range slices.Concat(x.Data(), y.Data()) {
		scale = max(scale, math.Abs(v))
	}
	_, _, h, w := sum.Dims4("judge")
	for i, v := range sum.Data() {
		if d := math.Abs(v - want.Data()[i]); !(d <= linearTol*scale) {
			return &witness{x, y, sum, want, unravel(i, h, w)}
		}
	}
	return nil
}

// nonlinear looks for a witness that f is not linear on images of c channels: on
// the smallest images, among pairs of a basis image and another one or its
// negative, all of them if there are not too many; on images of h x w, among
// random pairs of very different size. It returns the number of pairs that were
// tried; without a witness, a black box can only be said to have passed.
func nonlinear(rng *rand.Rand, f Map, least, c, h, w int) (found *witness, tried int) {
	for _, s := range [][2]int{{least, least}, {least, 2 * least}, {2 * least, least}} {
		if s[0] > h || s[1] > w {
			continue
		}
		size := c * s[0] * s[1]
		for n := range min(2*size*size, max(1, maxPairElements/size)) {
			y := basisImage(n%size, c, s[0], s[1])
			if n/size%2 == 1 {
				y = tensor.Neg(y)
			}
			tried++
			if found := additive(f, basisImage(n/size/2, c, s[0], s[1]), y); found != nil {
				return found, tried
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

// maxPairElements bounds the work on pairs of basis images.
const maxPairElements = 1 << 17

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
