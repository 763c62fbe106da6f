package judge

import "hw4/tensor"

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

// each visits every answer: in, a channel, row and column of the image, has the
// weight v in out, a channel, row and column of the output.
func (r *responses) each(visit func(in, out [3]int, v float64)) {
	outputs := r.o * r.oh * r.ow
	for n := range len(r.at) / outputs {
		in, answer := unravel(n, r.h, r.w), r.at[n*outputs:][:outputs]
		for o := range r.o {
			for i := range r.oh {
				for j := range r.ow {
					visit(in, [3]int{o, i, j}, answer[(o*r.oh+i)*r.ow+j])
				}
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

// breach looks for a breach of stride s along an axis, 0 for the height or 1 for
// the width.
func (r *responses) breach(axis, s int) *breach {
	var found *breach
	r.each(func(in, out [3]int, v float64) {
		in2, out2 := in, out
		in2[axis+1] += s
		out2[axis+1]++
		if moved, ok := r.get(in2, out2); ok && found == nil && !sums.Equal(v, moved) {
			found = &breach{in, in2, out}
		}
	})
	return found
}

// stride returns the smallest stride that the map follows along an axis, and 0
// with a breach of the likeliest one if it follows none.
func (r *responses) stride(axis int) (int, *breach) {
	in, out := r.h, r.oh
	if axis == 1 {
		in, out = r.w, r.ow
	}
	for s := 1; s <= max(1, (in-1)/(out-1)); s++ {
		if r.breach(axis, s) == nil {
			return s, nil
		}
	}
	return 0, r.breach(axis, max(1, in/out))
}
