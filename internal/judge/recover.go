package judge

import (
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/internal/report"
	"hw4/tensor"
)

// Recover reads the filter of a convolution off a mapping of images of c channels
// and h x w pixels, by its answers to all basis images and with no knowledge of
// what it computes: output (o, i, j) gives pixel (c, S i + p, S j + q) the weight
// w[o, c, p, q]. The filter is the smallest with the same padding on all sides
// that has such outputs. The mapping must take images whose sides are least or
// 2 least too, which are tried first.
//
// A mapping that is no convolution is refused, with a witness that it is not
// linear or does not follow a shift of the picture; the filter then has no
// weights and a check of the verdict is not OK.
func Recover(rng *rand.Rand, f Map, least, c, h, w int) (Filter, Verdict) {
	var v Verdict
	found, tried := nonlinear(rng, f, least, c, h, w)
	if found != nil {
		v.text("Refused: the mapping is not linear, and a convolution is. The witness is a pair of pictures of %s for which %s:", size(found.x), found.describe())
		v.Items = append(v.Items, found.items()...)
		v.check("linear", false, "f(X + Y) is not f(X) + f(Y): %s", found.describe())
		return Filter{}, v
	}
	v.check("linear", true, "f(X + Y) = f(X) + f(Y) on %d pairs of pictures: small basis images, their negatives, and random pictures", tried)
	r := respond(f, c, h, w)
	stride, ok := r.checkShifts(&v)
	if !ok {
		return Filter{}, v
	}
	filter, ok := r.read(stride, &v)
	if !ok {
		return Filter{}, v
	}
	worst := 0.0
	const images = 20
	for range images {
		x := tensor.Normal[float64](rng, 0, 1, 1, c, h, w)
		want := f(x)
		for i, y := range filter.Apply(x).Data() {
			worst = math.Max(worst, math.Abs(y-want.Data()[i]))
		}
	}
	v.check("it is the mapping", worst <= 1e-12, "the convolution with what was read differs from the mapping by at most %.2g on %d random images", worst, images)
	return filter, v
}

// checkShifts checks that the map follows shifts of the picture and returns its
// stride.
func (r *responses) checkShifts(v *Verdict) (stride int, ok bool) {
	const name = "follows shifts"
	if r.oh < 2 || r.ow < 2 {
		v.text("Refused: an image of %dx%d has an output of %dx%d, which does not show how the output follows a shift of the picture; choose a larger size.", r.h, r.w, r.oh, r.ow)
		v.check(name, false, "an output of %dx%d has nothing to shift", r.oh, r.ow)
		return 0, false
	}
	var strides [2]int
	for axis, direction := range [2]string{"down", "to the right"} {
		s, b := r.stride(axis)
		if b != nil {
			pixels := max(b.after[1]-b.before[1], b.after[2]-b.before[2])
			v.text("Refused: the mapping does not follow shifts of the picture, and a convolution does. The witness: the 1 of X is moved by %d %s, and the output does not move along.", pixels, direction)
			v.Items = append(v.Items, r.show(b)...)
			v.check(name, false, "no stride %s fits: the answers to the basis images with their 1 in row %d, column %d and in row %d, column %d of channel %d are not the same but for a shift",
				direction, b.before[1]+1, b.before[2]+1, b.after[1]+1, b.after[2]+1, b.before[0]+1)
			return 0, false
		}
		strides[axis] = s
	}
	if strides[0] != strides[1] {
		v.check(name, false, "stride %d down and %d to the right: not the convolution of one stride that is looked for", strides[0], strides[1])
		return 0, false
	}
	v.check(name, true, "on all %d basis images of %dx%dx%d: when the picture moves by %d pixels, down or to the right, the output moves by 1",
		r.c*r.h*r.w, r.c, r.h, r.w, strides[0])
	return strides[0], true
}

// show returns the two pictures of a breach and what the map makes of them, if
// they are small.
func (r *responses) show(b *breach) []report.Item {
	if max(r.h, r.w) > maxShownSide {
		return nil
	}
	x, moved := r.image(b.before), r.image(b.after)
	y, movedY := r.f(x), r.f(moved)
	return []report.Item{
		report.Matrix{Name: plane("X", x, b.before[0]), Rows: rows(x, b.before[0])},
		report.Matrix{Name: plane("f(X)", y, b.output[0]), Rows: rows(y, b.output[0])},
		report.Matrix{Name: plane("X moved", moved, b.before[0]), Rows: rows(moved, b.before[0])},
		report.Matrix{Name: plane("f(X moved)", movedY, b.output[0]), Rows: rows(movedY, b.output[0])},
	}
}

// size names the shape of a picture (1, C, H, W).
func size(x *tensor.Tensor[float64]) string {
	_, c, h, w := x.Dims4("judge")
	if c == 1 {
		return fmt.Sprintf("%dx%d pixels", h, w)
	}
	return fmt.Sprintf("%d channels of %dx%d pixels", c, h, w)
}
