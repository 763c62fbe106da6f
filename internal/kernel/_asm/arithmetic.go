package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
)

// The instructions of float32 that the functions are made of. x may be a constant in
// memory: see in.

// set sets v to a constant.
func (s isa) set(c operand.Mem, v vec) {
	if from, ok := s.in(c).(vec); ok {
		s.copy(from, v)
	} else {
		VMOVUPS(c, v)
	}
}

// copy sets v to x.
func (s isa) copy(x, v vec) {
	if s.neon {
		neon("orr v%d.16b, v%d.16b, v%d.16b", v, x, x)
	} else {
		VMOVAPS(x, v)
	}
}

// sum sets v to x + y.
func (s isa) sum(x, y, v operand.Op) {
	if s.neon {
		neon("fadd v%d.4s, v%d.4s, v%d.4s", v, y, s.in(x))
	} else {
		VADDPS(s.in(x), y, v)
	}
}

// sub sets v to y - x.
func (s isa) sub(x, y, v operand.Op) {
	if s.neon {
		neon("fsub v%d.4s, v%d.4s, v%d.4s", v, y, s.in(x))
	} else {
		VSUBPS(s.in(x), y, v)
	}
}

// mul sets v to x y.
func (s isa) mul(x, y, v operand.Op) {
	if s.neon {
		neon("fmul v%d.4s, v%d.4s, v%d.4s", v, y, s.in(x))
	} else {
		VMULPS(s.in(x), y, v)
	}
}

// div sets v to y / x.
func (s isa) div(x, y, v operand.Op) {
	if s.neon {
		neon("fdiv v%d.4s, v%d.4s, v%d.4s", v, y, s.in(x))
	} else {
		VDIVPS(s.in(x), y, v)
	}
}

// fnma adds -x y to v.
func (s isa) fnma(x operand.Op, y, v vec) {
	if s.neon {
		neon("fmls v%d.4s, v%d.4s, v%d.4s", v, y, s.in(x))
	} else {
		VFNMADD231PS(s.in(x), y, v)
	}
}

// mulAdd returns y v + x, and changes v.
func (s isa) mulAdd(x operand.Op, y, v vec) vec {
	if !s.neon {
		VFMADD213PS(s.in(x), y, v)
		return v
	}
	sum := s.vec()
	s.copy(s.in(x).(vec), sum)
	s.fma(sum, v, y)
	return sum
}

// mulSubHalf returns v/2 - 1/2, given a vector of 1/2, and changes v.
func (s isa) mulSubHalf(half, v vec) vec {
	if !s.neon {
		VFMSUB213PS(half, half, v)
		return v
	}
	less := s.vec()
	s.set(c32(-0.5), less)
	s.fma(less, v, half)
	return less
}

// min sets v to the smaller of x and v, and to x if that is NaN.
func (s isa) min(x, v vec) {
	if s.neon {
		neon("fmin v%d.4s, v%d.4s, v%d.4s", v, v, x)
	} else {
		VMINPS(x, v, v)
	}
}

// max sets v to the larger of x and y, and to x if that is NaN.
func (s isa) max(x, y, v vec) {
	if s.neon {
		neon("fmax v%d.4s, v%d.4s, v%d.4s", v, y, x)
	} else {
		VMAXPS(x, y, v)
	}
}

// shiftExponent moves the lowest bits of x to where v has its exponent.
func (s isa) shiftExponent(x, v vec) {
	if s.neon {
		neon("shl v%d.4s, v%d.4s, #23", v, x)
	} else {
		VPSLLD(operand.U8(23), x, v)
	}
}
