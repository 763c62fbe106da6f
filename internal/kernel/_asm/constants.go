package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/x86"
)

// Constants are vectors of one number. AVX2 reads them from memory wherever it needs them.
// NEON cannot, and AVX-512 should not: Go puts data at multiples of 32 bytes, so that
// every second vector of 64 is in two lines of the cache. Both have registers enough
// to keep the constants of a function there.

var constantMems = map[uint32]operand.Mem{}

// c32 is a vector of one float32 in memory.
func c32(x float64) operand.Mem { return bits32(math.Float32bits(float32(x))) }

func bits32(b uint32) operand.Mem {
	if m, ok := constantMems[b]; ok {
		return m
	}
	m := GLOBL(fmt.Sprintf("c%08x", b), 8|16)
	for i := range 16 {
		DATA(4*i, operand.U32(b))
	}
	constantMems[b] = m
	return m
}

// constants are the registers of the constants of the function that is being written,
// and made the instructions that fill them.
var (
	constants map[uint32]vec
	made      = map[*ir.Instruction]bool{}
)

// in returns x, or if it is a constant that is kept in a register, that register, which
// nobody must change.
func (s isa) in(x operand.Op) operand.Op {
	m, ok := x.(operand.Mem)
	if !ok || !s.neon && !s.wide {
		return x
	}
	for bits, at := range constantMems {
		if at.Symbol == m.Symbol {
			return s.constant(bits)
		}
	}
	if s.neon {
		panic("no constant " + m.Asm())
	}
	return x
}

// constant returns the register of a constant.
func (s isa) constant(bits uint32) vec {
	if v, ok := constants[bits]; ok {
		return v
	}
	v := s.vec()
	constants[bits] = v
	i := &ir.Instruction{Opcode: constant, Operands: []operand.Op{operand.U32(bits), v}, Outputs: []operand.Op{v}}
	if s.wide {
		i, _ = x86.VMOVUPS(bits32(bits), v)
	}
	made[i] = true
	Instruction(i)
	return v
}

// constantsFirst moves the making of constants to the beginning of a function, and
// so out of its loops.
func constantsFirst(fn *ir.Function) error {
	var first, rest []ir.Node
	for _, n := range fn.Nodes {
		if i, ok := n.(*ir.Instruction); ok && made[i] {
			first = append(first, n)
		} else {
			rest = append(rest, n)
		}
	}
	fn.Nodes = append(first, rest...)
	return nil
}
