package kernel

// A tap is one term of a correlation: where its input lies from a pixel's own
// place, and where its weights lie.
type tap = [2]int

// A correlation slides a kernel over one image, one column at a time, to make
// some maps of output:
//
//	y[m, i, j] = bias[m] + sum over taps t of weights[t.w + m] x[t.x + i step + j]
//
// It is the form that the convolution of stride 1 along the rows and its gradient
// by the input have in common. Maps lie in the lanes of vectors, a block of them
// after the other; each block has its weights for all taps next to each other.
type correlation struct {
	k          *vectorKernels
	taps       []tap // by kernel row, the same number each
	kernelRows int
	dilation   int // between kernel rows
	maps       int
	outH, outW int
	stride     int       // between rows of output, in rows of input
	source     source    // the images
	weights    []float32 // by block, tap and lane
	bias       []float32 // by block and lane
}

// blockTaps returns the number of weights of a block.
func (c *correlation) blockWeights() int { return len(c.taps) * c.k.lanes }

// run writes the output y of an image x, which is in the source's layout.
func (c *correlation) run(y, x []float32) {
	lanes, plane := c.k.lanes, c.outH*c.outW
	for m := 0; m < c.maps; m += lanes {
		block := m / lanes
		w, bias := c.weights[block*c.blockWeights():][:c.blockWeights()], c.bias[m:][:lanes]
		maps := min(lanes, c.maps-m)
		if c.mapsInLanes() {
			c.grid(y[m*plane:], maps, x, w, bias)
		} else {
			c.rows(y[m*plane:], maps, x, w, bias)
		}
	}
}

// mapsInLanes reports whether the maps fill vectors better than the pixels of a
// row do.
func (c *correlation) mapsInLanes() bool { return c.k.filled(c.maps) >= c.k.filled(c.outW) }

// filled returns the share of the lanes in use when n elements fill vectors.
func (k *vectorKernels) filled(n int) float64 {
	return float64(n) / float64((n+k.lanes-1)/k.lanes*k.lanes)
}

// kernelRange returns the first kernel row, and that behind the last, that meet
// the image itself and not only its padding under the rows lo to hi-1 of output.
func (c *correlation) kernelRange(lo, hi int) (first, last int) {
	top, bottom := c.source.padH, c.source.padH+c.source.height
	first, last = c.kernelRows, 0
	for a := range c.kernelRows {
		if lo*c.stride+a*c.dilation < bottom && (hi-1)*c.stride+a*c.dilation >= top {
			first, last = min(first, a), a+1
		}
	}
	if first >= last { // nothing but padding: any one row will do
		return 0, 1
	}
	return first, last
}

// tapRange returns the taps of the kernel rows that count for rows of output.
func (c *correlation) tapRange(lo, hi int) []tap {
	first, last := c.kernelRange(lo, hi)
	per := len(c.taps) / c.kernelRows
	return c.taps[first*per : last*per]
}

// grid computes a block with the maps in the lanes, a tile of pixels after the
// other, and brings the result into the order of images.
func (c *correlation) grid(y []float32, maps int, x, w, bias []float32) {
	k := c.k
	lanes, pitch := k.lanes, c.source.pitch()
	pixels := c.outH * c.outW
	buffer := buffers32.get((pixels + lanes) * lanes)
	defer buffers32.put(buffer)
	out := *buffer
	for i0, i1 := range chunks(c.outH, len(k.grid)-1) {
		taps := c.tapRange(i0, i1)
		for j0, j1 := range chunks(c.outW, len(k.grid[1])-1) {
			k.grid[i1-i0][j1-j0](len(taps), &taps[0], &x[i0*c.stride*pitch+j0], c.stride*pitch,
				&w[0], &out[(i0*c.outW+j0)*lanes], c.outW*lanes, &bias[0])
		}
	}
	k.fromLanes(maps, pixels, &y[0], pixels, &out[0])
}

// rows computes a block with the pixels of a row in the lanes, some maps and
// columns after the other.
func (c *correlation) rows(y []float32, maps int, x, w, bias []float32) {
	k := c.k
	for m0, m1 := range chunks(maps, len(k.rows)-1) {
		vectors := (c.outW + k.lanes - 1) / k.lanes
		for v0, v1 := range chunks(vectors, len(k.rows[1])-1) {
			j := v0 * k.lanes
			tail := min(c.outW-(v1-1)*k.lanes, k.lanes)
			c.rowGroups(k.rows[m1-m0][v1-v0], y[m0*c.outH*c.outW+j:], x[j:], w[m0:], bias[m0:], tail)
		}
	}
}

// rowGroups computes all rows of some maps and columns: groups of as many rows as
// the kernels can do, as many groups at once as use the same taps, and then what
// is left.
func (c *correlation) rowGroups(kernels []rowKernel, y, x, w, bias []float32, tail int) {
	pitch := c.stride * c.source.pitch()
	for i := 0; i < c.outH; {
		size := min(len(kernels)-1, c.outH-i)
		taps := c.tapRange(i, i+size)
		groups := 1
		for next := i + size; next+size <= c.outH; next += size {
			if more := c.tapRange(next, next+size); &more[0] != &taps[0] || len(more) != len(taps) {
				break
			}
			groups++
		}
		kernels[size](len(taps), &taps[0], &x[i*pitch], pitch, &w[0],
			&y[i*c.outW], c.outH*c.outW, c.outW, groups, tail, &bias[0])
		i += groups * size
	}
}

// chunks cuts 0 to n-1 into as few pieces of at most size as possible, which
// differ by one at most, and yields where each begins and ends.
func chunks(n, size int) func(yield func(lo, hi int) bool) {
	count := (n + size - 1) / size
	return func(yield func(lo, hi int) bool) {
		for i := range count {
			if !yield(n*i/count, n*(i+1)/count) {
				return
			}
		}
	}
}

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
