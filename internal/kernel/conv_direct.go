package kernel

import "math"

// direct is a convolution by the kernels that need no column matrix.
type direct struct {
	*Conv
	k *vectorKernels
}

// directConv returns a convolution by the direct kernels, or nil if there are none
// for the element type and the instruction set, or a matrix product is better.
func directConv[T Float](c *Conv) *direct {
	var zero T
	if _, ok := any(zero).(float32); !ok || selected.vector == nil || c.pointwise() || c.Batch == 0 {
		return nil
	}
	if c.span() > math.MaxUint32 {
		return nil
	}
	return &direct{c, selected.vector}
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
	return 16 * (float64(float64(max(c.Channels, c.Out))*(image+taps)) + float64(c.Cols()))
}

// finite reports whether all weights are. A weight that is not makes NaN of a zero, so
// the taps that meet only padding must not be left out, and dy must not be padded: the
// column matrix then has the terms that a convolution is defined by, and no others.
func finite(w []float32) bool {
	const exponent = 0xff << 23
	for _, v := range w {
		if math.Float32bits(v)&exponent == exponent {
			return false
		}
	}
	return true
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
		maps: out, outH: d.OutH, outW: d.OutW, stride: d.StrideH, source: d.input(),
	}
	defer c.borrow(d.terms())()
	at := 0
	for a := range d.KernelH {
		for ch := range in {
			for b := range d.KernelW {
				c.taps[at] = tap{
					uint32(ch*c.source.plane() + a*d.DilationH*c.source.pitch() + b*d.DilationW),
					uint32(((ch*d.KernelH+a)*d.KernelW + b) * d.k.lanes),
				}
				at++
			}
		}
	}
	for g := range d.Groups {
		for m := 0; m < out; m += d.k.lanes {
			d.k.toLanes(min(d.k.lanes, out-m), d.terms(), &c.weights[m/d.k.lanes*c.blockWeights()], d.k.lanes,
				&w[(g*out+m)*d.terms()], d.terms())
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
		maps: in, outH: d.Height, outW: d.Width, stride: 1,
		source: source{out, d.OutH, d.OutW, d.DilationH*(d.KernelH-1) - d.PadH, d.DilationW*(d.KernelW-1) - d.PadW},
	}
	defer c.borrow(out * kernel)()
	at := 0
	for a := range d.KernelH {
		for o := range out {
			for b := range d.KernelW {
				c.taps[at] = tap{
					uint32(o*c.source.plane() + a*d.DilationH*c.source.pitch() + b*d.DilationW),
					uint32(((o+1)*kernel - 1 - a*d.KernelW - b) * d.k.lanes),
				}
				at++
			}
		}
	}
	for g := range d.Groups {
		for m := 0; m < in; m += d.k.lanes {
			for o := range out {
				to := m/d.k.lanes*c.blockWeights() + o*kernel*d.k.lanes
				d.k.toLanes(min(d.k.lanes, in-m), kernel, &c.weights[to], d.k.lanes,
					&w[((g*out+o)*in+m)*kernel], kernel)
			}
		}
		c.runAll(dx[g*in*d.Height*d.Width:], d.image(), dy[g*out*d.Cols():], d.output(), d.Batch)
	}
}

// borrow lends the memory for the taps of a number of terms and their weights, the bias, which is
// zero, and what is computed on the way. It returns a function that gives them back.
func (c *correlation) borrow(terms int) (giveBack func()) {
	lanes := c.k.lanes
	blocks := (c.maps + lanes - 1) / lanes
	list := tapLists.get(2 * terms)
	floats := buffers32.get((blocks*(terms+1) + c.outH*c.outW + lanes) * lanes)
	c.wide = 1
	c.taps, c.list = (*list)[:terms], (*list)[terms:]
	c.weights, c.bias = (*floats)[:blocks*terms*lanes], (*floats)[blocks*terms*lanes:][:blocks*lanes]
	c.lanes = (*floats)[blocks*(terms+1)*lanes:]
	clear(c.bias)
	return func() {
		tapLists.put(list)
		buffers32.put(floats)
	}
}
