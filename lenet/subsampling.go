package lenet

import (
	"slices"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// Subsample returns the sums over 2x2 squares of a batch of maps, each map's
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
func Subsample[T tensor.Float](x, w, b *tensor.Tensor[T]) *tensor.Tensor[T] {
	tensor.Need("subsample", x, w, b)
	n, c, height, width := x.Dims4("subsample")
	if !slices.Equal(w.Shape(), []int{c}) || !slices.Equal(b.Shape(), []int{c}) {
		panic(tensor.Shapef("subsample", "input %v has %d maps, coefficients %v and biases %v want others",
			x.Shape(), c, w.Shape(), b.Shape()))
	}
	if height%2 != 0 || width%2 != 0 {
		panic(tensor.Shapef("subsample", "maps of %dx%d have no 2x2 squares side by side", height, width))
	}
	sums := tensor.Out([]int{n, c, height / 2, width / 2}, x, w, b)
	addSquares(sums.Data(), x.Data(), width)
	y := tensor.Out(sums.Shape(), x, w, b)
	eachMap(y, func(m int, lo, hi int) {
		scale, shift := w.Data()[m], b.Data()[m]
		to := y.Data()[lo:hi]
		for i, s := range sums.Data()[lo:hi] {
			to[i] = T(scale*s) + shift
		}
	})
	inputs := []*tensor.Tensor[T]{x, w, b}
	return tensor.Record("subsample", y, inputs, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dw, db := make([]float64, c), make([]float64, c)
		scaled := tensor.Out(dout.Shape(), dout)
		eachMap(dout, func(m int, lo, hi int) {
			from, to, scale := sums.Data()[lo:hi], scaled.Data()[lo:hi], w.Data()[m]
			for i, d := range dout.Data()[lo:hi] {
				dw[m] += float64(float64(d) * float64(from[i]))
				db[m] += float64(d)
				to[i] = scale * d
			}
		})
		dx := tensor.Out(x.Shape(), dout)
		spreadSquares(dx.Data(), scaled.Data(), width)
		return []*tensor.Tensor[T]{dx, rounded(dw, dout), rounded(db, dout)}
	})
}

// eachMap visits the maps of a batch: map m's elements are those from lo to hi-1.
func eachMap[T tensor.Float](x *tensor.Tensor[T], visit func(m, lo, hi int)) {
	n, c, h, w := x.Dims4("subsample")
	for i := range n * c {
		visit(i%c, i*h*w, (i+1)*h*w)
	}
}

// addSquares sets the elements of dst to the sums of the 2x2 squares of src, whose
// rows have the given width. All maps of a batch are one long column of rows.
func addSquares[T tensor.Float](dst, src []T, width int) {
	for i := range len(dst) / max(width/2, 1) {
		top, bottom := src[2*i*width:][:width], src[(2*i+1)*width:][:width]
		row := dst[i*width/2:][:width/2]
		for j := range row {
			row[j] = top[2*j] + top[2*j+1] + bottom[2*j] + bottom[2*j+1]
		}
	}
}

// spreadSquares is the adjoint of addSquares: it sets all four elements of a
// square of dst to the element of src.
func spreadSquares[T tensor.Float](dst, src []T, width int) {
	for i := range len(src) / max(width/2, 1) {
		top, bottom := dst[2*i*width:][:width], dst[(2*i+1)*width:][:width]
		for j, v := range src[i*width/2:][:width/2] {
			top[2*j], top[2*j+1], bottom[2*j], bottom[2*j+1] = v, v, v, v
		}
	}
}

// rounded returns sums as a vector, stored where dout is.
func rounded[T tensor.Float](sums []float64, dout *tensor.Tensor[T]) *tensor.Tensor[T] {
	v := tensor.Out([]int{len(sums)}, dout)
	for i, s := range sums {
		v.Data()[i] = T(s)
	}
	return v
}

// subsampleLayer is a sub-sampling layer of 1998: a Squash of Subsample with a
// trainable coefficient and a trainable bias for every map. It is an nn.Module.
type subsampleLayer[T tensor.Float] struct {
	Coefficient *tensor.Tensor[T] // (maps)
	Bias        *tensor.Tensor[T] // (maps)
}

// Forward maps (N, C, H, W) to (N, C, H/2, W/2).
func (s *subsampleLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return Squash(Subsample(x, s.Coefficient, s.Bias))
}

// Params returns "coefficient" and "bias".
func (s *subsampleLayer[T]) Params() []nn.Param[T] {
	return []nn.Param[T]{{Name: "coefficient", Value: s.Coefficient}, {Name: "bias", Value: s.Bias}}
}
