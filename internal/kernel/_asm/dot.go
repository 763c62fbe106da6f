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
// modulo 16. One vector holds them, or two; which of them shows in no bit. Where AVX2 has
// not enough registers for all sums, it goes through the pieces twice.
func dots() {
	for _, s := range isas {
		if s.size != 4 {
			continue
		}
		rows, cols := 2, 3
		switch {
		case s.wide:
			rows, cols = 6, 4
		case !s.neon:
			cols = 6
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

// zeros returns a wide vector of zeros, or a number of its parts.
func (s isa) zeros(parts int) wideVec {
	w := make(wideVec, parts)
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
	acc, parts := make([]wideVec, rows*cols), sums/s.lanes
	if !s.wide && !s.neon && parts*len(acc) > 12 {
		parts = 1
	}
	folded := make([]operand.Mem, rows*((cols+3)/4)) // the sums of the first part
	for first := 0; first < sums/s.lanes; first += parts {
		a, b := Load(Param("a"), GP64()).(reg.GPVirtual), Load(Param("b"), GP64()).(reg.GPVirtual)
		as, bs := rowAddresses(a, lda, rows), rowAddresses(b, ldb, cols)
		for i := range acc {
			acc[i] = s.zeros(parts)
		}
		s.addPieces(n, m, as, bs, acc, first)
		if first+parts == sums/s.lanes {
			break
		}
		for i, total := range s.foldRows(cols, acc) {
			folded[i] = AllocLocal(16)
			VMOVUPS(total, folded[i])
		}
	}
	totals := s.foldRows(cols, acc)
	if parts < sums/s.lanes {
		for i, total := range totals {
			s.sum(folded[i], total, total)
		}
	}
	storeSums(s, rows, cols, totals)
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
// elements, the last of which m covers. The parts of acc are those from first on.
func (s isa) addPieces(n reg.GPVirtual, m wideMask, as, bs []operand.Mem, acc []wideVec, first int) {
	y, x, name := s.vec(), s.vecs(len(as)), ""
	if first > 0 {
		name = fmt.Sprintf("part%d", first)
	}
	pieces := GP64()
	MOVQ(mem("pieces"), pieces)
	step := func(loader func(part int) func(operand.Mem, vec)) {
		for part := range acc[0] {
			load := loader(first + part)
			for i := range x {
				load(as[i].Offset((first+part)*s.bytes()), x[i])
			}
			for j := range bs {
				load(bs[j].Offset((first+part)*s.bytes()), y)
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
		for j := 0; j < len(bs); j += 4 {
			ADDQ(db, bs[j].Base)
		}
	}
	Label(name + "piece")
	left := GP64()
	MOVQ(n, left)
	SUBQ(operand.U8(sums), left)
	JL(operand.LabelRef(name + "tail"))
	align()
	Label(name + "loop")
	if s.neon {
		s.addParts(nil, as, bs, acc)
	} else {
		step(func(int) func(operand.Mem, vec) { return s.load })
	}
	advance(operand.U8(sums*s.size), operand.U8(sums*s.size))
	SUBQ(operand.U8(sums), left)
	JGE(operand.LabelRef(name + "loop"))
	Label(name + "tail")
	ADDQ(operand.U8(sums), left)
	JZ(operand.LabelRef(name + "next"))
	if s.neon {
		s.addParts(left, as, bs, acc)
	} else {
		step(m.loader)
	}
	Label(name + "next")
	advance(mem("stepa"), mem("stepb"))
	DECQ(pieces)
	JNZ(operand.LabelRef(name + "piece"))
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
