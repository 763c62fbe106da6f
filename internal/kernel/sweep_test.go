package kernel

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"hw4/internal/proof"
)

// A sweep says what a function of float32 must be: monotone over the whole line
// from -Inf to Inf, between two bounds, odd or not, NaN for NaN alone, and near
// its definition in float64.
type sweep struct {
	name     string
	fn       Function
	f        func(float64) float64
	low      float32 // bounds of the values
	high     float32
	odd      bool
	ulp      float64   // the largest error allowed
	pieces   []float64 // where the kernels change their way of computing
	multiple float64   // and between which multiples of this
}

var infinity = float32(math.Inf(1))

var sweeps = []sweep{
	{"exp", Exp, math.Exp, 0, infinity, false, 2, []float64{88.72284, 89, -87.33655, -103.27893, -103.97208, -105},
		math.Ln2 / 2},
	{"tanh", Tanh, math.Tanh, -1, 1, true, 3, []float64{9.010913, 10, 1e-38, 2.4e-4}, math.Ln2 / 4},
	{"sigmoid", Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 0, 1, false, 3,
		[]float64{-18, -17.32868, 16.63554, 17.32868, 88.72284, 89, -87.33655, -88.72284, -89, -103.27893, -103.97208,
			-105}, math.Ln2 / 2},
	{"relu", ReLU, func(x float64) float64 { return max(x, 0) }, 0, infinity, false, 0, nil, 1},
}

// The numbers of float32 from -Inf to Inf, both zeros among them, have places on
// the line from 0 to lineLength - 1.
const (
	halfLine   = 0x7f800001
	lineLength = 2 * halfLine
)

func atPlace(i int64) float32 {
	if i < halfLine {
		return math.Float32frombits(0xff800000 - uint32(i))
	}
	return math.Float32frombits(uint32(i - halfLine))
}

func placeOf(x float32) int64 {
	if b := math.Float32bits(x); b>>31 == 1 {
		return int64(0xff800000 - b)
	}
	return int64(math.Float32bits(x)) + halfLine
}

// A finding is what a sweep has found out about some arguments.
type finding struct {
	tried, failed int64
	worst         float64 // the largest error in ulp
	example       string  // of a failure
}

func (f *finding) fail(format string, args ...any) {
	f.failed++
	if f.example == "" {
		f.example = fmt.Sprintf(format, args...)
	}
}

func (f *finding) add(g finding) {
	f.tried += g.tried
	f.failed += g.failed
	f.worst = max(f.worst, g.worst)
	if f.example == "" {
		f.example = g.example
	}
}

// apply computes dst = f(x) with an instruction set.
func (s *sweep) apply(on *set, dst, x []float32) {
	if on.vector == nil {
		mapGo(dst, x, s.f)
		return
	}
	apply1(on.vector.functions[s.fn], dst, x)
}

// errorInUlp returns the distance of y from the true value in units in the last
// place of float32. Infinity counts as 2^128, the number it stands for in rounding.
func errorInUlp(y float32, truth float64) float64 {
	const top = 1 << 64 * 1.0 * (1 << 64)
	got := min(max(float64(y), -top), top)
	truth = min(max(truth, -top), top)
	exponent := int(math.Float64bits(truth)>>52&0x7ff) - 1023
	return math.Abs(got-truth) * math.Float64frombits(uint64(1023+23-min(max(exponent, -126), 127))<<52)
}

// line examines the arguments x, which ascend, given their true values, and
// whether the function ascends from the first to the last.
func (s *sweep) line(on *set, x, y, mirrored []float32, truth []float64) (f finding) {
	s.apply(on, y, x)
	last := y[0]
	for i, v := range y {
		e := errorInUlp(v, truth[i])
		f.worst = max(f.worst, e)
		if !(e <= s.ulp && v >= last && v >= s.low && v <= s.high) {
			f.fail("f(%g) is %g, which is %.2f ulp from %g; before it comes %g", x[i], v, e, truth[i], last)
		}
		last = v
	}
	if s.odd {
		for i, v := range x {
			mirrored[i] = -v
		}
		s.apply(on, mirrored, mirrored)
		for i, v := range mirrored {
			if math.Float32bits(-v) != math.Float32bits(y[i]) {
				f.fail("f(%g) is %g, and f(%g) is %g", x[i], y[i], -x[i], v)
			}
		}
	}
	f.tried = int64(len(x))
	return f
}

// nans examines NaNs, given as bits.
func (s *sweep) nans(on *set, first, n uint32) (f finding) {
	x, y := make([]float32, n), make([]float32, n)
	for i := range x {
		x[i] = math.Float32frombits(first + uint32(i))
	}
	s.apply(on, y, x)
	for i, v := range y {
		if v == v {
			f.fail("f(NaN %#x) is %g", math.Float32bits(x[i]), v)
		}
	}
	f.tried = int64(n)
	return f
}

// A stretch is some places of the line, step apart. The first is known already if
// it is also the last of another stretch.
type stretch struct {
	from, to, step int64
	joined         bool
}

// wholeLine returns the whole line in stretches that have one place in common with the
// next, so that nothing is missed between them.
func wholeLine(step int64) (all []stretch) {
	const size = 1 << 16
	for from := int64(0); from < lineLength-1; from += size * step {
		all = append(all, stretch{from, min(from+size*step+1, lineLength), step, from > 0})
	}
	return all
}

// near returns the surroundings of the ends, of zero, of the first normal numbers
// and of the places where kernels change their way of computing.
func (s *sweep) near() (all []stretch) {
	centres := []float64{math.Inf(-1), math.Inf(1), 0, 0x1p-126, -0x1p-126, 1, -1}
	for _, x := range s.pieces {
		centres = append(centres, x, -x)
	}
	for n := -310; n <= 310; n++ {
		centres = append(centres, float64(n)*s.multiple)
	}
	for _, x := range centres {
		at := placeOf(float32(x))
		all = append(all, stretch{max(0, at-300), min(at+301, lineLength), 1, false})
	}
	return all
}

// run examines stretches on all cores, on every instruction set.
func (s *sweep) run(sets []*set, stretches []stretch) []finding {
	found := make([]finding, len(sets))
	next := make(chan stretch)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var x, y, mirrored []float32
			var truth []float64
			others := make([][]float32, len(sets))
			for st := range next {
				x, truth = x[:0], truth[:0]
				for i := st.from; i < st.to; i += st.step {
					v := atPlace(i)
					x, truth = append(x, v), append(truth, s.f(float64(v)))
				}
				y, mirrored = slices.Grow(y[:0], len(x))[:len(x)], slices.Grow(mirrored[:0], len(x))[:len(x)]
				for i, on := range sets {
					f := s.line(on, x, y, mirrored, truth)
					others[i] = append(others[i][:0], y...)
					if i > 1 && !slices.Equal(y, others[1]) {
						f.fail("from %g to %g, %s gives other bits than %s", x[0], x[len(x)-1], on.name, sets[1].name)
					}
					if st.joined {
						f.tried--
					}
					mu.Lock()
					found[i].add(f)
					mu.Unlock()
				}
			}
		})
	}
	for _, st := range stretches {
		next <- st
	}
	close(next)
	wg.Wait()
	return found
}

// The functions over every 997th number and around all places where something may
// go wrong; over all 2^32 bit patterns for the proof.
func TestFunctionsOverAllNumbers(t *testing.T) {
	step, nanStep := int64(997), uint32(1<<16)
	switch {
	case proof.Wanted():
		step, nanStep = 1, 1<<10
	case testing.Short():
		step, nanStep = 99991, 1<<20
	}
	sets := available()
	for _, s := range sweeps {
		start := time.Now()
		found := s.run(sets, wholeLine(step))
		if step > 1 {
			for i, f := range s.run(sets, s.near()) {
				found[i].add(f)
			}
		}
		for i, on := range sets {
			for _, first := range []uint32{0x7f800001, 0xff800001} {
				for at := uint32(0); at < 0x7fffff; at += nanStep {
					n := min(1<<10, 0x7fffff-at)
					found[i].add(s.nans(on, first+at, n))
				}
			}
			if f := found[i]; f.failed > 0 {
				t.Errorf("%s, %s: %d of %d failed: %s", on.name, s.name, f.failed, f.tried, f.example)
			}
			proof.Record(t, proof.Count{
				What:  fmt.Sprintf("arguments of %s, with the kernel for %s", s.name, on.name),
				Tried: found[i].tried, Failed: found[i].failed, Seconds: proof.Since(start) / float64(len(sets)),
				Note: fmt.Sprintf("monotone; at most %.2f ulp from the truth", found[i].worst),
			})
		}
	}
}
