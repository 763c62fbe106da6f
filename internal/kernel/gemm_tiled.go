package kernel

// A tile is a micro-kernel of the matrix product: C = A B or C += A B for a
// number of rows and vectors that fit into the registers, over the whole of k.
// A has the strides ra and ca between rows and columns, rows of B are ldb apart
// and those of C ldc; the last vector of a row has tail elements.
type tile[T Float] func(k int, a *T, ra, ca int, b *T, ldb int, c *T, ldc int, tail int, accumulate bool)

// tiles are the micro-kernels of one instruction set and element type.
type tiles[T Float] struct {
	rows, vectors int         // of the largest tile
	lanes         int         // elements in a vector
	kernels       [][]tile[T] // by rows and vectors, from 1 to those of the largest
}

// Sizes of blocks, after Goto and van de Geijn (2008): blockM rows of A and a panel
// of B, blockK rows of one tile's width, stay in the second-level cache, from which
// they come fast enough for the registers. C is in no cache if it is large, and is
// read and written once for blockK terms, so these should be many.
const (
	blockK = 512
	blockM = 96
	blockN = 768

	// A matrix B with more elements than this, met by more than packRows rows,
	// is worth copying into panels.
	packElements = 1 << 15
	packRows     = 48

	// A product with Bᵀ is made of dot products if they are at least dotLength long,
	// so that adding up lanes is a small part, and each row of B meets at most dotRows
	// rows of A.
	dotLength = 4 * dotLanes
	dotRows   = 128
)

// gemm is Gemm. Small products read B where it lies, since copying it would take
// as long as the product; large ones copy it panel by panel. A transposed B is
// always copied, unless A is smaller: then it is A that is transposed, and the
// product with it.
func (t *tiles[T]) gemm(form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	ra, ca := lda, 1
	if form == TN {
		ra, ca = 1, lda
	}
	switch {
	case m == 1 && k <= blockK && form != NT && !accumulate && combine(n, k, a, ca, b, ldb, c):
	case form == NT && dots(m, n, k, a, lda, b, ldb, c, ldc, accumulate):
	case form == NT && m < n && m*k <= packElements:
		t.swapped(m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	case form == NT, m > packRows && k*n > packElements:
		t.packed(form, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	default:
		for p := 0; p < k; p += blockK {
			t.direct(m, n, min(blockK, k-p), a[p*ca:], ra, ca, b[p*ldb:], ldb, c, ldc, accumulate || p > 0)
		}
	}
}

// combine computes the product of a vector and a matrix as a linear combination of
// its rows, as they lie, if there is a kernel for it.
func combine[T Float](n, k int, a []T, ca int, b []T, ldb int, c []T) bool {
	v := selected.vector
	c32, ok := any(c).([]float32)
	if !ok || v == nil || ca != 1 {
		return false
	}
	clear(c32[:n])
	a32, b32 := single(a), single(b)
	p := 0
	for ; p+4 <= k; p += 4 {
		v.combine4(n, &c32[0], &a32[p], &b32[p*ldb], ldb)
	}
	for ; p < k; p++ {
		Axpy(a32[p], b32[p*ldb:][:n], c32[:n])
	}
	return true
}

// dots computes A Bᵀ by dot products of rows as they lie, if there are kernels for
// it and a copy of B would not pay.
func dots[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) bool {
	v := selected.vector
	c32, ok := any(c).([]float32)
	if !ok || v == nil || k < dotLength || m > dotRows {
		return false
	}
	a32, b32 := single(a), single(b)
	rows, columns := cut(m, len(v.dot)-1), cut(n, len(v.dot[1])-1)
	for j := range columns.count {
		j0, j1 := columns.piece(j)
		for i := range rows.count {
			i0, i1 := rows.piece(i)
			v.dot[i1-i0][j1-j0](1, k, &a32[i0*lda], lda, 0, &b32[j0*ldb], ldb, 0, &c32[i0*ldc+j0], ldc, accumulate)
		}
	}
	return true
}

// direct multiplies without copying, tile by tile. C is cut into as few tiles as
// possible, which differ by one row or vector at most: tiles of up to 8 rows do 10
// rows as 5 and 5, not as 8 and 2, since a small tile waits for its loads.
func (t *tiles[T]) direct(m, n, k int, a []T, ra, ca int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	vectors := (n + t.lanes - 1) / t.lanes
	columns := (vectors + t.vectors - 1) / t.vectors
	strips := (m + t.rows - 1) / t.rows
	for j := range columns {
		v0, v1 := vectors*j/columns, vectors*(j+1)/columns
		n0 := v0 * t.lanes
		tail := min(n-(v1-1)*t.lanes, t.lanes)
		for i := range strips {
			m0, m1 := m*i/strips, m*(i+1)/strips
			t.kernels[m1-m0][v1-v0](k, &a[m0*ra], ra, ca, &b[n0], ldb, &c[m0*ldc+n0], ldc, tail, accumulate)
		}
	}
}

// packed multiplies block by block,
//
//	C[i, j] += sum over blocks p of A[i, p] B[p, j].
//
// Every block of A and B is copied into the order in which the kernels read it,
// transposed if it is stored so: then they read one address after the other, and
// the copy of a block of B, which takes as long as multiplying it by a few rows,
// serves all rows of A.
func (t *tiles[T]) packed(form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	width := t.vectors * t.lanes
	kb, mb, nb := min(k, blockK), roundUp(min(m, blockM), t.rows), roundUp(min(n, blockN), width)
	buffer := getBuffer[T](kb*(mb+nb) + t.lanes)
	defer putBuffer(buffer)
	packA, packB := (*buffer)[kb*nb:], (*buffer)[:kb*nb]
	for j := 0; j < n; j += blockN {
		cols := min(blockN, n-j)
		for p := 0; p < k; p += blockK {
			depth := min(blockK, k-p)
			t.packB(packB, form == NT, cols, depth, b, ldb, j, p)
			for i := 0; i < m; i += blockM {
				rows := min(blockM, m-i)
				t.packA(packA, form == TN, rows, depth, a, lda, i, p)
				t.block(rows, cols, depth, packA, packB, c[i*ldc+j:], ldc, accumulate || p > 0)
			}
		}
	}
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }

// packB copies a block of B, from row p and column j on, into panels of the width
// of a tile.
func (t *tiles[T]) packB(dst []T, transposed bool, cols, depth int, b []T, ldb, j, p int) {
	width := t.vectors * t.lanes
	for at := 0; at < cols; at += width {
		panel, n := dst[at*depth:], min(width, cols-at)
		if transposed {
			for l := 0; l < n; l += t.lanes {
				toLanes(panel[l:], width, b[(j+at+l)*ldb+p:], ldb, min(t.lanes, n-l), depth)
			}
			continue
		}
		for q := range depth {
			copy(panel[q*width:q*width+n], b[(p+q)*ldb+j+at:])
		}
	}
}

// packA copies a block of A, from row i and column p on, into strips of the height
// of a tile, column by column.
func (t *tiles[T]) packA(dst []T, transposed bool, rows, depth int, a []T, lda, i, p int) {
	for at := 0; at < rows; at += t.rows {
		strip, m := dst[at*depth:], min(t.rows, rows-at)
		if !transposed {
			toLanes(strip, t.rows, a[(i+at)*lda+p:], lda, m, depth)
			continue
		}
		for q := range depth {
			copy(strip[q*t.rows:q*t.rows+m], a[(p+q)*lda+i+at:])
		}
	}
}

// block multiplies packed blocks: strip i of A, of depth k, begins at i k, with its
// columns t.rows apart, and panel j of B at j k, with its rows a tile's width apart.
func (t *tiles[T]) block(m, n, k int, a, b, c []T, ldc int, accumulate bool) {
	width := t.vectors * t.lanes
	for j := 0; j < n; j += width {
		vectors := (min(width, n-j) + t.lanes - 1) / t.lanes
		tail := min(width, n-j) - (vectors-1)*t.lanes
		for i := 0; i < m; i += t.rows {
			multiply := t.kernels[min(t.rows, m-i)][vectors]
			multiply(k, &a[i*k], 1, t.rows, &b[j*k], width, &c[i*ldc+j], ldc, tail, accumulate)
		}
	}
}

// toLanes sets row j of dst, for j < n, to column j of the matrix src of a few rows.
// Rows of dst are ldd apart; the kernel for it writes a whole vector into each, which
// the next row may cover again.
func toLanes[T Float](dst []T, ldd int, src []T, lds, rows, n int) {
	if d, ok := any(dst).([]float32); ok && selected.vector != nil {
		selected.vector.toLanes(rows, n, &d[0], ldd, &single(src)[0], lds)
		return
	}
	transpose(dst, ldd, src, lds, rows, n)
}

// swapped computes A Bᵀ as (B Aᵀ)ᵀ, for an A of few rows: the copies are then of A
// and of C, and B, the largest, is read where it lies.
func (t *tiles[T]) swapped(m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	buffer := getBuffer[T](m*k + m*n)
	defer putBuffer(buffer)
	at, ct := (*buffer)[:m*k], (*buffer)[m*k:m*k+m*n]
	transpose(at, m, a, lda, m, k)
	if accumulate {
		transpose(ct, m, c, ldc, m, n)
	}
	for p := 0; p < k; p += blockK {
		t.direct(n, m, min(blockK, k-p), b[p:], ldb, 1, at[p*m:], m, ct, m, accumulate || p > 0)
	}
	transpose(c, ldc, ct, m, n, m)
}

// transpose sets dst, of cols rows that are ldd apart, to the transpose of the
// rows x cols matrix src. It does a block of rows at a time, so that the lines of
// src which a column of the block meets are still in the cache for the next column.
func transpose[T Float](dst []T, ldd int, src []T, lds, rows, cols int) {
	const block = 16
	for i := 0; i < rows; i += block {
		ib := min(block, rows-i)
		for j := range cols {
			to := dst[j*ldd+i:][:ib]
			at := i*lds + j
			for q := range to {
				to[q] = src[at]
				at += lds
			}
		}
	}
}
