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
// stacks of matrices along their leading axes, which broadcast as those of Add. A
// vector is taken as a row on the left and as a column on the right, and that axis
// disappears again, as in NumPy and PyTorch. It panics if the shapes do not fit.
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
	y := matmul(stack(left, lead), stack(right, lead))
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

// stack returns the matrices of x repeated along the leading axes lead.
func stack[T Float](x *Tensor[T], lead []int) *Tensor[T] {
	shape := append(slices.Clone(lead), x.shape[x.Rank()-2:]...)
	if slices.Equal(x.shape, shape) {
		return x
	}
	Size("matmul", shape)
	return Record("matmul", spread(x, shape, broadcastStrides(x.shape, shape)), []*Tensor[T]{x},
		func(dout *Tensor[T]) []*Tensor[T] { return []*Tensor[T]{sumTo(dout, x)} })
}

// matmul is MatMul for two stacks with the same leading axes.
func matmul[T Float](a, b *Tensor[T]) *Tensor[T] {
	m, k, n := a.Dim(-2), a.Dim(-1), b.Dim(-1)
	shape := append(slices.Clone(a.shape[:a.Rank()-1]), n)
	lead := Size("matmul", shape[:a.Rank()-2])
	Size("matmul", shape)
	out := Out(shape, a, b)
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
