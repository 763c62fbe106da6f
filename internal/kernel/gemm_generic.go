package kernel

// The portable product keeps a block of B, genericK x genericN elements, near the
// processor: 64 KiB of float32, in the second-level cache where the first is smaller.
// It copies nothing: both its forms read rows of B where they lie.
//
// Several rows at a time are for the loads: c[j] += u x[j] reads two numbers for one
// product, four rows of B and two of C read six for eight. Every product is converted
// to T before it is added, T(u*x), which the language does not allow the compiler to
// fuse: the bits are the same on arm64, where it would, as on amd64.
const (
	genericK = 128
	genericN = 128
)

// gemmGeneric is Gemm in portable Go.
func gemmGeneric[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	if !accumulate {
		for i := range m {
			clear(c[i*ldc : i*ldc+n])
		}
	}
	for p := 0; p < k; p += genericK {
		kb := min(genericK, k-p)
		for j := 0; j < n; j += genericN {
			nb := min(genericN, n-j)
			switch form {
			case NN:
				addRows(m, nb, kb, a[p:], lda, 1, b[p*ldb+j:], ldb, c[j:], ldc)
			case TN:
				addRows(m, nb, kb, a[p*lda:], 1, lda, b[p*ldb+j:], ldb, c[j:], ldc)
			case NT:
				addDots(m, nb, kb, a[p:], lda, b[j*ldb+p:], ldb, c[j:], ldc)
			}
		}
	}
}

// addRows adds A B to C for A with the strides ra between rows and ca between
// columns: four rows of B to two of C at a time.
func addRows[T Float](m, n, k int, a []T, ra, ca int, b []T, ldb int, c []T, ldc int) {
	p := 0
	for ; p+4 <= k; p += 4 {
		rows := [4][]T{b[p*ldb:], b[(p+1)*ldb:], b[(p+2)*ldb:], b[(p+3)*ldb:]}
		i := 0
		for ; i+2 <= m; i += 2 {
			x, y := a[i*ra+p*ca:], a[(i+1)*ra+p*ca:]
			u, v := [4]T{x[0], x[ca], x[2*ca], x[3*ca]}, [4]T{y[0], y[ca], y[2*ca], y[3*ca]}
			addRows4x2(c[i*ldc:][:n], c[(i+1)*ldc:][:n], &u, &v, &rows)
		}
		if i < m {
			x := a[i*ra+p*ca:]
			addRows4x1(c[i*ldc:][:n], &[4]T{x[0], x[ca], x[2*ca], x[3*ca]}, &rows)
		}
	}
	for ; p < k; p++ {
		for i := range m {
			addRows1x1(c[i*ldc:][:n], a[i*ra+p*ca], b[p*ldb:])
		}
	}
}

// addRows4x2 adds to c and to d the sum of four rows times their factors u and v.
func addRows4x2[T Float](c, d []T, u, v *[4]T, rows *[4][]T) {
	d = d[:len(c)]
	b0, b1, b2, b3 := rows[0][:len(c)], rows[1][:len(c)], rows[2][:len(c)], rows[3][:len(c)]
	u0, u1, u2, u3 := u[0], u[1], u[2], u[3]
	v0, v1, v2, v3 := v[0], v[1], v[2], v[3]
	for j := range c {
		x0, x1, x2, x3 := b0[j], b1[j], b2[j], b3[j]
		c[j] = c[j] + T(u0*x0) + T(u1*x1) + T(u2*x2) + T(u3*x3)
		d[j] = d[j] + T(v0*x0) + T(v1*x1) + T(v2*x2) + T(v3*x3)
	}
}

// addRows4x1 adds to c the sum of four rows times their factors.
func addRows4x1[T Float](c []T, u *[4]T, rows *[4][]T) {
	b0, b1, b2, b3 := rows[0][:len(c)], rows[1][:len(c)], rows[2][:len(c)], rows[3][:len(c)]
	u0, u1, u2, u3 := u[0], u[1], u[2], u[3]
	for j := range c {
		c[j] = c[j] + T(u0*b0[j]) + T(u1*b1[j]) + T(u2*b2[j]) + T(u3*b3[j])
	}
}

// addRows1x1 adds to c a row times its factor.
func addRows1x1[T Float](c []T, u T, row []T) {
	row = row[:len(c)]
	for j := range c {
		c[j] += T(u * row[j])
	}
}

// addDots adds A Bᵀ to C: dot products of three rows of A with two of B at a time,
// which with their six sums are what the registers hold.
func addDots[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	i := 0
	for ; i+3 <= m; i += 3 {
		a0, a1, a2 := a[i*lda:][:k], a[(i+1)*lda:][:k], a[(i+2)*lda:][:k]
		c0, c1, c2 := c[i*ldc:][:n], c[(i+1)*ldc:][:n], c[(i+2)*ldc:][:n]
		j := 0
		for ; j+2 <= n; j += 2 {
			d := [6]T{c0[j], c0[j+1], c1[j], c1[j+1], c2[j], c2[j+1]}
			dot3x2(&d, a0, a1, a2, b[j*ldb:], b[(j+1)*ldb:])
			c0[j], c0[j+1], c1[j], c1[j+1], c2[j], c2[j+1] = d[0], d[1], d[2], d[3], d[4], d[5]
		}
		if j < n {
			d := [3]T{c0[j], c1[j], c2[j]}
			dot1x3(&d, b[j*ldb:][:k], a0, a1, a2)
			c0[j], c1[j], c2[j] = d[0], d[1], d[2]
		}
	}
	for ; i < m; i++ {
		addRowDots(c[i*ldc:][:n], a[i*lda:][:k], b, ldb)
	}
}

// addRowDots adds to c the dot products of x with the rows of B.
func addRowDots[T Float](c, x, b []T, ldb int) {
	j := 0
	for ; j+3 <= len(c); j += 3 {
		dot1x3((*[3]T)(c[j:]), x, b[j*ldb:], b[(j+1)*ldb:], b[(j+2)*ldb:])
	}
	for ; j < len(c); j++ {
		y := b[j*ldb:][:len(x)]
		for p, v := range x {
			c[j] += T(v * y[p])
		}
	}
}

// dot3x2 adds to d, row by row, the dot products of three vectors with two.
func dot3x2[T Float](d *[6]T, a0, a1, a2, b0, b1 []T) {
	a1, a2, b0, b1 = a1[:len(a0)], a2[:len(a0)], b0[:len(a0)], b1[:len(a0)]
	s00, s01, s10, s11, s20, s21 := d[0], d[1], d[2], d[3], d[4], d[5]
	for p, x0 := range a0 {
		x1, x2, y0, y1 := a1[p], a2[p], b0[p], b1[p]
		s00 += T(x0 * y0)
		s10 += T(x1 * y0)
		s20 += T(x2 * y0)
		s01 += T(x0 * y1)
		s11 += T(x1 * y1)
		s21 += T(x2 * y1)
	}
	d[0], d[1], d[2], d[3], d[4], d[5] = s00, s01, s10, s11, s20, s21
}

// dot1x3 adds to d the dot products of x with three vectors.
func dot1x3[T Float](d *[3]T, x, b0, b1, b2 []T) {
	b0, b1, b2 = b0[:len(x)], b1[:len(x)], b2[:len(x)]
	s0, s1, s2 := d[0], d[1], d[2]
	for p, v := range x {
		s0 += T(v * b0[p])
		s1 += T(v * b1[p])
		s2 += T(v * b2[p])
	}
	d[0], d[1], d[2] = s0, s1, s2
}
