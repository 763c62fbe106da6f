// Package conv has the two-dimensional convolution of PyTorch's nn.Conv2d as a
// differentiable operation and as a layer.
package conv

import (
	"hw4/internal/kernel"
	"hw4/tensor"
)

// Conv2d returns the convolution, in the sense of neural networks (the kernel is
// not flipped), of a batch of images:
//
//	y[n, o, i, j] = b[o] + sum over c, p, q of
//	    w[o, c, p, q] x[n, g C/G + c, S_h i + D_h p - P_h, S_w j + D_w q - P_w]
//
// with x = 0 outside the image. S is the stride, P the padding, D the dilation, G
// the number of groups and g = floor(o / (O/G)) the group of output channel o.
// The shapes are
//
//	x (N, C, H, W)   w (O, C/G, KH, KW)   b (O), or nil for none
//	y (N, O, OH, OW)   with OH, OW from Options.OutputSize
//
// and all lengths but N must be positive. It is PyTorch's
// nn.functional.conv2d.
//
// The gradients are the adjoints of these linear maps: dx the transposed
// convolution of dout with w, dw the correlation of dout with x, and db the sum
// of dout over batch and pixels. Sums over the batch are formed in its order.
//
// It panics with a [*tensor.ShapeError] if shapes and options do not fit together
// or the kernel, spread by the dilation, is larger than the padded image.
func Conv2d[T tensor.Float](x, w, b *tensor.Tensor[T], opt Options) *tensor.Tensor[T] {
	c := geometry(x, w, b, opt)
	inputs := []*tensor.Tensor[T]{x, w}
	var bias []T
	if b != nil {
		inputs = append(inputs, b)
		bias = b.Data()
	}
	y := tensor.Out([]int{c.Batch, c.Out, c.OutH, c.OutW}, inputs...)
	kernel.ConvForward(y.Data(), x.Data(), w.Data(), bias, c)
	return tensor.Record("conv2d", y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		return backward(c, dout, inputs)
	})
}

// backward returns the gradients by the inputs x, w and, if there is one, b:
//
//	dx[n, g C/G + c, r, s] = sum over o, p, q, i, j of w[o, c, p, q] dout[n, o, i, j]
//	dw[o, c, p, q]         = sum over n, i, j of dout[n, o, i, j] x[n, g C/G + c, r, s]
//	db[o]                  = sum over n, i, j of dout[n, o, i, j]
//
// with o in group g, and r = S_h i + D_h p - P_h and s = S_w j + D_w q - P_w.
func backward[T tensor.Float](c *kernel.Conv, dout *tensor.Tensor[T], inputs []*tensor.Tensor[T]) []*tensor.Tensor[T] {
	x, w := inputs[0], inputs[1]
	grads := make([]*tensor.Tensor[T], len(inputs))
	if x.RequiresGrad() {
		grads[0] = tensor.Out(x.Shape(), dout)
		kernel.ConvInputGrad(grads[0].Data(), dout.Data(), w.Data(), c)
	}
	if w.RequiresGrad() {
		grads[1] = tensor.Out(w.Shape(), dout)
		kernel.ConvWeightGrad(grads[1].Data(), dout.Data(), x.Data(), c)
	}
	if len(inputs) > 2 && inputs[2].RequiresGrad() {
		grads[2] = tensor.Out(inputs[2].Shape(), dout)
		kernel.ConvBiasGrad(grads[2].Data(), dout.Data(), c)
	}
	return grads
}
