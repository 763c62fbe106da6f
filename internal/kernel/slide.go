package kernel

import "unsafe"

// With images in the lanes, a vector is one pixel of many images. The kernels here slide a
// row of the convolution's kernel over a row of such pixels, and load each pixel once. If
// the padding is as wide as it can be, they spread instead: each pixel is added to all the
// sums that it is part of, and nothing is multiplied by padding.

// slideKernels returns the kernels for rows of the output, by their length, or nil if
// there are none.
func (c *correlation) slideKernels() []slideKernel {
	switch {
	case c.wide == 1:
		return nil
	case c.spreads:
		return c.fitting(c.k.spread)
	}
	return c.fitting(c.k.slide)
}

// canSpread reports whether whole rows of the output can be spread from rows without
// padding.
func (c *correlation) canSpread() bool {
	return c.source.padW == c.kernel[1]-1 && c.outW < len(c.fitting(c.k.spread))
}

// fitting returns those of the kernels that are for this one's columns.
func (c *correlation) fitting(table [][]slideKernel) []slideKernel {
	const shortest = 7 // row of a kernel; cut into chunks, no longer row has shorter ones
	if c.dilation[1] != 1 || c.kernel[1] >= len(table) || c.outW < shortest {
		return nil
	}
	return table[c.kernel[1]]
}

// slide computes some maps with kernels by the length of rows. Several maps share the
// pixels that one row of the kernel meets, so that these stay near, whatever the channels.
func (c *correlation) slide(kernels []slideKernel, y []float32, maps int, all []tap, x, w, bias []float32) {
	pitch, width := c.stride*c.source.pitch()*c.wide, c.outW*c.wide
	columns := cut(c.outW, len(kernels)-1)
	for part := range columns.count {
		lo, hi := columns.piece(part)
		c.rowGroups(1, all, func(i, _, groups int, taps []tap) {
			rows, parts := groups, 1
			if maps > 1 {
				rows, parts = 1, max(1, len(taps)*c.kernel[0]/len(all))
			}
			for end := i + groups; i < end; i += rows {
				for part := range parts * maps {
					m, n := part%maps, len(taps)/parts
					start := &bias[m]
					if part >= maps { // and adds to the parts before
						start = nil
					}
					kernels[hi-lo](n, unsafe.SliceData(taps[part/maps*n:]), &x[i*pitch+lo*c.wide], pitch,
						&w[m], c.places.column*c.block, &y[(m*c.outH+i)*width+lo*c.wide], width, rows, start)
				}
			}
		})
	}
}
