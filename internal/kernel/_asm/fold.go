package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// foldRows folds the sums of every row, at most four at a time.
func (s isa) foldRows(cols int, acc []wideVec) (totals []reg.Register) {
	for at := 0; at < len(acc); at += cols {
		row := acc[at:][:cols]
		for j := 0; j < cols; j += 4 {
			totals = append(totals, s.fold(row[j:min(j+4, cols)]))
		}
	}
	return totals
}

// storeSums writes the totals that foldRows returns to c.
func storeSums(s isa, rows, cols int, totals []reg.Register) {
	c, ldc := Load(Param("c"), GP64()).(reg.GPVirtual), Load(Param("ldc"), GP64())
	flag := Load(Param("accumulate"), GP8())
	groups := (cols + 3) / 4
	masks := make([]fewLanes, groups)
	for j := range masks {
		masks[j] = s.fewLanes(min(4, cols-4*j))
	}
	each := func(at reg.GPVirtual, visit func(total reg.Register, at operand.Mem, m fewLanes)) {
		for i, total := range totals {
			visit(total, operand.Mem{Base: at, Disp: i % groups * 16}, masks[i%groups])
			if i%groups == groups-1 {
				LEAQ(operand.Mem{Base: at, Index: ldc, Scale: uint8(s.size)}, at)
			}
		}
	}
	TESTB(flag, flag)
	JZ(operand.LabelRef("overwrite"))
	old, from := XMM(), GP64()
	MOVQ(c, from)
	each(from, func(total reg.Register, at operand.Mem, m fewLanes) {
		m.loadX(at, old)
		s.sum(old, total, total)
	})
	Label("overwrite")
	each(c, func(total reg.Register, at operand.Mem, m fewLanes) { m.storeX(total, at) })
}

// A fewLanes is the first of four lanes, as many as is known here.
type fewLanes struct {
	mask
	n int
}

func (s isa) fewLanes(n int) fewLanes {
	some := GP64()
	MOVQ(operand.U32(n), some)
	return fewLanes{s.loadMask(some), n}
}

// storeX stores them one by one in AVX2, where that takes less time than a mask.
func (m fewLanes) storeX(v reg.Register, to operand.Mem) {
	switch {
	case m.wide || m.neon:
		m.mask.storeX(v, to)
	case m.n == 1:
		VMOVSS(v, to)
	case m.n == 4:
		VMOVUPS(v, to)
	default:
		VMOVLPS(v, to)
		if m.n == 3 {
			VEXTRACTPS(operand.U8(2), v, to.Offset(8))
		}
	}
}

// fold returns in four lanes the totals of up to four wide vectors, each of which is
// added up as a tree: neighbours, neighbours of those, and so on. Of one part of two it
// returns what that part comes to.
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
	if s.wide {
		even, odd, half := quads[0], s.vec(), XMM()
		VSHUFF32X4(operand.U8(0xb1), even, even, odd)
		VADDPS(odd, even, even)
		VEXTRACTF64X4(operand.U8(1), even, half.AsY())
		VADDPS(half, even.AsX(), even.AsX())
		return even.AsX()
	}
	for _, q := range quads {
		half := XMM()
		VEXTRACTF128(operand.U8(1), q, half)
		VADDPS(half, q.AsX(), q.AsX())
	}
	total := quads[0].AsX()
	if len(quads) > 1 {
		VADDPS(quads[1].AsX(), total, total)
	}
	return total
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
