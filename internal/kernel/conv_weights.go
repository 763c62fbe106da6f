package kernel

// The gradient by the weights is, for each of them, a sum over the pixels of the
// output,
//
//	dw[o, c, a, b] = sum over n, i, j of dy[n, o, i, j] x[n, c, S_h i + D_h a - P_h, S_w j + D_w b - P_w]
//
// Either the output channels lie in the lanes, and a tile of weights is the grid of
// taps of one input channel: the kernels are those of the convolution, to which the
// pixels of dy are taps and the weights an image of KH x KW pixels. Or the pixels of
// a row lie in the lanes, and each weight is a sum of dot products of rows.

func (d *direct) canWeightGrad() bool {
	if d.channelsInLanes() {
		return d.DilationW == 1
	}
	return d.StrideW == 1
}

func (d *direct) channelsInLanes() bool {
	_, out := d.group()
	return filled(out, dotLanes) >= filled(d.OutW, dotLanes)
}

// weightGrad adds the gradient by the weights to dw.
func (d *direct) weightGrad(dw, dy, x []float32) {
	in, out := d.group()
	for g := range d.Groups {
		dwg, xg, dyg := dw[g*out*d.terms():], x[g*in*d.Height*d.Width:], dy[g*out*d.Cols():]
		if d.channelsInLanes() {
			d.gridWeightGrad(dwg, dyg, xg)
		} else {
			d.rowWeightGrad(dwg, dyg, xg)
		}
	}
}

// gridWeightGrad has the output channels in the lanes.
func (d *direct) gridWeightGrad(dw, dy, x []float32) {
	_, out := d.group()
	pixels, image, lanes := d.Cols(), d.input(), d.k.blockMaps(out)
	padded := image.buffer(1)
	defer buffers32.put(padded)
	list := tapLists.get(pixels)
	defer tapLists.put(list)
	for p := range pixels {
		(*list)[p] = tap{uint32(p/d.OutW*d.StrideH*image.pitch() + p%d.OutW*d.StrideW), uint32(p * lanes)}
	}
	buffer := buffers32.get((pixels + d.terms() + d.k.lanes) * lanes)
	defer buffers32.put(buffer)
	dyLanes, dwLanes := (*buffer)[:pixels*lanes], (*buffer)[pixels*lanes:]
	for m := 0; m < out; m += lanes {
		maps := min(lanes, out-m)
		clear(dwLanes)
		for n := range d.Batch {
			d.k.toBlock(maps, pixels, dyLanes, lanes, dy[n*d.output()+m*pixels:], pixels)
			d.addGrids(dwLanes, *list, dyLanes, lanes, image.pad(d.k, *padded, x[n*d.image():]), &image)
		}
		d.k.fromBlock(maps, d.terms(), dw[m*d.terms():], d.terms(), dwLanes, lanes)
	}
	ClearOthers(d.Links, dw) // whose lanes were computed with those of others
}

// addGrids adds what one image contributes to the weights, given its pixels as
// taps and their gradients as weights, of as many maps as there are lanes.
func (d *direct) addGrids(dw []float32, pixels []tap, dy []float32, lanes int, x []float32, image *source) {
	grid := d.k.grid[lanes/d.k.lanes]
	rows, columns := cut(d.KernelH, len(grid)-1), cut(d.KernelW, len(grid[1])-1)
	for ch := range image.channels {
		for i := range rows.count {
			a0, a1 := rows.piece(i)
			for j := range columns.count {
				b0, b1 := columns.piece(j)
				grid[a1-a0][b1-b0](len(pixels), &pixels[0],
					&x[ch*image.plane()+a0*d.DilationH*image.pitch()+b0], d.DilationH*image.pitch(),
					&dy[0], &dw[((ch*d.KernelH+a0)*d.KernelW+b0)*lanes], d.KernelW*lanes, nil)
			}
		}
	}
}

// rowWeightGrad has the pixels of a row in the lanes.
func (d *direct) rowWeightGrad(dw, dy, x []float32) {
	image := d.input()
	padded := image.buffer(1)
	defer buffers32.put(padded)
	for n := range d.Batch {
		d.addDots(dw, dy[n*d.output():], image.pad(d.k, *padded, x[n*d.image():]), &image)
	}
}

// addDots adds what one image contributes to the weights: dot products of its rows
// and those of the gradients of its pixels.
func (d *direct) addDots(dw, dy, x []float32, image *source) {
	_, out := d.group()
	for ch := range image.channels {
		if d.Links == nil {
			d.addChannelDots(dw, dy, x, image, ch, 0, out)
			continue
		}
		for _, o := range d.Links.To[ch] {
			d.addChannelDots(dw, dy, x, image, ch, o, o+1)
		}
	}
}

// addChannelDots is addDots for one channel of the image and the maps lo to hi-1.
func (d *direct) addChannelDots(dw, dy, x []float32, image *source, ch, lo, hi int) {
	maps, columns := cut(hi-lo, len(d.k.dot)-1), cut(d.KernelW, len(d.k.dot[1])-1)
	for i := range maps.count {
		m0, m1 := maps.piece(i)
		m := lo + m0
		for a := range d.KernelH {
			for j := range columns.count {
				b0, b1 := columns.piece(j)
				from := ch*image.plane() + a*d.DilationH*image.pitch() + b0*d.DilationW
				d.k.dot[m1-m0][b1-b0](d.OutH, d.OutW, &dy[m*d.Cols()], d.Cols(), d.OutW,
					&x[from], d.DilationW, d.StrideH*image.pitch(),
					&dw[m*d.terms()+(ch*d.KernelH+a)*d.KernelW+b0], d.terms(), true)
			}
		}
	}
}
