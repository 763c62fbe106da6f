package kernel

// A source is how the images of a correlation lie in memory: planes of height x
// width, with zeros around them once they are padded.
type source struct {
	channels, height, width int
	padH, padW              int
}

func (s *source) padded() bool { return s.padH > 0 || s.padW > 0 }
func (s *source) pitch() int   { return s.width + 2*s.padW }
func (s *source) plane() int   { return s.pitch() * (s.height + 2*s.padH) }
func (s *source) size() int    { return s.channels * s.plane() }

// buffer lends memory for padded images, zero all over, or none if images need no
// padding.
func (s *source) buffer(images int) *[]float32 {
	if !s.padded() {
		return buffers32.get(0)
	}
	b := buffers32.get(images * s.size())
	clear(*b)
	return b
}

// pad returns the image x in the middle of the padding in buffer, or x itself if it
// needs none.
func (s *source) pad(k *vectorKernels, buffer, x []float32) []float32 {
	if !s.padded() {
		return x
	}
	k.copyRows(s.channels, s.height, s.width, &buffer[s.padH*s.pitch()+s.padW], s.plane(), s.pitch(),
		&x[0], s.height*s.width, s.width)
	return buffer
}

// interleave brings the pixels of some images, which are step apart, next to each
// other, in the middle of the padding in dst. Lanes without an image are zero.
func (s *source) interleave(k *vectorKernels, dst, x []float32, step, images int) {
	if !s.padded() {
		k.toLanes(images, s.size(), &dst[0], k.lanes, &x[0], step)
		return
	}
	for c := range s.channels {
		for i := range s.height {
			to := c*s.plane() + (i+s.padH)*s.pitch() + s.padW
			k.toLanes(images, s.width, &dst[to*k.lanes], k.lanes, &x[(c*s.height+i)*s.width], step)
		}
	}
}

// clearSides sets the columns of the padding to zero, for images whose pixels are
// vectors.
func (s *source) clearSides(k *vectorKernels, dst []float32) {
	if s.padW == 0 {
		return
	}
	zeros := buffers32.get(s.padW * k.lanes)
	defer buffers32.put(zeros)
	clear(*zeros)
	for _, column := range []int{0, s.padW + s.width} {
		k.copyRows(s.channels, s.height, len(*zeros), &dst[(s.padH*s.pitch()+column)*k.lanes],
			s.plane()*k.lanes, s.pitch()*k.lanes, &(*zeros)[0], 0, 0)
	}
}
