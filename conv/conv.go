// Package conv has the two-dimensional convolution of PyTorch's nn.Conv2d as a
// differentiable operation and as a layer.
package conv

import "hw4/tensor"

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
// It panics with a *tensor.ShapeError if shapes and options do not fit together
// or the kernel, spread by the dilation, is larger than the padded image.
func Conv2d[T tensor.Float](x, w, b *tensor.Tensor[T], opt Options) *tensor.Tensor[T] {
	p := newPlan(x, w, b, opt)
	inputs := []*tensor.Tensor[T]{x, w}
	var bias []T
	if b != nil {
		inputs = append(inputs, b)
		bias = b.Data()
	}
	y := tensor.Out([]int{p.batch, p.out, p.window.OutH, p.window.OutW}, inputs...)
	scratch := p.scratch(inputs...)
	for n := range p.batch {
		p.forward(p.output(y, n), p.input(x, n), w.Data(), bias, scratch)
	}
	return tensor.Record("conv2d", y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		return p.backward(dout, inputs)
	})
}

// backward returns the gradients by the inputs x, w and, if there is one, b.
func (p *plan[T]) backward(dout *tensor.Tensor[T], inputs []*tensor.Tensor[T]) []*tensor.Tensor[T] {
	x, w := inputs[0], inputs[1]
	scratch := p.scratch(dout)
	grads := make([]*tensor.Tensor[T], len(inputs))
	if x.RequiresGrad() {
		dx := tensor.Out(x.Shape(), dout)
		for n := range p.batch {
			p.inputGrad(p.input(dx, n), p.output(dout, n), w.Data(), scratch)
		}
		grads[0] = dx
	}
	if w.RequiresGrad() {
		dw := tensor.OutZero(w.Shape(), dout)
		for n := range p.batch {
			p.addWeightGrad(dw.Data(), p.output(dout, n), p.input(x, n), scratch)
		}
		grads[1] = dw
	}
	if len(inputs) > 2 && inputs[2].RequiresGrad() {
		grads[2] = tensor.Sum(dout.Detach(), 0, 2, 3)
	}
	return grads
}
