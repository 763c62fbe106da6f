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
// stacks of matrices along their leading axes, which must agree. A vector is
// taken as a row on the left and as a column on the right, and that axis
// disappears again, as in NumPy. It panics if the shapes do not fit.
func MatMul[T Float](a, b *Tensor[T]) *Tensor[T] {
	switch {
	case a.Rank() == 1 && b.Rank() == 1:
		return Reshape(MatMul(Reshape(a, 1, -1), Reshape(b, -1, 1)))
	case a.Rank() == 1 && b.Rank() == 2:
		return Reshape(MatMul(Reshape(a, 1, -1), b), b.shape[1])
	case a.Rank() == 2 && b.Rank() == 1:
		return Reshape(MatMul(a, Reshape(b, -1, 1)), a.shape[0])
	}
	lead, m, k, n := matmulDims(a, b)
	out := Out(append(slices.Clone(a.shape[:a.Rank()-1]), n), a, b)
	stacked(kernel.NN, lead, m, n, k, a, b, out)
	return Record("matmul", out, []*Tensor[T]{a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		var da, db *Tensor[T]
		if a.RequiresGrad() {
			da = Out(a.shape, dout)
			stacked(kernel.NT, lead, m, k, n, dout, b, da)
		}
		if b.RequiresGrad() {
			db = Out(b.shape, dout)
			stacked(kernel.TN, lead, k, n, m, a, dout, db)
		}
		return []*Tensor[T]{da, db}
	})
}

// matmulDims returns the number of matrices in each stack and their sizes.
func matmulDims[T Float](a, b *Tensor[T]) (lead, m, k, n int) {
	ra, rb := a.Rank(), b.Rank()
	if ra < 2 || ra != rb || !slices.Equal(a.shape[:ra-2], b.shape[:rb-2]) || a.shape[ra-1] != b.shape[rb-2] {
		panic(Shapef("matmul", "shapes %v and %v do not fit: want (.., m, k) and (.., k, n)", a.shape, b.shape))
	}
	lead = 1
	for _, d := range a.shape[:ra-2] {
		lead *= d
	}
	return lead, a.shape[ra-2], a.shape[ra-1], b.shape[rb-1]
}

// stacked sets each of the lead m x n matrices of c to the product, of inner
// dimension k, of the matrices of a and b in the given form. The forms NT and TN
// are what the gradients need, dout bᵀ and aᵀ dout, without a transposed copy.
func stacked[T Float](form kernel.Form, lead, m, n, k int, a, b, c *Tensor[T]) {
	lda, ldb := k, n
	switch form {
	case kernel.NT:
		ldb = k
	case kernel.TN:
		lda = m
	}
	for i := range lead {
		kernel.Gemm(form, m, n, k, a.data[i*m*k:], lda, b.data[i*k*n:], ldb, c.data[i*m*n:], n, false)
	}
}
