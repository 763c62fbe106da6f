package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// eachISA runs a test once with every instruction set of this machine.
func eachISA(t *testing.T, f func(t *testing.T)) {
	for _, isa := range ISAs() {
		t.Run(isa, func(t *testing.T) {
			defer Use(isa)()
			f(t)
		})
	}
}

// A stored matrix lies in a slice with guards before, between its rows and
// after, at an odd place.
type stored[T Float] struct {
	all        []T
	data       []T
	rows, cols int
	ld         int
}

const guard = 12345

func newStored[T Float](rng *rand.Rand, rows, cols int, element func() T) stored[T] {
	ld := cols + rng.IntN(3)
	before := 1 + rng.IntN(7)
	s := stored[T]{all: make([]T, before+rows*ld+9), rows: rows, cols: cols, ld: ld}
	for i := range s.all {
		s.all[i] = guard
	}
	s.data = s.all[before : before+max(0, (rows-1)*ld+cols) : before+max(0, (rows-1)*ld+cols)]
	for i := range rows {
		for j := range cols {
			s.data[i*ld+j] = element()
		}
	}
	return s
}

// guarded reports whether nothing but the elements has changed.
func (s stored[T]) guarded() bool {
	before := len(s.all) - 9 - s.rows*s.ld
	for at, v := range s.all {
		p := at - before
		if p >= 0 && p < s.rows*s.ld && p%s.ld < s.cols {
			continue
		}
		if v != guard {
			return false
		}
	}
	return true
}

// checkGemm compares one product with the definition. Elements are small
// integers, for which every order of summation is exact.
func checkGemm[T Float](t *testing.T, rng *rand.Rand, form Form, m, n, k int, accumulate bool) {
	t.Helper()
	element := func() T { return T(rng.IntN(9) - 4) }
	dims := [3][4]int{NN: {m, k, k, n}, NT: {m, k, n, k}, TN: {k, m, k, n}}[form]
	a, b := newStored(rng, dims[0], dims[1], element), newStored(rng, dims[2], dims[3], element)
	c := newStored(rng, m, n, element)
	want := make([]T, m*n)
	for i := range m {
		for j := range n {
			var sum T
			if accumulate {
				sum = c.data[i*c.ld+j]
			}
			for p := range k {
				switch form {
				case NN:
					sum += a.data[i*a.ld+p] * b.data[p*b.ld+j]
				case NT:
					sum += a.data[i*a.ld+p] * b.data[j*b.ld+p]
				case TN:
					sum += a.data[p*a.ld+i] * b.data[p*b.ld+j]
				}
			}
			want[i*n+j] = sum
		}
	}
	Gemm(form, m, n, k, a.data, a.ld, b.data, b.ld, c.data, c.ld, accumulate)
	what := fmt.Sprintf("%T, form %d, %dx%dx%d, accumulate %v", want[:0], form, m, n, k, accumulate)
	for i := range m {
		for j := range n {
			if got := c.data[i*c.ld+j]; got != want[i*n+j] {
				t.Fatalf("%s: element %d, %d is %v, want %v", what, i, j, got, want[i*n+j])
			}
		}
	}
	if !a.guarded() || !b.guarded() || !c.guarded() {
		t.Fatalf("%s: wrote outside the matrix", what)
	}
}

// fewer returns how often to do what is random n times: less often in short tests, which
// are those in an emulator.
func fewer(n int) int {
	if testing.Short() {
		return (n + 3) / 4
	}
	return n
}

// Every size from 0 to 70 in each dimension, with the others random.
func TestGemmSizes(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for size := range 71 {
			for axis := range 3 {
				for form := NN; form <= TN; form++ {
					for _, accumulate := range []bool{false, true} {
						for range fewer(3) {
							d := [3]int{rng.IntN(71), rng.IntN(71), rng.IntN(71)}
							d[axis] = size
							checkGemm[float32](t, rng, form, d[0], d[1], d[2], accumulate)
							checkGemm[float64](t, rng, form, d[0], d[1], d[2], accumulate)
						}
					}
				}
			}
		}
	})
}

// Sizes that are packed, and split along every axis.
func TestGemmBlocks(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		for _, d := range [][3]int{{200, 150, 300}, {49, 129, 513}, {300, 49, 700}, {16, 150, 600}, {130, 260, 257},
			{3, 2000, 300}} {
			for form := NN; form <= TN; form++ {
				for _, accumulate := range []bool{false, true} {
					checkGemm[float32](t, rng, form, d[0], d[1], d[2], accumulate)
					checkGemm[float64](t, rng, form, d[0], d[1], d[2], accumulate)
				}
			}
		}
	})
}

// An element's bits do not depend on the matrix around it.
func TestGemmElementsAreIndependent(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 6))
		const m, n, k = 37, 101, 300
		a, b := make([]float32, m*k), make([]float32, n*k)
		for i := range a {
			a[i] = rng.Float32() - 0.5
		}
		for i := range b {
			b[i] = rng.Float32() - 0.5
		}
		whole, row := make([]float32, m*n), make([]float32, n)
		Gemm(NN, m, n, k, a, k, b, n, whole, n, false)
		for i := range m {
			Gemm(NN, 1, n, k, a[i*k:], k, b, n, row, n, false)
			if !slices.Equal(row, whole[i*n:(i+1)*n]) {
				t.Fatalf("row %d alone differs from row %d of the product", i, i)
			}
		}
	})
}

// NaN, infinities and denormal numbers go through as IEEE 754 says; nothing is
// skipped because a factor is 0.
func TestGemmSpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	tiny := math.Float32frombits(1)
	eachISA(t, func(t *testing.T) {
		for _, c := range []struct{ x, y, want float32 }{
			{nan, 0, nan}, {0, nan, nan}, {inf, 0, nan}, {0, inf, nan}, {inf, 2, inf}, {inf, -2, -inf}, {tiny, 1, tiny},
			{tiny, 8, 8 * tiny},
		} {
			for form := NN; form <= TN; form++ {
				for _, n := range []int{1, 17, 100} {
					a, b, out := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
					a[0], b[0] = c.x, c.y
					Gemm(form, n, n, n, a, n, b, n, out, n, false)
					if got := out[0]; math.Float32bits(got) != math.Float32bits(c.want) &&
						!(got != got && c.want != c.want) {
						t.Errorf("form %d, n %d: %v x %v = %v, want %v", form, n, c.x, c.y, got, c.want)
					}
				}
			}
		}
	})
}

func TestGemmAllocatesNothing(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		const size = 190 // large enough for blocks
		a, b, c := make([]float32, size*size), make([]float32, size*size), make([]float32, size*size)
		for form := NN; form <= TN; form++ {
			for _, m := range []int{8, size} {
				if n := testing.AllocsPerRun(20, func() {
					Gemm(form, m, size, size, a, size, b, size, c, size, false)
				}); n > 0.5 {
					t.Errorf("form %d, m %d: %v allocations a call", form, m, n)
				}
			}
		}
	})
}

func TestFromEnvironment(t *testing.T) {
	generic, better := &set{name: Generic}, &set{name: AVX2}
	for _, c := range []struct {
		name string
		want *set
		says string
	}{
		{"", better, ""},
		{Generic, generic, ""},
		{AVX2, better, ""},
		{"AVX2", better, `HW4_ISA="AVX2": this program on this machine has generic, avx2`},
		{" avx2", better, `HW4_ISA=" avx2": this program on this machine has generic, avx2`},
		{AVX512, better, `HW4_ISA="avx512": this program on this machine has generic, avx2`},
	} {
		got, err := fromEnvironment(c.name, []*set{generic, better})
		if says := fmt.Sprint(err); got != c.want || (err == nil) != (c.says == "") || err != nil && says != c.says {
			t.Errorf("HW4_ISA=%q: %s is used, error %v; want %s and %q", c.name, got.name, err, c.want.name, c.says)
		}
	}
}

func TestUseWhatIsNotThere(t *testing.T) {
	before := ISA()
	defer func() {
		if p := recover(); !strings.Contains(fmt.Sprint(p), `not "avx9"`) || ISA() != before {
			t.Errorf("panic %v, and %s is in use instead of %s", p, ISA(), before)
		}
	}()
	Use("avx9")
}

// Tests that are asked for a path must not silently run another.
func TestMain(m *testing.M) {
	if err := CheckEnvironment(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// The products of a training step of LeNet-5 and of a large matrix.
var gemmShapes = []struct {
	name    string
	form    Form
	m, n, k int
}{
	{"C1", NN, 6, 784, 25}, {"C3", NN, 16, 100, 150}, {"C3dW", NT, 16, 150, 100}, {"C3dX", TN, 150, 100, 16},
	{"C5", NT, 16, 120, 400}, {"C5dX", NN, 16, 400, 120}, {"C5dW", TN, 120, 400, 16}, {"F6", NT, 16, 84, 120},
	{"16x6400x150", NN, 16, 6400, 150}, {"6x50176x25", NN, 6, 50176, 25}, {"120x64x400", NN, 120, 64, 400},
	{"64x84x120", NN, 64, 84, 120},
	{"512", NN, 512, 512, 512}, {"512NT", NT, 512, 512, 512}, {"2048", NN, 2048, 2048, 2048},
}

func BenchmarkGemm(b *testing.B) {
	for _, isa := range ISAs() {
		for _, s := range gemmShapes {
			b.Run(isa+"/"+s.name, func(b *testing.B) {
				defer Use(isa)()
				benchmarkGemm(b, s.form, s.m, s.n, s.k)
			})
		}
	}
}

func benchmarkGemm(b *testing.B, form Form, m, n, k int) {
	if m*n*k > 1<<30 && ISA() == Generic {
		b.Skip("takes too long")
	}
	x, y, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
	lda, ldb := k, n
	switch form {
	case NT:
		ldb = k
	case TN:
		lda = m
	}
	for b.Loop() {
		Gemm(form, m, n, k, x, lda, y, ldb, c, n, false)
	}
	reportRate(b, 2*float64(m)*float64(n)*float64(k))
}

// reportRate reports the rate of a benchmark whose rounds have a number of
// operations, and its share of what the machine can do.
func reportRate(b *testing.B, flop float64) {
	flops := flop * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(flops/1e9, "GFLOP/s")
	if p := PeakFLOPS(1); p > 0 {
		b.ReportMetric(100*flops/p, "%peak")
	}
}
