package kernel

import "unsafe"

// Where pixels are vectors, of as many images, a row of the kernel can slide over a row
// of pixels without a vector being loaded twice. If the row of the output is as long as
// the kernel can reach from the pixels, the kernels spread each pixel to the sums that it
// is part of, and no product with padding is computed.

// slideKernels returns the kernels for rows of the output, by their length, or nil if
// there are none.
func (c *correlation) slideKernels() []slideKernel {
	table := c.k.slide
	if c.spreads {
		table = c.k.spread
	}
	if c.wide == 1 || c.dilation[1] != 1 || c.kernel[1] >= len(table) || c.outW < shortestSlide {
		return nil
	}
	return table[c.kernel[1]]
}

// shortestSlide is the length of the shortest row that there are kernels for. Cut into
// chunks, no longer row has shorter ones.
const shortestSlide = 7

// canSpread reports whether whole rows of the output can be spread from rows without
// padding.
func (c *correlation) canSpread() bool {
	return c.source.padW == c.kernel[1]-1 && c.dilation[1] == 1 &&
		c.kernel[1] < len(c.k.spread) && c.outW < len(c.k.spread[c.kernel[1]]) && c.outW >= shortestSlide
}

// slide computes some maps with kernels by the length of rows. Several maps share the
// pixels that one row of the kernel meets, so that these stay near, whatever the channels.
func (c *correlation) slide(kernels []slideKernel, y []float32, maps int, all []tap, x, w, bias []float32) {
	pitch, width := c.stride*c.source.pitch()*c.wide, c.outW*c.wide
	for lo, hi := range chunks(c.outW, len(kernels)-1) {
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
