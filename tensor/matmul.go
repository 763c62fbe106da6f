package tensor

import (
	"slices"

	"hw4/internal/kernel"
)

// MatMul returns the matrix product a b of an m x k and a k x n matrix:
//
//	out[i, j] = sum over p of a[i, p] b[p, j]
//
// with gradients da = dout bᵀ and db = aᵀ dout. Tensors of a higher rank are
// stacks of matrices along their leading axes, which broadcast as Add's do: the
// gradients of a matrix that is used more than once add up. A vector is taken as a
// row on the left and as a column on the right, and that axis disappears again, as in
// NumPy. It panics if the shapes do not fit.
func MatMul[T Float](a, b *Tensor[T]) *Tensor[T] {
	switch {
	case a.Rank() == 1 && b.Rank() == 1:
		return Reshape(MatMul(Reshape(a, 1, -1), Reshape(b, -1, 1)))
	case a.Rank() == 1 && b.Rank() > 1:
		return Reshape(MatMul(Reshape(a, 1, -1), b), slices.Delete(slices.Clone(b.shape), b.Rank()-2, b.Rank()-1)...)
	case a.Rank() > 1 && b.Rank() == 1:
		return Reshape(MatMul(a, Reshape(b, -1, 1)), a.shape[:a.Rank()-1]...)
	}
	lead, m, k, n := matmulDims(a, b)
	out := Out(append(slices.Clone(lead), m, n), a, b)
	as, bs, outs := matricesOf(a, lead), matricesOf(b, lead), matricesOf(out, lead)
	stacked(kernel.NN, m, n, k, as, bs, outs)
	return Record("matmul", out, []*Tensor[T]{a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		var da, db *Tensor[T]
		douts := matricesOf(dout, lead)
		if a.RequiresGrad() {
			da = Out(a.shape, dout)
			stacked(kernel.NT, m, k, n, douts, bs, matricesOf(da, lead))
		}
		if b.RequiresGrad() {
			db = Out(b.shape, dout)
			stacked(kernel.TN, k, n, m, as, douts, matricesOf(db, lead))
		}
		return []*Tensor[T]{da, db}
	})
}

// matmulDims returns the leading axes that a and b broadcast to, and the sizes of
// their matrices.
func matmulDims[T Float](a, b *Tensor[T]) (lead []int, m, k, n int) {
	ra, rb := a.Rank(), b.Rank()
	fit := ra >= 2 && rb >= 2 && a.shape[ra-1] == b.shape[rb-2]
	for i := 3; fit && i <= min(ra, rb); i++ {
		da, db := dimFromEnd(a.shape, i), dimFromEnd(b.shape, i)
		fit = da == db || da == 1 || db == 1
	}
	if !fit {
		panic(Shapef("matmul", "shapes %v and %v do not fit: want (.., m, k) and (.., k, n)", a.shape, b.shape))
	}
	lead = broadcastShape("matmul", a.shape[:ra-2], b.shape[:rb-2])
	return lead, a.shape[ra-2], a.shape[ra-1], b.shape[rb-1]
}

// matrices is a stack of matrices, in the order of the stacks that it is broadcast to:
// number i begins at at[i].
type matrices[T Float] struct {
	data []T
	at   []int
}

func matricesOf[T Float](x *Tensor[T], lead []int) matrices[T] {
	own := x.shape[:x.Rank()-2]
	strides := broadcastStrides(own, lead)
	each := x.shape[x.Rank()-2] * x.shape[x.Rank()-1]
	at := make([]int, 0, size("matmul", lead))
	n, d, _ := rowOf(lead, strides, strides)
	eachRow(lead, strides, strides, func(first, _ int) {
		for i := range n {
			at = append(at, (first+i*d)*each)
		}
	})
	return matrices[T]{x.data, at}
}

// stacked sets each m x n matrix of c to the product, of inner dimension k, of the
// matrices of a and b in the given form, or to the sum of the products if it is in the
// stack more than once. The forms NT and TN are what the gradients need, dout bᵀ and
// aᵀ dout, without a transposed copy.
func stacked[T Float](form kernel.Form, m, n, k int, a, b, c matrices[T]) {
	lda, ldb := k, n
	switch form {
	case kernel.NT:
		ldb = k
	case kernel.TN:
		lda = m
	}
	sum := len(c.at)*m*n != len(c.data) // maybe of nothing
	if sum {
		clear(c.data)
	}
	for i, at := range c.at {
		kernel.Gemm(form, m, n, k, a.data[a.at[i]:], lda, b.data[b.at[i]:], ldb, c.data[at:], n, sum)
	}
}
