package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pools writes the kernels of average pooling by 2 x 2 windows that do not
// overlap, the commonest kind, for up to one vector of windows in a row.
func pools() {
	for _, s := range isas {
		if s.size == 4 {
			halve(s)
			spread(s)
		}
	}
}

// twice returns masks for the first 2 n lanes of a pair of vectors.
func (s isa) twice(n reg.GPVirtual) (low, high mask) {
	both, rest := GP64(), GP64()
	LEAQ(operand.Mem{Base: n, Index: n, Scale: 1}, both)
	MOVQ(both, rest)
	low = s.blockMask(both)
	zero := GP64()
	XORQ(zero, zero)
	SUBQ(operand.U8(s.lanes), rest)
	CMOVQLT(zero, rest)
	return low, s.loadMask(rest)
}

// pairLoader returns the load of the first n pairs of elements into a pair of vectors.
func (s isa) pairLoader(n reg.GPVirtual) func(from operand.Mem, l, h vec) {
	if s.neon {
		pairs := GP64()
		MOVQ(n, pairs)
		m := newLanesMask(pairs, s.lanes, 2*s.size)
		return func(from operand.Mem, l, h vec) { m.load(from, l, h) }
	}
	low, high := s.twice(n)
	return func(from operand.Mem, l, h vec) {
		low.load(from, l)
		high.load(operand.Mem{Base: from.Base, Disp: s.bytes()}, h)
	}
}

// every2 is a table of the places of the even elements of a pair of vectors.
func (s isa) every2() operand.Mem {
	t := GLOBL("every2"+s.name, 8|16)
	for i := range 16 {
		DATA(4*i, operand.U32(2*i))
	}
	return t
}

// each2 is a table of places that doubles every element of half a vector.
func (s isa) each2() operand.Mem {
	t := GLOBL("each2"+s.name, 8|16)
	for i := range 16 {
		DATA(4*i, operand.U32(i/2))
	}
	return t
}

// halve writes the forward direction.
func halve(s isa) {
	var every2 operand.Mem
	if !s.neon {
		every2 = s.every2()
	}
	function("avgPool2x2"+s.name, "func(rows, n int, dst *float32, ldd int, src *float32, lds int)")
	Pragma("noescape")
	Doc("dst[i ldd + j] = the mean of src[2i lds + 2j], src[2i lds + 2j+1] and the two below them, for i < rows and "+
		"j < n, which",
		"is at most the lanes of a vector.")
	rows, n := Load(Param("rows"), GP64()), Load(Param("n"), GP64()).(reg.GPVirtual)
	load := s.pairLoader(n)
	out := s.loadMask(n)
	dst, ldd := Load(Param("dst"), GP64()), Load(Param("ldd"), GP64())
	src, lds := Load(Param("src"), GP64()), Load(Param("lds"), GP64())
	quarter, even, odd := s.vec(), s.vec(), s.vec()
	s.set(c32(0.25), quarter)
	if s.wide {
		VMOVDQU32(every2, even)
		VPADDD(bits32(1), even, odd)
	}
	average := func(label string, load func(from operand.Mem, l, h vec), store func(vec, operand.Mem)) {
		Label(label)
		var parts []reg.VecVirtual
		for range 2 {
			l, h := s.vec(), s.vec()
			load(operand.Mem{Base: src}, l, h)
			e, o := s.deinterleave(l, h, even, odd)
			parts = append(parts, e, o)
			LEAQ(operand.Mem{Base: src, Index: lds, Scale: uint8(s.size)}, src)
		}
		sum := parts[0]
		for _, p := range parts[1:] {
			s.add(p, sum)
		}
		s.mul(quarter, sum, sum)
		store(sum, operand.Mem{Base: dst})
		LEAQ(operand.Mem{Base: dst, Index: ldd, Scale: uint8(s.size)}, dst)
		DECQ(rows)
		JNZ(operand.LabelRef(label))
		VZEROUPPER()
		RET()
	}
	if !s.wide { // where masks take long
		n := Load(Param("n"), GP64())
		CMPQ(n, operand.U8(s.lanes))
		JNE(operand.LabelRef("part"))
		average("wholeRow", s.loadPair, s.store)
		Label("part")
	}
	if !s.wide && !s.neon {
		average("halves", load, s.storeHalves())
	}
	average("row", load, out.store)
}

// storeHalves returns the store of the first n elements of a vector as two halves that
// overlap. Fewer than a half are stored from the label "row" on.
func (s isa) storeHalves() func(v vec, to operand.Mem) {
	over := Load(Param("n"), GP64()).(reg.GPVirtual)
	SUBQ(operand.U8(s.lanes/2), over)
	JL(operand.LabelRef("row"))
	places, last := s.placesFrom(over), s.vec()
	return func(v vec, to operand.Mem) {
		VMOVUPS(v.AsX(), to)
		VPERMPS(v, places, last)
		VMOVUPS(last.AsX(), to.Idx(over, uint8(s.size)))
	}
}

// placesFrom returns the numbers from n on: the places of elements that are moved
// to the start of a vector.
func (s isa) placesFrom(n reg.GPVirtual) vec {
	places, first := s.vec(), XMM()
	VMOVD(n.As32(), first)
	VPBROADCASTD(first, places)
	VPADDD(s.numbers(), places, places)
	return places
}

// numbers is a table of the numbers from 0 on.
func (s isa) numbers() operand.Mem {
	t := GLOBL("numbers"+s.name, 8|16)
	for i := range s.lanes {
		DATA(4*i, operand.U32(i))
	}
	return t
}

// loadPair loads a pair of whole vectors.
func (s isa) loadPair(from operand.Mem, l, h vec) {
	s.load(from, l)
	s.load(from.Offset(s.bytes()), h)
}

// deinterleave returns the even and the odd elements of a pair of vectors.
func (s isa) deinterleave(l, h, even, odd reg.VecVirtual) (e, o reg.VecVirtual) {
	e, o = s.vec(), s.vec()
	if s.neon {
		neon("uzp1 v%d.4s, v%d.4s, v%d.4s", e, l, h)
		neon("uzp2 v%d.4s, v%d.4s, v%d.4s", o, l, h)
		return e, o
	}
	if s.wide {
		VMOVAPS(l, e)
		VPERMT2PS(h, even, e)
		VMOVAPS(l, o)
		VPERMT2PS(h, odd, o)
		return e, o
	}
	VSHUFPS(operand.U8(0x88), h, l, e)
	VSHUFPS(operand.U8(0xdd), h, l, o)
	VPERMPD(operand.U8(0xd8), e, e)
	VPERMPD(operand.U8(0xd8), o, o)
	return e, o
}

// spread writes the gradient.
func spread(s isa) {
	var each2 operand.Mem
	if !s.neon {
		each2 = s.each2()
	}
	function("avgPool2x2Grad"+s.name, "func(rows, n int, dst *float32, ldd int, src *float32, lds int)")
	Pragma("noescape")
	Doc("dst[2i ldd + 2j], dst[2i ldd + 2j+1] and the two below them = src[i lds + j] / 4, for i < rows and j < n, "+
		"which is at",
		"most the lanes of a vector.")
	p := spreader{isa: s, quarter: s.vec(), first: s.vec(), second: s.vec()}
	s.set(c32(0.25), p.quarter)
	if s.neon {
		p.pairs()
	} else if s.wide {
		VMOVDQU32(each2, p.first)
		p.masked()
	} else {
		VMOVDQU(each2, p.first)
		p.overlapping()
	}
}

// A spreader writes twice every element of a vector.
type spreader struct {
	isa
	quarter       reg.VecVirtual
	first, second reg.VecVirtual // the places of the elements in the halves of the result
}

// masked writes under masks.
func (p spreader) masked() {
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	low, high := p.twice(n)
	VPADDD(bits32(8), p.first, p.second)
	p.rows("row", p.loadMask(n).load, func(v reg.VecVirtual, dst reg.Register) {
		low.store(p.at(p.first, v), operand.Mem{Base: dst})
		high.store(p.at(p.second, v), operand.Mem{Base: dst, Disp: p.bytes()})
	})
}

// pairs writes pairs of lanes.
func (p spreader) pairs() {
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	pairs := GP64()
	MOVQ(n, pairs)
	m := newLanesMask(pairs, p.lanes, 2*p.size)
	in := p.loadMask(n)
	twice := func(store func(dst operand.Mem)) func(v reg.VecVirtual, dst reg.Register) {
		return func(v reg.VecVirtual, dst reg.Register) {
			neon("zip1 v%d.4s, v%d.4s, v%d.4s", p.first, v, v)
			neon("zip2 v%d.4s, v%d.4s, v%d.4s", p.second, v, v)
			store(operand.Mem{Base: dst})
		}
	}
	width := Load(Param("n"), GP64())
	CMPQ(width, operand.U8(p.lanes))
	JNE(operand.LabelRef("masked"))
	p.rows("wholeRow", p.load, twice(func(dst operand.Mem) {
		p.store(p.first, dst)
		p.store(p.second, dst.Offset(p.bytes()))
	}))
	Label("masked")
	p.rows("row", in.load, twice(func(dst operand.Mem) { m.store(dst, p.first, p.second) }))
}

// overlapping writes whole vectors, of which the second ends where the row does and
// overlaps the first: AVX2's masked stores take several times as long as others on
// some processors. Only rows of less than a vector need them.
func (p spreader) overlapping() {
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	both, over := GP64(), GP64()
	LEAQ(operand.Mem{Base: n, Index: n, Scale: 1}, both)
	MOVQ(n, over)
	in := p.loadMask(n)
	SUBQ(operand.U8(p.lanes/2), over)
	JL(operand.LabelRef("narrow"))
	last := XMM()
	VMOVD(over.As32(), last)
	VPBROADCASTD(last, p.second)
	VPADDD(p.first, p.second, p.second)
	p.rows("row", in.load, func(v reg.VecVirtual, dst reg.Register) {
		p.store(p.at(p.first, v), operand.Mem{Base: dst})
		p.store(p.at(p.second, v), operand.Mem{Base: dst, Index: over, Scale: uint8(2 * p.size)})
	})
	Label("narrow")
	low := p.loadMask(both)
	p.rows("narrowRow", in.load, func(v reg.VecVirtual, dst reg.Register) {
		low.store(p.at(p.first, v), operand.Mem{Base: dst})
	})
}

// at returns the elements of v at places.
func (p spreader) at(places, v reg.VecVirtual) reg.VecVirtual {
	to := p.vec()
	VPERMPS(v, places, to)
	return to
}

// rows goes through all rows, and returns from the kernel. load reads a row, and store
// writes one of the result.
func (p spreader) rows(label string, load func(operand.Mem, vec), store func(v reg.VecVirtual, dst reg.Register)) {
	rows := Load(Param("rows"), GP64())
	dst, ldd := Load(Param("dst"), GP64()), Load(Param("ldd"), GP64())
	src, lds := Load(Param("src"), GP64()), Load(Param("lds"), GP64())
	Label(label)
	v := p.vec()
	load(operand.Mem{Base: src}, v)
	p.mul(p.quarter, v, v)
	for range 2 {
		store(v, dst)
		LEAQ(operand.Mem{Base: dst, Index: ldd, Scale: uint8(p.size)}, dst)
	}
	LEAQ(operand.Mem{Base: src, Index: lds, Scale: uint8(p.size)}, src)
	DECQ(rows)
	JNZ(operand.LabelRef(label))
	VZEROUPPER()
	RET()
}
