package lenet

import (
	"slices"

	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// subsample returns the sums over 2x2 squares of a batch of maps, each map's
// multiplied by a coefficient and moved by a bias:
//
//	y[n, c, i, j] = w[c] (x[n, c, 2i, 2j] + x[n, c, 2i, 2j+1] + x[n, c, 2i+1, 2j] + x[n, c, 2i+1, 2j+1]) + b[c]
//
// with the shapes x (N, C, H, W), w (C), b (C) and y (N, C, H/2, W/2). It is what
// the units of S2 and S4 compute before they are squashed. The gradients are
//
//	dx = w dout at each of the four places,   dw = sum of dout times the sums,   db = sum of dout.
//
// It panics with a [*tensor.ShapeError] if the shapes do not fit or H or W is odd.
func subsample[T tensor.Float](x, w, b *tensor.Tensor[T]) *tensor.Tensor[T] {
	tensor.Need("subsample", x, w, b)
	n, c, height, width := x.Dims4("subsample")
	if !slices.Equal(w.Shape(), []int{c}) || !slices.Equal(b.Shape(), []int{c}) {
		panic(tensor.Shapef("subsample", "input %v has %d maps, coefficients %v and biases %v want others",
			x.Shape(), c, w.Shape(), b.Shape()))
	}
	if height%2 != 0 || width%2 != 0 {
		panic(tensor.Shapef("subsample", "maps of %dx%d have no 2x2 squares side by side", height, width))
	}
	window := &kernel.Window{
		Channels: n * c, Height: height, Width: width, KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2,
		DilationH: 1, DilationW: 1, OutH: height / 2, OutW: width / 2,
	}
	means := tensor.Out([]int{n, c, height / 2, width / 2}, x, w, b) // a quarter of the sums, exactly
	kernel.AvgPool(means.Data(), x.Data(), window, false)
	y := tensor.Out(means.Shape(), means)
	eachMap(y, func(m int, lo, hi int) {
		kernel.Fill(y.Data()[lo:hi], b.Data()[m])
		kernel.Axpy(4*w.Data()[m], means.Data()[lo:hi], y.Data()[lo:hi])
	})
	inputs := []*tensor.Tensor[T]{x, w, b}
	return tensor.Record("subsample", y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx, dw, db := tensor.Out(x.Shape(), dout), tensor.Out(w.Shape(), dout), tensor.Out(b.Shape(), dout)
		kernel.PlaneDots(dw.Data(), dout.Data(), means.Data(), n)
		kernel.Scale(dw.Data(), 4, dw.Data())
		kernel.PlaneDots(db.Data(), dout.Data(), nil, n)
		scaled := tensor.Out(dout.Shape(), dout)
		eachMap(dout, func(m int, lo, hi int) {
			kernel.Scale(scaled.Data()[lo:hi], 4*w.Data()[m], dout.Data()[lo:hi])
		})
		kernel.AvgPoolGrad(dx.Data(), scaled.Data(), window, false)
		return []*tensor.Tensor[T]{dx, dw, db}
	})
}

// eachMap visits the maps of a batch: map m's elements are those from lo to hi-1.
func eachMap[T tensor.Float](x *tensor.Tensor[T], visit func(m, lo, hi int)) {
	n, c, h, w := x.Dims4("subsample")
	for i := range n * c {
		visit(i%c, i*h*w, (i+1)*h*w)
	}
}

// subsampleLayer is a sub-sampling layer of 1998: a squash of subsample with a
// trainable coefficient and a trainable bias for every map. It is an nn.Module.
type subsampleLayer[T tensor.Float] struct {
	Coefficient *tensor.Tensor[T] // (maps)
	Bias        *tensor.Tensor[T] // (maps)
}

// Forward maps (N, C, H, W) to (N, C, H/2, W/2).
func (s *subsampleLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return squash(subsample(x, s.Coefficient, s.Bias))
}

// Params returns "coefficient" and "bias".
func (s *subsampleLayer[T]) Params() []nn.Param[T] {
	return []nn.Param[T]{{Name: "coefficient", Value: s.Coefficient}, {Name: "bias", Value: s.Bias}}
}
