package strict

// Product returns the product of dimensions: the number of elements of an array
// of that shape, 1 without any. It is false if a dimension is negative, or if the
// product of those that are not 0 exceeds the limit, so that no order of the
// dimensions hides an overflow behind a 0.
func Product(dims []int, limit int64) (n int64, ok bool) {
	n = 1
	empty := false
	for _, d := range dims {
		switch {
		case d < 0:
			return 0, false
		case d == 0:
			empty = true
		case int64(d) > limit/n:
			return 0, false
		default:
			n *= int64(d)
		}
	}
	if empty {
		return 0, true
	}
	return n, n <= limit
}
