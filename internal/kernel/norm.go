package kernel

import "sync"

// Moments returns the mean of x, which is not empty, and the sum of the squares of the
// distances from it, added up in float64. It adds up what the elements are above the
// first, so that a mean far from 0 costs no digits. Where the first is so far from the
// others that the difference of the sums would cost more than four bits, as a spot in an
// empty plane is, it does so again with the mean in the place of the first.
func Moments[T Float](x []T) (mean, squares float64) {
	near, n := x[0], float64(len(x))
	for range 2 {
		sum, all := wideSums(nil, x, float64(near))
		above := sum / n
		mean, squares = float64(near)+above, all-float64(sum*above)
		if !(squares < all/16) {
			break
		}
		near = T(mean)
	}
	return mean, squares
}

// Against returns the sums of dy and of dy (x - mean), added up in float64.
func Against[T Float](dy, x []T, mean float64) (sum, dot float64) {
	return wideSums(dy[:len(x)], x, mean)
}

// wideSums returns the sums of dy and of dy (x - mean); without dy, of x - mean and of
// its square. Each has 16 parts, which are added up at the end. The kernels add up four
// terms at a time in float32, with the mean rounded to it, before they go into a part.
func wideSums[T Float](dy, x []T, mean float64) (first, second float64) {
	if f, ok := any(x).([]float32); ok && hasNorm() && len(x) >= 16 {
		to := wideParts.Get().(*[32]float64)
		*to = [32]float64{}
		done := len(x) &^ 15
		for i := 0; i < done; i += chunk {
			if n := min(chunk, done-i); dy == nil {
				selected.vector.moments(n, &f[i], float32(mean), &to[0])
			} else {
				selected.vector.against(n, &single(dy)[i], &f[i], float32(mean), &to[0])
			}
		}
		first, second = sum16((*[16]float64)(to[:16])), sum16((*[16]float64)(to[16:]))
		wideParts.Put(to)
		if x = x[done:]; dy != nil {
			dy = dy[done:]
			second += float64((float64(float32(mean)) - mean) * first) // for the rounded mean
		}
		if len(x) == 0 {
			return first, second
		}
	}
	var to [32]float64
	for i, v := range x {
		d := float64(v) - mean
		w := d
		if dy != nil {
			w = float64(dy[i])
		}
		to[i&15] += w
		to[16+(i&15)] += float64(w * d)
	}
	return first + sum16((*[16]float64)(to[:16])), second + sum16((*[16]float64)(to[16:]))
}

// wideParts lends the parts of wideSums: kernels are called by pointers to functions, so
// that those of a variable would be allocated at every call.
var wideParts = sync.Pool{New: func() any { return new([32]float64) }}

// sum16 adds neighbours, then neighbours of those, until one sum is left.
func sum16(x *[16]float64) float64 {
	lower := ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]))
	return lower + (((x[8] + x[9]) + (x[10] + x[11])) + ((x[12] + x[13]) + (x[14] + x[15])))
}

// hasNorm reports whether the chosen set has the kernels of this file. NEON has not: there
// the loops in Go compute, and the last bits may differ.
func hasNorm() bool { return selected.vector != nil && selected.vector.moments != nil }

// Affine computes dst = a x + c. dst may be x.
func Affine[T Float](dst []T, a T, x []T, c T) {
	x = x[:len(dst)]
	if d, ok := any(dst).([]float32); ok && hasNorm() {
		for i := 0; i < len(d); i += chunk {
			selected.vector.affine(min(chunk, len(d)-i), &d[i], &single(x)[i], float32(a), float32(c))
		}
		return
	}
	for i, v := range x {
		dst[i] = T(a*v) + c
	}
}

// Affine2 computes dst = b y + (a x + c). dst may be x or y.
func Affine2[T Float](dst []T, a T, x []T, b T, y []T, c T) {
	x, y = x[:len(dst)], y[:len(dst)]
	if d, ok := any(dst).([]float32); ok && hasNorm() {
		for i := 0; i < len(d); i += chunk {
			selected.vector.affine2(min(chunk, len(d)-i), &d[i], &single(x)[i], &single(y)[i], float32(a), float32(b),
				float32(c))
		}
		return
	}
	for i, v := range x {
		dst[i] = T(b*y[i]) + (T(a*v) + c)
	}
}

// Dropout computes dst = scale x where a pseudo-random number of 32 bits is not below
// the threshold, and 0 x elsewhere. Element i has number at + i of the sequence that key
// names, however the elements are cut. dst may be x.
func Dropout[T Float](dst, x []T, key, at uint64, threshold uint32, scale T) {
	for x = x[:len(dst)]; len(x) > 0; {
		n := int(min(uint64(len(x)), chunk, 1<<32-at&(1<<32-1))) // up to where the upper half of at changes
		k := Hash(key, at>>32)
		dropout(dst[:n], x[:n], uint32(at), uint32(k), uint32(k>>32), threshold, scale)
		dst, x, at = dst[n:], x[n:], at+uint64(n)
	}
}

func dropout[T Float](dst, x []T, at, k0, k1, threshold uint32, scale T) {
	if d, ok := any(dst).([]float32); ok && hasNorm() {
		selected.vector.dropout(len(d), &d[0], &single(x)[0], at, k0, k1, threshold, float32(scale))
		return
	}
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
