package judge

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"hw4/internal/report"
	"hw4/tensor"
)

// A witness is what a map makes of two pictures together and apart. It shows that a
// map is not linear where f(a X + Y) is not a f(X) + f(Y).
type witness struct {
	x, y      *tensor.Tensor[float64]
	sum, want *tensor.Tensor[float64] // f(a x + y) and a f(x) + f(y)
	worst     float64                 // their largest difference, in units of the largest element that goes in, or of 1
	at        [3]int                  // the output with that difference: channel, row, column
}

// combine asks a map for a x + y.
func combine(f Map, a float64, x, y *tensor.Tensor[float64]) *witness {
	ax := tensor.Scale(x, a)
	w := &witness{x: x, y: y, sum: f(tensor.Add(ax, y)), want: tensor.Add(tensor.Scale(f(x), a), f(y))}
	scale := 1.0
	for _, v := range slices.Concat(ax.Data(), y.Data()) {
		scale = max(scale, math.Abs(v))
	}
	_, _, height, width := w.sum.Dims4("judge")
	for i, v := range w.sum.Data() {
		if d := math.Abs(v-w.want.Data()[i]) / scale; larger(d, w.worst) {
			w.worst, w.at = d, unravel(i, height, width)
		}
	}
	return w
}

// refutes reports whether the difference is more than rounding.
func (w *witness) refutes() bool { return !(w.worst <= sums.Absolute) }

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
			if found := combine(f, 1, basisImage(n/size/2, c, s[0], s[1]), y); found.refutes() {
				return found, tried
			}
		}
	}
	const images = 20
	for range images {
		x := random(rng, c, h, w)
		y := tensor.Normal[float64](rng, 0, math.Exp(4*rng.NormFloat64()), 1, c, h, w)
		tried++
		if found := combine(f, 1, x, y); found.refutes() {
			return found, tried
		}
	}
	return nil, tried
}

// maxPairElements bounds the work on pairs of basis images.
const maxPairElements = 1 << 17

// describe says at which output the map is not linear.
func (w *witness) describe() string {
	o, i, j := w.at[0], w.at[1], w.at[2]
	return fmt.Sprintf("f(X + Y) has %s where f(X) + f(Y) has %s, in channel %d, row %d, column %d",
		report.Format(w.sum.At(0, o, i, j)), report.Format(w.want.At(0, o, i, j)), o+1, i+1, j+1)
}

// maxShownSide is the side up to which a picture is shown as a matrix.
const maxShownSide = 16

// items shows the witness, if it is small: the channel of X and Y that has the
// number of the output's, or else the first.
func (w *witness) items() []report.Item {
	_, c, height, width := w.x.Dims4("judge")
	if max(height, width) > maxShownSide {
		return nil
	}
	in := 0
	if w.at[0] < c {
		in = w.at[0]
	}
	return []report.Item{
		plane("X", w.x, in), plane("Y", w.y, in),
		plane("f(X + Y)", w.sum, w.at[0]), plane("f(X) + f(Y)", w.want, w.at[0]),
	}
}
