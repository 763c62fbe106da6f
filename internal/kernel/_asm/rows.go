package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

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
