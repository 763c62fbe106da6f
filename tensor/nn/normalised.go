package nn

import (
	"hw4/internal/kernel"
	"hw4/tensor"
)

// moments are the number of elements in each channel, their means, and the sums of
// their squared distances from these.
type moments struct {
	count         float64
	mean, squares []float64
}

// fixed are moments with these means and variances.
func fixed[T tensor.Float](mean, variance []T) *moments {
	of := &moments{count: 1, mean: make([]float64, len(mean)), squares: make([]float64, len(mean))}
	for c := range mean {
		of.mean[c], of.squares[c] = float64(mean[c]), float64(variance[c])
	}
	return of
}

// add joins other elements of channel c to those that the moments know, without taking
// a difference of large numbers (Chan, Golub and LeVeque 1983). The caller counts the
// elements, once for all channels.
func (of *moments) add(c int, count, mean, squares float64) {
	if count == 0 {
		return
	}
	all := of.count + count
	d := mean - of.mean[c]
	of.mean[c] += float64(d * count / all)
	of.squares[c] += squares + float64(d*d*of.count*count/all)
}

// momentsOf returns those of x.
func momentsOf[T tensor.Float](x *tensor.Tensor[T], channels int) *moments {
	of := &moments{mean: make([]float64, channels), squares: make([]float64, channels)}
	eachPlane(x, func(i, c int, plane []T) {
		of.count = float64(i / channels * len(plane))
		mean, squares := kernel.Moments(plane)
		of.add(c, float64(len(plane)), mean, squares)
	})
	of.count = float64(x.Len() / max(channels, 1))
	return of
}

// numbers returns the moments as a shard gives them to the others.
func (of *moments) numbers() []float64 {
	return append(append([]float64{of.count}, of.mean...), of.squares...)
}

// together returns the moments of all shards, added in their order.
func together(parts [][]float64, channels int) *moments {
	all := &moments{mean: make([]float64, channels), squares: make([]float64, channels)}
	for _, p := range parts {
		for c := range channels {
			all.add(c, p[0], p[1+c], p[1+channels+c])
		}
		all.count += p[0]
	}
	return all
}

// eachPlane visits what each sample has of each channel, in the order of the elements:
// i counts the planes, and c is the channel.
func eachPlane[T tensor.Float](x *tensor.Tensor[T], visit func(i, c int, plane []T)) {
	channels := x.Dim(1)
	n := x.Len() / max(x.Dim(0)*channels, 1)
	for i := 0; n > 0 && i < x.Dim(0)*channels; i++ {
		visit(i, i%channels, x.Data()[i*n:(i+1)*n])
	}
}

// normalised returns x normalised by moments: those of the batch in a training step,
// of which the gradients depend on x, or with a nil step fixed ones. With n elements in
// a channel, h = (x - mean) s, s = 1/sqrt(variance + eps), and sums over the channel in
// the whole batch,
//
//	dweight = sum(dout h),   dbias = sum(dout)
//	dx = weight s (dout - sum(dout)/n - h sum(dout h)/n), or weight s dout
func normalised[T tensor.Float](x *tensor.Tensor[T], l *BatchNormLayer[T], step *tensor.Step,
	of *moments) *tensor.Tensor[T] {
	y := tensor.Out(x.Shape(), x)
	eachPlane(x, func(i, c int, plane []T) {
		weight, bias := l.channel(c)
		a := weight * l.scale(of, c)
		kernel.Affine(y.Data()[i*len(plane):][:len(plane)], T(a), plane, T(bias-float64(of.mean[c]*a)))
	})
	inputs := []*tensor.Tensor[T]{x, l.Weight, l.Bias}
	if l.Weight == nil {
		inputs = inputs[:1]
	}
	return tensor.Record(batchNormOp, y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		channels := x.Dim(1)
		sums := make([]float64, 2*channels) // of dout and of dout (x - mean), in this shard
		if step != nil || len(inputs) > 1 {
			eachPlane(dout, func(i, c int, plane []T) {
				sum, dot := kernel.Against(plane, x.Data()[i*len(plane):][:len(plane)], of.mean[c])
				sums[c] += sum
				sums[channels+c] += dot
			})
		}
		grads := make([]*tensor.Tensor[T], len(inputs))
		if len(inputs) > 1 {
			grads[1], grads[2] = tensor.Out(l.Weight.Shape(), dout), tensor.Out(l.Bias.Shape(), dout)
			for c := range channels {
				grads[1].Data()[c], grads[2].Data()[c] = T(sums[channels+c]*l.scale(of, c)), T(sums[c])
			}
		}
		grads[0] = byInput(x, dout, l, step, of, sums)
		return grads
	})
}

// byInput returns the gradient by x, given the sums of a shard.
func byInput[T tensor.Float](x, dout *tensor.Tensor[T], l *BatchNormLayer[T], step *tensor.Step, of *moments,
	sums []float64) *tensor.Tensor[T] {
	channels := x.Dim(1)
	all := make([]float64, len(sums))
	if step != nil {
		for _, part := range step.Parts(l, sums) {
			for i, v := range part {
				all[i] += v
			}
		}
	}
	if !x.RequiresGrad() {
		return nil
	}
	dx := tensor.OutOver(dout)
	eachPlane(dout, func(i, c int, plane []T) {
		weight, _ := l.channel(c)
		s := l.scale(of, c)
		a := weight * s
		b := -a * s * s * all[channels+c] / of.count
		constant := -a*all[c]/of.count - float64(b*of.mean[c])
		to := dx.Data()[i*len(plane):][:len(plane)]
		if step == nil {
			kernel.Scale(to, T(a), plane)
			return
		}
		kernel.Affine2(to, T(a), plane, T(b), x.Data()[i*len(plane):][:len(plane)], T(constant))
	})
	return dx
}
