package judge

import (
	"math"
	"slices"

	"hw4/internal/report"
	"hw4/tensor"
)

// A window is where the weights of a map are, along one axis: pixel S i + offset
// of the image for output i.
type window struct {
	padding int // the first pixel of the window of output 0 is -padding
	kernel  int // the length of the window
}

// fitWindow returns the shortest window over the offsets from lo to hi that, with
// the same padding on both sides of an image of the given length, has the given
// number of outputs.
func fitWindow(lo, hi, in, out, stride int) (w window, ok bool) {
	for padding := max(0, -lo); padding <= in; padding++ {
		for kernel := padding + hi + 1; kernel <= in+2*padding; kernel++ {
			if (in+2*padding-kernel)/stride+1 == out {
				return window{padding, kernel}, true
			}
		}
	}
	return window{}, false
}

// widen returns the window with more padding, and as much more on the other side.
func (w window) widen(padding int) window {
	return window{padding, w.kernel + 2*(padding-w.padding)}
}

// offset returns the place in the window that a link has, for padding 0.
func offset(at link, stride int) (p, q int) {
	return at.in[1] - stride*at.out[1], at.in[2] - stride*at.out[2]
}

// read puts the weights that the answers show into a filter of the smallest size
// and checks that every weight is there.
func (r *responses) read(stride int, v *report.Body) (Filter, bool) {
	const name = "unique"
	lo, hi := [2]int{math.MaxInt, math.MaxInt}, [2]int{math.MinInt, math.MinInt}
	for at, value := range r.all() {
		if value == 0 {
			continue
		}
		p, q := offset(at, stride)
		lo = [2]int{min(lo[0], p), min(lo[1], q)}
		hi = [2]int{max(hi[0], p), max(hi[1], q)}
	}
	if hi[0] == math.MinInt {
		v.Check(name, false, "the mapping makes every picture zero: every size of filter with zeros does that")
		return Filter{}, false
	}
	rows, okRows := fitWindow(lo[0], hi[0], r.h, r.oh, stride)
	cols, okCols := fitWindow(lo[1], hi[1], r.w, r.ow, stride)
	if !okRows || !okCols {
		v.Check(name, false, "no window has outputs of %dx%d for images of %dx%d", r.oh, r.ow, r.h, r.w)
		return Filter{}, false
	}
	padding := max(rows.padding, cols.padding)
	rows, cols = rows.widen(padding), cols.widen(padding)
	f := Filter{W: tensor.Zeros[float64](r.o, r.c, rows.kernel, cols.kernel), Stride: stride, Padding: padding}
	fewest := r.fill(f)
	if fewest == 0 {
		v.Check(name, false, "images of %dx%d do not show every weight of shape %s; choose a larger size", r.h, r.w,
			tensor.Tuple(f.W.Shape()))
		return f, false
	}
	v.Check(name, true, "every weight of shape %s was read in at least %s, always the same, so no other filter of this "+
		"size is the mapping", tensor.Tuple(f.W.Shape()), report.Plural(fewest, "place"))
	return f, true
}

// fill writes the weights of f and returns the fewest places at which one was read. All
// readings of a weight agree, since the map follows shifts of the picture by the stride,
// and outside the window of f there is none that is not zero.
func (r *responses) fill(f Filter) (fewest int) {
	_, _, kh, kw := f.W.Dims4("recover")
	reads := tensor.Zeros[float64](f.W.Shape()...)
	for at, value := range r.all() {
		p, q := offset(at, f.Stride)
		p, q = p+f.Padding, q+f.Padding
		if p < 0 || p >= kh || q < 0 || q >= kw {
			continue
		}
		f.W.Set(value, at.out[0], at.in[0], p, q)
		reads.Set(reads.At(at.out[0], at.in[0], p, q)+1, at.out[0], at.in[0], p, q)
	}
	return int(slices.Min(reads.Data()))
}
