package kernel

// Conv is the geometry of the convolution of a batch of images: the window over
// one image, with the channels of all groups, the number of images and of output
// channels, and the number of groups that are convolved apart.
type Conv struct {
	Window
	Batch, Out, Groups int
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

// ConvForward sets y (Batch, Out, OutH, OutW) to the convolution of x (Batch,
// Channels, Height, Width) with w (Out, Channels/Groups, KernelH, KernelW) plus
// the bias (Out), which may be nil.
func ConvForward[T Float](y, x, w, bias []T, c *Conv) {
	if d := directConv[T](c); d != nil && d.canForward() && finite(single(w)) {
		d.forward(single(y), single(x), single(w), single(bias))
		return
	}
	convForward(y, x, w, bias, c)
}

// ConvInputGrad sets dx to the gradient by x of the sum of dy ConvForward(x).
func ConvInputGrad[T Float](dx, dy, w []T, c *Conv) {
	if d := directConv[T](c); d != nil && d.canInputGrad() && finite(single(w)) {
		d.inputGrad(single(dx), single(dy), single(w))
		return
	}
	convInputGrad(dx, dy, w, c)
}

// ConvWeightGrad sets dw to the gradient by w of the sum of dy ConvForward(x).
func ConvWeightGrad[T Float](dw, dy, x []T, c *Conv) {
	clear(dw)
	if d := directConv[T](c); d != nil && d.canWeightGrad() {
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
