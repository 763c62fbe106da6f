package kernel

// Add computes dst = a + b, element by element. dst may be a or b.
func Add[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	if d, ok := any(dst).([]float32); ok && selected.vector != nil {
		apply2(selected.vector.add, d, single(a), single(b))
		return
	}
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// AddAll computes the sum of some slices, element by element, added up from the
// first to the last. Without any, dst is zero.
func AddAll[T Float](dst []T, xs ...[]T) {
	if len(xs) == 0 {
		clear(dst)
		return
	}
	sum, rest := xs[0], xs[1:]
	if d, ok := any(dst).([]float32); ok && selected.vector != nil && len(dst) > 0 {
		for ; len(rest) >= 3; rest = rest[3:] {
			of := func(x []T) []float32 { return single(x[:len(dst)]) }
			addFour(d, of(sum), of(rest[0]), of(rest[1]), of(rest[2]))
			sum = dst
		}
	}
	for _, x := range rest {
		Add(dst, sum, x)
		sum = dst
	}
	if len(xs) == 1 {
		copy(dst, sum)
	}
}

func addFour(dst, a, b, c, d []float32) {
	for i := 0; i < len(dst); i += chunk {
		selected.vector.sum4(min(chunk, len(dst)-i), &dst[i], &a[i], &b[i], &c[i], &d[i])
	}
}

// Sub computes dst = a - b, element by element. dst may be a or b.
func Sub[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	if d, ok := any(dst).([]float32); ok && selected.vector != nil {
		apply2(selected.vector.sub, d, single(a), single(b))
		return
	}
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// Mul computes dst = a b, element by element. dst may be a or b.
func Mul[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	if d, ok := any(dst).([]float32); ok && selected.vector != nil {
		apply2(selected.vector.mul, d, single(a), single(b))
		return
	}
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// Div computes dst = a / b, element by element. dst may be a or b.
func Div[T Float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

// Axpy computes y += alpha x.
func Axpy[T Float](alpha T, x, y []T) {
	x = x[:len(y)]
	if y, ok := any(y).([]float32); ok && selected.vector != nil {
		for i := 0; i < len(y); i += chunk {
			selected.vector.axpy(min(chunk, len(y)-i), float32(alpha), &single(x)[i], &y[i])
		}
		return
	}
	for i := range y {
		y[i] += T(alpha * x[i])
	}
}

// Scale computes dst = alpha x. dst may be x.
func Scale[T Float](dst []T, alpha T, x []T) {
	x = x[:len(dst)]
	if y, ok := any(dst).([]float32); ok && selected.vector != nil {
		for i := 0; i < len(y); i += chunk {
			selected.vector.scale(min(chunk, len(y)-i), float32(alpha), &single(x)[i], &y[i])
		}
		return
	}
	for i := range dst {
		dst[i] = alpha * x[i]
	}
}

// AddScalar computes dst = x + alpha. dst may be x.
func AddScalar[T Float](dst, x []T, alpha T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + alpha
	}
}

// Fill sets every element of dst to v.
func Fill[T Float](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}

// FillRows sets every row of dst to row; rows follow each other.
func FillRows[T Float](dst, row []T) {
	if len(row) == 1 {
		Fill(dst, row[0])
		return
	}
	for at := 0; at < len(dst); at += len(row) {
		copy(dst[at:], row)
	}
}

// Sum returns the sum of x, added up in float64 from the first element to the
// last.
func Sum[T Float](x []T) float64 {
	var s float64
	for _, v := range x {
		s += float64(v)
	}
	return s
}

// PlaneDots sets every element of dst to the sum of the products of a map of x with that of
// y, over all images of a batch, whose maps follow each other. Without y it adds up x. It
// rounds once, or is one dot product whose pieces are the images.
func PlaneDots[T Float](dst, x, y []T, batch int) {
	clear(dst)
	n := len(x) / max(1, batch*len(dst))
	d, ok := any(dst).([]float32)
	switch vectors := ok && selected.vector != nil; {
	case len(x) == 0:
	case vectors && y == nil:
		addRowSums(dst, x, batch, n, len(dst)*n)
	case vectors:
		step, x, y := len(dst)*n, single(x), single(y)
		for m := range d {
			selected.vector.dot[1][1](batch, n, &x[m*n], 0, step, &y[m*n], 0, step, &d[m], 1, false)
		}
	default:
		for m := range dst {
			var sum float64
			for at := m * n; at < len(x); at += len(dst) * n {
				for i, v := range x[at : at+n] {
					if y == nil {
						sum += float64(v)
					} else {
						sum += float64(float64(v) * float64(y[at+i]))
					}
				}
			}
			dst[m] = T(sum)
		}
	}
}

// AddRows sets dst to the sum of the rows of src, which have its length and follow
// each other.
func AddRows[T Float](dst, src []T) {
	clear(dst)
	if len(dst) == 1 { // a row is a number
		addRowSums(dst, src, 1, len(src), 0)
		return
	}
	for n := len(dst); len(src) >= n && n > 0; src = src[n:] {
		Add(dst, dst, src[:n])
	}
}

// addRowSums adds to every element of dst the sum of a row of src. Rows of n elements
// follow each other, and are continued in pieces that are step apart.
func addRowSums[T Float](dst, src []T, pieces, n, step int) {
	if d, ok := any(dst).([]float32); ok && selected.vector != nil && pieces*n > 0 {
		rowDots(selected.vector, d, single(src[:(pieces-1)*step+len(dst)*n]), pieces, n, step)
		return
	}
	for p := range pieces {
		for i := range dst {
			dst[i] += T(Sum(src[p*step+i*n:][:n]))
		}
	}
}

// rowDots is addRowSums by dot products with ones.
func rowDots(k *vectorKernels, dst, src []float32, pieces, n, step int) {
	ones := buffers32.get(n)
	defer buffers32.put(ones)
	Fill(*ones, 1)
	rows := cut(len(dst), len(k.dot)-1)
	for i := range rows.count {
		i0, i1 := rows.piece(i)
		k.dot[i1-i0][1](pieces, n, &src[i0*n], n, step, &(*ones)[0], 0, 0, &dst[i0], 1, true)
	}
}
