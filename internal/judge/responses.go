package judge

import (
	"iter"

	"hw4/tensor"
)

// responses are the answers of a linear map to all basis images of one size: its
// matrix.
type responses struct {
	f         Map
	c, h, w   int       // of the images
	o, oh, ow int       // of the outputs
	at        []float64 // by input, then output, both in row-major order
}

// respond asks a map for its answers.
func respond(f Map, c, h, w int) *responses {
	r := &responses{f: f, c: c, h: h, w: w}
	for _, x := range Basis(c, h, w) {
		y := f(x)
		_, r.o, r.oh, r.ow = y.Dims4("recover")
		r.at = append(r.at, y.Data()...)
	}
	return r
}

// A link is a channel, row and column of the image and one of the output.
type link struct{ in, out [3]int }

// all yields every answer: the weight of one place of the image in one of the output.
func (r *responses) all() iter.Seq2[link, float64] {
	outputs := r.o * r.oh * r.ow
	return func(yield func(link, float64) bool) {
		for n, v := range r.at {
			if !yield(link{unravel(n/outputs, r.h, r.w), unravel(n%outputs, r.oh, r.ow)}, v) {
				return
			}
		}
	}
}

// get returns the weight of in in out; ok is false if there is no such place.
func (r *responses) get(in, out [3]int) (v float64, ok bool) {
	if in[1] >= r.h || in[2] >= r.w || out[1] >= r.oh || out[2] >= r.ow {
		return 0, false
	}
	n := (in[0]*r.h+in[1])*r.w + in[2]
	return r.at[((n*r.o+out[0])*r.oh+out[1])*r.ow+out[2]], true
}

// image returns the basis image with its 1 at a channel, row and column.
func (r *responses) image(in [3]int) *tensor.Tensor[float64] {
	return basisImage((in[0]*r.h+in[1])*r.w+in[2], r.c, r.h, r.w)
}

// A breach shows that a map does not follow a shift of the picture: moving the 1
// of a basis image by the stride does not move the output by one pixel.
type breach struct {
	before, after [3]int // where the 1 was and is: channel, row, column
	output        [3]int // an output before the move
}

// breach looks for a breach of stride s along an axis, 0 for the height or 1 for the
// width. shown reports whether a weight that is not zero was compared: only then the
// answers show this stride.
func (r *responses) breach(axis, s int) (found *breach, shown bool) {
	for p, v := range r.all() {
		in, out := p.in, p.out
		in[axis+1] += s
		out[axis+1]++
		moved, ok := r.get(in, out)
		if ok && !sums.Equal(v, moved) {
			return &breach{p.in, in, p.out}, true
		}
		shown = shown || ok && v != 0
	}
	return nil, shown
}

// stride returns the smallest stride that the map follows along an axis, and 0 with a
// breach of the likeliest one if it follows none. A map that makes everything zero
// follows 1.
func (r *responses) stride(axis int) (int, *breach) {
	in, out := [2]int{r.h, r.w}[axis], [2]int{r.oh, r.ow}[axis]
	for s := 1; s <= in; s++ {
		if b, shown := r.breach(axis, s); b == nil && (shown || s == 1) {
			return s, nil
		}
	}
	b, _ := r.breach(axis, max(1, in/out))
	if b == nil { // it compares nothing but zeros
		b, _ = r.breach(axis, 1)
	}
	return 0, b
}
