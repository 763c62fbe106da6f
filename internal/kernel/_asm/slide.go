package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// slides writes the kernels of rows of whole vectors, which are pixels of as many images.
// Each vector of pixels that they load serves a row of the kernel. AVX2 has too few
// registers for the sums and the pixels. On arm64, where a core can begin four products in
// a cycle, the products would wait for their sums.
func slides(s isa) {
	if !s.wide {
		return
	}
	for _, columns := range []int{3, 5} {
		// With fewer sums the products would wait for each other.
		for vectors := 7; vectors <= rowVectors(s, 1); vectors++ {
			slide(s, vectors, columns, false)
			slide(s, vectors, columns, true)
		}
	}
}

// slide writes a kernel with one output channel, a row of so many vectors of pixels and
// of so many columns of the kernel. If it spreads, the row of the input is shorter than
// that of the output, and pixels beyond its ends are zero: each of its pixels adds to
// as many sums as the kernel has columns.
func slide(s isa, vectors, columns int, spreads bool) {
	name, at, others := "slide", "j + b", ""
	if spreads {
		name, at, others = "spread", fmt.Sprintf("j + b - %d", columns-1), " Pixels outside of a row are zero."
	}
	function(fmt.Sprintf("%s%dx%d%s", name, vectors, columns, s.name),
		"func(k int, taps *[2]uint32, x *float32, pitch int, w *float32, stepw int, "+
			"y *float32, rowy, groups int, bias *float32)")
	Pragma("noescape")
	Doc(fmt.Sprintf("y[i, j] = bias + sum over k rows of %d taps b of w[tap.w + b stepw] x[tap.x + i pitch + %s],",
		columns, at),
		fmt.Sprintf("for groups rows i of %d vectors j, made of %d pixels; without bias it adds to y.%s",
			vectors, slidePixels(vectors, columns, spreads), others),
		"Rows of y are rowy apart.")
	x := Load(Param("x"), GP64()).(reg.GPVirtual)
	w := Load(Param("w"), GP64())
	y := Load(Param("y"), GP64()).(reg.GPVirtual)
	pitch := s.inBytes(Load(Param("pitch"), GP64()).(reg.GPVirtual))
	stepw := s.inBytes(Load(Param("stepw"), GP64()).(reg.GPVirtual))
	rowy := s.inBytes(Load(Param("rowy"), GP64()).(reg.GPVirtual))
	bias, acc := Load(Param("bias"), GP64()), s.vecs(vectors)
	Label("group")
	TESTQ(bias, bias)
	JZ(operand.LabelRef("old"))
	for _, sum := range acc {
		s.broadcast(operand.Mem{Base: bias}, sum)
	}
	JMP(operand.LabelRef("begin"))
	Label("old")
	for j, sum := range acc {
		s.load(operand.Mem{Base: y, Disp: j * s.bytes()}, sum)
	}
	Label("begin")
	k := Load(Param("k"), GP64())
	taps := tapWalk{Load(Param("taps"), GP64()).(reg.GPVirtual), GP64(), GP64()}
	TESTQ(k, k)
	JZ(operand.LabelRef("store"))
	align()
	Label("loop")
	s.addSlide(acc, taps, x, w, stepw, columns, spreads)
	DECQ(k)
	JNZ(operand.LabelRef("loop"))

	Label("store")
	s.notMinusZero(acc)
	for j, sum := range acc {
		s.store(sum, operand.Mem{Base: y, Disp: j * s.bytes()})
	}
	ADDQ(pitch, x)
	ADDQ(rowy, y)
	groups, err := Param("groups").Resolve()
	if err != nil {
		panic(err)
	}
	DECQ(groups.Addr)
	JNZ(operand.LabelRef("group"))
	VZEROUPPER()
	RET()
}

// addSlide adds the terms of the next row of the kernel to the sums.
func (s isa) addSlide(acc []vec, taps tapWalk, x, w, stepw reg.Register, columns int, spreads bool) {
	taps.next()
	LEAQ(operand.Mem{Base: x, Index: taps.x, Scale: uint8(s.size)}, taps.x)
	LEAQ(operand.Mem{Base: w, Index: taps.w, Scale: uint8(s.size)}, taps.w)
	row := s.vecs(slidePixels(len(acc), columns, spreads))
	loaded, weight := 0, s.vec()
	for b := range columns {
		first, last := 0, len(row) // the pixels that the column meets
		if !spreads {
			first, last = b, b+len(acc)
		}
		for ; loaded < last; loaded++ {
			s.load(operand.Mem{Base: taps.x, Disp: loaded * s.bytes()}, row[loaded])
		}
		s.broadcast(operand.Mem{Base: taps.w}, weight)
		if b < columns-1 {
			ADDQ(stepw, taps.w)
		}
		to := 0
		if spreads {
			to = columns - 1 - b
		}
		for i, pixel := range row[first:last] {
			s.fma(acc[to+i], weight, pixel)
		}
	}
}

// slidePixels returns how many pixels a row of sums is made of.
func slidePixels(sums, columns int, spreads bool) int {
	if spreads {
		return sums - columns + 1
	}
	return sums + columns - 1
}

// inBytes makes of a number of elements in a register that of their bytes.
func (s isa) inBytes(n reg.GPVirtual) reg.GPVirtual {
	IMUL3Q(operand.U8(s.size), n, n)
	return n
}
