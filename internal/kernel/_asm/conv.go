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

// rowVectors returns how many vectors of a row of pixels a rowTile of m channels has at
// most. Of one channel, so many that products do not wait for each other.
func rowVectors(s isa, m int) int {
	switch {
	case m == 1:
		return 14
	case s.wide || s.neon:
		return 4
	}
	return 2
}

// rowGroups returns how many rows of v vectors a rowTile of m channels has at most.
func rowGroups(s isa, m, v int) int {
	if s.neon { // for sums, vectors of pixels and one of weights in 32 registers
		return max(1, min(31/(m+1), 8)/v)
	}
	return max(1, rowVectors(s, 2)/v)
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
	x := make([]reg.GPVirtual, rows)
	x[0] = Load(Param("x"), GP64()).(reg.GPVirtual)
	pitch := Load(Param("pitch"), GP64())
	for r := 1; r < rows; r++ {
		x[r] = GP64()
		LEAQ(operand.Mem{Base: x[r-1], Index: pitch, Scale: uint8(s.size)}, x[r])
	}
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
	t := rowsTile{s, maps, vectors, group, x, pitch, rowy, ldy, w, y, nil}
	tail := Load(Param("tail"), GP64()).(reg.GPVirtual)
	if !s.wide && !s.neon && vectors > 1 {
		SUBQ(operand.U8(s.lanes), tail)
		IMUL3Q(operand.U8(s.size), tail, tail)
		t.over = tail
		t.write("", nil)
		return
	}
	if s.neon { // where the lanes under a mask are read one by one
		CMPQ(tail, operand.U8(s.lanes))
		JNE(operand.LabelRef("masked"))
		t.write("full", nil)
		Label("masked")
	}
	m := s.loadMask(tail)
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

	// In AVX2, whose masked stores take several times as long as others on some processors,
	// the last of two or more vectors is whole, ends where the row does, and overlaps the one
	// before: it is less than a vector, so many bytes, from its own place.
	over reg.GPVirtual
}

// places returns where the vectors of a row at base + index are.
func (t rowsTile) places(base reg.Register, index operand.Mem) []operand.Mem {
	at := make([]operand.Mem, t.vectors)
	for j := range at {
		at[j] = index
		at[j].Base = base
		at[j].Disp = j * t.bytes()
	}
	if t.over != nil {
		last := GP64()
		LEAQ(operand.Mem{Base: base, Index: t.over, Scale: 1}, last)
		at[t.vectors-1].Base = last
	}
	return at
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
	rows := make([][]operand.Mem, group)
	for r := range rows {
		rows[r] = t.places(x[r], operand.Mem{Index: taps.x, Scale: uint8(s.size)})
	}
	TESTQ(k, k)
	JZ(operand.LabelRef(name + "store"))
	align()
	Label(name + "loop")
	t.addRows(acc, taps, rows, m)
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
func (t rowsTile) addRows(acc []reg.VecVirtual, taps tapWalk, rows [][]operand.Mem, m *mask) {
	taps.next()
	weights := operand.Mem{Base: t.w, Index: taps.w, Scale: uint8(t.size)}
	if t.maps == 1 && !t.neon {
		t.addRowsOf1(acc, weights, rows, m)
		return
	}
	xs := t.vecs(t.group * t.vectors)
	for r, row := range rows {
		t.loadRow(row, xs[r*t.vectors:][:t.vectors], m)
	}
	t.factors(t.maps).each(weights, func(i int, fma func(acc, y vec)) {
		for j, x := range xs {
			fma(acc[i*len(xs)+j], x)
		}
	})
}

// addRowsOf1 is addRows for one map: each vector of pixels is of one product, which
// reads it from memory.
func (t rowsTile) addRowsOf1(acc []reg.VecVirtual, weight operand.Mem, rows [][]operand.Mem, m *mask) {
	w := t.vec()
	t.broadcast(weight, w)
	for r, row := range rows {
		for j, at := range row {
			var pixels operand.Op = at
			if m != nil && j == len(row)-1 {
				v := t.vec()
				m.load(at, v)
				pixels = v
			}
			t.fma(acc[r*t.vectors+j], w, pixels)
		}
	}
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
			t.storeRow(acc[(i*t.group+r)*t.vectors:][:t.vectors], t.places(row, operand.Mem{}), m)
		}
		ADDQ(t.ldy, to)
	}
}
