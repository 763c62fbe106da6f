package judge

import (
	"fmt"
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
// The images must be so large that they show a weight twice; otherwise the stride cannot
// be read, and a convolution may be refused. A mapping that is none is refused, with a
// witness that it is not linear or does not follow a shift of the picture; the filter
// then has no weights and a check of the body is not OK.
func Recover(rng *rand.Rand, f Map, least, c, h, w int) (Filter, report.Body) {
	var v report.Body
	found, tried := nonlinear(rng, f, least, c, h, w)
	if found != nil {
		v.Answerf("Refused: the mapping is not linear, and a convolution is. The proof is a pair of pictures of %s.",
			size(found.x))
		v.Add(found.items()...)
		v.Check("linear", false, "f(X + Y) is not f(X) + f(Y): %s", found.describe())
		return Filter{}, v
	}
	v.Check("linear", true,
		"f(X + Y) = f(X) + f(Y) on %d pairs of pictures: small basis images, their negatives, and random pictures", tried)
	r := respond(f, c, h, w)
	stride, ok := r.checkShifts(&v)
	if !ok {
		return Filter{}, v
	}
	filter, ok := r.read(stride, &v)
	if !ok {
		return Filter{}, v
	}
	const images = 20
	d := Compare(filter.Apply, f, normal(rng, images, c, h, w), sums)
	v.Check("it is the mapping", !d.Differ,
		"the convolution with what was read differs from the mapping by at most %.2g on %d random images",
		d.Worst, d.Images)
	return filter, v
}

// checkShifts checks that the map follows shifts of the picture and returns its
// stride.
func (r *responses) checkShifts(v *report.Body) (stride int, ok bool) {
	const name = "follows shifts"
	if r.oh < 2 || r.ow < 2 {
		v.Answerf("Refused: an image of %dx%d has an output of %dx%d, which does not show how the output follows a shift "+
			"of the picture; choose a larger size.", r.h, r.w, r.oh, r.ow)
		v.Check(name, false, "an output of %dx%d has nothing to shift", r.oh, r.ow)
		return 0, false
	}
	var strides [2]int
	for axis, direction := range [2]string{"down", "to the right"} {
		s, b := r.stride(axis)
		if b != nil {
			pixels := max(b.after[1]-b.before[1], b.after[2]-b.before[2])
			v.Answerf("Refused: the mapping does not follow shifts of the picture, and a convolution does. The proof: when "+
				"the 1 of X moves by %d %s, the output does not move along.", pixels, direction)
			v.Add(r.show(b)...)
			v.Check(name, false, "no stride %s fits: the answers to the basis images with their 1 in row %d, column %d "+
				"and in row %d, column %d of channel %d are not shifts of each other", direction, b.before[1]+1, b.before[2]+1,
				b.after[1]+1, b.after[2]+1, b.before[0]+1)
			return 0, false
		}
		strides[axis] = s
	}
	if strides[0] != strides[1] {
		v.Answerf("Refused: the stride is %d down and %d to the right, and a filter here has one stride.", strides[0],
			strides[1])
		v.Check(name, false, "stride %d down and %d to the right", strides[0], strides[1])
		return 0, false
	}
	v.Check(name, true,
		"on all %d basis images of %dx%dx%d: when the picture moves by %s, down or to the right, the output moves by 1",
		r.c*r.h*r.w, r.c, r.h, r.w, report.Plural(strides[0], "pixel"))
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
		plane("X", x, b.before[0]),
		plane("f(X)", y, b.output[0]),
		plane("X moved", moved, b.before[0]),
		plane("f(X moved)", movedY, b.output[0]),
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

// MaxRecovered bounds the elements of the images whose basis Recover is worth asking
// for.
const MaxRecovered = 1 << 12

// Recovered reads the filter off the task's mapping on images of h x w, shows it, and
// compares it with the right one, which was not used to read it.
func (t *Task) Recovered(rng *rand.Rand, h, w int) report.Body {
	c := t.Right.W.Dim(1)
	f, b := Recover(rng, t.Definition, t.Step, c, h, w)
	if f.W != nil {
		b.Answerf("Read off the answers to the basis images of %dx%dx%d: a convolution with stride %d, padding %d and a "+
			"weight of shape %s:",
			c, h, w, f.Stride, f.Padding, tensor.Tuple(f.W.Shape()))
		b.Answer = append(b.Answer, t.Show(f)...)
		b.Check("it is the sheet's filter", t.IsRight(f),
			"weights, stride and padding are compared with the sheet's answer, which was not used to read them")
	}
	return b
}
