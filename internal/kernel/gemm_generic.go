package kernel

// gemmGeneric is Gemm in portable Go.
func gemmGeneric[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	if !accumulate {
		for i := range m {
			clear(c[i*ldc : i*ldc+n])
		}
	}
	switch form {
	case NN:
		gemmNN(m, n, k, a, lda, 1, b, ldb, c, ldc)
	case TN:
		gemmNN(m, n, k, a, 1, lda, b, ldb, c, ldc)
	case NT:
		gemmNT(m, n, k, a, lda, b, ldb, c, ldc)
	}
}

// gemmNN adds A B to C for A with the strides ra between rows and ca between
// columns. It streams rows of B into rows of C, four at a time.
func gemmNN[T Float](m, n, k int, a []T, ra, ca int, b []T, ldb int, c []T, ldc int) {
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		p := 0
		for ; p+4 <= k; p += 4 {
			a0, a1, a2, a3 := a[i*ra+p*ca], a[i*ra+(p+1)*ca], a[i*ra+(p+2)*ca], a[i*ra+(p+3)*ca]
			b0 := b[p*ldb:][:len(row)]
			b1 := b[(p+1)*ldb:][:len(row)]
			b2 := b[(p+2)*ldb:][:len(row)]
			b3 := b[(p+3)*ldb:][:len(row)]
			for j := range row {
				row[j] = row[j] + T(a0*b0[j]) + T(a1*b1[j]) + T(a2*b2[j]) + T(a3*b3[j])
			}
		}
		for ; p < k; p++ {
			Axpy(a[i*ra+p*ca], b[p*ldb:p*ldb+n], row)
		}
	}
}

// gemmNT adds A Bᵀ to C: dot products of rows, four columns of C at a time.
func gemmNT[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	for i := range m {
		x := a[i*lda : i*lda+k]
		row := c[i*ldc : i*ldc+n]
		j := 0
		for ; j+4 <= n; j += 4 {
			b0 := b[j*ldb:][:len(x)]
			b1 := b[(j+1)*ldb:][:len(x)]
			b2 := b[(j+2)*ldb:][:len(x)]
			b3 := b[(j+3)*ldb:][:len(x)]
			s0, s1, s2, s3 := row[j], row[j+1], row[j+2], row[j+3]
			for p, v := range x {
				s0 += T(v * b0[p])
				s1 += T(v * b1[p])
				s2 += T(v * b2[p])
				s3 += T(v * b3[p])
			}
			row[j], row[j+1], row[j+2], row[j+3] = s0, s1, s2, s3
		}
		for ; j < n; j++ {
			s := row[j]
			y := b[j*ldb:][:len(x)]
			for p, v := range x {
				s += T(v * y[p])
			}
			row[j] = s
		}
	}
}
