package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Every byte, at every place in a vector.
func TestUnit(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for n := range 300 {
			src, dst := make([]byte, n), make([]float32, n+1)
			for i := range src {
				src[i] = byte(i + n)
			}
			dst[n] = guard
			if n > 0 {
				Unit(dst[:n], src, n, []int{0})
			}
			for i, v := range src {
				if want := float32(v) / 255; dst[i] != want {
					t.Fatalf("%d of %d: %d is %v, want %v", i, n, v, dst[i], want)
				}
			}
			if dst[n] != guard {
				t.Fatalf("%d bytes: wrote past the end", n)
			}
		}
	})
}

// Images that are not in the set are refused before a kernel reads them, even if there
// is memory where they would be.
func TestImagesAreInTheSet(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		const size, images = 16, 9
		set := make([]byte, images*size, 100*size)
		for _, at := range []int{-1, images, math.MaxInt/8 + 1} {
			indices := []int{0, 1, 2, 3, 4, 5, 6, 7, at}
			y, w := make([]float32, len(indices)), make([]float32, size)
			for name, f := range map[string]func(){
				"dot products": func() { ByteDots(y, set, indices, w) },
				"combination":  func() { ByteCombine(w, y, set, indices) },
				"division":     func() { Unit(make([]float32, len(indices)*size), set, size, indices) },
			} {
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s with image %d of %d: no panic", name, at, images)
						}
					}()
					f()
				}()
			}
		}
	})
}

// NaN, infinities and denormals go through products with bytes as IEEE 754 has it:
// an infinity times the byte 0 is NaN.
func TestBytesTimesSpecialNumbers(t *testing.T) {
	equal := func(a, b float32) bool { return a == b || a != a && b != b }
	inf, nan, tiny := float32(math.Inf(1)), float32(math.NaN()), math.Float32frombits(255)
	eachISA(t, func(t *testing.T) {
		const size = 48
		for at := range size { // the place of the special number, all others are 0
			set := make([]byte, 2*size) // the first image is 1 there, the second 0
			set[at] = 1
			for _, c := range []struct{ w, one, zero float32 }{
				{nan, nan, nan}, {inf, inf, nan}, {-inf, -inf, nan}, {tiny, tiny / 255, 0},
			} {
				w, y := make([]float32, size), make([]float32, 2)
				w[at] = c.w
				ByteDots(y, set, []int{0, 1}, w)
				for i, want := range []float32{c.one, c.zero} {
					if !equal(y[i], want) {
						t.Fatalf("byte %d of image %d times %v is %v, want %v", at, i, c.w, y[i], want)
					}
					ByteCombine(w, []float32{c.w}, set, []int{i})
					if got := w[at]; !equal(got, want) {
						t.Fatalf("%v times byte %d of image %d is %v, want %v", c.w, at, i, got, want)
					}
					w[at] = c.w
				}
			}
		}
	})
}

// In float64, for which there are no kernels.
func TestBytesInFloat64(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		set, indices := make([]byte, 32), []int{1, 0, 1}
		set[16], set[31] = 255, 51
		w, y := make([]float64, 16), make([]float64, 3)
		w[0], w[15] = 3, 10
		ByteDots(y, set, indices, w)
		ByteCombine(w, []float64{1, 2, 4}, set, indices)
		if !slices.Equal(y, []float64{5, 0, 5}) || w[0] != 5 || w[1] != 0 || w[15] != 1 {
			t.Errorf("dot products %v and combination %v", y, w)
		}
	})
}

// Several images, in another order than that of the set.
func TestUnitOfImages(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for _, size := range []int{3, 16, 35} {
			set, dst := make([]byte, 3*size), make([]float32, 2*size)
			for i := range set {
				set[i] = byte(i)
			}
			Unit(dst, set, size, []int{2, 1})
			for i, v := range dst {
				if want := float32([2]int{2, 1}[i/size]*size+i%size) / 255; v != want {
					t.Fatalf("images of %d: element %d is %v, want %v", size, i, v, want)
				}
			}
		}
	})
}

// The combination of no images is zero, whatever was there, and a product with images
// of no bytes, too.
func TestNoImages(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		dot := []float32{7}
		ByteDots(dot, nil, []int{5}, nil)
		if dot[0] != 0 {
			t.Errorf("no bytes: %v", dot)
		}
		y := []float32{16: 1}
		Fill(y, 7)
		ByteDots(nil, nil, nil, y)
		ByteCombine(y, nil, nil, nil)
		if slices.ContainsFunc(y, func(v float32) bool { return v != 0 }) {
			t.Errorf("no images: %v", y)
		}
	})
}

// Sums of no slices, of one and of many, into storage that held something else.
func TestAddAll(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		addAll[float32](t)
		addAll[float64](t)
	})
}

func addAll[T Float](t *testing.T) {
	for count := range 10 {
		for _, n := range []int{0, 1, 7, 33} {
			xs, dst, want := make([][]T, count), make([]T, n), make([]T, n)
			for i := range xs {
				xs[i] = make([]T, n)
				for j := range xs[i] {
					xs[i][j] = T(1 + i*j)
					want[j] += xs[i][j]
				}
			}
			Fill(dst, guard)
			AddAll(dst, xs...)
			if !slices.Equal(dst, want) {
				t.Errorf("the sum of %d slices is %v, want %v", count, dst, want)
			}
		}
	}
}

func TestOverlap(t *testing.T) {
	x := make([]float64, 10)
	for _, c := range []struct {
		a, b []float64
		want bool
	}{
		{x, x, true}, {x[:5], x[4:], true}, {x[4:], x[:5], true}, {x[2:3], x, true}, {x[:5], x[5:], false},
		{x[5:], x[:5], false},
		{x[:0], x, false}, {x, nil, false}, {x, make([]float64, 10), false},
	} {
		if got := Overlap(c.a, c.b); got != c.want {
			t.Errorf("%d and %d elements overlap: %v, want %v", len(c.a), len(c.b), got, c.want)
		}
	}
}

// special are numbers at which functions may go wrong.
var special = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32,
	-math.SmallestNonzeroFloat32, 1e-40, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	88.7, 88.8, -87.3, -87.4, -103.9, -104, 9, 9.1, 10, -18, -17.9, 0.34657, -0.34657,
}

// What is longer than one call of a kernel, or two, is computed piece by piece, and
// nothing behind it.
func TestLongVectors(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		const n, all = 2*chunk + 5, 3*chunk + 5
		memory := [4][]float32{make([]float32, all), make([]float32, all), make([]float32, all), make([]float32, all)}
		x, dy, y, dx := memory[0][:n], memory[1][:n], memory[2][:n], memory[3][:n]
		for i := range all {
			memory[0][i], memory[1][i] = float32(i%1000)-500, float32(i%7)
		}
		relu := func(x float64) float64 { return max(x, 0) }
		slope := func(_, y float64) float64 { return min(1, math.Ceil(y)) }
		Map(ReLU, y, x, relu)
		MapGrad(ReLU, dx, dy, x, y, slope)
		for i, v := range x {
			if y[i] != max(v, 0) || (dx[i] != 0) != (v > 0 && dy[i] > 0) {
				t.Fatalf("element %d: relu(%g) is %g, its gradient %g for %g", i, v, y[i], dx[i], dy[i])
			}
		}
		Axpy(2, x, y)
		AddAll(dx, x, dy, x, dy, x)
		for i, v := range x {
			if y[i] != max(v, 0)+2*v || dx[i] != 3*v+2*dy[i] {
				t.Fatalf("element %d: %g and %g, for %g and %g", i, y[i], dx[i], v, dy[i])
			}
		}
		for i := n; i < all; i++ {
			if memory[2][i] != 0 || memory[3][i] != 0 {
				t.Fatalf("%d behind the end: %g and %g", i-n, memory[2][i], memory[3][i])
			}
		}
	})
}

// No kernel reads behind what is shorter than the result.
func TestShortArguments(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		four, three := make([]float32, 4), make([]float32, 3)
		for name, f := range map[string]func(){
			"map":         func() { Map(Exp, four, three, math.Exp) },
			"gradient dy": func() { MapGrad(ReLU, four, three, four, four, func(x, y float64) float64 { return 1 }) },
			"gradient x":  func() { MapGrad(ReLU, four, four, three, four, func(x, y float64) float64 { return 1 }) },
			"gradient y":  func() { MapGrad(ReLU, four, four, four, three, func(x, y float64) float64 { return 1 }) },
			"add a":       func() { Add(four, three, four) },
			"add b":       func() { Add(four, four, three) },
			"sub":         func() { Sub(four, four, three) },
			"mul":         func() { Mul(four, four, three) },
			"axpy":        func() { Axpy(2, three, four) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				f()
			}()
		}
	})
}

func rectify(x float64) float64 {
	if x < 0 {
		return 0
	}
	return x
}

// The functions of two vectors against their loops in Go, at all lengths of a few
// vectors.
func TestElementwise(t *testing.T) {
	type op = func(dst, a, b []float32)
	ops := map[string]op{
		"add": Add[float32], "sub": Sub[float32], "mul": Mul[float32],
		"axpy":          func(dst, a, b []float32) { copy(dst, b); Axpy(0.5, a, dst) },
		"relu":          func(dst, a, b []float32) { Map(ReLU, dst, a, rectify) },
		"relu gradient": func(dst, a, b []float32) { MapGrad(ReLU, dst, a, b, b, nil) },
	}
	want := map[string]func(a, b float32) float32{
		"add": func(a, b float32) float32 { return a + b }, "sub": func(a, b float32) float32 { return a - b },
		"mul":  func(a, b float32) float32 { return a * b },
		"axpy": func(a, b float32) float32 { return float32(float64(b) + 0.5*float64(a)) },
		"relu": func(a, b float32) float32 {
			if a < 0 {
				return 0
			}
			return a
		},
		"relu gradient": func(a, b float32) float32 {
			if b <= 0 {
				return 0
			}
			return a
		},
	}
	for _, isa := range ISAs() {
		defer Use(isa)()
		rng := rand.New(rand.NewPCG(1, 1))
		for name, f := range ops {
			if name == "axpy" && isa == "generic" { // which rounds its product
				continue
			}
			for n := range 70 {
				a, b := make([]float32, n+1), make([]float32, n+1)
				for i := range n {
					a[i], b[i] = special[rng.IntN(len(special))], special[rng.IntN(len(special))]
				}
				dst := slices.Repeat([]float32{guard}, n+1)
				f(dst[:n], a[:n], b[:n])
				for i := range n {
					w := want[name](a[i], b[i])
					if math.Float32bits(dst[i]) != math.Float32bits(w) && (w == w || dst[i] == dst[i]) {
						t.Fatalf("%s, %s(%v, %v) is %v, want %v", isa, name, a[i], b[i], dst[i], w)
					}
				}
				if dst[n] != guard {
					t.Fatalf("%s, %s of %d wrote past the end", isa, name, n)
				}
			}
		}
	}
}
