package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func randomOf[T Float](rng *rand.Rand, n int, mean float64) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(mean + rng.NormFloat64())
	}
	return x
}

// Sums are those of the definition in float64, and the same on every instruction set
// with vectors.
func TestMoments(t *testing.T) {
	var bits [2][][4]float64
	eachISA(t, func(t *testing.T) {
		var seen [][4]float64
		rng := rand.New(rand.NewPCG(1, 1))
		for _, n := range []int{1, 2, 15, 16, 17, 31, 32, 49, 784, chunk + 16, 2*chunk + 3} {
			for _, mean := range []float64{0, 1000} {
				seen = append(seen, momentsOf[float32](t, rng, n, mean))
				momentsOf[float64](t, rng, n, mean)
			}
		}
		which := 1
		if selected.vector == nil {
			which = 0
		}
		if bits[which] != nil && !slices.Equal(bits[which], seen) {
			t.Error("other bits than with other vectors")
		}
		bits[which] = seen
	})
}

func momentsOf[T Float](t *testing.T, rng *rand.Rand, n int, around float64) [4]float64 {
	t.Helper()
	x, dy := randomOf[T](rng, n, around), randomOf[T](rng, n, 0)
	var sum, squares, dysum, dot float64
	for _, v := range x {
		sum += float64(v) / float64(n)
	}
	for i, v := range x {
		squares += (float64(v) - sum) * (float64(v) - sum)
		dysum += float64(dy[i])
		dot += float64(dy[i]) * (float64(v) - around)
	}
	mean, got := Moments(x)
	gotSum, gotDot := Against(dy, x, around)
	tolerance := 1e-12 * float64(n)
	if _, single := any(x).([]float32); single && selected.vector != nil {
		tolerance = 1e-6 + 1e-7*float64(n) // four terms at a time are added in float32
	}
	for what, v := range map[string][2]float64{"mean": {mean, sum}, "squares": {got, squares}, "sum": {gotSum, dysum},
		"dot": {gotDot, dot}} {
		if !(math.Abs(v[0]-v[1]) <= tolerance) {
			t.Errorf("%T, %d around %v: %s %v, want %v", x[0], n, around, what, v[0], v[1])
		}
	}
	return [4]float64{mean, got, gotSum, gotDot}
}

// A first element that is far from the others costs no digits: all others round the same.
func TestMomentsOfASpot(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for _, n := range []int{2, 17, 784, 224 * 224, 1 << 20} {
			for _, spot := range []float32{0.1, 3.3, -1000.1} {
				x := make([]float32, n)
				x[0] = spot
				mean, squares := Moments(x)
				wantMean := float64(spot) / float64(n)
				want := float64(spot) * float64(spot) * float64(n-1) / float64(n)
				if !(math.Abs(mean-wantMean) <= 1e-6*math.Abs(wantMean)) || !(math.Abs(squares-want) <= 1e-6*want) {
					t.Errorf("%v in %d: mean %v and squares %v, want %v and %v", spot, n, mean, squares, wantMean, want)
				}
			}
		}
	})
}

func TestAffine(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2, 1))
		for n := range 100 {
			affineOf[float32](t, rng, n, 1e-6)
			affineOf[float64](t, rng, n, 1e-15)
		}
		affineOf[float32](t, rng, chunk+7, 1e-6)
	})
}

func affineOf[T Float](t *testing.T, rng *rand.Rand, n int, tolerance float64) {
	t.Helper()
	x, y := randomOf[T](rng, n, 0), randomOf[T](rng, n, 0)
	one, two := make([]T, n+1), slices.Clone(y)
	one[n] = guard
	Affine(one[:n], 2, x, -0.5)
	Affine2(two, 2, x, 3, two, -0.5)
	for i, v := range x {
		w := 2*float64(v) - 0.5
		if math.Abs(float64(one[i])-w) > 8*tolerance || math.Abs(float64(two[i])-w-3*float64(y[i])) > 16*tolerance {
			t.Fatalf("%T, %d of %d: %v and %v", v, i, n, one[i], two[i])
		}
	}
	if one[n] != guard {
		t.Fatalf("%d elements: wrote past the end", n)
	}
}

// A mask is the same bits in every type and on every instruction set, and is that of
// the definition.
func TestDropout(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for n := range 100 {
			for _, at := range []uint64{0, 1, 1 << 20, 1<<32 - 40, 1 << 32, 1<<40 - 3} {
				for _, threshold := range []uint32{0, 1, 1 << 30, 1 << 31, 3 << 30, math.MaxUint32} {
					dropoutOf[float32](t, n, at, threshold)
					dropoutOf[float64](t, n, at, threshold)
				}
			}
		}
		dropoutOf[float32](t, chunk+3, 5, 1<<31)
	})
}

func dropoutOf[T Float](t *testing.T, n int, at uint64, threshold uint32) {
	t.Helper()
	dst, x := make([]T, n+1), make([]T, n)
	Fill(x, 3)
	dst[n] = guard
	Dropout(dst[:n], x, 99, at, threshold, 2)
	for i := range x {
		place := at + uint64(i)
		k := Hash(99, place>>32)
		want := T(6)
		if mix32(uint32(place)*0x9e3779b1+uint32(k), uint32(k>>32)) < threshold {
			want = 0
		}
		if dst[i] != want {
			t.Fatalf("%T, %d of %d from %d, threshold %d: %v, want %v", want, i, n, at, threshold, dst[i], want)
		}
	}
	if dst[n] != guard {
		t.Fatalf("%d elements: wrote past the end", n)
	}
}

// A number that is dropped keeps being no number, as 0 times it is none.
func TestDropoutOfSpecialNumbers(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		x := make([]float32, 40)
		Fill(x, float32(math.Inf(1)))
		Dropout(x, x, 1, 0, math.MaxUint32, 1)
		for i, v := range x {
			if v == v {
				t.Fatalf("element %d is %v", i, v)
			}
		}
	})
}

// sumsByDefinition is wideSums as the kernels define it: terms at a distance of 16 are
// added in float32, four of them as long as there are four for all 16 sums.
func sumsByDefinition(dy, x []float32, mean float32) (first, second float64) {
	var to [2][16]float64
	at := 0
	for at+16 <= len(x) {
		vectors := 1
		if at+64 <= len(x) {
			vectors = 4
		}
		for lane := range 16 {
			var s, q float32
			for i := range vectors {
				d := x[at+16*i+lane] - mean
				w := d
				if dy != nil {
					w = dy[at+16*i+lane]
				}
				if i == 0 {
					s, q = w, w*d
				} else {
					s, q = s+w, fma(w, d, q)
				}
			}
			to[0][lane] += float64(s)
			to[1][lane] += float64(q)
		}
		at += 16 * vectors
	}
	first, second = sum16(&to[0]), sum16(&to[1])
	to = [2][16]float64{}
	for i, v := range x[at:] {
		d := float64(v) - float64(mean)
		w := d
		if dy != nil {
			w = float64(dy[at+i])
		}
		to[0][i] += w
		to[1][i] += w * d
	}
	return first + sum16(&to[0]), second + sum16(&to[1])
}

func checkNorms(t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	sets = slices.DeleteFunc(slices.Clone(sets), func(s *set) bool { return s.vector.moments == nil })
	for n := 1; n < 200; n++ {
		x, y := tiny(rng, n), tiny(rng, n)
		one, two, dropped := make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range x {
			one[i] = fma(2.0/3, x[i], 0.1)
			two[i] = fma(-0.7, y[i], one[i])
			k := Hash(5, 0)
			if dropped[i] = x[i] * 1.5; mix32(uint32(9+i)*0x9e3779b1+uint32(k), uint32(k>>32)) < 1<<31 {
				dropped[i] = x[i] * 0
			}
		}
		give(t, sets, one, nil, func(dst []float32) { Affine(dst, 2.0/3, x, 0.1) }, "a x + c, %d elements", n)
		give(t, sets, two, nil, func(dst []float32) { Affine2(dst, 2.0/3, x, -0.7, y, 0.1) }, "b y + (a x + c), %d elements", n)
		give(t, sets, dropped, nil, func(dst []float32) { Dropout(dst, x, 5, 9, 1<<31, 1.5) }, "dropout, %d elements", n)
		for _, dy := range [][]float32{nil, y} {
			first, second := sumsByDefinition(dy, x, 0.25)
			give(t, sets, []float64{first, second}, nil, func(dst []float64) {
				dst[0], dst[1] = wideSums(dy, x, 0.25)
			}, "sums of %d elements", n)
		}
	}
}
