package ink

// coarse is the longest side of the picture in which the paper's brightness is
// estimated: it changes slowly.
const coarse = 128

// closed returns the brightness that paper has at every pixel, of a picture with dark
// ink: the picture without all that is dark and narrower than a part of the shorter
// side. (A morphological closing with a square. It keeps slopes and the edges of
// shadows as they are, however much of the picture is ink.)
func closed(m Grey, part int) Grey {
	small, factor := m.shrunk(coarse)
	small = small.smoothed()
	reach := max(2, min(small.W, small.H)/part/2)
	small.extremes(reach, 1)
	small.extremes(reach, -1)
	return small.smoothed().grown(factor, m.W, m.H)
}

// plain returns the same of plain paper: the mean of the lighter pixels.
func plain(m Grey) Grey {
	_, light := otsu(m, -1)
	out := NewGrey(m.W, m.H)
	for i := range out.Pix {
		out.Pix[i] = light
	}
	return out
}

// smoothed returns the means of 3 x 3 pixels, as many as there are at the edge.
func (m Grey) smoothed() Grey {
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
