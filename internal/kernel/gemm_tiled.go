package kernel

// A tile is a micro-kernel of the matrix product: C = A B or C += A B for a
// number of rows and vectors that fit into the registers, over the whole of k.
// A has the strides ra and ca between rows and columns, rows of B are ldb apart
// and those of C ldc; the last vector of a row has tail elements.
type tile[T Float] func(k int, a *T, ra, ca int, b *T, ldb int, c *T, ldc int, tail int, accumulate bool)

// tiles are the micro-kernels of one instruction set and element type.
type tiles[T Float] struct {
	rows, vectors int // of the largest tile
	lanes         int // elements in a vector
	kernels       [][]tile[T]
}

// Sizes of blocks. A panel of B, blockK rows of one tile's width, stays in the
// first-level cache while it meets the rows of A; blockM rows of A stay in the
// second level meanwhile.
const (
	blockK = 256
	blockM = 128

	// A matrix B with more elements than this, met by more than packRows rows,
	// is worth copying into panels.
	packElements = 1 << 15
	packRows     = 48

	// A product with Bᵀ is made of dot products if they are at least dotLength
	// vectors long, so that adding up lanes is a small part, and each row of B meets
	// at most dotRows rows of A.
	dotLength = 4
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
	case form == NT && dots(m, n, k, a, lda, b, ldb, c, ldc, accumulate):
	case form == NT && m < n && m*k <= packElements:
		t.swapped(m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	case form == NT, m > packRows && k*n > packElements:
		t.packed(form == NT, m, n, k, a, ra, ca, b, ldb, c, ldc, accumulate)
	default:
		for p := 0; p < k; p += blockK {
			t.direct(m, n, min(blockK, k-p), a[p*ca:], ra, ca, b[p*ldb:], ldb, c, ldc, accumulate || p > 0)
		}
	}
}

// dots computes A Bᵀ by dot products of rows as they lie, if there are kernels for
// it and a copy of B would not pay.
func dots[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) bool {
	v := selected.vector
	c32, ok := any(c).([]float32)
	if !ok || v == nil || k < dotLength*v.lanes || m > dotRows {
		return false
	}
	a32, b32 := single(a), single(b)
	for j0, j1 := range chunks(n, len(v.dot[1])-1) {
		for i0, i1 := range chunks(m, len(v.dot)-1) {
			v.dot[i1-i0][j1-j0](k, &a32[i0*lda], lda, &b32[j0*ldb], ldb, &c32[i0*ldc+j0], ldc, accumulate)
		}
	}
	return true
}

// direct multiplies without copying, tile by tile.
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

// packed multiplies block by block. Every panel of B, blockK rows of one tile's
// width, is copied next to each other, transposed if it is stored so.
func (t *tiles[T]) packed(transposed bool, m, n, k int, a []T, ra, ca int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	width := t.vectors * t.lanes
	buffer := getBuffer[T](min(k, blockK) * width)
	defer putBuffer(buffer)
	panel := *buffer
	for p := 0; p < k; p += blockK {
		kb := min(blockK, k-p)
		for i := 0; i < m; i += blockM {
			mb := min(blockM, m-i)
			for j := 0; j < n; j += width {
				nb := min(width, n-j)
				if transposed {
					transpose(panel, width, b[j*ldb+p:], ldb, nb, kb)
				} else {
					for q := range kb {
						copy(panel[q*width:q*width+nb], b[(p+q)*ldb+j:])
					}
				}
				t.direct(mb, nb, kb, a[i*ra+p*ca:], ra, ca, panel, width, c[i*ldc+j:], ldc, accumulate || p > 0)
			}
		}
	}
}

// swapped computes A Bᵀ as (B Aᵀ)ᵀ, for an A of few rows.
func (t *tiles[T]) swapped(m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	buffer := getBuffer[T](m*k + m*n)
	defer putBuffer(buffer)
	at, ct := (*buffer)[:m*k], (*buffer)[m*k:m*k+m*n]
	transpose(at, m, a, lda, m, k)
	for p := 0; p < k; p += blockK {
		t.direct(n, m, min(blockK, k-p), b[p:], ldb, 1, at[p*m:], m, ct, m, p > 0)
	}
	if !accumulate {
		transpose(c, ldc, ct, m, n, m)
		return
	}
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		for j := range row {
			row[j] += ct[j*m+i]
		}
	}
}

// transpose sets dst, of cols rows that are ldd apart, to the transpose of the
// rows x cols matrix src.
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
