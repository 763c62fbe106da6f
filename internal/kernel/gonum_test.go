package kernel

import (
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// The matrix product in portable Go beside that of gonum, whose inner loops are
// assembly on amd64, unless it is built with its tag noasm. Both on one core:
//
//	go test ./internal/kernel -run '^$' -bench Gonum -cpu 1 [-tags noasm]
func BenchmarkGonum(b *testing.B) {
	defer Use(Generic)()
	for _, s := range gemmShapes {
		if s.m*s.n*s.k > 1<<30 {
			continue
		}
		b.Run(s.name+"/ours", func(b *testing.B) { benchmarkGemm(b, s.form, s.m, s.n, s.k) })
		b.Run(s.name+"/gonum", func(b *testing.B) {
			x, y, c := make([]float32, s.m*s.k), make([]float32, s.k*s.n), make([]float32, s.m*s.n)
			lda, ldb, transA, transB := s.k, s.n, blas.NoTrans, blas.NoTrans
			for i := range x {
				x[i] = 1
			}
			switch s.form {
			case NT:
				ldb, transB = s.k, blas.Trans
			case TN:
				lda, transA = s.m, blas.Trans
			}
			for b.Loop() {
				gonum.Implementation{}.Sgemm(transA, transB, s.m, s.n, s.k, 1, x, lda, y, ldb, 0, c, s.n)
			}
			reportRate(b, 2*float64(s.m)*float64(s.n)*float64(s.k))
		})
	}
}
