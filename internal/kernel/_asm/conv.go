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
		if s.wide || s.neon {
			maxR = 5
		}
		for r := 1; r <= maxR; r++ {
			for c := 1; c <= maxS; c++ {
				gridTile(s, r, c)
			}
		}
		if s.neon { // whose blocks have no more
			maxM = s.lanes
		}
		for m := 1; m <= maxM; m++ {
			for v := 1; v <= rowVectors(s); v++ {
				for group := 1; group <= rowGroups(s, m, v); group++ {
					rowTile(s, m, v, group)
				}
			}
		}
	}
}

// rowVectors returns how many vectors of a row of pixels a rowTile has at most.
func rowVectors(s isa) int {
	if s.wide || s.neon {
		return 4
	}
	return 2
}

// rowGroups returns how many rows of v vectors a rowTile of m channels has at most.
func rowGroups(s isa, m, v int) int {
	if s.neon { // for sums, vectors of pixels and one of weights in 32 registers
		return min(31/(m+1), 8) / v
	}
	return rowVectors(s) / v
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
	function(fmt.Sprintf("grid%dx%d%s", rows, cols, s.name),
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
	v := s.vec()
	pixels := s.factors(cols)
	pixels.inMemory = s.wide
	s.load(operand.Mem{Base: w, Index: taps.w, Scale: uint8(s.size)}, v)
	for r := range rows {
		from := operand.Mem{Base: x[r], Index: taps.x, Scale: uint8(s.size)}
		pixels.each(from, func(c int, fma func(acc, y reg.VecVirtual)) { fma(acc[r*cols+c], v) })
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
	function(fmt.Sprintf("rows%dx%dx%d%s", maps, vectors, group, s.name),
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
	t := rowsTile{s, maps, vectors, group, x, pitch, rowy, ldy, w, y}
	if s.neon { // where the lanes under a mask are read one by one
		tail := Load(Param("tail"), GP64())
		CMPQ(tail, operand.U8(s.lanes))
		JNE(operand.LabelRef("masked"))
		t.write("full", nil)
		Label("masked")
	}
	t.write("", &m)
}

// rowsTile is where the operands of a rowTile are.
type rowsTile struct {
	isa
	maps, vectors, group int
	x                    []reg.GPVirtual // the rows of pixels
	pitch, rowy, ldy     reg.GPVirtual
	w                    reg.Register
	y                    reg.GPVirtual
}

// write writes the sums of a rowTile to its end, the last vector of every row masked if
// there is a mask. name tells its labels from those of another.
func (t rowsTile) write(name string, m *mask) {
	s, maps, vectors, group, x := t.isa, t.maps, t.vectors, t.group, t.x
	acc := s.vecs(maps * group * vectors)
	Label(name + "group")
	bias := Load(Param("bias"), GP64())
	for i := range maps {
		for j := range group * vectors {
			s.broadcast(operand.Mem{Base: bias, Disp: i * s.size}, acc[i*group*vectors+j])
		}
	}
	for r := 1; r < group; r++ {
		LEAQ(operand.Mem{Base: x[r-1], Index: t.pitch, Scale: 1}, x[r])
	}
	k := Load(Param("k"), GP64())
	taps := tapWalk{Load(Param("taps"), GP64()).(reg.GPVirtual), GP64(), GP64()}
	TESTQ(k, k)
	JZ(operand.LabelRef(name + "store"))
	align()
	Label(name + "loop")
	t.addRows(acc, taps, m)
	DECQ(k)
	JNZ(operand.LabelRef(name + "loop"))

	Label(name + "store")
	t.storeRows(acc, m)
	for range group {
		ADDQ(t.pitch, x[0])
		ADDQ(t.rowy, t.y)
	}
	groups, err := Param("groups").Resolve()
	if err != nil {
		panic(err)
	}
	DECQ(groups.Addr)
	JNZ(operand.LabelRef(name + "group"))
	VZEROUPPER()
	RET()
}

// addRows adds the terms of the next tap to the sums.
func (t rowsTile) addRows(acc []reg.VecVirtual, taps tapWalk, m *mask) {
	taps.next()
	xs := t.vecs(len(t.x) * t.vectors)
	for r, x := range t.x {
		t.loadRow(operand.Mem{Base: x, Index: taps.x, Scale: uint8(t.size)}, xs[r*t.vectors:][:t.vectors], m)
	}
	weights := operand.Mem{Base: t.w, Index: taps.w, Scale: uint8(t.size)}
	t.factors(t.maps).each(weights, func(i int, fma func(acc, y vec)) {
		for j, x := range xs {
			fma(acc[i*len(xs)+j], x)
		}
	})
}

// storeRows writes the sums to y.
func (t rowsTile) storeRows(acc []reg.VecVirtual, m *mask) {
	t.notMinusZero(acc)
	to := GP64()
	MOVQ(t.y, to)
	for i := range t.maps {
		row := to
		for r := range t.group {
			if r > 0 {
				next := GP64()
				LEAQ(operand.Mem{Base: row, Index: t.rowy, Scale: 1}, next)
				row = next
			}
			t.storeRow(acc[(i*t.group+r)*t.vectors:][:t.vectors], row, m)
		}
		ADDQ(t.ldy, to)
	}
}
