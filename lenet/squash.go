package lenet

import (
	"hw4/internal/kernel"
	"hw4/internal/portable"
	"hw4/tensor"
)

// The constants of the squashing function of 1998. With them f(1) = 1 and
// f(-1) = -1 except for 2e-5, and the second derivative is largest in absolute value
// at 1 and -1: targets of 1 and -1 use the range of a unit without driving it
// into saturation. Appendix A of the paper gives A and S.
const (
	squashA = 1.7159
	squashS = 2.0 / 3
)

// squash returns f(a) = A tanh(S a), element by element, with A = 1.7159 and
// S = 2/3: the function that all units of the LeNet-5 of 1998 up to layer F6
// apply to their weighted sums. Its derivative is A S (1 - tanh(S a)^2).
func squash[T tensor.Float](a *tensor.Tensor[T]) *tensor.Tensor[T] {
	tensor.Need("squash", a)
	tanh, y := tensor.Out(a.Shape(), a), tensor.Out(a.Shape(), a)
	eachPiece(y.Len(), func(lo, hi int) {
		t := tanh.Data()[lo:hi]
		kernel.Scale(t, T(squashS), a.Data()[lo:hi])
		kernel.Map(kernel.Tanh, t, t, portable.Tanh)
		kernel.Scale(y.Data()[lo:hi], T(squashA), t)
	})
	return tensor.Record("squash", y, []*tensor.Tensor[T]{a}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		da := tensor.OutOver(dout)
		eachPiece(da.Len(), func(lo, hi int) {
			d, t := da.Data()[lo:hi], tanh.Data()[lo:hi]
			kernel.Scale(d, T(squashA), dout.Data()[lo:hi])
			kernel.MapGrad(kernel.Tanh, d, d, t, t, func(_, y float64) float64 { return 1 - float64(y*y) })
			kernel.Scale(d, T(squashS), d)
		})
		return []*tensor.Tensor[T]{da}
	})
}

// eachPiece visits n elements in pieces that stay in the first-level cache.
func eachPiece(n int, visit func(lo, hi int)) {
	const piece = 1024
	for at := 0; at < n; at += piece {
		visit(at, min(at+piece, n))
	}
}
