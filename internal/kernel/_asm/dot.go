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
//
// Every dot product is made of 16 sums: element i of a piece goes into sum i
// modulo 16. One vector holds them, or two; which of them shows in no bit.
func dots() {
	for _, s := range isas {
		if s.size != 4 {
			continue
		}
		rows, cols := 2, 3
		if s.wide {
			rows, cols = 6, 4
		}
		for m := 1; m <= rows; m++ {
			for n := 1; n <= cols; n++ {
				dotTile(s, m, n)
			}
		}
	}
}

// sums is the number of sums that a dot product is made of.
const sums = 16

// A wideVec is a vector of as many lanes as there are sums, in one register or more.
type wideVec []vec

// zeros returns a wide vector of zeros.
func (s isa) zeros() wideVec {
	w := make(wideVec, sums/s.lanes)
	for i := range w {
		w[i] = s.vec()
		s.zero(w[i])
	}
	return w
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
	function(fmt.Sprintf("dot%dx%d%s", rows, cols, s.name),
		"func(pieces, n int, a *float32, lda, stepa int, b *float32, ldb, stepb int, "+
			"c *float32, ldc int, accumulate bool)")
	Pragma("noescape")
	Doc(fmt.Sprintf("c[i, j] = the dot product of a[i] and b[j], or adds it to c, for %d x %d (i, j). The vectors are "+
		"lda and", rows, cols),
		"ldb apart and lie in pieces of n elements, which are stepa and stepb apart. The rows of c are ldc apart.")
	n := Load(Param("n"), GP64()).(reg.GPVirtual)
	var m wideMask
	if !s.neon {
		tail := GP64()
		MOVQ(n, tail)
		ANDQ(operand.U8(sums-1), tail)
		m = s.wideMask(tail)
	}
	lda, ldb := Load(Param("lda"), GP64()).(reg.GPVirtual), Load(Param("ldb"), GP64()).(reg.GPVirtual)
	IMUL3Q(operand.U8(s.size), lda, lda)
	IMUL3Q(operand.U8(s.size), ldb, ldb)
	s.pieceSteps(n)
	a, b := Load(Param("a"), GP64()).(reg.GPVirtual), Load(Param("b"), GP64()).(reg.GPVirtual)
	as, bs := rowAddresses(a, lda, rows), rowAddresses(b, ldb, cols)
	acc := make([]wideVec, rows*cols)
	for i := range acc {
		acc[i] = s.zeros()
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
	ANDQ(operand.I8(-sums), whole)
	for _, name := range []string{"stepa", "stepb"} {
		step := Load(Param(name), GP64()).(reg.GPVirtual)
		SUBQ(whole, step)
		IMUL3Q(operand.U8(s.size), step, step)
		MOVQ(step, mem(name))
	}
}

// addPieces adds the products of the vectors at as and bs to acc, piece by piece of n
// elements, the last of which m covers.
func (s isa) addPieces(n reg.GPVirtual, m wideMask, as, bs []operand.Mem, acc []wideVec) {
	y, x := s.vec(), s.vecs(len(as))
	step := func(loader func(part int) func(operand.Mem, vec)) {
		for part := range acc[0] {
			load := loader(part)
			for i := range x {
				load(as[i].Offset(part*s.bytes()), x[i])
			}
			for j := range bs {
				load(bs[j].Offset(part*s.bytes()), y)
				for i := range x {
					s.fma(acc[i*len(bs)+j][part], x[i], y)
				}
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
	SUBQ(operand.U8(sums), left)
	JL(operand.LabelRef("tail"))
	align()
	Label("loop")
	if s.neon {
		s.addParts(nil, as, bs, acc)
	} else {
		step(func(int) func(operand.Mem, vec) { return s.load })
	}
	advance(operand.U8(sums*s.size), operand.U8(sums*s.size))
	SUBQ(operand.U8(sums), left)
	JGE(operand.LabelRef("loop"))
	Label("tail")
	ADDQ(operand.U8(sums), left)
	JZ(operand.LabelRef("next"))
	if s.neon {
		s.addParts(left, as, bs, acc)
	} else {
		step(m.loader)
	}
	Label("next")
	advance(mem("stepa"), mem("stepb"))
	DECQ(mem("pieces"))
	JNZ(operand.LabelRef("piece"))
}

// addParts adds the products of 16 elements to acc, from vectors that are loaded at once.
// If left is not nil, only so many elements are left: what is not there is zero.
func (s isa) addParts(left reg.GPVirtual, as, bs []operand.Mem, acc []wideVec) {
	from := append(append([]operand.Mem{}, as...), bs...)
	for part := range acc[0] {
		v := s.vecs(len(from))
		loaded := fmt.Sprintf("part%dloaded", part)
		if left != nil {
			whole := fmt.Sprintf("part%dwhole", part)
			CMPQ(left, operand.U8((part+1)*s.lanes))
			JGE(operand.LabelRef(whole))
			for i, m := range from {
				s.loadFirst(fmt.Sprintf("part%dvector%d", part, i), left, part*s.lanes, m.Offset(part*s.bytes()), v[i])
			}
			JMP(operand.LabelRef(loaded))
			Label(whole)
		}
		for i, m := range from {
			s.load(m.Offset(part*s.bytes()), v[i])
		}
		if left != nil {
			Label(loaded)
		}
		for i := range as {
			for j := range bs {
				s.fma(acc[i*len(bs)+j][part], v[i], v[len(as)+j])
			}
		}
	}
}

// storeSums writes the sums of the lanes of every accumulator to c.
func storeSums(s isa, rows, cols int, acc []wideVec) {
	c, ldc := Load(Param("c"), GP64()).(reg.GPVirtual), Load(Param("ldc"), GP64())
	some := GP64()
	MOVQ(operand.U32(cols), some)
	m := s.loadMask(some)
	flag := Load(Param("accumulate"), GP8())
	totals := make([]reg.Register, rows)
	for i := range rows {
		totals[i] = s.fold(acc[i*cols:][:cols])
	}
	TESTB(flag, flag)
	JZ(operand.LabelRef("overwrite"))
	old, from := XMM(), GP64()
	MOVQ(c, from)
	for i := range rows {
		m.loadX(operand.Mem{Base: from}, old)
		s.sum(old, totals[i], totals[i])
		LEAQ(operand.Mem{Base: from, Index: ldc, Scale: uint8(s.size)}, from)
	}
	Label("overwrite")
	for i := range rows {
		m.storeX(totals[i], operand.Mem{Base: c})
		LEAQ(operand.Mem{Base: c, Index: ldc, Scale: uint8(s.size)}, c)
	}
}

// fold returns in four lanes the totals of up to four wide vectors, each of which is
// added up as a tree: neighbours, neighbours of those, and so on.
func (s isa) fold(v []wideVec) reg.Register {
	pair := func(x, y vec) vec {
		if s.neon {
			to := s.vec()
			neon("faddp v%d.4s, v%d.4s, v%d.4s", to, x, y)
			return to
		}
		even, odd := s.vec(), s.vec()
		VSHUFPS(operand.U8(0x88), y, x, even)
		VSHUFPS(operand.U8(0xdd), y, x, odd)
		VADDPS(odd, even, even)
		return even
	}
	four := func(i int) wideVec { return v[min(i, len(v)-1)] }
	if s.neon { // each alone, in four lanes, which are then added up for all four
		quad := func(w wideVec) vec { return pair(pair(w[0], w[1]), pair(w[2], w[3])) }
		return pair(pair(quad(four(0)), quad(four(1))), pair(quad(four(2)), quad(four(3))))
	}
	quads := make(wideVec, len(v[0])) // four lanes in a row hold one sum of each of the four
	for part := range quads {
		quads[part] = pair(pair(four(0)[part], four(1)[part]), pair(four(2)[part], four(3)[part]))
	}
	even, odd, half := quads[0], s.vec(), XMM()
	if s.wide {
		VSHUFF32X4(operand.U8(0xb1), even, even, odd)
		VADDPS(odd, even, even)
		VEXTRACTF64X4(operand.U8(1), even, half.AsY())
	} else {
		VPERM2F128(operand.U8(0x31), quads[1], even, odd)
		VPERM2F128(operand.U8(0x20), quads[1], even, even)
		VADDPS(odd, even, even)
		VEXTRACTF128(operand.U8(1), even, half)
	}
	VADDPS(half, even.AsX(), even.AsX())
	return even.AsX()
}

// loadX and storeX are load and store of four lanes.
func (m mask) loadX(from operand.Mem, v reg.Register) {
	switch {
	case m.neon:
		m.load(from, v.(vec))
	case m.wide:
		VMOVUPS_Z(from, m.k, v)
	default:
		VMASKMOVPS(from, m.v.AsX(), v)
	}
}

func (m mask) storeX(v reg.Register, to operand.Mem) {
	switch {
	case m.neon:
		m.store(v.(vec), to)
	case m.wide:
		VMOVUPS(v, m.k, to)
	default:
		VMASKMOVPS(v, m.v.AsX(), to)
	}
}
