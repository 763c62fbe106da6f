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

// addRows4x2 adds to c and to d the sum of four rows times their factors u and v. It takes
// four columns at a time, as arrays whose length is known: in WebAssembly, where loops are
// slow, that takes up to a third less time.
func addRows4x2[T Float](c, d []T, u, v *[4]T, rows *[4][]T) {
	d = d[:len(c)]
	b0, b1, b2, b3 := rows[0][:len(c)], rows[1][:len(c)], rows[2][:len(c)], rows[3][:len(c)]
	u0, u1, u2, u3 := u[0], u[1], u[2], u[3]
	v0, v1, v2, v3 := v[0], v[1], v[2], v[3]
	j := 0
	for ; j <= len(c)-4; j += 4 {
		c, d := (*[4]T)(c[j:]), (*[4]T)(d[j:])
		x0, x1, x2, x3 := (*[4]T)(b0[j:]), (*[4]T)(b1[j:]), (*[4]T)(b2[j:]), (*[4]T)(b3[j:])
		c[0], d[0] = c[0]+T(u0*x0[0])+T(u1*x1[0])+T(u2*x2[0])+T(u3*x3[0]),
			d[0]+T(v0*x0[0])+T(v1*x1[0])+T(v2*x2[0])+T(v3*x3[0])
		c[1], d[1] = c[1]+T(u0*x0[1])+T(u1*x1[1])+T(u2*x2[1])+T(u3*x3[1]),
			d[1]+T(v0*x0[1])+T(v1*x1[1])+T(v2*x2[1])+T(v3*x3[1])
		c[2], d[2] = c[2]+T(u0*x0[2])+T(u1*x1[2])+T(u2*x2[2])+T(u3*x3[2]),
			d[2]+T(v0*x0[2])+T(v1*x1[2])+T(v2*x2[2])+T(v3*x3[2])
		c[3], d[3] = c[3]+T(u0*x0[3])+T(u1*x1[3])+T(u2*x2[3])+T(u3*x3[3]),
			d[3]+T(v0*x0[3])+T(v1*x1[3])+T(v2*x2[3])+T(v3*x3[3])
	}
	for ; j < len(c); j++ {
		c[j] = c[j] + T(u0*b0[j]) + T(u1*b1[j]) + T(u2*b2[j]) + T(u3*b3[j])
		d[j] = d[j] + T(v0*b0[j]) + T(v1*b1[j]) + T(v2*b2[j]) + T(v3*b3[j])
	}
}

// addRows4x1 adds to c the sum of four rows times their factors.
func addRows4x1[T Float](c []T, u *[4]T, rows *[4][]T) {
	b0, b1, b2, b3 := rows[0][:len(c)], rows[1][:len(c)], rows[2][:len(c)], rows[3][:len(c)]
	u0, u1, u2, u3 := u[0], u[1], u[2], u[3]
	j := 0
	for ; j <= len(c)-4; j += 4 {
		c := (*[4]T)(c[j:])
		x0, x1, x2, x3 := (*[4]T)(b0[j:]), (*[4]T)(b1[j:]), (*[4]T)(b2[j:]), (*[4]T)(b3[j:])
		c[0] = c[0] + T(u0*x0[0]) + T(u1*x1[0]) + T(u2*x2[0]) + T(u3*x3[0])
		c[1] = c[1] + T(u0*x0[1]) + T(u1*x1[1]) + T(u2*x2[1]) + T(u3*x3[1])
		c[2] = c[2] + T(u0*x0[2]) + T(u1*x1[2]) + T(u2*x2[2]) + T(u3*x3[2])
		c[3] = c[3] + T(u0*x0[3]) + T(u1*x1[3]) + T(u2*x2[3]) + T(u3*x3[3])
	}
	for ; j < len(c); j++ {
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

// dot3x2 adds to d, row by row, the dot products of three vectors with two, and takes four
// terms at a time like addRows4x2.
func dot3x2[T Float](d *[6]T, a0, a1, a2, b0, b1 []T) {
	a1, a2, b0, b1 = a1[:len(a0)], a2[:len(a0)], b0[:len(a0)], b1[:len(a0)]
	s00, s01, s10, s11, s20, s21 := d[0], d[1], d[2], d[3], d[4], d[5]
	p := 0
	for ; p <= len(a0)-4; p += 4 {
		x0, x1, x2 := (*[4]T)(a0[p:]), (*[4]T)(a1[p:]), (*[4]T)(a2[p:])
		y0, y1 := (*[4]T)(b0[p:]), (*[4]T)(b1[p:])
		s00, s10, s20 = s00+T(x0[0]*y0[0]), s10+T(x1[0]*y0[0]), s20+T(x2[0]*y0[0])
		s01, s11, s21 = s01+T(x0[0]*y1[0]), s11+T(x1[0]*y1[0]), s21+T(x2[0]*y1[0])
		s00, s10, s20 = s00+T(x0[1]*y0[1]), s10+T(x1[1]*y0[1]), s20+T(x2[1]*y0[1])
		s01, s11, s21 = s01+T(x0[1]*y1[1]), s11+T(x1[1]*y1[1]), s21+T(x2[1]*y1[1])
		s00, s10, s20 = s00+T(x0[2]*y0[2]), s10+T(x1[2]*y0[2]), s20+T(x2[2]*y0[2])
		s01, s11, s21 = s01+T(x0[2]*y1[2]), s11+T(x1[2]*y1[2]), s21+T(x2[2]*y1[2])
		s00, s10, s20 = s00+T(x0[3]*y0[3]), s10+T(x1[3]*y0[3]), s20+T(x2[3]*y0[3])
		s01, s11, s21 = s01+T(x0[3]*y1[3]), s11+T(x1[3]*y1[3]), s21+T(x2[3]*y1[3])
	}
	for ; p < len(a0); p++ {
		s00, s10, s20 = s00+T(a0[p]*b0[p]), s10+T(a1[p]*b0[p]), s20+T(a2[p]*b0[p])
		s01, s11, s21 = s01+T(a0[p]*b1[p]), s11+T(a1[p]*b1[p]), s21+T(a2[p]*b1[p])
	}
	d[0], d[1], d[2], d[3], d[4], d[5] = s00, s01, s10, s11, s20, s21
}

// dot1x3 adds to d the dot products of x with three vectors.
func dot1x3[T Float](d *[3]T, x, b0, b1, b2 []T) {
	b0, b1, b2 = b0[:len(x)], b1[:len(x)], b2[:len(x)]
	s0, s1, s2 := d[0], d[1], d[2]
	p := 0
	for ; p <= len(x)-4; p += 4 {
		x := (*[4]T)(x[p:])
		y0, y1, y2 := (*[4]T)(b0[p:]), (*[4]T)(b1[p:]), (*[4]T)(b2[p:])
		s0, s1, s2 = s0+T(x[0]*y0[0]), s1+T(x[0]*y1[0]), s2+T(x[0]*y2[0])
		s0, s1, s2 = s0+T(x[1]*y0[1]), s1+T(x[1]*y1[1]), s2+T(x[1]*y2[1])
		s0, s1, s2 = s0+T(x[2]*y0[2]), s1+T(x[2]*y1[2]), s2+T(x[2]*y2[2])
		s0, s1, s2 = s0+T(x[3]*y0[3]), s1+T(x[3]*y1[3]), s2+T(x[3]*y2[3])
	}
	for ; p < len(x); p++ {
		s0, s1, s2 = s0+T(x[p]*b0[p]), s1+T(x[p]*b1[p]), s2+T(x[p]*b2[p])
	}
	d[0], d[1], d[2] = s0, s1, s2
}
