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
		maxR, maxS, maxM := 2, 5, 6
		if s.wide {
			maxR = 5
		}
		for r := 1; r <= maxR; r++ {
			for c := 1; c <= maxS; c++ {
				gridTile(s, r, c)
			}
		}
		for m := 1; m <= maxM; m++ {
			for v := 1; v <= pixelVectors(s); v++ {
				for group := 1; group <= pixelVectors(s)/v; group++ {
					rowTile(s, m, v, group)
				}
			}
		}
	}
}

// pixelVectors returns how many vectors of pixels a rowTile has at most.
func pixelVectors(s isa) int {
	if s.wide {
		return 4
	}
	return 2
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
// neighbouring pixels times one vector of channels.
func gridTile(s isa, rows, cols int) {
	TEXT(fmt.Sprintf("grid%dx%d%s", rows, cols, s.name), NOSPLIT,
		"func(k int, taps *[2]uint32, x *float32, pitch int, w *float32, y *float32, ldy int, bias *float32)")
	Pragma("noescape")
	Doc(fmt.Sprintf("y[r, c] = bias + sum over k taps of x[tap.x + r pitch + c] w[tap.w:] for %d x %d pixels (r, c)",
		rows, cols),
		"and one vector of channels; without bias it adds to y. Rows of y are ldy apart, pixels one vector.")
	k := Load(Param("k"), GP64())
	taps := tapWalk{Load(Param("taps"), GP64()).(reg.GPVirtual), GP64(), GP64()}
	w := Load(Param("w"), GP64())
	x := make([]reg.GPVirtual, rows)
	x[0] = Load(Param("x"), GP64()).(reg.GPVirtual)
	pitch := Load(Param("pitch"), GP64())
	for r := 1; r < rows; r++ {
		x[r] = GP64()
		LEAQ(operand.Mem{Base: x[r-1], Index: pitch, Scale: uint8(s.size)}, x[r])
	}
	acc := s.vecs(rows * cols)
	at := func(visit func(i int, m operand.Mem)) {
		y := Load(Param("y"), GP64()).(reg.GPVirtual)
		ldy := Load(Param("ldy"), GP64())
		for i := range acc {
			visit(i, operand.Mem{Base: y, Disp: i % cols * s.bytes()})
			if i%cols == cols-1 {
				LEAQ(operand.Mem{Base: y, Index: ldy, Scale: uint8(s.size)}, y)
			}
		}
	}
	s.startGrid(acc, at)
	Label("begin")
	TESTQ(k, k)
	JZ(operand.LabelRef("store"))
	align()
	Label("loop")
	taps.next()
	v, b := s.vec(), s.vec()
	s.load(operand.Mem{Base: w, Index: taps.w, Scale: uint8(s.size)}, v)
	for i := range acc {
		from := operand.Mem{Base: x[i/cols], Index: taps.x, Scale: uint8(s.size), Disp: i % cols * s.size}
		if s.wide {
			VFMADD231PS_BCST(from, v, acc[i])
		} else {
			s.broadcast(from, b)
			s.fma(acc[i], b, v)
		}
	}
	DECQ(k)
	JNZ(operand.LabelRef("loop"))

	Label("store")
	s.notMinusZero(acc)
	at(func(i int, m operand.Mem) { s.store(acc[i], m) })
	VZEROUPPER()
	RET()
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
func (s isa) startGrid(acc []reg.VecVirtual, at func(visit func(i int, m operand.Mem))) {
	bias := Load(Param("bias"), GP64())
	TESTQ(bias, bias)
	JZ(operand.LabelRef("old"))
	for i := range acc {
		s.load(operand.Mem{Base: bias}, acc[i])
	}
	JMP(operand.LabelRef("begin"))
	Label("old")
	at(func(i int, m operand.Mem) { s.load(m, acc[i]) })
}

// rowTile writes a kernel with pixels in the lanes: maps output channels times
// group rows of pixels of a number of vectors, for a number of such groups.
func rowTile(s isa, maps, vectors, group int) {
	TEXT(fmt.Sprintf("rows%dx%dx%d%s", maps, vectors, group, s.name), NOSPLIT,
		"func(k int, taps *[2]uint32, x *float32, pitch int, w *float32, "+
			"y *float32, ldy, rowy int, groups, tail int, bias *float32)")
	Pragma("noescape")
	Doc(fmt.Sprintf("y[m, i, j] = bias[m] + sum over k taps of w[tap.w + m] x[tap.x + i pitch + j] for %d channels m, "+
		"groups of", maps),
		fmt.Sprintf("%d rows i and %d vectors of columns j, the last of which has tail elements. Channels of y are "+
			"ldy apart,", group, vectors),
		"rows rowy.")
	m := s.loadMask(Load(Param("tail"), GP64()).(reg.GPVirtual))
	x := []reg.GPVirtual{Load(Param("x"), GP64()).(reg.GPVirtual)}
	pitch := Load(Param("pitch"), GP64()).(reg.GPVirtual)
	rowy := Load(Param("rowy"), GP64()).(reg.GPVirtual)
	ldy := Load(Param("ldy"), GP64()).(reg.GPVirtual)
	for _, r := range []reg.GPVirtual{pitch, rowy, ldy} {
		IMUL3Q(operand.U8(s.size), r, r)
	}
	for len(x) < group {
		x = append(x, GP64())
	}
	w := Load(Param("w"), GP64())
	y := Load(Param("y"), GP64()).(reg.GPVirtual)
	acc := s.vecs(maps * group * vectors)

	Label("group")
	bias := Load(Param("bias"), GP64())
	for i := range maps {
		for j := range group * vectors {
			s.broadcast(operand.Mem{Base: bias, Disp: i * s.size}, acc[i*group*vectors+j])
		}
	}
	for r := 1; r < group; r++ {
		LEAQ(operand.Mem{Base: x[r-1], Index: pitch, Scale: 1}, x[r])
	}
	k := Load(Param("k"), GP64())
	taps := tapWalk{Load(Param("taps"), GP64()).(reg.GPVirtual), GP64(), GP64()}
	TESTQ(k, k)
	JZ(operand.LabelRef("store"))
	align()
	Label("loop")
	s.addRows(acc, maps, vectors, x, w, taps, m)
	DECQ(k)
	JNZ(operand.LabelRef("loop"))

	Label("store")
	s.storeRows(acc, maps, vectors, group, y, rowy, ldy, m)
	for range group {
		ADDQ(pitch, x[0])
		ADDQ(rowy, y)
	}
	groups, err := Param("groups").Resolve()
	if err != nil {
		panic(err)
	}
	DECQ(groups.Addr)
	JNZ(operand.LabelRef("group"))
	VZEROUPPER()
	RET()
}

// addRows adds the terms of the next tap to the sums of a rowTile, for the rows at x.
func (s isa) addRows(acc []reg.VecVirtual, maps, vectors int, x []reg.GPVirtual, w reg.Register, taps tapWalk, m mask) {
	taps.next()
	xs := make([]reg.VecVirtual, len(x)*vectors)
	for j := range xs {
		xs[j] = s.vec()
		from := operand.Mem{Base: x[j/vectors], Index: taps.x, Scale: uint8(s.size), Disp: j % vectors * s.bytes()}
		if j%vectors == vectors-1 {
			m.load(from, xs[j])
		} else {
			s.load(from, xs[j])
		}
	}
	b := s.vec()
	for i := range maps {
		s.broadcast(operand.Mem{Base: w, Index: taps.w, Scale: uint8(s.size), Disp: i * s.size}, b)
		for j := range xs {
			s.fma(acc[i*len(xs)+j], b, xs[j])
		}
	}
}

// storeRows writes the sums of a rowTile to y, the last vector of every row masked.
func (s isa) storeRows(acc []reg.VecVirtual, maps, vectors, group int, y, rowy, ldy reg.GPVirtual, m mask) {
	s.notMinusZero(acc)
	to := GP64()
	MOVQ(y, to)
	for i := range maps {
		row := to
		for r := range group {
			if r > 0 {
				next := GP64()
				LEAQ(operand.Mem{Base: row, Index: rowy, Scale: 1}, next)
				row = next
			}
			for v := range vectors {
				mem := operand.Mem{Base: row, Disp: v * s.bytes()}
				a := acc[(i*group+r)*vectors+v]
				if v == vectors-1 {
					m.store(a, mem)
				} else {
					s.store(a, mem)
				}
			}
		}
		ADDQ(ldy, to)
	}
}
