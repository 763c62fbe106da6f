package kernel

import "math"

// direct is a convolution by the kernels that need no column matrix.
type direct struct {
	Conv
	k *vectorKernels
}

// directConv returns a convolution by the direct kernels, or false if there are none
// for the element type and the instruction set, or a matrix product is better.
func directConv[T Float](c *Conv) (d direct, ok bool) {
	var zero T
	if _, ok := any(zero).(float32); !ok || selected.vector == nil || c.pointwise() || c.Batch == 0 {
		return d, false
	}
	return direct{*c, selected.vector}, c.span() <= math.MaxUint32
}

// span bounds the offsets of taps, in an image as in the weights, for at most 16
// lanes: they must fit into the 32 bits of a tap. It is formed in float64, since
// padding and dilation may be as large as an int.
func (c *Conv) span() float64 {
	side := func(in, out, pad, dilation, kernel int) float64 {
		return float64(max(in, out)) + float64(2*(float64(pad)+float64(float64(dilation)*float64(kernel))))
	}
	image := float64(side(c.Height, c.OutH, c.PadH, c.DilationH, c.KernelH) *
		side(c.Width, c.OutW, c.PadW, c.DilationW, c.KernelW))
	taps := float64(float64(c.KernelH) * float64(c.KernelW))
	span := 16 * (float64(float64(max(c.Channels, c.Out))*(image+taps)) + float64(c.Cols()))
	if c.Links != nil { // whose taps say where in all weights theirs are
		span = max(span, float64(float64(c.Out)*float64(c.terms())))
	}
	return span
}

// finite reports whether all weights are that are read. A weight that is not makes NaN of a zero, so
// the taps that meet only padding must not be left out, and dy must not be padded: the
// column matrix then has the terms that a convolution is defined by, and no others.
func (d *direct) finite(w []float32) bool {
	if d.Links == nil {
		return finite(w)
	}
	square := d.KernelH * d.KernelW
	for o, from := range d.Links.From {
		for _, ch := range from {
			if !finite(w[o*d.terms()+ch*square:][:square]) {
				return false
			}
		}
	}
	return true
}

// finite reports whether all of w are, without a jump for each: adding 1 to the exponent
// of one that is not carries into the sign.
func finite(w []float32) bool {
	const one, sign = 1 << 23, 1 << 31
	var carries uint32
	for _, v := range w {
		carries |= math.Float32bits(v)&^sign + one
	}
	return carries < sign
}

// group returns the channels in and out of a group.
func (d *direct) group() (in, out int) { return d.Channels / d.Groups, d.Out / d.Groups }

// input returns how one group of an image lies in memory.
func (d *direct) input() source {
	in, _ := d.group()
	return source{in, d.Height, d.Width, d.PadH, d.PadW}
}

// The kernels step through the columns of an image one by one.
func (d *direct) canForward() bool { return d.StrideW == 1 }

// forward is ConvForward as a correlation. The tap of channel c, row a and column b
// of the kernel finds its input, and its weights in each block of maps, at
//
//	t.x = c plane + a dilation_h pitch + b dilation_w,   t.w = ((c KH + a) KW + b) lanes
//
// The taps of one row of the kernel follow each other, for all channels, so that
// rows on nothing but padding can be left out.
func (d *direct) forward(y, x, w, bias []float32) {
	in, out := d.group()
	c := &correlation{
		k: d.k, kernel: [2]int{d.KernelH, d.KernelW}, dilation: [2]int{d.DilationH, d.DilationW},
		maps: out, outH: d.OutH, outW: d.OutW, stride: d.StrideH, source: d.input(), mapWeights: d.terms(),
	}
	c.feeds, _ = d.Links.feeds()
	c.borrow(w)
	defer c.giveBack()
	c.places = weightPlaces{channel: d.KernelH * d.KernelW, row: d.KernelW, column: 1}
	for g := range d.Groups {
		for m := 0; m < out && c.feeds == nil; m += c.block {
			d.k.toBlock(min(c.block, out-m), d.terms(), c.weights[m*d.terms():], c.block,
				w[(g*out+m)*d.terms():], d.terms())
		}
		if bias != nil {
			copy(c.bias, bias[g*out:][:out])
		}
		c.runAll(y[g*out*d.Cols():], d.output(), x[g*in*d.Height*d.Width:], d.image(), d.Batch)
	}
}

// The gradient by the input is
//
//	dx[c, i, j] = sum over o, a, b of w[o, c, a, b] dy[o, i + P_h - D_h a, j + P_w - D_w b]
//
// for stride 1: the correlation of dy, padded by D (K-1) - P so that every tap of
// every input pixel finds an output pixel or zero, with the kernel turned round. That
// padding must not be negative, and with a stride the taps would not be the same for
// all pixels; then the general way does it.
func (d *direct) canInputGrad() bool {
	return d.StrideH == 1 && d.StrideW == 1 &&
		d.DilationH*(d.KernelH-1) >= d.PadH && d.DilationW*(d.KernelW-1) >= d.PadW
}

// inputGrad is ConvInputGrad. It is forward with the channels of input and output in
// each other's place, and the weights taken from the last to the first.
func (d *direct) inputGrad(dx, dy, w []float32) {
	in, out := d.group()
	kernel := d.KernelH * d.KernelW
	c := &correlation{
		k: d.k, kernel: [2]int{d.KernelH, d.KernelW}, dilation: [2]int{d.DilationH, d.DilationW},
		maps: in, outH: d.Height, outW: d.Width, stride: 1, mapWeights: out * kernel,
		source: source{out, d.OutH, d.OutW, d.DilationH*(d.KernelH-1) - d.PadH, d.DilationW*(d.KernelW-1) - d.PadW},
	}
	apart := kernel // the weights of output channels
	if _, c.feeds = d.Links.feeds(); c.feeds != nil {
		c.mapWeights, apart = kernel, d.terms()
	}
	c.borrow(w)
	defer c.giveBack()
	c.places = weightPlaces{kernel - 1, apart, -d.KernelW, -1}
	for g := range d.Groups {
		for m := 0; m < in && c.feeds == nil; m += c.block {
			for o := range out {
				d.k.toBlock(min(c.block, in-m), kernel, c.weights[m*out*kernel+o*kernel*c.block:], c.block,
					w[((g*out+o)*in+m)*kernel:], kernel)
			}
		}
		c.runAll(dx[g*in*d.Height*d.Width:], d.image(), dy[g*out*d.Cols():], d.output(), d.Batch)
	}
}

// borrow lends the memory for the taps, the weights, unless the maps read them in w, where
// they lie, the bias, which is zero, and what is computed on the way. giveBack gives them
// back.
func (c *correlation) borrow(w []float32) {
	c.block = c.k.blockMaps(c.maps)
	taps, weights := c.countTaps(), roundUp(c.maps, c.block)*c.mapWeights
	if c.feeds != nil {
		c.block, weights = 1, 0
	}
	maps := roundUp(c.maps, c.block)
	list := tapLists.get(2 * taps)
	floats := buffers32.get(weights + maps + (c.outH*c.outW+c.k.lanes)*c.block)
	c.lent, c.lentTaps = floats, list
	c.taps, c.list = (*list)[:taps], (*list)[taps:]
	c.weights, c.bias, c.lanes = (*floats)[:weights], (*floats)[weights:][:maps], (*floats)[weights+maps:]
	if c.feeds != nil {
		c.weights = w
	}
	clear(c.bias)
}

func (c *correlation) giveBack() {
	tapLists.put(c.lentTaps)
	buffers32.put(c.lent)
}
