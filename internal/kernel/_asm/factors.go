package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Factors are numbers of which every lane of a vector gets a multiple. x86 loads each
// into all lanes of a register; NEON multiplies by one lane of a register.

// factor loads a number into x, as a factor for fmaBy.
func (s isa) factor(m operand.Mem, x reg.VecVirtual) {
	if s.neon {
		moveVector(s.one(), m, x)
	} else {
		s.broadcast(m, x)
	}
}

// fmaBy adds to acc the product of y and the factor x.
func (s isa) fmaBy(acc, x, y operand.Op) {
	if s.neon {
		s.fmaLane(acc, y, x, 0)
	} else {
		s.fma(acc, x, y)
	}
}

// fmaLane adds to acc the product of y and one lane of x.
func (s isa) fmaLane(acc, y, x operand.Op, lane int) {
	element := map[int]string{4: "s", 8: "d"}[s.size]
	form, _ := strings.CutSuffix(s.arranged("fmla", 3), s.arranged("", 1)[1:])
	neon(fmt.Sprintf("%sv%%d.%s[%d]", form, element, lane), acc, y, x)
}

// factorRow is n numbers that follow each other in memory and are factors of products:
// read one by one, or in NEON as vectors, of which a product takes one lane.
type factorRow struct {
	isa
	n        int
	v        []vec
	inMemory bool // each is a factor of one product, which reads it from memory
}

// factors returns a row of n factors, with the registers that it takes.
func (s isa) factors(n int) factorRow {
	count := 1
	if s.neon {
		count = (n + s.lanes - 1) / s.lanes
	}
	return factorRow{isa: s, n: n, v: s.vecs(count)}
}

// each reads the factors at from and visits each, with the function that adds to acc
// its product with y.
func (f factorRow) each(from operand.Mem, visit func(i int, fma func(acc, y vec))) {
	if f.neon {
		f.load(from)
	}
	for i := range f.n {
		at := from.Offset(i * f.size)
		switch {
		case f.neon:
			visit(i, func(acc, y vec) { f.fmaLane(acc, y, f.v[i/f.lanes], i%f.lanes) })
		case f.inMemory:
			visit(i, func(acc, y vec) { VFMADD231PS_BCST(at, y, acc) })
		default:
			f.broadcast(at, f.v[0])
			visit(i, func(acc, y vec) { f.fma(acc, f.v[0], y) })
		}
	}
}

// load reads them all into the lanes of vectors, and nothing behind them.
func (f factorRow) load(from operand.Mem) {
	for i, v := range f.v {
		at := from.Offset(i * f.bytes())
		switch n := min(f.n-i*f.lanes, f.lanes); n {
		case 1:
			moveVector("FMOVS", at, v)
		case 2, 3:
			moveVector("FMOVD", at, v)
			if n == 3 {
				sum := GP64()
				LEAQ(at.Offset(2*f.size), sum)
				lane(loadLane, v, f.size, 2, operand.Mem{Base: sum})
			}
		default:
			f.isa.load(at, v)
		}
	}
}
