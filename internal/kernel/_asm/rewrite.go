package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// text is an operand as it is printed.
type text string

func (t text) Asm() string { return string(t) }

// A rewriter writes a function for arm64.
type rewriter struct {
	fn    *ir.Function
	nodes []ir.Node
	flags bool // the next instruction of the program asks how this one has ended

	// What scratch registers hold: the sum of a base and a scaled index.
	sums [2]operand.Mem
	next int
}

func rewrite(fn *ir.Function) error {
	w := rewriter{fn: fn}
	for at, n := range fn.Nodes {
		i, ok := n.(*ir.Instruction)
		if !ok {
			w.nodes, w.sums = append(w.nodes, n), [2]operand.Mem{}
			continue
		}
		if conditions[i.Opcode] != "" && !w.flags {
			return fmt.Errorf("%s: %s does not follow what it asks about", fn.Name, i.Opcode)
		}
		w.flags = false
		if at+1 < len(fn.Nodes) {
			next, ok := fn.Nodes[at+1].(*ir.Instruction)
			w.flags = ok && conditions[next.Opcode] != "" && setsFlags[i.Opcode]
		}
		if err := w.instruction(i); err != nil {
			return fmt.Errorf("%s: %w", fn.Name, err)
		}
		w.forget(i.OutputRegisters())
	}
	fn.Nodes = w.nodes
	return nil
}

// forget drops the sums of registers that have changed.
func (w *rewriter) forget(changed []reg.Register) {
	for i, m := range w.sums {
		for _, r := range changed {
			if m.Base != nil && (r.ID() == m.Base.ID() || r.ID() == m.Index.ID()) {
				w.sums[i] = operand.Mem{}
			}
		}
	}
}

func (w *rewriter) emit(opcode string, operands ...string) {
	i := &ir.Instruction{Opcode: opcode}
	for _, o := range operands {
		i.Operands = append(i.Operands, text(o))
	}
	i.IsTerminal = opcode == "RET"
	w.nodes = append(w.nodes, i)
}

// number returns the number of a register of arm64.
func (w *rewriter) number(r operand.Op) int {
	return int(w.fn.Allocation.LookupDefault(r.(reg.Register).ID()).Index())
}

// op returns an operand that is a register or a constant.
func (w *rewriter) op(o operand.Op) string {
	if r, ok := o.(reg.Register); ok {
		if r.Kind() == reg.KindVector {
			return fmt.Sprintf("F%d", w.number(r))
		}
		return fmt.Sprintf("R%d", w.number(r))
	}
	return fmt.Sprintf("$%d", value(o))
}

// value returns a constant.
func value(o operand.Op) int {
	switch v := o.(type) {
	case operand.U8:
		return int(v)
	case operand.I8:
		return int(v)
	case operand.U32:
		return int(v)
	case operand.I32:
		return int(v)
	}
	panic(fmt.Sprintf("%T is no constant", o))
}

// spare returns a scratch register, whose sum it forgets.
func (w *rewriter) spare() string {
	w.next = 1 - w.next
	w.sums[w.next] = operand.Mem{}
	return scratch[w.next]
}

// address returns a place in memory, for elements of a size in bytes. If an index is
// more than the instruction can add, it is added before, once for several places.
func (w *rewriter) address(m operand.Mem, size int) string {
	switch m.Base {
	case reg.FramePointer:
		return m.Asm()
	case reg.StackPointer:
		return fmt.Sprintf("%d(RSP)", m.Disp+8) // above the return address
	}
	base := w.op(m.Base)
	switch {
	case m.Index == nil:
		return place(m.Disp, base)
	case m.Disp == 0 && m.Scale == 1 && size <= 8: // Go's assembler adds none for vectors
		return fmt.Sprintf("(%s)(%s)", base, w.op(m.Index))
	case m.Disp == 0 && int(m.Scale) == size && size <= 8:
		return fmt.Sprintf("(%s)(%s<<%d)", base, w.op(m.Index), log2(size))
	}
	sum := operand.Mem{Base: m.Base, Index: m.Index, Scale: m.Scale}
	for i, s := range w.sums {
		if s == sum {
			return place(m.Disp, scratch[i])
		}
	}
	to := w.spare()
	w.emit("ADD", w.index(m), base, to)
	w.sums[w.next] = sum
	return place(m.Disp, to)
}

// place returns where something is from a register on.
func place(disp int, base string) string {
	if disp == 0 {
		return fmt.Sprintf("(%s)", base)
	}
	return fmt.Sprintf("%d(%s)", disp, base)
}

// index returns the scaled index of a place, as something to add.
func (w *rewriter) index(m operand.Mem) string {
	if m.Scale == 1 {
		return w.op(m.Index)
	}
	return fmt.Sprintf("%s<<%d", w.op(m.Index), log2(int(m.Scale)))
}

func log2(n int) int { return bits.TrailingZeros(uint(n)) }

// source returns an operand as a register or a constant: from memory it is loaded.
func (w *rewriter) source(o operand.Op) string {
	m, ok := o.(operand.Mem)
	if !ok {
		return w.op(o)
	}
	from, to := w.address(m, 8), w.spare()
	w.emit("MOVD", from, to)
	return to
}

// conditions are the jumps and choices that ask how the instruction before has ended.
var conditions = map[string]string{
	"JZ": "EQ", "JNZ": "NE", "JNE": "NE", "JL": "LT", "JLT": "LT", "JLE": "LE", "JGE": "GE", "JG": "GT",
	"CMOVQLT": "LT", "CMOVQLE": "LE", "CMOVQGT": "GT",
}

// setsFlags are those that such a jump or choice may ask about.
var setsFlags = map[string]bool{
	"ADDQ": true, "SUBQ": true, "DECQ": true, "CMPQ": true, "TESTQ": true, "TESTB": true,
}

// arithmetic are the instructions of two operands, the second of which changes.
var arithmetic = map[string]string{"ADDQ": "ADD", "SUBQ": "SUB", "ANDQ": "AND", "IMULQ": "MUL", "SHRQ": "LSR"}

// moves are those that copy, and the size of what they copy.
var moves = map[string]struct {
	name string
	size int
}{
	"MOVQ": {"MOVD", 8}, "MOVL": {"MOVWU", 4}, "MOVB": {"MOVBU", 1},
	"FMOVQ": {"FMOVQ", 16}, "FMOVD": {"FMOVD", 8}, "FMOVS": {"FMOVS", 4},
}

// instruction writes an instruction of the program.
func (w *rewriter) instruction(i *ir.Instruction) error {
	o := i.Operands
	if move, ok := moves[i.Opcode]; ok {
		w.move(move.name, move.size, o[0], o[1])
		return nil
	}
	if name, ok := arithmetic[i.Opcode]; ok {
		w.change(name, w.source(o[0]), o[1])
		return nil
	}
	if c := conditions[i.Opcode]; c != "" {
		if i.IsBranch {
			w.emit("B"+c, o[0].Asm())
		} else {
			w.emit("CSEL", c, w.op(o[0]), w.op(o[1]), w.op(o[1]))
		}
		return nil
	}
	switch i.Opcode {
	case "DECQ":
		w.change("SUB", "$1", o[0])
	case "CMPQ":
		w.emit("CMP", w.op(o[1]), w.op(o[0]))
	case "TESTQ", "TESTB": // of a register by itself
		w.emit("CMP", "$0", w.op(o[0]))
	case "XORQ": // of a register with itself
		w.emit("MOVD", "$0", w.op(o[0]))
	case "IMUL3Q":
		w.emit("LSL", fmt.Sprintf("$%d", log2(value(o[0]))), w.op(o[1]), w.op(o[2]))
	case "LEAQ":
		w.lea(o[0].(operand.Mem), w.op(o[1]))
	case "PREFETCHT0":
		w.prefetch(o[0].(operand.Mem))
	case "JMP":
		w.emit("JMP", o[0].Asm())
	case "PCALIGN":
		w.emit("PCALIGN", o[0].Asm())
	case "RET":
		w.emit("RET")
	case "VZEROUPPER": // arm64 has no wider vectors to clear
	default:
		return w.vector(i)
	}
	return nil
}

// move copies between registers, or from or to memory.
func (w *rewriter) move(name string, size int, from, to operand.Op) {
	if m, ok := from.(operand.Mem); ok {
		w.emit(name, w.address(m, size), w.op(to))
	} else if m, ok := to.(operand.Mem); ok {
		w.emit(name, w.op(from), w.address(m, size))
	} else if w.op(from) != w.op(to) || name != "MOVD" {
		w.emit(name, w.op(from), w.op(to))
	}
}

// change applies an operation to a register or to an argument in memory.
func (w *rewriter) change(name, by string, to operand.Op) {
	if w.flags {
		name += "S"
	}
	m, ok := to.(operand.Mem)
	if !ok {
		w.emit(name, by, w.op(to))
		return
	}
	at, sum := w.address(m, 8), scratch[0]
	if by == sum {
		sum = scratch[1]
	}
	w.sums = [2]operand.Mem{}
	w.emit("MOVD", at, sum)
	w.emit(name, by, sum)
	w.emit("MOVD", sum, at)
}

// lea computes an address.
func (w *rewriter) lea(m operand.Mem, to string) {
	if m.Base == reg.StaticBase {
		w.emit("MOVD", "$"+m.Asm(), to)
		return
	}
	base := w.op(m.Base)
	if m.Index != nil {
		w.emit("ADD", w.index(m), base, to)
		base = to
	}
	if m.Disp != 0 || m.Index == nil {
		w.emit("ADD", fmt.Sprintf("$%d", m.Disp), base, to)
	}
}

// prefetch brings a line of memory into the cache.
func (w *rewriter) prefetch(m operand.Mem) {
	if m.Index != nil {
		to := w.spare()
		w.lea(m, to)
		w.emit("PRFM", fmt.Sprintf("(%s)", to), "PLDL1KEEP")
		return
	}
	w.emit("PRFM", w.address(m, 8), "PLDL1KEEP")
}
