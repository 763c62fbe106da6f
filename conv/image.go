package conv

import (
	"hw4/internal/kernel"
	"hw4/tensor"
)

// The three functions below are the convolution of one image and its adjoints,
// as products of matrices: with the column matrix X that kernel.Im2col makes of
// the image, and for each group its rows of X, Y and W,
//
//	Y = W X + b,   dW = dY Xᵀ,   dX = Wᵀ dY.
//
// The column matrix is made anew for the gradients: that of one image stays in
// the cache, those of a whole batch would not.

// forward writes the output y of the image x. A nil bias means none.
func (p *plan[T]) forward(y, x, w, bias, scratch []T) {
	pixels := p.window.Cols()
	for o, v := range bias {
		kernel.Fill(y[o*pixels:][:pixels], v)
	}
	columns := p.columns(x, scratch)
	for g := range p.groups {
		kernel.Gemm(kernel.NN, p.groupOut, pixels, p.taps,
			p.weights(w, g), p.taps, p.rows(columns, g), pixels, p.maps(y, g), pixels, bias != nil)
	}
}

// inputGrad writes the gradient dx by the image, given the gradient dy by its
// output.
func (p *plan[T]) inputGrad(dx, dy, w, scratch []T) {
	pixels := p.window.Cols()
	columns := scratch
	if p.direct {
		columns = dx
	}
	for g := range p.groups {
		kernel.Gemm(kernel.TN, p.taps, pixels, p.groupOut,
			p.weights(w, g), p.taps, p.maps(dy, g), pixels, p.rows(columns, g), pixels, false)
	}
	if !p.direct {
		clear(dx)
		kernel.Col2im(dx, columns, &p.window)
	}
}

// addWeightGrad adds to dw what the image x contributes to the gradient by the
// weights, given the gradient dy by its output.
func (p *plan[T]) addWeightGrad(dw, dy, x, scratch []T) {
	pixels := p.window.Cols()
	columns := p.columns(x, scratch)
	for g := range p.groups {
		kernel.Gemm(kernel.NT, p.groupOut, p.taps, pixels,
			p.maps(dy, g), pixels, p.rows(columns, g), pixels, p.weights(dw, g), p.taps, true)
	}
}

// columns returns the column matrix of an image. It is in scratch, unless the
// image is its own.
func (p *plan[T]) columns(x, scratch []T) []T {
	if p.direct {
		return x
	}
	kernel.Im2col(scratch, x, &p.window)
	return scratch
}

// scratch returns memory for one column matrix from the scope of the tensors, or
// nil if none is needed.
func (p *plan[T]) scratch(like ...*tensor.Tensor[T]) []T {
	if p.direct {
		return nil
	}
	return tensor.Out([]int{p.window.Rows(), p.window.Cols()}, like...).Data()
}

// input returns image n of a tensor of the input's shape.
func (p *plan[T]) input(t *tensor.Tensor[T], n int) []T {
	size := p.window.Channels * p.window.Height * p.window.Width
	return t.Data()[n*size:][:size]
}

// output returns image n of a tensor of the output's shape.
func (p *plan[T]) output(t *tensor.Tensor[T], n int) []T {
	size := p.out * p.window.Cols()
	return t.Data()[n*size:][:size]
}

// weights, rows and maps return a group's part of the weights, of a column
// matrix and of an image of the output.

func (p *plan[T]) weights(w []T, group int) []T {
	size := p.groupOut * p.taps
	return w[group*size:][:size]
}

func (p *plan[T]) rows(columns []T, group int) []T {
	size := p.taps * p.window.Cols()
	return columns[group*size:][:size]
}

func (p *plan[T]) maps(y []T, group int) []T {
	size := p.groupOut * p.window.Cols()
	return y[group*size:][:size]
}
