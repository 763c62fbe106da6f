package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The vectors of arm64, NEON: 32 registers of 128 bits. Go's assembler does not know
// most instructions on them, so they are written as words. An encoding has the numbers
// of registers in its lowest five bits and from bits 5 and 16 on; the tests compare
// all that is written with another assembler.

// encodings are the instructions by their names and forms in Arm's assembly. What
// stands for a register is %d.
var encodings = map[string]uint32{
	"fadd v%d.4s, v%d.4s, v%d.4s":   0x4e20d400,
	"fadd v%d.2d, v%d.2d, v%d.2d":   0x4e60d400,
	"faddp v%d.4s, v%d.4s, v%d.4s":  0x6e20d400,
	"fsub v%d.4s, v%d.4s, v%d.4s":   0x4ea0d400,
	"fmul v%d.4s, v%d.4s, v%d.4s":   0x6e20dc00,
	"fdiv v%d.4s, v%d.4s, v%d.4s":   0x6e20fc00,
	"fmax v%d.4s, v%d.4s, v%d.4s":   0x4e20f400,
	"fmin v%d.4s, v%d.4s, v%d.4s":   0x4ea0f400,
	"fcmgt v%d.4s, v%d.4s, v%d.4s":  0x6ea0e400,
	"fcmge v%d.4s, v%d.4s, v%d.4s":  0x6e20e400,
	"fmla v%d.4s, v%d.4s, v%d.4s":   0x4e20cc00,
	"fmla v%d.2d, v%d.2d, v%d.2d":   0x4e60cc00,
	"fmls v%d.4s, v%d.4s, v%d.4s":   0x4ea0cc00,
	"fmla v%d.4s, v%d.4s, v%d.s[0]": 0x4f801000,
	"fmla v%d.4s, v%d.4s, v%d.s[1]": 0x4fa01000,
	"fmla v%d.4s, v%d.4s, v%d.s[2]": 0x4f801800,
	"fmla v%d.4s, v%d.4s, v%d.s[3]": 0x4fa01800,
	"fmla v%d.2d, v%d.2d, v%d.d[0]": 0x4fc01000,
	"frintn v%d.4s, v%d.4s":         0x4e218800,
	"fcvtns v%d.4s, v%d.4s":         0x4e21a800,
	"scvtf v%d.4s, v%d.4s":          0x4e21d800,
	"add v%d.4s, v%d.4s, v%d.4s":    0x4ea08400,
	"shl v%d.4s, v%d.4s, #23":       0x4f375400,
	"and v%d.16b, v%d.16b, v%d.16b": 0x4e201c00,
	"orr v%d.16b, v%d.16b, v%d.16b": 0x4ea01c00,
	"eor v%d.16b, v%d.16b, v%d.16b": 0x6e201c00,
	"bit v%d.16b, v%d.16b, v%d.16b": 0x6ea01c00,
	"movi v%d.2d, #0":               0x6f00e400,
	"dup v%d.4s, v%d.s[0]":          0x4e040400,
	"dup v%d.2d, v%d.d[0]":          0x4e080400,
	"ushll v%d.8h, v%d.8b, #0":      0x2f08a400,
	"ushll v%d.4s, v%d.4h, #0":      0x2f10a400,
	"zip1 v%d.4s, v%d.4s, v%d.4s":   0x4e803800,
	"zip2 v%d.4s, v%d.4s, v%d.4s":   0x4e807800,
	"zip1 v%d.2d, v%d.2d, v%d.2d":   0x4ec03800,
	"zip2 v%d.2d, v%d.2d, v%d.2d":   0x4ec07800,
	"uzp1 v%d.4s, v%d.4s, v%d.4s":   0x4e801800,
	"uzp2 v%d.4s, v%d.4s, v%d.4s":   0x4e805800,
}

// changing are the instructions that also read the register that they write.
var changing = map[string]bool{"fmla": true, "fmls": true, "bit": true}

// neon adds an instruction on vectors, the first of which it writes.
func neon(form string, v ...operand.Op) {
	if _, ok := encodings[form]; !ok {
		panic("no encoding of " + form)
	}
	i := &ir.Instruction{Opcode: form, Operands: v, Outputs: v[:1], Inputs: v[1:]}
	if name, _, _ := strings.Cut(form, " "); changing[name] {
		i.Inputs = v
	}
	Instruction(i)
}

// arranged returns the form of an instruction on whole vectors of an element type.
func (s isa) arranged(name string, operands int) string {
	part := "v%d.4s"
	if s.size == 8 {
		part = "v%d.2d"
	}
	return name + " " + strings.Join([]string{part, part, part}[:operands], ", ")
}

// The other instructions on vectors: a constant in every lane, which is made once at
// the beginning of a function, and one lane from or to memory.
const (
	constant  = "constant"
	loadLane  = "VLD1"
	storeLane = "VST1"
)

// moveVector adds a load or a store of a vector or a part of one: FMOVQ, FMOVD or FMOVS.
func moveVector(name string, from, to operand.Op) {
	Instruction(&ir.Instruction{Opcode: name, Operands: []operand.Op{from, to},
		Inputs: []operand.Op{from}, Outputs: []operand.Op{to}})
}

// lane adds a load or a store of one lane of v, of size bytes.
func lane(name string, v vec, size, i int, m operand.Mem) {
	op := &ir.Instruction{Opcode: name, Operands: []operand.Op{v, operand.U8(size), operand.U8(i), m},
		Inputs: []operand.Op{v, m}, Outputs: []operand.Op{v}}
	if name == storeLane {
		op.Outputs = []operand.Op{m}
	}
	Instruction(op)
}

// one returns the name of the load of one element.
func (s isa) one() string { return map[int]string{4: "FMOVS", 8: "FMOVD"}[s.size] }

// A lanesMask covers the first n elements of some vectors, for n of at least 1. Lanes
// behind them stand on the last of them: at[i] is how many bytes lane i is from lane 0.
// They load it once more, and store before it is stored.
type lanesMask struct {
	size int // of an element in bytes
	at   []reg.GPVirtual
}

// newLanesMask makes a mask of lanes elements of size bytes, for n in a register that it changes.
func newLanesMask(n reg.GPVirtual, lanes, size int) lanesMask {
	m := lanesMask{size: size}
	DECQ(n)
	for i := 1; i < lanes; i++ {
		at := GP64()
		MOVQ(operand.U32(i), at)
		CMPQ(at, n)
		CMOVQGT(n, at)
		IMUL3Q(operand.U8(size), at, at)
		m.at = append(m.at, at)
	}
	return m
}

// place returns where lane i is, in memory from m on.
func (m lanesMask) place(i int, from operand.Mem) operand.Mem {
	if i == 0 {
		return from
	}
	base := from
	if from.Index != nil || from.Disp != 0 {
		sum := GP64()
		LEAQ(from, sum)
		base = operand.Mem{Base: sum}
	}
	to := GP64()
	LEAQ(base.Idx(m.at[i-1], 1), to)
	return operand.Mem{Base: to}
}

// load loads the elements into vectors, from the first to the last.
func (m lanesMask) load(from operand.Mem, vectors ...vec) {
	for at := range len(m.at) + 1 {
		i, v := m.of(at, vectors)
		if i == 0 {
			moveVector(map[int]string{4: "FMOVS", 8: "FMOVD"}[m.size], m.place(at, from), v)
		} else {
			lane(loadLane, v, m.size, i, m.place(at, from))
		}
	}
}

// store stores them, from the last to the first.
func (m lanesMask) store(to operand.Mem, vectors ...vec) {
	for at := len(m.at); at >= 0; at-- {
		i, v := m.of(at, vectors)
		place := m.place(at, to)
		if place.Index != nil || place.Disp != 0 {
			sum := GP64()
			LEAQ(place, sum)
			place = operand.Mem{Base: sum}
		}
		lane(storeLane, v, m.size, i, place)
	}
}

// of returns the vector of lane at, and which of its lanes that is.
func (m lanesMask) of(at int, vectors []vec) (i int, v vec) {
	lanes := 16 / m.size
	return at % lanes, vectors[at/lanes]
}

// loadFirst loads what a piece of n elements has of the lanes from first on, and zeros
// behind them. Labels begin with name.
func (s isa) loadFirst(name string, n reg.GPVirtual, first int, from operand.Mem, v vec) {
	done := operand.LabelRef(name + "done")
	neon("movi v%d.2d, #0", v)
	for i, load := range []string{"FMOVS", "FMOVD", "", "FMOVQ"} {
		CMPQ(n, operand.U8(first+i+1))
		JL(done)
		if load == "" {
			at := GP64()
			LEAQ(from.Offset(2*s.size), at)
			lane(loadLane, v, s.size, 2, operand.Mem{Base: at})
		} else {
			moveVector(load, from, v)
		}
	}
	Label(string(done))
}

// vector writes an instruction on vectors.
func (w *rewriter) vector(i *ir.Instruction) error {
	o := i.Operands
	switch i.Opcode {
	case constant:
		to := w.spare()
		w.emit("MOVD", fmt.Sprintf("$%#08x", value(o[0])), to)
		w.emit("VDUP", to, fmt.Sprintf("V%d.S4", w.number(o[1])))
	case loadLane, storeLane:
		elem := map[int]string{4: "S", 8: "D"}[value(o[1])]
		part := fmt.Sprintf("V%d.%s[%d]", w.number(o[0]), elem, value(o[2]))
		at := w.address(o[3].(operand.Mem), 0)
		if i.Opcode == loadLane {
			w.emit(loadLane, at, part)
		} else {
			w.emit(storeLane, part, at)
		}
	default:
		word, ok := encodings[i.Opcode]
		if !ok {
			return fmt.Errorf("%s is not for arm64", i.Opcode)
		}
		if name, _, _ := strings.Cut(i.Opcode, " "); name == "orr" && w.number(o[0]) == w.number(o[1]) && o[1] == o[2] {
			return nil // a copy of a register to itself
		}
		var numbers []any
		for at, v := range o {
			n := w.number(v)
			word |= uint32(n) << []int{0, 5, 16}[at]
			numbers = append(numbers, n)
		}
		w.emit("WORD", fmt.Sprintf("$%#08x // %s", word, fmt.Sprintf(i.Opcode, numbers...)))
	}
	return nil
}
