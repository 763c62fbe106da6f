package kernel

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fences lends memory that begins or ends where memory that nobody may touch ends
// or begins, so that a kernel which reads or writes one element too far faults.
type fences struct {
	areas  [][]float32
	used   int
	atEnds bool // else at the beginnings
}

// newFences returns n areas of size elements each.
func newFences(t *testing.T, n, size int) *fences {
	t.Helper()
	f := &fences{}
	page := unix.Getpagesize()
	bytes := (4*size + page - 1) / page * page
	for range n {
		m, err := unix.Mmap(-1, 0, bytes+2*page, unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := unix.Munmap(m); err != nil {
				t.Error(err)
			}
		})
		inner := m[page : page+bytes]
		if err := unix.Mprotect(inner, unix.PROT_READ|unix.PROT_WRITE); err != nil {
			t.Fatal(err)
		}
		f.areas = append(f.areas, unsafe.Slice((*float32)(unsafe.Pointer(&inner[0])), bytes/4))
	}
	return f
}

// next gives all areas back, for buffers at their other sides.
func (f *fences) next() {
	f.used, f.atEnds = 0, !f.atEnds
}

// get lends n elements, which are guard: not zero, so that what must be written is.
func (f *fences) get(n int) []float32 {
	if f.used == len(f.areas) || n > len(f.areas[f.used]) {
		panic(fmt.Sprintf("no area of %d elements is left", n)) // a mistake of the test
	}
	area := f.areas[f.used]
	f.used++
	b := area[:n:n]
	if f.atEnds {
		b = area[len(area)-n:]
	}
	Fill(b, guard)
	return b
}

// copyOf lends a copy of x.
func (f *fences) copyOf(x []float32) []float32 {
	b := f.get(len(x))
	copy(b, x)
	return b
}

// ints lends n small integers, of which sums are exact.
func (f *fences) ints(rng *rand.Rand, n int) []float32 {
	return f.copyOf(randomInts(rng, n))
}

// bytes lends n random bytes, n a multiple of 4.
func (f *fences) bytes(rng *rand.Rand, n int) []byte {
	b := unsafe.Slice((*byte)(unsafe.Pointer(&f.get(n / 4)[0])), n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// indices lends n numbers of images.
func (f *fences) indices(n int) []int {
	const floats = int(unsafe.Sizeof(int(0)) / 4)
	return unsafe.Slice((*int)(unsafe.Pointer(&f.get(n * floats)[0])), n)
}

// fenced calls do, and fails the test if it touches memory that it must not.
func fenced(t *testing.T, do func(), format string, args ...any) {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf(format+": %v", append(args, p)...)
		}
	}()
	do()
}

// A fence that stops nobody would prove nothing.
func TestFencesStop(t *testing.T) {
	f := newFences(t, 1, 100)
	for range 2 {
		f.next()
		b := f.get(5)
		for _, past := range []int{-1, 5} {
			stopped := past == 5 && !f.atEnds || past == -1 && f.atEnds // not a fence here
			func() {
				defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
				defer func() { stopped = recover() != nil || stopped }()
				*(*float32)(unsafe.Add(unsafe.Pointer(&b[0]), 4*past)) = 1
			}()
			if !stopped {
				t.Errorf("element %d of 5 was written, at ends %v", past, f.atEnds)
			}
		}
	}
}

func TestFencedGemm(t *testing.T) {
	f := newFences(t, 3, 100*100)
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 8))
		for n := range 1500 {
			f.next()
			m, n, k, form := 1+n%70, 1+rng.IntN(70), 1+rng.IntN(70), Form(rng.IntN(3))
			accumulate := rng.IntN(2) == 0
			a, b, c := f.ints(rng, m*k), f.ints(rng, k*n), f.ints(rng, m*n)
			lda, ldb := k, n
			switch form {
			case NT:
				ldb = k
			case TN:
				lda = m
			}
			want := append([]float32{}, c...)
			gemmGeneric(form, m, n, k, a, lda, b, ldb, want, n, accumulate)
			fenced(t, func() {
				Gemm(form, m, n, k, a, lda, b, ldb, c, n, accumulate)
			}, "form %d, %dx%dx%d", form, m, n, k)
			for i, v := range c {
				if v != want[i] {
					t.Fatalf("form %d, %dx%dx%d: element %d is %v, want %v", form, m, n, k, i, v, want[i])
				}
			}
		}
	})
}

// The three convolutions, and the sums of the gradient by the bias.
func TestFencedConvolution(t *testing.T) {
	f := newFences(t, 9, 1<<21)
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 10))
		for range fewer(600) {
			f.next()
			c := randomConv(rng)
			x, w := f.ints(rng, c.Batch*c.image()), f.ints(rng, c.Out*c.terms())
			dy, bias := f.ints(rng, c.Batch*c.output()), f.ints(rng, c.Out)
			y, dx, dw, db := f.get(len(dy)), f.get(len(x)), f.get(len(w)), f.get(len(bias))
			fenced(t, func() {
				ConvForward(y, x, w, bias, c)
				ConvInputGrad(dx, dy, w, c)
				ConvWeightGrad(dw, dy, x, c)
				ConvBiasGrad(db, dy, c)
			}, "%+v", *c)
			wantY, wantX, wantW := make([]float32, len(y)), make([]float32, len(x)), make([]float32, len(w))
			convForward(wantY, x, w, bias, c)
			convInputGrad(wantX, dy, w, c)
			convWeightGrad(wantW, dy, x, c)
			sameElements(t, "output", c, y, wantY)
			sameElements(t, "gradient by the input", c, dx, wantX)
			sameElements(t, "gradient by the weights", c, dw, wantW)
		}
	})
}

// Means over 2 x 2 windows at every width from 1 to 70, with odd and even heights,
// against the windows one by one.
func TestFencedAvgPool(t *testing.T) {
	f := newFences(t, 4, 3*8*72)
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 12))
		for width := 2; width <= 70; width++ {
			for height := 2; height <= 7; height++ {
				f.next()
				w := windowOf(1+rng.IntN(3), height, width, 2, 2, 2, 2, 0, 0, 1, 1)
				x, dy := f.ints(rng, w.Channels*height*width), f.ints(rng, w.Channels*w.Cols())
				y, dx := f.get(len(dy)), f.get(len(x))
				fenced(t, func() { AvgPool(y, x, &w, false); AvgPoolGrad(dx, dy, &w, false) }, "%+v", w)
				checkHalves(t, &w, y, x, dx, dy)
			}
		}
	})
}

// checkHalves compares AvgPool and its gradient with their definition.
func checkHalves(t *testing.T, w *Window, y, x, dx, dy []float32) {
	t.Helper()
	wantX := make([]float32, len(x))
	for at := range y {
		c, i, j := at/w.Cols(), at/w.OutW%w.OutH, at%w.OutW
		sum := float32(0)
		for _, p := range [4][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			from := (c*w.Height+2*i+p[0])*w.Width + 2*j + p[1]
			sum += x[from]
			wantX[from] = dy[at] / 4
		}
		if y[at] != sum/4 {
			t.Fatalf("%+v: mean %d is %v, want %v", *w, at, y[at], sum/4)
		}
	}
	for i, v := range dx {
		if v != wantX[i] {
			t.Fatalf("%+v: gradient %d is %v, want %v", *w, i, v, wantX[i])
		}
	}
}

// The element-wise functions at all lengths from 1 to 70.
func TestFencedElementwise(t *testing.T) {
	f := newFences(t, 6, 72)
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(13, 14))
		for n := 1; n <= 70; n++ {
			for range 2 {
				f.next()
				a, b, c, d, e, y := f.ints(rng, n), f.ints(rng, n), f.ints(rng, n), f.ints(rng, n), f.ints(rng, n),
					f.get(n)
				fenced(t, func() {
					AddAll(y, a, b, c, d, e)
					for i, v := range y {
						if want := a[i] + b[i] + c[i] + d[i] + e[i]; v != want {
							t.Fatalf("sum %d of %d is %v, want %v", i, n, v, want)
						}
					}
					Add(y, a, b)
					Sub(y, y, c)
					Mul(y, y, d)
					Axpy(2, e, y)
					for i, v := range y {
						if want := (a[i]+b[i]-c[i])*d[i] + 2*e[i]; v != want {
							t.Fatalf("element %d of %d is %v, want %v", i, n, v, want)
						}
					}
					for _, s := range sweeps {
						Map(s.fn, y, a, s.f)
						MapGrad(s.fn, y, b, a, y, func(x, y float64) float64 { return y })
					}
				}, "%d elements", n)
			}
		}
	})
}

// Products with images of bytes: sizes up to 200, every number of images from 1 to 20,
// and the images at both ends of the set.
func TestFencedBytes(t *testing.T) {
	f := newFences(t, 6, 200*10)
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(15, 16))
		for size := 4; size <= 200; size += 4 {
			for n := 1; n <= 20; n++ {
				for range 2 {
					f.next()
					fencedBytes(t, f, rng, size, n)
				}
			}
		}
	})
}

func fencedBytes(t *testing.T, f *fences, rng *rand.Rand, size, n int) {
	t.Helper()
	const images = 10
	set, indices := f.bytes(rng, images*size), f.indices(n)
	for i := range indices {
		indices[i] = rng.IntN(images)
	}
	indices[0], indices[n-1] = 0, images-1
	w, a := f.ints(rng, size), f.ints(rng, n)
	dots, sums := f.get(n), f.get(size)
	fenced(t, func() { ByteDots(dots, set, indices, w); ByteCombine(sums, a, set, indices) }, "%d images of %d", n,
		size)
	wantDots, wantSums := make([]float32, n), make([]float32, size)
	for i, at := range indices {
		for j := range size {
			x := float32(set[at*size+j])
			wantDots[i] += x * w[j]
			wantSums[j] += x * a[i]
		}
	}
	for i, v := range dots {
		if v != wantDots[i]/255 {
			t.Fatalf("%d images of %d: dot product %d is %v, want %v", n, size, i, v, wantDots[i]/255)
		}
	}
	for i, v := range sums {
		if v != wantSums[i]/255 {
			t.Fatalf("%d images of %d: sum %d is %v, want %v", n, size, i, v, wantSums[i]/255)
		}
	}
}
