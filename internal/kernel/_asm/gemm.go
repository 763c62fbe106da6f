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
		if !s.wide {
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
	TEXT(fmt.Sprintf("gemm%dx%d%s", mr, nr, s.name), NOSPLIT,
		fmt.Sprintf("func(k int, a *%[1]s, ra, ca int, b *%[1]s, ldb int, c *%[1]s, ldc int, tail int, accumulate bool)", s.elem))
	Pragma("noescape")
	Doc(fmt.Sprintf("C = A B, or C += A B, for %d rows and %d vectors of C, the last of which has tail elements.", mr, nr),
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

	acc := make([]reg.VecVirtual, mr*nr)
	for i := range acc {
		acc[i] = s.vec()
		s.zero(acc[i])
	}
	bs := make([]reg.VecVirtual, nr)
	for j := range bs {
		bs[j] = s.vec()
	}
	x := s.vec()
	TESTQ(k, k)
	JZ(operand.LabelRef("store"))
	align()
	Label("loop")
	for j := range bs {
		from := operand.Mem{Base: b, Disp: j * s.bytes()}
		if j == nr-1 {
			m.load(from, bs[j])
		} else {
			s.load(from, bs[j])
		}
	}
	ADDQ(ldb, b)
	for i := range mr {
		s.broadcast(at[i], x)
		for j := range nr {
			s.fma(acc[i*nr+j], x, bs[j])
		}
	}
	for i := 0; i < mr; i += 4 {
		ADDQ(ca, at[i].Base)
	}
	DECQ(k)
	JNZ(operand.LabelRef("loop"))

	Label("store")
	c := Load(Param("c"), GP64()).(reg.GPVirtual)
	ldc := Load(Param("ldc"), GP64()).(reg.GPVirtual)
	IMUL3Q(operand.U8(s.size), ldc, ldc)
	flag := Load(Param("accumulate"), GP8())
	TESTB(flag, flag)
	JZ(operand.LabelRef("overwrite"))
	old := GP64()
	MOVQ(c, old)
	for i := range mr {
		for j := range nr {
			from := operand.Mem{Base: old, Disp: j * s.bytes()}
			if j == nr-1 {
				m.load(from, bs[j])
			} else {
				s.load(from, bs[j])
			}
			s.add(bs[j], acc[i*nr+j])
		}
		ADDQ(ldc, old)
	}
	Label("overwrite")
	for i := range mr {
		for j := range nr {
			to := operand.Mem{Base: c, Disp: j * s.bytes()}
			if j == nr-1 {
				m.store(acc[i*nr+j], to)
			} else {
				s.store(acc[i*nr+j], to)
			}
		}
		ADDQ(ldc, c)
	}
	VZEROUPPER()
	RET()
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
		TEXT("peak"+s.name, NOSPLIT, "func(n int)")
		Doc("Performs n rounds of 12 independent multiply-adds of vectors.")
		n := Load(Param("n"), GP64())
		acc := make([]reg.VecVirtual, 12)
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
