package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// images writes the kernels that read images of bytes.
func images() {
	for _, s := range isas {
		if s.size == 4 {
			unit(s)
			byteDots(s)
			byteCombine(s)
		}
	}
}

// loadBytes sets the lanes of v to the numbers that as many bytes are.
func (s isa) loadBytes(from operand.Mem, v reg.VecVirtual) {
	if s.neon {
		moveVector("FMOVS", from, v)
		neon("ushll v%d.8h, v%d.8b, #0", v, v)
		neon("ushll v%d.4s, v%d.4h, #0", v, v)
		neon("scvtf v%d.4s, v%d.4s", v, v)
		return
	}
	VPMOVZXBD(from, v)
	VCVTDQ2PS(v, v)
}

// unit writes the division of bytes by 255, as the product with the reciprocal in
// two parts, which for every byte is the nearest number to the true quotient.
// The bytes that will be wanted next are fetched meanwhile.
func unit(s isa) {
	function("unit"+s.name, "func(blocks int, dst *float32, src, next *uint8)")
	Pragma("noescape")
	Doc("dst = src / 255, rounded correctly, for blocks of as many bytes as a vector has lanes. It brings as many "+
		"bytes from next",
		"on into the cache.")
	blocks := Load(Param("blocks"), GP64())
	dst, src, next := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("next"), GP64())
	high, low := s.vec(), s.vec()
	s.set(c32(1.0/255), high)
	s.set(c32(1.0/255-float64(float32(1.0/255))), low)
	align()
	Label("loop")
	v, q := s.vec(), s.vec()
	PREFETCHT0(operand.Mem{Base: next})
	s.loadBytes(operand.Mem{Base: src}, v)
	s.mul(low, v, q)
	s.fma(q, v, high)
	s.store(q, operand.Mem{Base: dst})
	ADDQ(operand.U8(s.lanes), src)
	ADDQ(operand.U8(s.lanes), next)
	ADDQ(operand.U8(s.bytes()), dst)
	DECQ(blocks)
	JNZ(operand.LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// byteDots writes dot products with images as they lie, a group at a time.
func byteDots(s isa) {
	group := 4 // images
	if s.wide {
		group = 8
	}
	function("byteDots"+s.name, "func(count int, y *float32, images *uint8, size int, indices *int, w *float32)")
	Pragma("noescape")
	Doc("y[i] = the dot product of image indices[i] and w, divided by 255, for i < count. An image has size bytes, "+
		"a multiple",
		"of 16.")
	w := Load(Param("w"), GP64())
	image, acc := make([]reg.GPVirtual, group), make([]wideVec, group)
	ahead := AllocLocal(8 * group) // the next group, for which there are no registers left
	Label("group")
	address := imageAddresses()
	for i := range group {
		image[i], acc[i] = GP64(), s.zeros(sums/s.lanes)
		address(i, image[i])
	}
	next := GP64()
	for i := range group {
		address(group+i, next)
		MOVQ(next, ahead.Offset(8*i))
	}
	size, at, factors, x := Load(Param("size"), GP64()), GP64(), make(wideVec, sums/s.lanes), s.vec()
	XORQ(at, at)
	align()
	Label("loop")
	for part := range factors {
		factors[part] = s.vec()
		s.load(operand.Mem{Base: w, Index: at, Scale: uint8(s.size), Disp: part * s.bytes()}, factors[part])
	}
	for i := range group {
		MOVQ(ahead.Offset(8*i), next)
		// Each line several times, for a loop without a count of lines.
		PREFETCHT0(operand.Mem{Base: next, Index: at, Scale: 1})
		for part, f := range factors {
			s.loadBytes(operand.Mem{Base: image[i], Index: at, Scale: 1, Disp: part * s.lanes}, x)
			s.fma(acc[i][part], x, f)
		}
	}
	ADDQ(operand.U8(sums), at)
	CMPQ(at, size)
	JLT(operand.LabelRef("loop"))
	s.storeByteDots(acc)
	ADDQ(operand.U8(group*s.size), mem("y"))
	ADDQ(operand.U8(group*8), mem("indices"))
	SUBQ(operand.U8(group), mem("count"))
	JG(operand.LabelRef("group"))
	Label("done")
	VZEROUPPER()
	RET()
}

// storeByteDots divides the sums of a group by 255 and stores them at y, as many as
// count says are left.
func (s isa) storeByteDots(acc []wideVec) {
	y := Load(Param("y"), GP64())
	for i := 0; i < len(acc); i += 4 {
		totals := s.fold(acc[i : i+4])
		short := s
		short.wide = false // the totals are four numbers, and no constant of a whole vector divides them
		short.div(c32(255), totals, totals)
		left, four := Load(Param("count"), GP64()).(reg.GPVirtual), GP64()
		SUBQ(operand.U8(i), left)
		JLE(operand.LabelRef("done"))
		MOVQ(operand.U32(4), four)
		CMPQ(left, four)
		CMOVQGT(four, left)
		s.loadMask(left).storeX(totals, operand.Mem{Base: y, Disp: i * s.size})
	}
}

// imageAddresses returns a function that sets a register to the address of image
// indices[i], or of the last one where there are not so many.
func imageAddresses() func(i int, to reg.GPVirtual) {
	images, size := Load(Param("images"), GP64()), Load(Param("size"), GP64())
	indices, last := Load(Param("indices"), GP64()), Load(Param("count"), GP64())
	DECQ(last)
	return func(i int, to reg.GPVirtual) {
		MOVQ(operand.U32(i), to)
		CMPQ(to, last)
		CMOVQGT(last, to)
		MOVQ(operand.Mem{Base: indices, Index: to, Scale: 8}, to)
		IMULQ(size, to)
		ADDQ(images, to)
	}
}

// byteCombine writes a linear combination of images as they lie: some columns of all
// images, whose sums stay in registers, and then the next columns.
func byteCombine(s isa) {
	function("byteCombine"+s.name,
		"func(count int, y *float32, images *uint8, size int, indices *int, a *float32)")
	Pragma("noescape")
	Doc("y = the sum of a[i] times image indices[i], divided by 255, for i < count. An image has size bytes, "+
		"a multiple",
		"of the lanes of a vector.")
	left, y := Load(Param("size"), GP64()), Load(Param("y"), GP64())
	base, size := Load(Param("images"), GP64()), Load(Param("size"), GP64())
	columns := func(loop string, vectors int) {
		acc := make([]reg.VecVirtual, vectors)
		for v := range acc {
			acc[v] = s.vec()
			s.zero(acc[v])
		}
		count, indices, a := Load(Param("count"), GP64()), Load(Param("indices"), GP64()), Load(Param("a"), GP64())
		image, factor, x := GP64(), s.vec(), s.vec()
		Label(loop)
		MOVQ(operand.Mem{Base: indices}, image)
		IMULQ(size, image)
		s.broadcast(operand.Mem{Base: a}, factor)
		for v := range acc {
			s.loadBytes(operand.Mem{Base: base, Index: image, Scale: 1, Disp: v * s.lanes}, x)
			s.fma(acc[v], x, factor)
		}
		ADDQ(operand.U8(8), indices)
		ADDQ(operand.U8(s.size), a)
		DECQ(count)
		JNZ(operand.LabelRef(loop))
		for v := range acc {
			s.div(c32(255), acc[v], acc[v])
			s.store(acc[v], operand.Mem{Base: y, Disp: v * s.bytes()})
		}
		ADDQ(operand.U32(vectors*s.lanes), base)
		ADDQ(operand.U32(vectors*s.bytes()), y)
	}
	const many = 8 // vectors
	Label("next")
	SUBQ(operand.U32(many*s.lanes), left)
	JL(operand.LabelRef("few"))
	columns("many_images", many)
	JMP(operand.LabelRef("next"))
	Label("few")
	ADDQ(operand.U32(many*s.lanes), left)
	JZ(operand.LabelRef("done"))
	Label("one")
	columns("images", 1)
	SUBQ(operand.U32(s.lanes), left)
	JNZ(operand.LabelRef("one"))
	Label("done")
	VZEROUPPER()
	RET()
}
