package portable

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// functions with those of package math that they stand for.
var functions = []struct {
	name string
	f    func(float64) float64
	want func(float64) float64
	lo   float64 // where they are compared
	hi   float64
	ulp  float64 // the largest distance
}{
	{"exp", Exp, math.Exp, -760, 720, 1},
	{"expm1", Expm1, math.Expm1, -50, 720, 2},
	{"tanh", Tanh, math.Tanh, -25, 25, 3},
	{"log", Log, math.Log, 0, 1e6, 1},
	{"log1p", Log1p, math.Log1p, -1, 1e6, 2},
	{"cospi", CosPi, cosPi, -3, 3, 1},
	{"sigmoid", Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, -700, 100, 4},
}

// cosPi is cos(pi x) with an argument that math.Cos need not reduce by an inexact pi.
func cosPi(x float64) float64 {
	x = math.Mod(math.Abs(x), 2)
	switch {
	case x > 1:
		return cosPi(2 - x)
	case x > 0.25 && x < 0.75:
		return math.Sin(math.Pi * (0.5 - x))
	case x >= 0.75:
		return -math.Cos(math.Pi * (1 - x))
	}
	return math.Cos(math.Pi * x)
}

// ulps returns the distance of two numbers in units in the last place of the second.
func ulps(got, want float64) float64 {
	if got == want || got != got && want != want {
		return 0
	}
	return math.Abs(got-want) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
}

// arguments returns numbers of all sizes between two bounds, and around the places
// where functions change their way of computing.
func arguments(lo, hi float64, n int) []float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []float64
	for len(all) < n {
		x := lo + float64((hi-lo)*rng.Float64())
		switch rng.IntN(3) {
		case 0:
			x = math.Copysign(math.Ldexp(1+rng.Float64(), rng.IntN(40)-36), x)
		case 1:
			x = float64(float64(rng.IntN(400)-200)*(math.Ln2/2)) + math.Ldexp(rng.Float64()-0.5, -rng.IntN(50))
		}
		if x >= lo && x <= hi {
			all = append(all, x)
		}
	}
	return all
}

func TestAgainstMath(t *testing.T) {
	for _, c := range functions {
		worst, at := 0.0, 0.0
		for _, x := range arguments(c.lo, c.hi, 1_000_000) {
			if e := ulps(c.f(x), c.want(x)); !(e <= worst) {
				worst, at = e, x
			}
		}
		t.Logf("%s: at most %.2f ulp from package math, at %v", c.name, worst, at)
		if !(worst <= c.ulp) {
			t.Errorf("%s(%v) is %v, package math has %v", c.name, at, c.f(at), c.want(at))
		}
	}
}

// bits is the SHA-256 sum of many results.
const bits = "fae6cb226772efef1f768de77723b0d168258f2c103d6d41e6d0b3d302d69a3c"

// They are the same on all machines.
func TestBits(t *testing.T) {
	h := sha256.New()
	for _, c := range functions {
		for _, x := range arguments(c.lo, c.hi, 100_000) {
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(c.f(x))))
		}
	}
	if got, want := fmt.Sprintf("%x", h.Sum(nil)), bits; got != want {
		t.Errorf("the results have the sum %s, want %s", got, want)
	}
}

func TestSpecialValues(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"exp", Exp, 0, 1}, {"exp", Exp, inf, inf}, {"exp", Exp, -inf, 0}, {"exp", Exp, 709.9, inf}, {"exp", Exp, -745.2, 0},
		{"exp", Exp, -745, 5e-324}, {"exp", Exp, nan, nan},
		{"expm1", Expm1, 0, 0}, {"expm1", Expm1, zero, zero}, {"expm1", Expm1, inf, inf}, {"expm1", Expm1, -inf, -1},
		{"expm1", Expm1, 5e-324, 5e-324}, {"expm1", Expm1, nan, nan},
		{"tanh", Tanh, 0, 0}, {"tanh", Tanh, zero, zero}, {"tanh", Tanh, inf, 1}, {"tanh", Tanh, -inf, -1},
		{"tanh", Tanh, 5e-324, 5e-324}, {"tanh", Tanh, 20, 1}, {"tanh", Tanh, nan, nan},
		{"log", Log, 0, -inf}, {"log", Log, zero, -inf}, {"log", Log, -1, nan}, {"log", Log, inf, inf}, {"log", Log, -inf, nan},
		{"log", Log, 1, 0}, {"log", Log, 5e-324, -744.4400719213812}, {"log", Log, nan, nan},
		{"log1p", Log1p, 0, 0}, {"log1p", Log1p, zero, zero}, {"log1p", Log1p, -1, -inf}, {"log1p", Log1p, -2, nan},
		{"log1p", Log1p, inf, inf}, {"log1p", Log1p, 1e-300, 1e-300}, {"log1p", Log1p, nan, nan},
		{"cospi", CosPi, 0, 1}, {"cospi", CosPi, 0.5, 0}, {"cospi", CosPi, 1, -1}, {"cospi", CosPi, -1.5, 0}, {"cospi", CosPi, 1e300, 1},
		{"cospi", CosPi, 1.0 / 3, 0.5}, {"cospi", CosPi, inf, nan}, {"cospi", CosPi, nan, nan},
		{"sigmoid", Sigmoid, 0, 0.5}, {"sigmoid", Sigmoid, inf, 1}, {"sigmoid", Sigmoid, -inf, 0},
		{"sigmoid", Sigmoid, -745, 5e-324}, {"sigmoid", Sigmoid, nan, nan},
	} {
		if got := c.f(c.x); got != c.want && (got == got || c.want == c.want) ||
			c.want == 0 && c.x == 0 && math.Signbit(got) != math.Signbit(c.want) {
			t.Errorf("%s(%v) is %v, want %v", c.name, c.x, got, c.want)
		}
	}
}

// The parts of ln 2 are what their comment says.
func TestLn2(t *testing.T) {
	sum := new(big.Float).SetPrec(200).Add(big.NewFloat(ln2High), big.NewFloat(ln2Low))
	ln2, _ := new(big.Float).SetPrec(200).SetString("0.693147180559945309417232121458176568075500134360255254")
	if d, _ := sum.Sub(sum, ln2).Float64(); math.Abs(d) > 0x1p-86 {
		t.Errorf("they miss ln 2 by %g", d)
	}
	if b := math.Float64bits(ln2High); b<<(12+31) != 0 {
		t.Errorf("the first is %x, which has more than 32 bits", b)
	}
}

func BenchmarkFunctions(b *testing.B) {
	x := arguments(-5, 5, 1000)
	for _, c := range functions {
		for _, f := range []struct {
			name string
			f    func(float64) float64
		}{{"ours", c.f}, {"math", c.want}} {
			b.Run(c.name+"/"+f.name, func(b *testing.B) {
				sum := 0.0
				for b.Loop() {
					for _, v := range x {
						sum += f.f(v)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(x)), "ns/value")
			})
		}
	}
}
