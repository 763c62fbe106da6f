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
// stacks of matrices along their leading axes, which broadcast as those of Add: the
// gradients of a matrix that is used more than once add up. A vector is taken as a row
// on the left and as a column on the right, and that axis disappears again, as in NumPy
// and PyTorch. It panics if the shapes do not fit.
func MatMul[T Float](a, b *Tensor[T]) *Tensor[T] {
	Need("matmul", a, b)
	left, right := a, b
	if a.Rank() == 1 {
		left = Reshape(a, 1, len(a.data))
	}
	if b.Rank() == 1 {
		right = Reshape(b, len(b.data), 1)
	}
	lead := matmulLead(left, right, a.shape, b.shape)
	y := matmul(left, right, lead)
	if a.Rank() > 1 && b.Rank() > 1 {
		return y
	}
	shape := slices.Clone(y.shape)
	if b.Rank() == 1 {
		shape = shape[:len(shape)-1]
	}
	if a.Rank() == 1 {
		shape = slices.Delete(shape, len(lead), len(lead)+1)
	}
	return Reshape(y, shape...)
}

// matmulLead returns the leading axes of the product. The shapes a and b are what the
// caller gave.
func matmulLead[T Float](left, right *Tensor[T], a, b []int) []int {
	if left.Rank() < 2 || right.Rank() < 2 || left.Dim(-1) != right.Dim(-2) {
		panic(Shapef("matmul", "shapes %v and %v do not fit: want (.., m, k) and (.., k, n)", a, b))
	}
	return broadcastShape("matmul: leading axes", left.shape[:left.Rank()-2], right.shape[:right.Rank()-2])
}

// matmul is MatMul for two stacks whose leading axes broadcast to lead.
func matmul[T Float](a, b *Tensor[T], lead []int) *Tensor[T] {
	m, k, n := a.Dim(-2), a.Dim(-1), b.Dim(-1)
	shape := append(slices.Clone(lead), m, n)
	Size("matmul: leading axes", lead)
	Size("matmul", shape)
	out := Out(shape, a, b)
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
	at := make([]int, 0, Size("matmul", lead))
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
