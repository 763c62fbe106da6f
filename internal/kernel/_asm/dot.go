package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dots writes the micro-kernels whose terms lie in the lanes: dot products of
// every one of some vectors a with every one of some vectors b, in pieces that
// are rows of images.
func dots() {
	for _, s := range isas {
		if s.size != 4 {
			continue
		}
		rows := 2
		if s.wide {
			rows = 6
		}
		for m := 1; m <= rows; m++ {
			for n := 1; n <= 4; n++ {
				dotTile(s, m, n)
			}
		}
		rowSums(s)
	}
}

// mem returns where an argument lies.
func mem(param string) operand.Mem {
	p, err := Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

func dotTile(s isa, rows, cols int) {
	TEXT(fmt.Sprintf("dot%dx%d%s", rows, cols, s.name), NOSPLIT,
		"func(pieces, n int, a *float32, lda, stepa int, b *float32, ldb, stepb int, "+
			"c *float32, ldc int, accumulate bool)")
	Pragma("noescape")
	Doc(fmt.Sprintf("c[i, j] = the dot product of a[i] and b[j], or adds it to c, for %d x %d (i, j). The vectors are "+
		"lda and", rows, cols),
		"ldb apart and lie in pieces of n elements, which are stepa and stepb apart. The rows of c are ldc apart.")
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	tail := GP64()
	MOVQ(n, tail)
	ANDQ(operand.U8(s.lanes-1), tail)
	m := s.loadMask(tail)
	lda, ldb := Load(Param("lda"), GP64()).(reg.GPVirtual), Load(Param("ldb"), GP64()).(reg.GPVirtual)
	IMUL3Q(operand.U8(s.size), lda, lda)
	IMUL3Q(operand.U8(s.size), ldb, ldb)
	s.pieceSteps(n)
	a, b := Load(Param("a"), GP64()).(reg.GPVirtual), Load(Param("b"), GP64()).(reg.GPVirtual)
	as, bs := rowAddresses(a, lda, rows), rowAddresses(b, ldb, cols)
	acc := make([]reg.VecVirtual, rows*cols)
	for i := range acc {
		acc[i] = s.vec()
		s.zero(acc[i])
	}
	s.addPieces(n, m, as, bs, acc)
	storeSums(s, rows, cols, acc)
	VZEROUPPER()
	RET()
}

// pieceSteps turns the arguments stepa and stepb into the bytes from the end of the
// last whole vector of a piece of n elements to the next piece.
func (s isa) pieceSteps(n reg.GPVirtual) {
	whole := GP64()
	MOVQ(n, whole)
	ANDQ(operand.I8(-s.lanes), whole)
	for _, name := range []string{"stepa", "stepb"} {
		step := Load(Param(name), GP64()).(reg.GPVirtual)
		SUBQ(whole, step)
		IMUL3Q(operand.U8(s.size), step, step)
		MOVQ(step, mem(name))
	}
}

// addPieces adds the products of the vectors at as and bs to acc, piece by piece of n
// elements, the last of which m covers.
func (s isa) addPieces(n reg.GPVirtual, m mask, as, bs []operand.Mem, acc []reg.VecVirtual) {
	x, y := make([]reg.VecVirtual, len(as)), s.vec()
	for i := range x {
		x[i] = s.vec()
	}
	step := func(load func(operand.Mem, reg.VecVirtual)) {
		for i := range x {
			load(as[i], x[i])
		}
		for j := range bs {
			load(bs[j], y)
			for i := range x {
				s.fma(acc[i*len(bs)+j], x[i], y)
			}
		}
	}
	advance := func(da, db operand.Op) {
		for i := 0; i < len(as); i += 4 {
			ADDQ(da, as[i].Base)
		}
		ADDQ(db, bs[0].Base)
	}
	Label("piece")
	left := GP64()
	MOVQ(n, left)
	SUBQ(operand.U8(s.lanes), left)
	JL(operand.LabelRef("tail"))
	align()
	Label("loop")
	step(s.load)
	advance(operand.U8(s.bytes()), operand.U8(s.bytes()))
	SUBQ(operand.U8(s.lanes), left)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.U8(s.lanes), left)
	JZ(operand.LabelRef("next"))
	step(m.load)
	Label("next")
	advance(mem("stepa"), mem("stepb"))
	DECQ(mem("pieces"))
	JNZ(operand.LabelRef("piece"))
}

// storeSums writes the sums of the lanes of every accumulator to c.
func storeSums(s isa, rows, cols int, acc []reg.VecVirtual) {
	c, ldc := Load(Param("c"), GP64()).(reg.GPVirtual), Load(Param("ldc"), GP64())
	some := GP64()
	MOVQ(operand.U32(cols), some)
	m := s.loadMask(some)
	flag := Load(Param("accumulate"), GP8())
	sums := make([]reg.VecVirtual, rows)
	for i := range rows {
		sums[i] = s.fold(acc[i*cols:][:cols])
	}
	TESTB(flag, flag)
	JZ(operand.LabelRef("overwrite"))
	old, from := XMM(), GP64()
	MOVQ(c, from)
	for i := range rows {
		m.loadX(operand.Mem{Base: from}, old)
		VADDPS(old, sums[i].AsX(), sums[i].AsX())
		LEAQ(operand.Mem{Base: from, Index: ldc, Scale: uint8(s.size)}, from)
	}
	Label("overwrite")
	for i := range rows {
		m.storeX(sums[i].AsX(), operand.Mem{Base: c})
		LEAQ(operand.Mem{Base: c, Index: ldc, Scale: uint8(s.size)}, c)
	}
}

// fold returns in the first four lanes the sums of the lanes of up to four
// vectors, each added up in the same order.
func (s isa) fold(v []reg.VecVirtual) reg.VecVirtual {
	pair := func(x, y reg.VecVirtual, low, high func(...operand.Op)) reg.VecVirtual {
		l, h := s.vec(), s.vec()
		low(y, x, l)
		high(y, x, h)
		VADDPS(h, l, l)
		return l
	}
	four := make([]reg.VecVirtual, 4)
	for i := range four {
		four[i] = v[min(i, len(v)-1)]
	}
	single := func(f func(m, x, d operand.Op)) func(...operand.Op) {
		return func(ops ...operand.Op) { f(ops[0], ops[1], ops[2]) }
	}
	lowPS := single(func(m, x, d operand.Op) { VUNPCKLPS(m, x, d) })
	highPS := single(func(m, x, d operand.Op) { VUNPCKHPS(m, x, d) })
	lowPD := single(func(m, x, d operand.Op) { VUNPCKLPD(m, x, d) })
	highPD := single(func(m, x, d operand.Op) { VUNPCKHPD(m, x, d) })
	sum := pair(pair(four[0], four[1], lowPS, highPS), pair(four[2], four[3], lowPS, highPS), lowPD, highPD)
	if s.wide {
		half := YMM()
		VEXTRACTF64X4(operand.U8(1), sum, half)
		VADDPS(half, sum.AsY(), sum.AsY())
	}
	quarter := XMM()
	VEXTRACTF128(operand.U8(1), sum.AsY(), quarter)
	VADDPS(quarter, sum.AsX(), sum.AsX())
	return sum
}

// loadX and storeX are load and store of four lanes.
func (m mask) loadX(from operand.Mem, v reg.Register) {
	if m.wide {
		VMOVUPS_Z(from, m.k, v)
	} else {
		VMASKMOVPS(from, m.v.AsX(), v)
	}
}

func (m mask) storeX(v reg.Register, to operand.Mem) {
	if m.wide {
		VMOVUPS(v, m.k, to)
	} else {
		VMASKMOVPS(v, m.v.AsX(), to)
	}
}

// rowSums writes the sums of rows.
func rowSums(s isa) {
	TEXT("rowSums"+s.name, NOSPLIT, "func(rows, n int, dst *float32, src *float32, lds int)")
	Pragma("noescape")
	Doc("dst[i] += the sum of the n elements of row i of src; rows are lds apart.")
	rows, n := Load(Param("rows"), GP64()), Load(Param("n"), GP64()).(reg.GPVirtual)
	tail := GP64()
	MOVQ(n, tail)
	ANDQ(operand.U8(s.lanes-1), tail)
	m := s.loadMask(tail)
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	lds := Load(Param("lds"), GP64())
	Label("row")
	left, at := GP64(), GP64()
	MOVQ(n, left)
	MOVQ(src, at)
	acc := []reg.VecVirtual{s.vec(), s.vec(), s.vec(), s.vec()}
	for _, a := range acc {
		s.zero(a)
	}
	SUBQ(operand.U32(4*s.lanes), left)
	JL(operand.LabelRef("single"))
	Label("loop")
	for i, a := range acc {
		VADDPS(operand.Mem{Base: at, Disp: i * s.bytes()}, a, a)
	}
	ADDQ(operand.U32(4*s.bytes()), at)
	SUBQ(operand.U32(4*s.lanes), left)
	JGE(operand.LabelRef("loop"))
	Label("single")
	ADDQ(operand.U32(3*s.lanes), left)
	JL(operand.LabelRef("tail"))
	Label("one")
	VADDPS(operand.Mem{Base: at}, acc[0], acc[0])
	ADDQ(operand.U32(s.bytes()), at)
	SUBQ(operand.U32(s.lanes), left)
	JGE(operand.LabelRef("one"))
	Label("tail")
	x := s.vec()
	m.load(operand.Mem{Base: at}, x)
	VADDPS(x, acc[0], acc[0])
	VADDPS(acc[1], acc[0], acc[0])
	VADDPS(acc[3], acc[2], acc[2])
	VADDPS(acc[2], acc[0], acc[0])
	sum := s.fold(acc[:1])
	VADDSS(operand.Mem{Base: dst}, sum.AsX(), sum.AsX())
	VMOVSS(sum.AsX(), operand.Mem{Base: dst})
	ADDQ(operand.U8(s.size), dst)
	LEAQ(operand.Mem{Base: src, Index: lds, Scale: uint8(s.size)}, src)
	DECQ(rows)
	JNZ(operand.LabelRef("row"))
	VZEROUPPER()
	RET()
}
