package kernel

// The three functions below are the convolution and its adjoints in general, an
// image at a time, as products of matrices: with the column matrix X that Im2col
// makes of an image, and for each group its rows of X, Y and W,
//
//	Y = W X + b,   dW = dY Xᵀ,   dX = Wᵀ dY.
//
// The column matrix is made anew for the gradients: that of one image stays in
// the cache, those of a whole batch would not. These functions do float64, strides
// along the rows, and machines without vector kernels.

func convForward[T Float](y, x, w, bias []T, c *Conv) {
	terms, pixels, out := c.terms(), c.Cols(), c.Out/c.Groups
	scratch := columnBuffer[T](c)
	defer putBuffer(scratch)
	for n := range c.Batch {
		columns := columnsOf(x[n*c.image():][:c.image()], *scratch, c)
		yn := y[n*c.output():][:c.output()]
		for o, v := range bias {
			Fill(yn[o*pixels:][:pixels], v)
		}
		if c.Links != nil {
			linkedForward(yn, columns, w, bias != nil, c)
			continue
		}
		for g := range c.Groups {
			Gemm(NN, out, pixels, terms, w[g*out*terms:], terms, columns[g*terms*pixels:], pixels,
				yn[g*out*pixels:], pixels, bias != nil)
		}
	}
}

func convInputGrad[T Float](dx, dy, w []T, c *Conv) {
	terms, pixels, out := c.terms(), c.Cols(), c.Out/c.Groups
	scratch := columnBuffer[T](c)
	defer putBuffer(scratch)
	for n := range c.Batch {
		image, dyn := dx[n*c.image():][:c.image()], dy[n*c.output():][:c.output()]
		columns := *scratch
		if c.pointwise() {
			columns = image
		}
		if c.Links != nil {
			linkedInputGrad(columns, dyn, w, c)
		}
		for g := 0; g < c.Groups && c.Links == nil; g++ {
			Gemm(TN, terms, pixels, out, w[g*out*terms:], terms, dyn[g*out*pixels:], pixels,
				columns[g*terms*pixels:], pixels, false)
		}
		if !c.pointwise() {
			clear(image)
			Col2im(image, columns, &c.Window)
		}
	}
}

// convWeightGrad adds to dw.
func convWeightGrad[T Float](dw, dy, x []T, c *Conv) {
	terms, pixels, out := c.terms(), c.Cols(), c.Out/c.Groups
	scratch := columnBuffer[T](c)
	defer putBuffer(scratch)
	for n := range c.Batch {
		columns := columnsOf(x[n*c.image():][:c.image()], *scratch, c)
		dyn := dy[n*c.output():][:c.output()]
		if c.Links != nil {
			linkedWeightGrad(dw, dyn, columns, c)
			continue
		}
		for g := range c.Groups {
			Gemm(NT, out, terms, pixels, dyn[g*out*pixels:], pixels, columns[g*terms*pixels:], pixels,
				dw[g*out*terms:], terms, true)
		}
	}
}

// columnsOf returns the column matrix of an image: in scratch, unless the image is
// its own.
func columnsOf[T Float](image, scratch []T, c *Conv) []T {
	if c.pointwise() {
		return image
	}
	Im2col(scratch, image, &c.Window)
	return scratch
}

// columnBuffer lends memory for one column matrix, or none if none is needed.
func columnBuffer[T Float](c *Conv) *[]T {
	if c.pointwise() {
		return getBuffer[T](0)
	}
	return getBuffer[T](c.Rows() * c.Cols())
}
