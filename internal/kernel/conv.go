package kernel

// Conv is the geometry of the convolution of a batch of images: the window over
// one image, with the channels of all groups, the number of images and of output
// channels, the number of groups that are convolved apart, and which channels are
// connected, nil for all of a group. With links there is one group.
type Conv struct {
	Window
	Batch, Out, Groups int
	Links              *Links
}

// image and output return the elements of one image of the input and the output.
func (c *Conv) image() int  { return c.Channels * c.Height * c.Width }
func (c *Conv) output() int { return c.Out * c.Cols() }

// terms returns the number of inputs that an output is a weighted sum of.
func (c *Conv) terms() int { return c.Channels / c.Groups * c.KernelH * c.KernelW }

// pointwise reports whether an image is its own column matrix.
func (c *Conv) pointwise() bool {
	return c.KernelH == 1 && c.KernelW == 1 && c.StrideH == 1 && c.StrideW == 1 && c.PadH == 0 && c.PadW == 0
}

// whole reports whether the kernel covers the image, so that images are rows of a matrix,
// and the convolution is its product with the weights.
func (c *Conv) whole() bool {
	return c.KernelH == c.Height && c.KernelW == c.Width && c.Cols() == 1 && c.PadH == 0 && c.PadW == 0 &&
		c.Groups == 1 && c.Links == nil
}

// ConvForward sets y (Batch, Out, OutH, OutW) to the convolution of x (Batch,
// Channels, Height, Width) with w (Out, Channels/Groups, KernelH, KernelW) plus
// the bias (Out), which may be nil.
func ConvForward[T Float](y, x, w, bias []T, c *Conv) {
	if c.whole() {
		if bias != nil {
			FillRows(y, bias)
		}
		Gemm(NT, c.Batch, c.Out, c.terms(), x, c.terms(), w, c.terms(), y, c.Out, bias != nil)
		return
	}
	if d, ok := directConv[T](c); ok && d.canForward() && d.finite(single(w)) {
		d.forward(single(y), single(x), single(w), single(bias))
		return
	}
	convForward(y, x, w, bias, c)
}

// ConvInputGrad sets dx to the gradient by x of the sum of dy ConvForward(x).
func ConvInputGrad[T Float](dx, dy, w []T, c *Conv) {
	if c.whole() {
		Gemm(NN, c.Batch, c.terms(), c.Out, dy, c.Out, w, c.terms(), dx, c.terms(), false)
		return
	}
	if d, ok := directConv[T](c); ok && d.canInputGrad() && d.finite(single(w)) {
		d.inputGrad(single(dx), single(dy), single(w))
		return
	}
	convInputGrad(dx, dy, w, c)
}

// ConvWeightGrad sets dw to the gradient by w of the sum of dy ConvForward(x).
func ConvWeightGrad[T Float](dw, dy, x []T, c *Conv) {
	if c.whole() {
		Gemm(TN, c.Out, c.terms(), c.Batch, dy, c.Out, x, c.terms(), dw, c.terms(), false)
		return
	}
	clear(dw)
	if d, ok := directConv[T](c); ok && d.canWeightGrad() {
		d.weightGrad(single(dw), single(dy), single(x))
		return
	}
	convWeightGrad(dw, dy, x, c)
}

// ConvBiasGrad sets db to the gradient by the bias: the sums of dy over images and
// pixels.
func ConvBiasGrad[T Float](db, dy []T, c *Conv) {
	clear(db)
	addRowSums(db, dy, c.Batch, c.Cols(), c.output())
}

// single returns a slice of T as one of float32, which T must be.
func single[T Float](x []T) []float32 { return any(x).([]float32) }
