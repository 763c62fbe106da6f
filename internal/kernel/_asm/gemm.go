package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gemm writes the micro-kernels of the matrix product: tiles of mr rows and nr
// vectors of C in registers, over the whole of k.
func gemm() {
	for _, s := range isas {
		rows, vectors := []int{1, 2, 3, 4, 5, 6, 7, 8}, 3
		switch {
		case s.neon:
			rows, vectors = []int{1, 2, 3, 4}, 6
		case !s.wide:
			rows, vectors = []int{1, 2, 3, 4, 5, 6}, 2
		}
		for _, mr := range rows {
			for nr := 1; nr <= vectors; nr++ {
				gemmTile(s, mr, nr)
			}
		}
	}
}

func gemmTile(s isa, mr, nr int) {
	function(fmt.Sprintf("gemm%dx%d%s", mr, nr, s.name),
		fmt.Sprintf("func(k int, a *%[1]s, ra, ca int, b *%[1]s, ldb int, "+
			"c *%[1]s, ldc int, tail int, accumulate bool)", s.elem))
	Pragma("noescape")
	Doc(fmt.Sprintf("C = A B, or C += A B, for %d rows and %d vectors of C, the last of which has tail elements.",
		mr, nr),
		"A has the strides ra and ca between rows and columns; rows of B are ldb apart, rows of C ldc.")
	n := Load(Param("tail"), GP64()).(reg.GPVirtual)
	m := s.loadMask(n)
	k := Load(Param("k"), GP64())
	a := Load(Param("a"), GP64()).(reg.GPVirtual)
	ra := Load(Param("ra"), GP64()).(reg.GPVirtual)
	ca := Load(Param("ca"), GP64()).(reg.GPVirtual)
	b := Load(Param("b"), GP64()).(reg.GPVirtual)
	ldb := Load(Param("ldb"), GP64()).(reg.GPVirtual)
	for _, r := range []reg.GPVirtual{ra, ca, ldb} {
		IMUL3Q(operand.U8(s.size), r, r)
	}
	at := rowAddresses(a, ra, mr)
	s.fetchTile(k, mr, nr)

	t := tile{isa: s, b: b, ldb: ldb, ca: ca, k: k, at: at}
	if !s.wide { // where a masked store takes long: on some processors twenty times as long in AVX2
		tail := Load(Param("tail"), GP64())
		CMPQ(tail, operand.U8(s.lanes))
		JNE(operand.LabelRef("masked"))
		t.write("full", mr, nr, nil)
		Label("masked")
	}
	t.write("", mr, nr, &m)
}

// tile is where the operands of a micro-kernel are.
type tile struct {
	isa
	b, ldb, ca reg.GPVirtual
	k          reg.Register
	at         []operand.Mem // the rows of A
}

// write writes a micro-kernel from the sums on to its end. The last vector of every
// row is masked, if there is a mask. name tells its labels from those of another.
func (t tile) write(name string, mr, nr int, m *mask) {
	acc := make([]reg.VecVirtual, mr*nr)
	for i := range acc {
		acc[i] = t.vec()
		t.zero(acc[i])
	}
	bs := make([]reg.VecVirtual, nr)
	for j := range bs {
		bs[j] = t.vec()
	}
	x := t.vec()
	TESTQ(t.k, t.k)
	JZ(operand.LabelRef(name + "store"))
	align()
	Label(name + "loop")
	t.loadRow(operand.Mem{Base: t.b}, bs, m)
	ADDQ(t.ldb, t.b)
	for i := range mr {
		t.factor(t.at[i], x)
		for j := range nr {
			t.fmaBy(acc[i*nr+j], x, bs[j])
		}
	}
	for i := 0; i < mr; i += 4 {
		ADDQ(t.ca, t.at[i].Base)
	}
	DECQ(t.k)
	JNZ(operand.LabelRef(name + "loop"))

	Label(name + "store")
	c := Load(Param("c"), GP64()).(reg.GPVirtual)
	ldc := Load(Param("ldc"), GP64()).(reg.GPVirtual)
	IMUL3Q(operand.U8(t.size), ldc, ldc)
	flag := Load(Param("accumulate"), GP8())
	TESTB(flag, flag)
	JZ(operand.LabelRef(name + "overwrite"))
	old := GP64()
	MOVQ(c, old)
	for i := range mr {
		t.loadRow(operand.Mem{Base: old}, bs, m)
		for j, v := range bs {
			t.add(v, acc[i*nr+j])
		}
		ADDQ(ldc, old)
	}
	Label(name + "overwrite")
	for i := range mr {
		t.storeRow(acc[i*nr:(i+1)*nr], c, m)
		ADDQ(ldc, c)
	}
	VZEROUPPER()
	RET()
}

// loadRow loads the vectors of a row, the last of which is masked if there is a mask.
func (s isa) loadRow(from operand.Mem, row []reg.VecVirtual, m *mask) {
	for j, v := range row {
		at := from.Offset(j * s.bytes())
		if j == len(row)-1 && m != nil {
			m.load(at, v)
		} else {
			s.load(at, v)
		}
	}
}

// storeRow stores the vectors of a row, the last of which is masked if there is a mask.
func (s isa) storeRow(row []reg.VecVirtual, to reg.Register, m *mask) {
	for j, v := range row {
		at := operand.Mem{Base: to, Disp: j * s.bytes()}
		if j == len(row)-1 && m != nil {
			m.store(v, at)
		} else {
			s.store(v, at)
		}
	}
}

// fetchTile has a tile of C brought into the cache while its sums are formed, if
// they are long enough for that.
func (s isa) fetchTile(k reg.Register, mr, nr int) {
	const enough = 96
	CMPQ(k, operand.U8(enough))
	JL(operand.LabelRef("fetched"))
	c, ldc := Load(Param("c"), GP64()), Load(Param("ldc"), GP64()).(reg.GPVirtual)
	IMUL3Q(operand.U8(s.size), ldc, ldc)
	const line = 64
	for range mr {
		for at := 0; at < nr*s.bytes(); at += line {
			PREFETCHT0(operand.Mem{Base: c, Disp: at})
		}
		ADDQ(ldc, c)
	}
	Label("fetched")
}

// rowAddresses returns the addresses of rows that are stride bytes apart, in
// groups of four with a base register each.
func rowAddresses(base, stride reg.GPVirtual, rows int) []operand.Mem {
	triple := GP64()
	LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, triple)
	at := make([]operand.Mem, rows)
	for i := range at {
		if i > 0 && i%4 == 0 {
			next := GP64()
			LEAQ(operand.Mem{Base: base, Index: stride, Scale: 4}, next)
			base = next
		}
		at[i] = operand.Mem{Base: base}
		switch i % 4 {
		case 1:
			at[i].Index, at[i].Scale = stride, 1
		case 2:
			at[i].Index, at[i].Scale = stride, 2
		case 3:
			at[i].Index, at[i].Scale = triple, 1
		}
	}
	return at
}

// peak writes loops of independent multiply-adds, which measure what the machine
// can do at most.
func peak() {
	for _, s := range isas {
		function("peak"+s.name, "func(n int)")
		acc := make([]reg.VecVirtual, 12)
		if s.neon { // for four at a time, each of which takes four cycles
			acc = make([]reg.VecVirtual, 24)
		}
		Doc(fmt.Sprintf("Performs n rounds of %d independent multiply-adds of vectors.", len(acc)))
		n := Load(Param("n"), GP64())
		for i := range acc {
			acc[i] = s.vec()
			s.zero(acc[i])
		}
		x := s.vec()
		s.zero(x)
		align()
		Label("loop")
		for i := range acc {
			s.fma(acc[i], x, x)
		}
		DECQ(n)
		JNZ(operand.LabelRef("loop"))
		VZEROUPPER()
		RET()
	}
}
