package kernel

// Form says which operands of a matrix product are stored transposed.
type Form int

const (
	NN Form = iota // C = A B:   A is m x k, B is k x n
	NT             // C = A Bᵀ:  A is m x k, B is n x k
	TN             // C = Aᵀ B:  A is k x m, B is k x n
)

// Gemm computes C = op(A) op(B), or C += op(A) op(B) when accumulate is set,
// for an m x n matrix C and an inner dimension k. All matrices are row-major;
// lda, ldb and ldc are the distances between the starts of their rows. C must
// not overlap A or B.
//
// Each element of C is a sum in the order of k, with one rounding a term where the
// machine fuses, in blocks of blockK terms where k is larger; only NT of float32 may be
// made of dot products, by its shape. The bits do not depend on the position of the
// element.
func Gemm[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	if m <= 0 || n <= 0 {
		return
	}
	_ = c[(m-1)*ldc+n-1]
	if k <= 0 {
		if !accumulate {
			for i := range m {
				clear(c[i*ldc : i*ldc+n])
			}
		}
		return
	}
	switch form {
	case NN:
		_, _ = a[(m-1)*lda+k-1], b[(k-1)*ldb+n-1]
	case NT:
		_, _ = a[(m-1)*lda+k-1], b[(n-1)*ldb+k-1]
	case TN:
		_, _ = a[(k-1)*lda+m-1], b[(k-1)*ldb+n-1]
	}
	if t := tilesOf[T](); t != nil {
		t.gemm(form, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
		return
	}
	gemmGeneric(form, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
}
