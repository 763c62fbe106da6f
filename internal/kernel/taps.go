package kernel

// A tap is one term of a correlation: where its input lies from a pixel's own
// place, and where its weights lie.
type tap = [2]uint32

// countTaps returns the number of taps. Maps that other channels feed have taps of their
// own, one list after the other, and are blocks of one map, which read their weights
// where they lie.
func (c *correlation) countTaps() int {
	channels := c.source.channels
	if c.feeds != nil {
		channels = 0
		for _, from := range c.feeds {
			channels += len(from)
		}
	}
	return channels * c.kernel[0] * c.kernel[1]
}

// weightPlaces says which of a map's weights is that of a tap: the first, and how far it
// is from there to the next channel of the source, row and column of the kernel.
type weightPlaces struct{ first, channel, row, column int }

// setTaps sets the taps, for so many numbers in a pixel.
func (c *correlation) setTaps(wide int) {
	if c.wide == wide {
		return
	}
	c.wide, c.columns = wide, c.kernel[1]
	if c.slideKernels() != nil {
		c.columns = 1
	}
	if c.feeds == nil {
		c.setList(c.taps[:c.source.channels*c.kernel[0]*c.columns], nil)
		return
	}
	at := 0
	for _, from := range c.feeds {
		n := len(from) * c.kernel[0] * c.columns
		c.setList(c.taps[at:at+n], from)
		at += n
	}
}

// setList sets a list of taps on some channels, or on all.
func (c *correlation) setList(taps []tap, from []int) {
	w, next := c.places, uint32(c.dilation[1]*c.wide)
	channels := len(taps) / (c.kernel[0] * c.columns)
	for a := range c.kernel[0] {
		for ch := range channels {
			if from != nil {
				ch = from[ch]
			}
			x := uint32((ch*c.source.plane() + a*c.dilation[0]*c.source.pitch()) * c.wide)
			weight := uint32((w.first + ch*w.channel + a*w.row) * c.block)
			for b := range c.columns {
				taps[b] = tap{x, weight}
				x += next
				weight += uint32(w.column * c.block)
			}
			taps = taps[c.columns:]
		}
	}
}

// kernelRange returns the first kernel row (axis 0) or column (axis 1), and that
// behind the last, that meets the image itself and not only its padding under the
// rows or columns lo to hi-1 of output.
func (c *correlation) kernelRange(axis, lo, hi int) (first, last int) {
	stride, begin, end := c.stride, c.source.padH, c.source.padH+c.source.height
	if axis == 1 {
		stride, begin, end = 1, c.source.padW, c.source.padW+c.source.width
	}
	first = c.kernel[axis] // nothing but padding: no tap
	for a := range c.kernel[axis] {
		if at := a * c.dilation[axis]; lo*stride+at < end && (hi-1)*stride+at >= begin {
			first, last = min(first, a), a+1
		}
	}
	return first, max(first, last)
}

// innerRows returns the first row of output under which all kernel rows meet the image, and
// the first behind it of which that is not so.
func (c *correlation) innerRows() (first, end int) {
	behind := c.source.padH + c.source.height - c.dilation[0]*(c.kernel[0]-1)
	return (c.source.padH + c.stride - 1) / c.stride, min(c.outH, (max(behind, 0)+c.stride-1)/c.stride)
}

// rowTaps returns the taps of the kernel rows that count for rows of output.
func (c *correlation) rowTaps(taps []tap, lo, hi int) []tap {
	first, last := c.kernelRange(0, lo, hi)
	per := len(taps) / c.kernel[0]
	return taps[first*per : last*per]
}

// columnTaps returns the taps of the kernel columns that count for columns of
// output, in list unless they are all.
func (c *correlation) columnTaps(list, taps []tap, lo, hi int) []tap {
	first, last := c.kernelRange(1, lo, hi)
	if last-first == c.kernel[1] {
		return taps
	}
	list = list[:0]
	for at := 0; at < len(taps); at += c.kernel[1] {
		list = append(list, taps[at+first:at+last]...)
	}
	return list
}
