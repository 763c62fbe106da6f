package kernel

import "unsafe"

// A correlation slides a kernel over one image, one column at a time, to make
// some maps of output:
//
//	y[m, i, j] = bias[m] + sum over taps t of weights[t.w + m] x[t.x + i step + j]
//
// It is the form that the convolution of stride 1 along the rows and its gradient
// by the input have in common; each brings its list of taps. With t.x for the place
// of a tap in the padded image, the kernels need no loops over channels, rows and
// columns and no column matrix, and one kernel serves every size.
//
// Maps lie in the lanes of vectors, a block of them after the other; each block has
// its weights for all taps next to each other. Two kinds of kernels compute a block.
// In a grid a vector holds one pixel of all maps of the block, in rows it holds
// neighbouring pixels of one map; better is what leaves fewer lanes empty.
type correlation struct {
	k          *vectorKernels
	taps       []tap   // by kernel row, channel and kernel column, for one list of channels after the other
	columns    int     // of the kernel in the lists of taps: all, or the first
	feeds      [][]int // for each map the channels of the source that feed it; nil: all
	kernel     [2]int  // rows and columns
	dilation   [2]int  // between them
	maps       int
	block      int // of maps
	outH, outW int
	stride     int       // between rows of output, in rows of input
	source     source    // the images
	spreads    bool      // rows of the source without their padding
	weights    []float32 // by block, tap and lane
	places     weightPlaces
	mapWeights int       // from those of one map to the next
	bias       []float32 // by block and lane
	wide       int       // numbers in a pixel: 1, or one for each image of a vector of images; 0: no taps
	list       []tap     // room for some of the taps
	lanes      []float32 // room for a block of output with the maps in the lanes
	lent       *[]float32
	lentTaps   *[]tap
}

// run writes the output y of an image x, which is in the source's layout.
func (c *correlation) run(y, x []float32) {
	plane := c.outH * c.outW * c.wide
	taps, at := c.taps[:c.source.channels*c.kernel[0]*c.columns], 0
	for m := 0; m < c.maps; m += c.block {
		if c.feeds != nil {
			taps = c.taps[at:][:len(c.feeds[m])*c.kernel[0]*c.columns]
			at += len(taps)
		}
		w, bias := c.weights[m*c.mapWeights:], c.bias[m:][:c.block]
		maps := min(c.block, c.maps-m)
		if c.wide == 1 && c.mapsInLanes() {
			c.grid(y[m*plane:], maps, x, w, bias)
		} else {
			c.rows(y[m*plane:], maps, taps, x, w, bias)
		}
	}
}

// mapsInLanes reports whether the maps fill vectors better than the pixels of a
// row do.
func (c *correlation) mapsInLanes() bool {
	return c.feeds == nil && filled(c.maps, c.k.lanes) >= filled(c.outW, c.k.lanes)
}

// wideTaps is the number of terms from which on an output is worth bringing the
// images together for.
const wideTaps = 64

// inLanes returns how many images of a batch fill vectors better than maps and
// pixels do, side by side.
func (c *correlation) inLanes(batch int) int {
	if len(c.taps) < wideTaps*max(1, len(c.feeds)) || c.mapsInLanes() {
		return 0
	}
	if rest := batch % c.k.lanes; rest > 0 && filled(rest, c.k.lanes) < filled(c.outW, c.k.lanes) {
		return batch - rest
	}
	return batch
}

// filled returns the share of the lanes in use when n elements fill vectors.
func filled(n, lanes int) float64 { return float64(n) / float64(roundUp(n, lanes)) }

// grid computes a block with the maps in the lanes, a tile of pixels after the
// other, and brings the result into the order of images.
func (c *correlation) grid(y []float32, maps int, x, w, bias []float32) {
	pitch, pixels, lanes := c.source.pitch(), c.outH*c.outW, c.k.blockMaps(maps)
	grid, out := c.k.grid[lanes/c.k.lanes], c.lanes[:(pixels+c.k.lanes)*lanes]
	rows, columns := cut(c.outH, len(grid)-1), cut(c.outW, len(grid[1])-1)
	for i := range rows.count {
		i0, i1 := rows.piece(i)
		taps := c.rowTaps(c.taps, i0, i1)
		for j := range columns.count {
			j0, j1 := columns.piece(j)
			grid[i1-i0][j1-j0](len(taps), unsafe.SliceData(taps), &x[i0*c.stride*pitch+j0], c.stride*pitch,
				&w[0], &out[(i0*c.outW+j0)*lanes], c.outW*lanes, &bias[0])
		}
	}
	c.k.fromBlock(maps, pixels, y, pixels, out, lanes)
}

// blockMaps returns how many lanes a block of maps takes, of as many vectors as the
// kernels can do at once: that many of the maps are computed together.
func (k *vectorKernels) blockMaps(maps int) int {
	return k.lanes * min((maps+k.lanes-1)/k.lanes, len(k.grid)-1)
}

// toBlock and fromBlock are toLanes and fromLanes for a block of some vectors.
func (k *vectorKernels) toBlock(rows, n int, dst []float32, block int, src []float32, lds int) {
	for at := 0; at < rows; at += k.lanes {
		k.toLanes(min(k.lanes, rows-at), n, &dst[at], block, &src[at*lds], lds)
	}
}

func (k *vectorKernels) fromBlock(rows, n int, dst []float32, ldd int, src []float32, block int) {
	for at := 0; at < rows; at += k.lanes {
		k.fromLanes(min(k.lanes, rows-at), n, &dst[at*ldd], ldd, &src[at], block)
	}
}

// rows computes a block with the pixels of a row in the lanes, some columns and
// maps after the other.
func (c *correlation) rows(y []float32, maps int, all []tap, x, w, bias []float32) {
	if kernels := c.slideKernels(); kernels != nil {
		c.slide(kernels, y, maps, all, x, w, bias)
		return
	}
	k, pitch, width := c.k, c.stride*c.source.pitch()*c.wide, c.outW*c.wide
	vectors := cut((width+k.lanes-1)/k.lanes, len(k.rows[min(maps, 2)])-1) // of one map, more
	groups := cut(maps, len(k.rows)-1)
	for v := range vectors.count {
		v0, v1 := vectors.piece(v)
		lo, hi := v0*k.lanes, min(v1*k.lanes, width)
		columns := c.columnTaps(c.list, all, lo/c.wide, (hi-1)/c.wide+1)
		tail := hi - (v1-1)*k.lanes
		for m := range groups.count {
			m0, m1 := groups.piece(m)
			kernels := k.rows[m1-m0][v1-v0]
			most := len(kernels) - 1
			if c.wide > 1 {
				most = 1 // and so no tap falls on the rows of the padding, which are not clear
			}
			c.rowGroups(most, columns, func(i, size, groups int, taps []tap) {
				kernels[size](len(taps), unsafe.SliceData(taps), &x[i*pitch+lo], pitch, &w[m0],
					&y[(m0*c.outH+i)*width+lo], c.outH*width, width, groups, tail, &bias[m0])
			})
		}
	}
}

// rowGroups visits all rows of the output: groups of as many rows as most, as many
// groups from row i on as use the same taps, and then what is left. Rows at the top
// and the bottom use fewer taps, since those on nothing but padding are left out.
func (c *correlation) rowGroups(most int, all []tap, visit func(i, size, groups int, taps []tap)) {
	inner, end := c.innerRows()
	for i := 0; i < c.outH; {
		size, groups := min(most, c.outH-i), 1
		if i >= inner {
			groups = max(1, (end-i)/size)
		}
		visit(i, size, groups, c.rowTaps(all, i, i+size))
		i += groups * size
	}
}

// runAll runs the correlation on every image of a batch; images of x and y are
// stepX and stepY apart.
func (c *correlation) runAll(y []float32, stepY int, x []float32, stepX int, batch int) {
	wide := c.inLanes(batch)
	if wide > 0 {
		c.runWide(y, stepY, x, stepX, wide)
	}
	if wide == batch {
		return
	}
	c.setTaps(1)
	padded := c.source.buffer(1)
	defer buffers32.put(padded)
	for n := wide; n < batch; n++ {
		c.run(y[n*stepY:], c.source.pad(c.k, *padded, x[n*stepX:]))
	}
}

// runWide runs the correlation on a vector of images at once, whose pixels it
// brings next to each other: to the kernels that is one image with wider rows,
//
//	x[t.x + j] of image n   ->   x[wide (t.x + j) + n]
//
// so that vectors are full however small the images are.
func (c *correlation) runWide(y []float32, stepY int, x []float32, stepX int, batch int) {
	lanes := c.k.lanes
	if c.canSpread() {
		defer func(padded source) { c.source, c.spreads = padded, false }(c.source)
		c.source.padW, c.spreads = 0, true
	}
	c.setTaps(lanes)
	size, out := c.source.size(), c.maps*c.outH*c.outW
	buffer := buffers32.get((size + out + lanes) * lanes)
	defer buffers32.put(buffer)
	in, result := (*buffer)[:size*lanes], (*buffer)[size*lanes:]
	c.source.clearSides(c.k, in)
	for n := 0; n < batch; n += lanes {
		images := min(lanes, batch-n)
		c.source.interleave(c.k, in, x[n*stepX:], stepX, images)
		c.run(result, in)
		c.k.fromLanes(images, out, &y[n*stepY], stepY, &result[0], lanes)
	}
}

// A cutting is of 0 to n-1 into as few pieces of at most a size as possible, which differ
// by one at most.
type cutting struct{ n, count int }

func cut(n, size int) cutting { return cutting{n, (n + size - 1) / size} }

// piece returns where piece i begins and ends.
func (c cutting) piece(i int) (lo, hi int) {
	if c.count == 1 {
		return 0, c.n
	}
	return c.n * i / c.count, c.n * (i + 1) / c.count
}
