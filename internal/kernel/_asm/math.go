package main

import (
	"math"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The element-wise functions of float32. Each is built from steps that are
// monotone in floating point as they are in the reals: correctly rounded
// operations of monotone operands, on pieces that the tests check to join.

type vec = reg.VecVirtual

// elementwise writes a function of n elements. body computes one vector in place.
func elementwise(s isa, name, doc, inputs string, body func(in []vec) vec) {
	function(name+s.name, "func(n int, dst, "+inputs+" *"+s.elem+")")
	Pragma("noescape")
	Doc(doc)
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	dst := Load(Param("dst"), GP64())
	var from []reg.Register
	for _, in := range strings.Split(inputs, ", ") {
		from = append(from, Load(Param(in), GP64()))
	}
	at := GP64()
	XORQ(at, at)
	one := func(load func(m operand.Mem) reg.VecVirtual, store func(v reg.VecVirtual, m operand.Mem)) {
		var in []reg.VecVirtual
		for _, f := range from {
			in = append(in, load(operand.Mem{Base: f, Index: at, Scale: 1}))
		}
		store(body(in), operand.Mem{Base: dst, Index: at, Scale: 1})
	}
	SUBQ(operand.U8(s.lanes), n)
	JL(operand.LabelRef("tail"))
	align()
	Label("loop")
	one(func(m operand.Mem) reg.VecVirtual { v := s.vec(); s.load(m, v); return v }, s.store)
	ADDQ(operand.U8(s.bytes()), at)
	SUBQ(operand.U8(s.lanes), n)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.U8(s.lanes), n)
	JZ(operand.LabelRef("done"))
	m := s.loadMask(n)
	one(func(mem operand.Mem) reg.VecVirtual { v := s.vec(); m.load(mem, v); return v }, m.store)
	Label("done")
	VZEROUPPER()
	RET()
}

// round sets v to the nearest whole number of x.
func (s isa) round(x, v reg.VecVirtual) {
	switch {
	case s.neon:
		neon("frintn v%d.4s, v%d.4s", v, x)
	case s.wide:
		VRNDSCALEPS(operand.U8(8), x, v)
	default:
		VROUNDPS(operand.U8(8), x, v)
	}
}

// expm1Parts returns n = round(x log2 e) and p = e^r - 1 for r = x - n ln 2, so
// that e^x = 2^n (1 + p). ln 2 is split so that n times its first part is exact.
// The polynomial is the Taylor series to r^7/5040, whose error for
// |r| <= ln(2)/2 is below 2^-26 of r.
func (s isa) expm1Parts(x reg.VecVirtual) (n, p reg.VecVirtual) {
	n, r, square := s.vec(), s.vec(), s.vec()
	p = s.vec()
	s.mul(c32(math.Log2E), x, n)
	s.round(n, n)
	hi := float64(math.Float32frombits(0x3f317200)) // 15 bits of ln 2
	s.copy(x, r)
	s.fnma(c32(hi), n, r)
	s.fnma(c32(math.Ln2-hi), n, r)
	s.mul(r, r, square)
	s.set(c32(1.0/5040), p)
	for _, c := range []float64{1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5} {
		p = s.mulAdd(c32(c), r, p)
	}
	return n, s.mulAdd(r, square, p)
}

// power returns 2^n for a whole number n from -126 to 127.
func (s isa) power(n reg.VecVirtual) reg.VecVirtual {
	v := s.vec()
	if s.neon {
		neon("fcvtns v%d.4s, v%d.4s", v, n)
		neon("shl v%d.4s, v%d.4s, #23", v, v)
		neon("add v%d.4s, v%d.4s, v%d.4s", v, v, s.in(c32(1)))
		return v
	}
	VCVTPS2DQ(n, v)
	VPSLLD(operand.U8(23), v, v)
	VPADDD(c32(1), v, v)
	return v
}

// exp returns e^x. Above 88.73 it overflows to infinity, below -103.98 it is 0.
func (s isa) exp(x reg.VecVirtual) reg.VecVirtual {
	v := s.vec()
	s.set(c32(89), v)
	s.min(x, v)
	low := s.vec()
	s.set(c32(-105), low)
	s.max(v, low, v)
	n, p := s.expm1Parts(v)
	s.add(c32(1), p)
	if s.wide {
		VSCALEFPS(n, p, p)
		return p
	}
	// 2^n in two factors, each of which is a normal number.
	half, rest := s.vec(), s.vec()
	s.mul(c32(0.5), n, half)
	s.round(half, half)
	s.sub(half, n, rest)
	s.mul(s.power(half), p, p)
	s.mul(s.power(rest), p, p)
	return p
}

// tanhPoly approximates (e^2r - 1 - 2r) / 2r^2 for |r| <= ln(2)/4, by a minimax fit of
// the relative error of (e^2r - 1) / 2, which is below 2^-26.
var tanhPoly = []float64{0.04442403092980385, 0.13386528193950653,
	0.33333760499954224, 0.6666617393493652, 0.9999999403953552}

// tanh returns h / (1 + h) with h = (e^(-2|x|) - 1) / 2 and the sign of x. h is
// monotone in |x|, its magnitude and 1 + h move in opposite directions, and so
// the quotient is monotone too.
//
// With -|x| = n ln(2)/2 + r, h = 2^n p + (2^n - 1) / 2 for p = (e^2r - 1) / 2. n is
// found by adding a number so large that what is left of a fraction is rounded,
// which also puts n + 127 into the lowest bits, to be shifted into an exponent.
func (s isa) tanh(x reg.VecVirtual) reg.VecVirtual {
	const large = 1.5*(1<<23) + 127
	v, n, scale := s.vec(), s.vec(), s.vec()
	s.or(bits32(1<<31), x, v)
	ten := s.vec() // where tanh is 1; NaN passes
	s.set(c32(-10), ten)
	s.max(v, ten, v)
	s.set(c32(large), n)
	s.fma(n, v, c32(2*math.Log2E))
	s.shiftExponent(n, scale)
	s.sub(c32(large), n, n)
	hi := float64(math.Float32frombits(0x3f317200)) // 15 bits of ln 2
	s.fnma(c32(hi/2), n, v)
	s.fnma(c32((math.Ln2-hi)/2), n, v)
	square, p := s.vec(), s.vec()
	s.mul(v, v, square)
	s.set(c32(tanhPoly[0]), p)
	for _, c := range tanhPoly[1:] {
		p = s.mulAdd(c32(c), v, p)
	}
	p = s.mulAdd(v, square, p)
	h, half := s.vec(), s.vec()
	s.set(c32(0.5), half)
	s.copy(scale, h)
	h = s.mulSubHalf(half, h)
	s.fma(h, p, scale)
	s.sum(c32(1), h, p)
	s.div(p, h, h)
	return s.withSign(x, h)
}

// withSign returns the magnitude of v with the sign of x.
func (s isa) withSign(x, v reg.VecVirtual) reg.VecVirtual {
	if s.neon {
		neon("bit v%d.16b, v%d.16b, v%d.16b", v, x, s.in(bits32(1<<31)))
		return v
	}
	if s.wide {
		sign := s.vec()
		s.set(bits32(1<<31), sign)
		VPTERNLOGD(operand.U8(0xca), v, x, sign) // sign ? x : v, bit by bit
		return sign
	}
	sign := s.vec()
	s.and(bits32(1<<31), x, sign)
	s.and(bits32(1<<31-1), v, v)
	s.or(sign, v, v)
	return v
}

// sigmoid returns 1 / (1 + e^-x), and e^x below -18, where it is the same.
func (s isa) sigmoid(x reg.VecVirtual) reg.VecVirtual {
	arg, den, y := s.vec(), s.vec(), s.vec()
	bound := s.vec()
	s.set(c32(-18), bound)
	s.xor(bits32(1<<31), x, arg)
	low := s.compare(lessThan, x, bound)
	s.blend(low, x, arg)
	e := s.exp(arg)
	s.sum(c32(1), e, den)
	s.set(c32(1), y)
	s.div(den, y, y)
	s.blend(low, e, y)
	return y
}

// A condition selects lanes.
type condition struct {
	k reg.OpmaskVirtual
	v reg.VecVirtual
}

// The comparisons, none of which holds for NaN.
const (
	lessThan = operand.U8(1)
	atMost   = operand.U8(2)
)

// compare is x < y or x <= y.
func (s isa) compare(how operand.U8, x, y reg.VecVirtual) condition {
	if s.neon {
		v, name := s.vec(), "fcmgt"
		if how == atMost {
			name = "fcmge"
		}
		neon(s.arranged(name, 3), v, y, x)
		return condition{v: v}
	}
	if s.wide {
		k := K()
		VCMPPS(how, y, x, k)
		return condition{k: k}
	}
	v := YMM()
	VCMPPS(how, y, x, v)
	return condition{v: v}
}

// blend sets the lanes of dst that c selects to those of x.
func (s isa) blend(c condition, x, dst reg.VecVirtual) {
	switch {
	case s.neon:
		neon("bit v%d.16b, v%d.16b, v%d.16b", dst, x, c.v)
	case s.wide:
		VMOVAPS(x, c.k, dst)
	default:
		VBLENDVPS(c.v, x, dst, dst)
	}
}

func (s isa) and(m operand.Op, x, dst reg.VecVirtual) {
	switch {
	case s.neon:
		neon("and v%d.16b, v%d.16b, v%d.16b", dst, x, s.in(m))
	case s.wide:
		VPANDD(s.in(m), x, dst)
	default:
		VPAND(m, x, dst)
	}
}

func (s isa) or(m operand.Op, x, dst reg.VecVirtual) {
	switch {
	case s.neon:
		neon("orr v%d.16b, v%d.16b, v%d.16b", dst, x, s.in(m))
	case s.wide:
		VPORD(s.in(m), x, dst)
	default:
		VPOR(m, x, dst)
	}
}

func (s isa) xor(m operand.Op, x, dst reg.VecVirtual) {
	switch {
	case s.neon:
		neon("eor v%d.16b, v%d.16b, v%d.16b", dst, x, s.in(m))
	case s.wide:
		VPXORD(s.in(m), x, dst)
	default:
		VPXOR(m, x, dst)
	}
}

// vectorMath writes the functions and the derivatives.
func vectorMath() {
	for _, s := range isas {
		if s.size != 4 {
			continue
		}
		elementwise(s, "exp", "dst = e^x.", "x", func(in []vec) vec { return s.exp(in[0]) })
		elementwise(s, "tanh", "dst = tanh(x).", "x", func(in []vec) vec { return s.tanh(in[0]) })
		elementwise(s, "sigmoid", "dst = 1 / (1 + e^-x).", "x", func(in []vec) vec { return s.sigmoid(in[0]) })
		elementwise(s, "tanhGrad", "dst = dy (1 - y^2).", "dy, y", func(in []vec) vec {
			t := s.vec()
			s.set(c32(1), t)
			s.fnma(in[1], in[1], t)
			s.mul(in[0], t, t)
			return t
		})
		elementwise(s, "sigmoidGrad", "dst = dy y (1 - y).", "dy, y", func(in []vec) vec {
			t := s.vec()
			s.set(c32(1), t)
			s.sub(in[1], t, t)
			s.mul(in[1], t, t)
			s.mul(in[0], t, t)
			return t
		})
		elementwise(s, "relu", "dst = x where it is not negative, else 0.", "x", func(in []vec) vec {
			zero := s.vec()
			s.zero(zero)
			s.blend(s.compare(lessThan, in[0], zero), zero, in[0])
			return in[0]
		})
		elementwise(s, "reluGrad", "dst = 0 where y is at most 0, else dy.", "dy, y", func(in []vec) vec {
			zero := s.vec()
			s.zero(zero)
			s.blend(s.compare(atMost, in[1], zero), zero, in[0])
			return in[0]
		})
		elementwise(s, "add", "dst = x + y.", "x, y", func(in []vec) vec {
			s.add(in[1], in[0])
			return in[0]
		})
		elementwise(s, "sum4", "dst = ((a + b) + c) + d.", "a, b, c, d", func(in []vec) vec {
			for _, v := range in[1:] {
				s.add(v, in[0])
			}
			return in[0]
		})
		elementwise(s, "sub", "dst = x - y.", "x, y", func(in []vec) vec {
			s.sub(in[1], in[0], in[0])
			return in[0]
		})
		elementwise(s, "mul", "dst = x y.", "x, y", func(in []vec) vec {
			s.mul(in[1], in[0], in[0])
			return in[0]
		})
		scaled(s, "axpy", "y += alpha x.", true)
		scaled(s, "scale", "y = alpha x.", false)
		combine(s)
	}
}

// scaled writes y = alpha x, or adds that to y.
func scaled(s isa, name, doc string, add bool) {
	function(name+s.name, "func(n int, alpha float32, x, y *float32)")
	Pragma("noescape")
	Doc(doc)
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	alpha := s.vec()
	s.broadcast(mem("alpha"), alpha)
	x, y := Load(Param("x"), GP64()), Load(Param("y"), GP64())
	step := func(load func(operand.Mem, reg.VecVirtual), store func(reg.VecVirtual, operand.Mem)) {
		from, to := s.vec(), s.vec()
		load(operand.Mem{Base: x}, from)
		if add {
			load(operand.Mem{Base: y}, to)
			s.fma(to, alpha, from)
		} else {
			s.mul(alpha, from, to)
		}
		store(to, operand.Mem{Base: y})
	}
	SUBQ(operand.U8(s.lanes), n)
	JL(operand.LabelRef("tail"))
	align()
	Label("loop")
	step(s.load, s.store)
	ADDQ(operand.U8(s.bytes()), x)
	ADDQ(operand.U8(s.bytes()), y)
	SUBQ(operand.U8(s.lanes), n)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.U8(s.lanes), n)
	JZ(operand.LabelRef("done"))
	m := s.loadMask(n)
	step(m.load, m.store)
	Label("done")
	VZEROUPPER()
	RET()
}

// combine writes a linear combination of four rows, which is a product of a vector
// and a matrix in pieces.
func combine(s isa) {
	function("combine4"+s.name, "func(n int, y *float32, a *float32, x *float32, ldx int)")
	Pragma("noescape")
	Doc("y += a[0] x[0] + a[1] x[1] + a[2] x[2] + a[3] x[3] for rows x[i] of n elements that are ldx apart.")
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	y, a := Load(Param("y"), GP64()), Load(Param("a"), GP64())
	x := Load(Param("x"), GP64()).(reg.GPVirtual)
	ldx := Load(Param("ldx"), GP64()).(reg.GPVirtual)
	IMUL3Q(operand.U8(s.size), ldx, ldx)
	rows := rowAddresses(x, ldx, 4)
	factors := make([]reg.VecVirtual, 4)
	for i := range factors {
		factors[i] = s.vec()
		s.broadcast(operand.Mem{Base: a, Disp: i * s.size}, factors[i])
	}
	step := func(load func(operand.Mem, reg.VecVirtual), store func(reg.VecVirtual, operand.Mem)) {
		sum, row := s.vec(), s.vec()
		load(operand.Mem{Base: y}, sum)
		for i := range rows {
			load(rows[i], row)
			s.fma(sum, factors[i], row)
		}
		store(sum, operand.Mem{Base: y})
	}
	SUBQ(operand.U8(s.lanes), n)
	JL(operand.LabelRef("tail"))
	align()
	Label("loop")
	step(s.load, s.store)
	ADDQ(operand.U8(s.bytes()), x)
	ADDQ(operand.U8(s.bytes()), y)
	SUBQ(operand.U8(s.lanes), n)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.U8(s.lanes), n)
	JZ(operand.LabelRef("done"))
	m := s.loadMask(n)
	step(m.load, m.store)
	Label("done")
	VZEROUPPER()
	RET()
}
