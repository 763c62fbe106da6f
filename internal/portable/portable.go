// Package portable has functions of float64 that give the same bits on every machine.
//
// Those of package math do not: some are assembly on some processors, and where a
// processor has a fused multiply-add, the compiler uses it for x*y + z. Here every
// product is rounded by a conversion, which Go's specification makes a barrier to that,
// and the other operations are those that IEEE 754 rounds correctly: sums, quotients
// and rounding to whole numbers. What training computes in float64 must use these.
//
// The tests compare the results with those of package math, from which they differ by 3
// units in the last place at most.
package portable

import "math"

// ln 2 in two parts. The first has 32 bits, so that its product with an exponent is
// exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// Exp returns e^x.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	n, p := expm1Parts(x)
	half := n >> 1 // 2^n in two factors, each of which is a normal number
	return float64((1+p)*power(half)) * power(n-half)
}

// Expm1 returns e^x - 1, also near 0 with all its digits.
func Expm1(x float64) float64 {
	switch {
	case x != x || x == 0:
		return x
	case x > 40:
		return Exp(x) - 1
	case x < -40:
		return -1
	}
	n, p := expm1Parts(x)
	return float64(p*power(n)) + (power(n) - 1)
}

// expm1Parts returns n, the whole number nearest to x / ln 2, and p = e^r - 1 for
// r = x - n ln 2, so that e^x = 2^n (1 + p). What the Taylor series leaves out, from
// r^14/14! on, is below 2^-56 of r for |r| <= ln(2)/2.
func expm1Parts(x float64) (n int, p float64) {
	const shift = 3 << 51 // takes the fraction off a number that it is added to
	k := float64(x*math.Log2E) + shift - shift
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	r2 := float64(r * r)
	r4 := float64(r2 * r2)
	a := 1.0/2 + float64(r*(1.0/6)) + float64(r2*(1.0/24+float64(r*(1.0/120))))
	b := 1.0/720 + float64(r*(1.0/5040)) + float64(r2*(1.0/40320+float64(r*(1.0/362880))))
	c := 1.0/3628800 + float64(r*(1.0/39916800)) + float64(r2*(1.0/479001600+float64(r*(1.0/6227020800))))
	q := a + float64(r4*(b+float64(r4*c)))
	return int(k), r + float64(r2*q)
}

// power returns 2^n for n from -1022 to 1023.
func power(n int) float64 { return math.Float64frombits(uint64(1023+n) << 52) }

// Tanh returns the hyperbolic tangent of x.
func Tanh(x float64) float64 {
	e := Expm1(-2 * math.Abs(x))
	return math.Copysign(-e/(2+e), x)
}

// Sigmoid returns 1 / (1 + e^-x), computed so that e^ never overflows.
func Sigmoid(x float64) float64 {
	e := Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// Log returns the natural logarithm of x: -Inf for 0, and NaN below.
func Log(x float64) float64 { return logSum(x, 0) }

// Log1p returns log(1 + x), also near 0 with all its digits: -Inf for -1, and NaN below.
func Log1p(x float64) float64 {
	u := 1 + x
	switch {
	case u == 1:
		return x
	case x > -0.29 && x < 0.41:
		return logParts(0, x, 0)
	}
	lost := x - (u - 1)
	if x > 1 {
		lost = 1 - (u - x)
	}
	return logSum(u, lost)
}

// logSum returns log(u + lost) for a number that is lost in u.
func logSum(u, lost float64) float64 {
	switch {
	case u != u || u > math.MaxFloat64:
		return u
	case u < 0:
		return math.NaN()
	case u == 0:
		return math.Inf(-1)
	}
	m, n := math.Frexp(u)
	if m < math.Sqrt2/2 {
		m, n = 2*m, n-1
	}
	return logParts(float64(n), m-1, lost/u)
}

// logParts returns n ln 2 + log(1 + f) + more for f from sqrt(1/2) - 1 to sqrt 2 - 1.
// With s = f / (2 + f), log(1 + f) is 2 artanh s, and 2 s = f - s f. What the series of
// artanh leaves out, from s^23/23 on, is below 2^-58 of s, since |s| is at most
// 3 - sqrt 8.
func logParts(n, f, more float64) float64 {
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	s8 := float64(s4 * s4)
	a := 1.0/3 + float64(s2*(1.0/5)) + float64(s4*(1.0/7+float64(s2*(1.0/9))))
	b := 1.0/11 + float64(s2*(1.0/13)) + float64(s4*(1.0/15+float64(s2*(1.0/17))))
	c := 1.0/19 + float64(s2*(1.0/21))
	q := float64(2 * s2 * (a + float64(s8*(b+float64(s8*c)))))
	return float64(n*ln2High) - ((float64(s*(f-q)) - (float64(n*ln2Low) + more)) - f)
}

// CosPi returns cos(pi x). It is NaN if x is not finite.
func CosPi(x float64) float64 {
	x = math.Mod(math.Abs(x), 2)
	if x > 1 {
		x = 2 - x
	}
	sign := 1.0
	if x > 0.5 {
		x, sign = 1-x, -1
	}
	if x > 0.25 {
		return sign * sinPi(0.5-x)
	}
	t := float64(math.Pi * x)
	square := float64(t * t)
	q := 1.0 / 20922789888000
	for _, c := range [...]float64{-1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720,
		1.0 / 24} {
		q = float64(q*square) + c
	}
	return sign * (1 - (float64(square/2) - float64(float64(q*square)*square)))
}

// sinPi returns sin(pi x) for x from 0 to 1/4.
func sinPi(x float64) float64 {
	t := float64(math.Pi * x)
	square := float64(t * t)
	q := 1.0 / 355687428096000
	for _, c := range [...]float64{-1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880,
		-1.0 / 5040, 1.0 / 120, -1.0 / 6} {
		q = float64(q*square) + c
	}
	return t + float64(float64(q*square)*t)
}
