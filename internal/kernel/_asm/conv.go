package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// convolution writes the micro-kernels of direct convolution. Both walk a list of
// taps, each of which says where the input and the weights of one term lie, so
// that neither a matrix of columns nor its copy in panels is ever made.
func convolution() {
	for _, s := range isas {
		if s.size != 4 {
			continue
		}
		maxM := 6
		for vectors, size := range gridSizes(s) {
			for r := 1; r <= size[0]; r++ {
				for c := 1; c <= size[1]; c++ {
					gridTile(s, r, c, vectors+1)
				}
			}
		}
		if s.neon { // whose blocks have no more
			maxM = s.lanes
		}
		for m := 1; m <= maxM; m++ {
			for v := 1; v <= rowVectors(s, m); v++ {
				for group := 1; group <= rowGroups(s, m, v); group++ {
					rowTile(s, m, v, group)
				}
			}
		}
		slides(s)
	}
}

// gridSizes returns how many rows and columns of pixels a gridTile has at most, for one
// vector of channels and for more. AVX2 can load two numbers in the time of two
// products, so each number that it loads must serve two vectors.
func gridSizes(s isa) [][2]int {
	if s.wide || s.neon {
		return [][2]int{{5, 5}}
	}
	return [][2]int{{2, 5}, {1, 6}}
}

// A tapWalk is the list of taps while it is walked.
type tapWalk struct {
	at, x, w reg.GPVirtual
}

// next loads the offsets of the next tap, both at once: the kernels are short of
// loads, not of arithmetic.
func (t tapWalk) next() {
	MOVQ(operand.Mem{Base: t.at}, t.w)
	MOVL(t.w.As32(), t.x.As32())
	SHRQ(operand.U8(32), t.w)
	ADDQ(operand.U8(8), t.at)
}

// gridTile writes a kernel with output channels in the lanes: rows x cols
// neighbouring pixels times some vectors of channels.
func gridTile(s isa, rows, cols, vectors int) {
	name := fmt.Sprintf("grid%dx%d", rows, cols)
	if vectors > 1 {
		name += fmt.Sprintf("x%d", vectors)
	}
	function(name+s.name,
		"func(k int, taps *[2]uint32, x *float32, pitch int, w *float32, y *float32, ldy int, bias *float32)")
	Pragma("noescape")
	Doc(fmt.Sprintf("y[r, c] = bias + sum over k taps of x[tap.x + r pitch + c] w[tap.w:] for %d x %d pixels (r, c)",
		rows, cols),
		fmt.Sprintf("and channels that fill %d vectors; without bias it adds to y. Rows of y are ldy apart, pixels as far "+
			"as the", vectors),
		"channels reach.")
	k := Load(Param("k"), GP64())
	taps := tapWalk{Load(Param("taps"), GP64()).(reg.GPVirtual), GP64(), GP64()}
	w := Load(Param("w"), GP64())
	x := s.pixelRows(rows)
	acc, across := s.vecs(rows*cols*vectors), cols*vectors
	at := func(visit func(i int, m operand.Mem)) {
		y := Load(Param("y"), GP64()).(reg.GPVirtual)
		ldy := Load(Param("ldy"), GP64())
		for i := range acc {
			visit(i, operand.Mem{Base: y, Disp: i % across * s.bytes()})
			if i%across == across-1 {
				LEAQ(operand.Mem{Base: y, Index: ldy, Scale: uint8(s.size)}, y)
			}
		}
	}
	s.startGrid(acc, vectors, at)
	Label("begin")
	TESTQ(k, k)
	JZ(operand.LabelRef("store"))
	align()
	Label("loop")
	taps.next()
	weights := s.vecs(vectors)
	pixels := s.factors(cols)
	pixels.inMemory = s.wide
	s.loadRow(s.inRow(operand.Mem{Base: w, Index: taps.w, Scale: uint8(s.size)}, vectors), weights, nil)
	for r := range rows {
		from := operand.Mem{Base: x[r], Index: taps.x, Scale: uint8(s.size)}
		pixels.each(from, func(c int, fma func(acc, y reg.VecVirtual)) {
			for v, w := range weights {
				fma(acc[r*across+c*vectors+v], w)
			}
		})
	}
	DECQ(k)
	JNZ(operand.LabelRef("loop"))

	Label("store")
	s.notMinusZero(acc)
	at(func(i int, m operand.Mem) { s.store(acc[i], m) })
	VZEROUPPER()
	RET()
}

// pixelRows returns the addresses of rows of pixels.
func (s isa) pixelRows(rows int) []reg.GPVirtual {
	x := make([]reg.GPVirtual, rows)
	x[0] = Load(Param("x"), GP64()).(reg.GPVirtual)
	pitch := Load(Param("pitch"), GP64())
	for r := 1; r < rows; r++ {
		x[r] = GP64()
		LEAQ(operand.Mem{Base: x[r-1], Index: pitch, Scale: uint8(s.size)}, x[r])
	}
	return x
}

// notMinusZero turns sums that are -0 into +0. The taps of a tile that meet nothing but
// padding are left out, which taps that are depends on the size of tiles, and -0 is the
// one sum that a term of +0 changes.
func (s isa) notMinusZero(acc []reg.VecVirtual) {
	zero := s.vec()
	s.zero(zero)
	for _, a := range acc {
		s.add(zero, a)
	}
}

// startGrid sets the sums of a gridTile to the bias or, without one, to what is in y,
// where at finds the places.
func (s isa) startGrid(acc []reg.VecVirtual, vectors int, at func(visit func(i int, m operand.Mem))) {
	bias := Load(Param("bias"), GP64())
	TESTQ(bias, bias)
	JZ(operand.LabelRef("old"))
	for i := range acc {
		s.load(operand.Mem{Base: bias, Disp: i % vectors * s.bytes()}, acc[i])
	}
	JMP(operand.LabelRef("begin"))
	Label("old")
	at(func(i int, m operand.Mem) { s.load(m, acc[i]) })
}
