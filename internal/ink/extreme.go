package ink

import "math"

// A slider finds the extremes in a window that slides over lines of a picture, in
// three comparisons a pixel whatever the width of the window (van Herk 1992): the
// window meets two neighbouring blocks, of one the end and of the other the beginning.
type slider struct {
	reach       int     // the window is a place and so many to both sides
	outside     float32 // what is beyond the ends of a line
	from, until []float32
}

// run replaces n places of a line, which are step apart, by the maxima of their windows,
// or by the minima if sign is -1.
func (s *slider) run(line []float32, n, step int, sign float32) {
	block := 2*s.reach + 1
	size := (n + 2*s.reach + block) / block * block
	if len(s.from) < size {
		s.from, s.until = make([]float32, size), make([]float32, size)
	}
	values := s.until[:size]
	for i := range values {
		values[i] = sign * s.outside
	}
	for i := range n {
		values[i+s.reach] = sign * line[i*step]
	}
	copy(s.from, values)
	for start := 0; start < size; start += block {
		from, until := s.from[start:start+block], values[start:start+block]
		for i := 1; i < block; i++ {
			until[i] = max(until[i], until[i-1])
			from[block-1-i] = max(from[block-1-i], from[block-i])
		}
	}
	for k := range n {
		line[k*step] = sign * max(s.from[k], s.until[k+block-1])
	}
}

// extremes replaces every pixel by the maximum (or minimum, if sign is -1) of the square
// of pixels that reach from it to each side, as far as there are pixels.
func (m Grey) extremes(reach int, sign float32) {
	s := slider{reach: reach, outside: -sign * math.MaxFloat32}
	for y := range m.H {
		s.run(m.row(y), m.W, 1, sign)
	}
	for x := range m.W {
		s.run(m.Pix[x:], m.H, m.W, sign)
	}
}
