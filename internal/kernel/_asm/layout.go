package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// layouts writes the kernels that move elements: transposition to and from a
// layout with one row of a matrix a lane, and copies of the rows of images.
func layouts() {
	for _, s := range isas {
		if s.size != 4 {
			continue
		}
		toLanes(s)
		fromLanes(s)
		copyRows(s)
	}
}

// toLanes writes the transposition of up to one vector of rows.
func toLanes(s isa) {
	function("toLanes"+s.name, "func(rows, n int, dst *float32, ldd int, src *float32, lds int)")
	Pragma("noescape")
	Doc("dst[j ldd + i] = src[i lds + j] for i < rows, which is at most the lanes of a vector, and 0 for the lanes " +
		"above, for j < n.")
	rows, n := Load(Param("rows"), GP64()), Load(Param("n"), GP64()).(reg.GPVirtual)
	dst, ldd := Load(Param("dst"), GP64()), Load(Param("ldd"), GP64())
	src, lds := Load(Param("src"), GP64()), Load(Param("lds"), GP64())
	zeros := GP64()
	LEAQ(bits32(0), zeros)
	v := make([]reg.VecVirtual, s.lanes)
	block := func(load func(from operand.Mem, v reg.VecVirtual)) {
		at, from := GP64(), GP64()
		MOVQ(src, at)
		for i := range v {
			if v[i] == nil {
				v[i] = s.vec()
			}
			MOVQ(at, from)
			CMPQ(rows, operand.U8(i))
			CMOVQLE(zeros, from)
			load(operand.Mem{Base: from}, v[i])
			LEAQ(operand.Mem{Base: at, Index: lds, Scale: uint8(s.size)}, at)
		}
	}
	Label("block")
	if s.neon { // where lanes under a mask are read one by one
		CMPQ(n, operand.U8(s.lanes))
		JL(operand.LabelRef("few"))
		block(s.load)
		JMP(operand.LabelRef("loaded"))
		Label("few")
	}
	block(s.blockMask(n).load)
	if s.neon {
		Label("loaded")
	}
	for _, row := range s.transpose(v) {
		s.store(row, operand.Mem{Base: dst})
		DECQ(n)
		JZ(operand.LabelRef("done"))
		LEAQ(operand.Mem{Base: dst, Index: ldd, Scale: uint8(s.size)}, dst)
	}
	ADDQ(operand.U8(s.bytes()), src)
	JMP(operand.LabelRef("block"))
	Label("done")
	VZEROUPPER()
	RET()
}

// fromLanes writes the opposite. It reads whole blocks, and writes only what is left
// of the last under masks, which take long in AVX2 on some processors.
func fromLanes(s isa) {
	function("fromLanes"+s.name, "func(rows, n int, dst *float32, ldd int, src *float32, lds int)")
	Pragma("noescape")
	Doc("dst[i ldd + j] = src[j lds + i] for i < rows, which is at most the lanes of a vector, and j < n. It reads "+
		"whole vectors",
		"of src, of as many rows as the next multiple of lanes of n.")
	rows, n := Load(Param("rows"), GP64()), Load(Param("n"), GP64()).(reg.GPVirtual)
	dst, ldd := Load(Param("dst"), GP64()), Load(Param("ldd"), GP64())
	src, lds := Load(Param("src"), GP64()), Load(Param("lds"), GP64()).(reg.GPVirtual)
	block := func(label string, store func(v reg.VecVirtual, to operand.Mem)) {
		v := make([]reg.VecVirtual, s.lanes)
		for i := range v {
			v[i] = s.vec()
			s.load(operand.Mem{Base: src}, v[i])
			LEAQ(operand.Mem{Base: src, Index: lds, Scale: uint8(s.size)}, src)
		}
		v = s.transpose(v)
		at, left := GP64(), GP64()
		MOVQ(dst, at)
		MOVQ(rows, left)
		for i := range v {
			store(v[i], operand.Mem{Base: at})
			DECQ(left)
			JZ(operand.LabelRef(label))
			LEAQ(operand.Mem{Base: at, Index: ldd, Scale: uint8(s.size)}, at)
		}
		Label(label)
	}
	SUBQ(operand.U8(s.lanes), n)
	JL(operand.LabelRef("last"))
	Label("block")
	block("next", s.store)
	ADDQ(operand.U8(s.bytes()), dst)
	SUBQ(operand.U8(s.lanes), n)
	JGE(operand.LabelRef("block"))
	Label("last")
	ADDQ(operand.U8(s.lanes), n)
	JZ(operand.LabelRef("done"))
	block("done", s.loadMask(n).store)
	VZEROUPPER()
	RET()
}

// blockMask covers the first n lanes, or all if n is larger.
func (s isa) blockMask(n reg.GPVirtual) mask {
	some, all := GP64(), GP64()
	MOVQ(n, some)
	MOVQ(operand.U32(s.lanes), all)
	CMPQ(some, all)
	CMOVQGT(all, some)
	return s.loadMask(some)
}

// transpose returns the transpose of a square block.
func (s isa) transpose(v []reg.VecVirtual) []reg.VecVirtual {
	pairs := func(in []reg.VecVirtual, distance int, low, high func(x, y, d reg.VecVirtual)) []reg.VecVirtual {
		out := make([]reg.VecVirtual, len(in))
		for i := range in {
			if i&distance == 0 {
				out[i], out[i|distance] = s.vec(), s.vec()
				low(in[i], in[i|distance], out[i])
				high(in[i], in[i|distance], out[i|distance])
			}
		}
		return out
	}
	if s.neon {
		on := func(form string) func(x, y, d reg.VecVirtual) {
			return func(x, y, d reg.VecVirtual) { neon(form, d, x, y) }
		}
		v = pairs(v, 1, on("zip1 v%d.4s, v%d.4s, v%d.4s"), on("zip2 v%d.4s, v%d.4s, v%d.4s"))
		v = pairs(v, 2, on("zip1 v%d.2d, v%d.2d, v%d.2d"), on("zip2 v%d.2d, v%d.2d, v%d.2d"))
		v[1], v[2] = v[2], v[1]
		return v
	}
	v = pairs(v, 1,
		func(x, y, d reg.VecVirtual) { VUNPCKLPS(y, x, d) }, func(x, y, d reg.VecVirtual) { VUNPCKHPS(y, x, d) })
	v = pairs(v, 2,
		func(x, y, d reg.VecVirtual) { VUNPCKLPD(y, x, d) }, func(x, y, d reg.VecVirtual) { VUNPCKHPD(y, x, d) })
	// Within 128 bits, row i now stands where row i with its two lowest bits
	// exchanged belongs.
	for i := 0; i < len(v); i += 4 {
		v[i+1], v[i+2] = v[i+2], v[i+1]
	}
	if !s.wide {
		return pairs(v, 4,
			func(x, y, d reg.VecVirtual) { VPERM2F128(operand.U8(0x20), y, x, d) },
			func(x, y, d reg.VecVirtual) { VPERM2F128(operand.U8(0x31), y, x, d) })
	}
	even := func(x, y, d reg.VecVirtual) { VSHUFF32X4(operand.U8(0x88), y, x, d) }
	odd := func(x, y, d reg.VecVirtual) { VSHUFF32X4(operand.U8(0xdd), y, x, d) }
	return pairs(pairs(v, 4, even, odd), 8, even, odd)
}

// copyRows writes copies of the rows of images, such as into a padded image.
func copyRows(s isa) {
	function("copyRows"+s.name,
		"func(planes, rows, n int, dst *float32, dplane, drow int, src *float32, splane, srow int)")
	Pragma("noescape")
	Doc("dst[p dplane + i drow + j] = src[p splane + i srow + j] for p < planes, i < rows, j < n.")
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	tail := GP64()
	if s.neon { // which has no mask of no lanes: a row ends with 1 to 4 elements
		DECQ(n)
	}
	MOVQ(n, tail)
	ANDQ(operand.U8(s.lanes-1), tail)
	if s.neon {
		ADDQ(operand.U8(1), tail)
	}
	m := s.loadMask(tail)
	drow, srow := Load(Param("drow"), GP64()), Load(Param("srow"), GP64())
	Label("plane")
	rows := Load(Param("rows"), GP64())
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	Label("row")
	to, from, left := GP64(), GP64(), GP64()
	MOVQ(dst, to)
	MOVQ(src, from)
	MOVQ(n, left)
	v := s.vec()
	SUBQ(operand.U8(s.lanes), left)
	JL(operand.LabelRef("tail"))
	Label("loop")
	s.load(operand.Mem{Base: from}, v)
	s.store(v, operand.Mem{Base: to})
	ADDQ(operand.U8(s.bytes()), from)
	ADDQ(operand.U8(s.bytes()), to)
	SUBQ(operand.U8(s.lanes), left)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	whole := !s.wide && !s.neon
	if whole { // a vector that overlaps the one before takes less time than a mask
		s.copyLast(n, left, src, dst)
	}
	m.load(operand.Mem{Base: from}, v)
	m.store(v, operand.Mem{Base: to})
	if whole {
		Label("rowDone")
	}
	LEAQ(operand.Mem{Base: dst, Index: drow, Scale: uint8(s.size)}, dst)
	LEAQ(operand.Mem{Base: src, Index: srow, Scale: uint8(s.size)}, src)
	DECQ(rows)
	JNZ(operand.LabelRef("row"))
	for _, p := range []struct{ at, step string }{{"dst", "dplane"}, {"src", "splane"}} {
		step := Load(Param(p.step), GP64()).(reg.GPVirtual)
		IMUL3Q(operand.U8(s.size), step, step)
		ADDQ(step, mem(p.at))
	}
	DECQ(mem("planes"))
	JNZ(operand.LabelRef("plane"))
	VZEROUPPER()
	RET()
}

// copyLast copies the last vector of a row of n elements, unless the row is narrower. left
// is a register that it may change.
func (s isa) copyLast(n, left reg.GPVirtual, src, dst reg.Register) {
	v := s.vec()
	MOVQ(n, left)
	SUBQ(operand.U8(s.lanes), left)
	JL(operand.LabelRef("narrow"))
	s.load(operand.Mem{Base: src, Index: left, Scale: uint8(s.size)}, v)
	s.store(v, operand.Mem{Base: dst, Index: left, Scale: uint8(s.size)})
	JMP(operand.LabelRef("rowDone"))
	Label("narrow")
}
