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
			wideSums(s, "moments", "x *float32, mean float64, to *float64",
				"Adds x - mean to to[0:16] and its square to to[16:32], element i to number i modulo 16. n is a multiple of 16.")
			wideSums(s, "against", "dy, x *float32, mean float64, to *float64",
				"Adds dy to to[0:16] and dy (x - mean) to to[16:32], element i to number i modulo 16. n is a multiple of 16.")
			affine(s, "affine", "dst, x *float32, a, c float32", "dst = a x + c.")
			affine(s, "affine2", "dst, x, y *float32, a, b, c float32", "dst = b y + (a x + c).")
			dropout(s)
		}
	}
}

// wideSums writes a kernel of sums in float64, which has 16 of them in any width.
func wideSums(s isa, name, params, doc string) {
	double := isa{size: 8, lanes: s.lanes / 2, wide: s.wide}
	TEXT(name+s.name, NOSPLIT, "func(n int, "+params+")")
	Pragma("noescape")
	Doc(doc)
	n, x := Load(Param("n"), GP64()), Load(Param("x"), GP64())
	var dy reg.Register
	if name == "against" {
		dy = Load(Param("dy"), GP64())
	}
	to, at := Load(Param("to"), GP64()), GP64()
	mean := double.vec()
	double.broadcast(mem("mean"), mean)
	parts := 16 / double.lanes
	first, second := double.vecs(parts), double.vecs(parts)
	each := func(f func(i int, a, b operand.Mem)) {
		for i := range parts {
			f(i, operand.Mem{Base: to, Disp: 64 * 2 * i / parts}, operand.Mem{Base: to, Disp: 128 + 64*2*i/parts})
		}
	}
	each(func(i int, a, b operand.Mem) { double.load(a, first[i]); double.load(b, second[i]) })
	XORQ(at, at)
	align()
	Label("loop")
	for i := range parts {
		place := func(base reg.Register) operand.Mem {
			return operand.Mem{Base: base, Index: at, Scale: 1, Disp: 64 * i / parts}
		}
		d := double.vec()
		VCVTPS2PD(place(x), d)
		VSUBPD(mean, d, d)
		if dy == nil {
			VADDPD(d, first[i], first[i])
			VFMADD231PD(d, d, second[i])
			continue
		}
		v := double.vec()
		VCVTPS2PD(place(dy), v)
		VADDPD(v, first[i], first[i])
		VFMADD231PD(v, d, second[i])
	}
	ADDQ(operand.U8(64), at)
	SUBQ(operand.U8(16), n)
	JNZ(operand.LabelRef("loop"))
	each(func(i int, a, b operand.Mem) { double.store(first[i], a); double.store(second[i], b) })
	VZEROUPPER()
	RET()
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
