package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// norms writes what batch normalisation and dropout do with float32.
func norms() {
	for _, s := range isas {
		if s.size == 4 {
			wideSums(s, "moments", "x *float32, mean float32, to *float64",
				"Adds x - mean to to[0:16] and its square to to[16:32], element i to number i modulo 16. n is a multiple of 16.")
			wideSums(s, "against", "dy, x *float32, mean float32, to *float64",
				"Adds dy to to[0:16] and dy (x - mean) to to[16:32], element i to number i modulo 16. n is a multiple of 16.")
			affine(s, "affine", "dst, x *float32, a, c float32", "dst = a x + c.")
			affine(s, "affine2", "dst, x, y *float32, a, b, c float32", "dst = b y + (a x + c).")
			dropout(s)
		}
	}
}

// wideSums writes a kernel of sums. Four elements at a distance of 16, or one where four
// are not left, are added up in float32, and such sums in float64, of which there are 16
// in any width.
func wideSums(s isa, name, params, doc string) {
	TEXT(name+s.name, NOSPLIT, "func(n int, "+params+")")
	Pragma("noescape")
	Doc(doc)
	n, x := Load(Param("n"), GP64()), Load(Param("x"), GP64())
	var dy reg.Register
	if name == "against" {
		dy = Load(Param("dy"), GP64())
	}
	to, at := Load(Param("to"), GP64()), GP64()
	mean := s.vec()
	s.broadcast(mem("mean"), mean)
	double := isa{size: 8, lanes: s.lanes / 2, wide: s.wide}
	parts := 16 / double.lanes
	sums := [2][]reg.VecVirtual{double.vecs(parts), double.vecs(parts)}
	each := func(f func(v reg.VecVirtual, m operand.Mem)) {
		for which, v := range sums {
			for i := range v {
				f(v[i], operand.Mem{Base: to, Disp: 128*which + 128*i/parts})
			}
		}
	}
	each(func(v reg.VecVirtual, m operand.Mem) { double.load(m, v) })
	block := func(vectors int) {
		for i := range vectors { // what follows is most often the next piece
			const ahead = 2048 // bytes
			PREFETCHT0(operand.Mem{Base: x, Index: at, Scale: 1, Disp: ahead + 64*i})
			if dy != nil {
				PREFETCHT0(operand.Mem{Base: dy, Index: at, Scale: 1, Disp: ahead + 64*i})
			}
		}
		for part := 0; part < parts; part += 2 {
			first, second := s.vec(), s.vec()
			for i := range vectors {
				s.term(first, second, mean, x, dy, at, 64*i+64*part/parts, i == 0)
			}
			s.widen(first, sums[0][part], sums[0][part+1])
			s.widen(second, sums[1][part], sums[1][part+1])
		}
		ADDQ(operand.U32(64*vectors), at)
	}
	XORQ(at, at)
	SUBQ(operand.U8(64), n)
	JL(operand.LabelRef("rest"))
	align()
	Label("loop")
	block(4)
	SUBQ(operand.U8(64), n)
	JGE(operand.LabelRef("loop"))
	Label("rest")
	ADDQ(operand.U8(64), n)
	JZ(operand.LabelRef("done"))
	Label("one")
	block(1)
	SUBQ(operand.U8(16), n)
	JNZ(operand.LabelRef("one"))
	Label("done")
	each(func(v reg.VecVirtual, m operand.Mem) { double.store(v, m) })
	VZEROUPPER()
	RET()
}

// term adds one vector of x - mean and of its square to two sums, or of dy and of their
// product.
func (s isa) term(first, second, mean reg.VecVirtual, x, dy, at reg.Register, disp int, begin bool) {
	place := func(base reg.Register) operand.Mem {
		return operand.Mem{Base: base, Index: at, Scale: 1, Disp: disp}
	}
	d := s.vec()
	s.load(place(x), d)
	VSUBPS(mean, d, d)
	factor := d
	if dy != nil {
		factor = s.vec()
		s.load(place(dy), factor)
	}
	if begin {
		VMOVAPS(factor, first)
		VMULPS(factor, d, second)
		return
	}
	s.add(factor, first)
	s.fma(second, factor, d)
}

// widen adds the lower half of a vector, in float64, to one vector, and the upper half
// to another.
func (s isa) widen(v, lower, upper reg.VecVirtual) {
	t := s.vec()
	if s.wide {
		half := YMM()
		VCVTPS2PD(v.AsY(), t)
		VADDPD(t, lower, lower)
		VEXTRACTF64X4(operand.U8(1), v, half)
		VCVTPS2PD(half, t)
	} else {
		half := XMM()
		VCVTPS2PD(v.AsX(), t)
		VADDPD(t, lower, lower)
		VEXTRACTF128(operand.U8(1), v, half)
		VCVTPS2PD(half, t)
	}
	VADDPD(t, upper, upper)
}

// eachVector writes a loop over n elements, the last of them under a mask.
func (s isa) eachVector(step func(at reg.GPVirtual, load func(operand.Mem, reg.VecVirtual),
	store func(reg.VecVirtual, operand.Mem))) {
	n, at := Load(Param("n"), GP64()).(reg.GPVirtual), GP64()
	XORQ(at, at)
	SUBQ(operand.U8(s.lanes), n)
	JL(operand.LabelRef("tail"))
	align()
	Label("loop")
	step(at, s.load, s.store)
	ADDQ(operand.U8(s.bytes()), at)
	SUBQ(operand.U8(s.lanes), n)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.U8(s.lanes), n)
	JZ(operand.LabelRef("done"))
	m := s.loadMask(n)
	step(at, m.load, m.store)
	Label("done")
	VZEROUPPER()
	RET()
}

// affine writes a linear combination of one or two arrays and a constant.
func affine(s isa, name, params, doc string) {
	TEXT(name+s.name, NOSPLIT, "func(n int, "+params+")")
	Pragma("noescape")
	Doc(doc)
	dst, x := Load(Param("dst"), GP64()), Load(Param("x"), GP64())
	var y reg.Register
	a, b, c := s.vec(), s.vec(), s.vec()
	s.broadcast(mem("a"), a)
	s.broadcast(mem("c"), c)
	if name == "affine2" {
		y = Load(Param("y"), GP64())
		s.broadcast(mem("b"), b)
	}
	s.eachVector(func(at reg.GPVirtual, load func(operand.Mem, reg.VecVirtual), store func(reg.VecVirtual, operand.Mem)) {
		v := s.vec()
		load(operand.Mem{Base: x, Index: at, Scale: 1}, v)
		VFMADD213PS(c, a, v)
		if y != nil {
			w := s.vec()
			load(operand.Mem{Base: y, Index: at, Scale: 1}, w)
			s.fma(v, b, w)
		}
		store(v, operand.Mem{Base: dst, Index: at, Scale: 1})
	})
}

// dropout writes the kernel of Dropout, of which the Go function tells the steps.
func dropout(s isa) {
	TEXT("dropout"+s.name, NOSPLIT, "func(n int, dst, x *float32, at, k0, k1, threshold uint32, scale float32)")
	Pragma("noescape")
	Doc("dst = scale x where mix32((at + i) 0x9e3779b1 + k0, k1) is not below the threshold, else 0 x.")
	dst, x := Load(Param("dst"), GP64()), Load(Param("x"), GP64())
	word := func(param string) reg.VecVirtual {
		v := s.vec()
		s.broadcast(mem(param), v)
		return v
	}
	counter, k0, k1, threshold := word("at"), word("k0"), word("k1"), word("threshold")
	scale := s.vec()
	s.broadcast(mem("scale"), scale)
	VPADDD(iota16(), counter, counter)
	constant := func(v uint32) reg.VecVirtual { c := s.vec(); VMOVUPS(bits32(v), c); return c }
	golden, first, second := constant(0x9e3779b1), constant(0x21f0aaad), constant(0x735a2d97)
	lanes := constant(uint32(s.lanes))
	xor := func(x, y reg.VecVirtual) {
		if s.wide {
			VPXORD(x, y, y)
		} else {
			VPXOR(x, y, y)
		}
	}
	s.eachVector(func(at reg.GPVirtual, load func(operand.Mem, reg.VecVirtual), store func(reg.VecVirtual, operand.Mem)) {
		h, t, v := s.vec(), s.vec(), s.vec()
		shifted := func(by uint8) { VPSRLD(operand.U8(by), h, t); xor(t, h) }
		VPMULLD(golden, counter, h)
		VPADDD(k0, h, h)
		shifted(16)
		VPMULLD(first, h, h)
		shifted(15)
		VPADDD(k1, h, h)
		VPMULLD(second, h, h)
		shifted(15)
		load(operand.Mem{Base: x, Index: at, Scale: 1}, v)
		if s.wide {
			keep, factor := K(), s.vec()
			VPCMPUD(operand.U8(5), threshold, h, keep)
			VMOVUPS_Z(scale, keep, factor)
			VMULPS(factor, v, v)
		} else {
			VPMAXUD(threshold, h, t)
			VPCMPEQD(t, h, t)
			VANDPS(scale, t, t)
			VMULPS(t, v, v)
		}
		store(v, operand.Mem{Base: dst, Index: at, Scale: 1})
		VPADDD(lanes, counter, counter)
	})
}

var iotaMem *operand.Mem

// iota16 is the numbers from 0 to 15.
func iota16() operand.Mem {
	if iotaMem == nil {
		m := GLOBL("iota16", 8|16) // RODATA|NOPTR
		for i := range 16 {
			DATA(4*i, operand.U32(uint32(i)))
		}
		iotaMem = &m
	}
	return *iotaMem
}
