package kernel

// Moments returns the mean of x, which is not empty, and the sum of the squares of the
// distances from it, added up in float64 in four lanes. It reads x once: it adds up
// what the elements are above the first, so that a mean far from 0 costs no digits.
func Moments[T Float](x []T) (mean, squares float64) {
	first := float64(x[0])
	var s0, s1, s2, s3, q0, q1, q2, q3 float64
	rest := x
	for ; len(rest) >= 4; rest = rest[4:] {
		d0, d1 := float64(rest[0])-first, float64(rest[1])-first
		d2, d3 := float64(rest[2])-first, float64(rest[3])-first
		s0, s1, s2, s3 = s0+d0, s1+d1, s2+d2, s3+d3
		q0 += float64(d0 * d0)
		q1 += float64(d1 * d1)
		q2 += float64(d2 * d2)
		q3 += float64(d3 * d3)
	}
	for _, v := range rest {
		d := float64(v) - first
		s0 += d
		q0 += float64(d * d)
	}
	sum, n := (s0+s1)+(s2+s3), float64(len(x))
	above := sum / n
	return first + above, (q0 + q1) + (q2 + q3) - float64(sum*above)
}

// Against returns the sums of dy and of dy (x - mean), added up as in Moments.
func Against[T Float](dy, x []T, mean float64) (sum, dot float64) {
	dy = dy[:len(x)]
	var s0, s1, s2, s3, q0, q1, q2, q3 float64
	for ; len(x) >= 4 && len(dy) >= 4; x, dy = x[4:], dy[4:] {
		d0, d1, d2, d3 := float64(dy[0]), float64(dy[1]), float64(dy[2]), float64(dy[3])
		s0, s1, s2, s3 = s0+d0, s1+d1, s2+d2, s3+d3
		q0 += float64(d0 * (float64(x[0]) - mean))
		q1 += float64(d1 * (float64(x[1]) - mean))
		q2 += float64(d2 * (float64(x[2]) - mean))
		q3 += float64(d3 * (float64(x[3]) - mean))
	}
	for i, v := range x {
		d := float64(dy[i])
		s0 += d
		q0 += float64(d * (float64(v) - mean))
	}
	return (s0 + s1) + (s2 + s3), (q0 + q1) + (q2 + q3)
}

// Affine computes dst = a x + c. dst may be x.
func Affine[T Float](dst []T, a T, x []T, c T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(a*v) + c
	}
}

// Affine2 computes dst = a x + b y + c. dst may be x or y.
func Affine2[T Float](dst []T, a T, x []T, b T, y []T, c T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i, v := range x {
		dst[i] = T(a*v) + T(b*y[i]) + c
	}
}

// Dropout computes dst = scale x where a pseudo-random number of 32 bits is not below
// the threshold, and 0 x elsewhere. Element i has number at + i of the sequence that key
// names, however the elements are cut. dst may be x.
func Dropout[T Float](dst, x []T, key, at uint64, threshold uint32, scale T) {
	for x = x[:len(dst)]; len(x) > 0; {
		n := int(min(uint64(len(x)), 1<<32-at&(1<<32-1))) // up to where the upper half of at changes
		k := Hash(key, at>>32)
		dropout(dst[:n], x[:n], uint32(at), uint32(k), uint32(k>>32), threshold, scale)
		dst, x, at = dst[n:], x[n:], at+uint64(n)
	}
}

func dropout[T Float](dst, x []T, at, k0, k1, threshold uint32, scale T) {
	factors := [2]T{scale, 0} // by whether the number is below
	for i, v := range x {
		h := mix32((at+uint32(i))*0x9e3779b1+k0, k1)
		dst[i] = v * factors[(uint64(h)-uint64(threshold))>>63]
	}
}

// mix32 makes a number of a counter and half a key. Both multipliers and the shifts are
// those of an integer hash that Wellons and Ettersperger found by search (2018); the
// half in between keeps two keys from giving one sequence in another order.
func mix32(x, k uint32) uint32 {
	x = (x ^ x>>16) * 0x21f0aaad
	x = ((x ^ x>>15) + k) * 0x735a2d97
	return x ^ x>>15
}

// Hash is number i of the sequence of SplitMix64 (Steele, Lea and Flood 2014) that
// begins at key.
func Hash(key, i uint64) uint64 {
	z := key + i*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
