package ink

// coarse is the longest side of the picture in which the paper's brightness is
// estimated: it changes slowly.
const coarse = 128

// background returns the brightness that paper has at every pixel, of a picture with
// dark ink: the picture without all that is dark and narrower than a part of the
// shorter side. (A morphological closing with a square. It keeps slopes and the edges
// of shadows as they are, however much of the picture is ink.)
func background(m Grey, part int) Grey {
	small, factor := m.Shrunk(coarse)
	small = smoothed(small)
	reach := max(2, min(small.W, small.H)/part/2)
	closed := extreme(extreme(small, reach, 1), reach, -1)
	return smoothed(closed).grown(factor, m.W, m.H)
}

// extreme returns the maximum (sign 1) or the minimum (sign -1) over the square of
// pixels around every pixel, as far as reach pixels to each side.
func extreme(m Grey, reach int, sign float32) Grey {
	out := NewGrey(m.W, m.H)
	slide := newSlider(max(m.W, m.H))
	for y := range m.H {
		slide.run(out.Pix[y*m.W:], m.Pix[y*m.W:], m.W, 1, reach, sign)
	}
	for x := range m.W {
		slide.run(out.Pix[x:], out.Pix[x:], m.H, m.W, reach, sign)
	}
	return out
}

// A slider finds extremes in a window that slides over a line.
type slider struct {
	queue []int     // places in the window whose values fall (for maxima) from the first to the last
	line  []float32 // the values times the sign
}

func newSlider(n int) *slider { return &slider{make([]int, 0, n), make([]float32, n)} }

// run writes to dst the extreme within reach of every one of n places of src. Both
// have their places stride apart, and may be the same.
func (s *slider) run(dst, src []float32, n, stride, reach int, sign float32) {
	for i := range n {
		s.line[i] = sign * src[i*stride]
	}
	queue, first := s.queue[:0], 0
	for i := range n + reach {
		if i < n {
			for len(queue) > first && s.line[queue[len(queue)-1]] <= s.line[i] {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, i)
		}
		at := i - reach
		if at < 0 {
			continue
		}
		if queue[first] < at-reach {
			first++
		}
		dst[at*stride] = sign * s.line[queue[first]]
	}
}

// smoothed returns the means of 3 x 3 pixels, as many as there are at the edge.
func smoothed(m Grey) Grey {
	out := NewGrey(m.W, m.H)
	for y := range m.H {
		top, bottom := max(y-1, 0), min(y+2, m.H)
		for x := range m.W {
			left, right := max(x-1, 0), min(x+2, m.W)
			sum := float32(0)
			for v := top; v < bottom; v++ {
				for _, p := range m.row(v)[left:right] {
					sum += p
				}
			}
			out.Pix[y*m.W+x] = sum / float32((bottom-top)*(right-left))
		}
	}
	return out
}
