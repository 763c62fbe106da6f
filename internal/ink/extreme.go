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
	for i := range size {
		v := sign * s.outside
		if k := i - s.reach; k >= 0 && k < n {
			v = sign * line[k*step]
		}
		s.from[i], s.until[i] = v, v
		if i%block > 0 {
			s.until[i] = max(v, s.until[i-1])
		}
	}
	for i := size - 2; i >= 0; i-- {
		if i%block < block-1 {
			s.from[i] = max(s.from[i], s.from[i+1])
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
