// Command asm writes the assembly of package kernel. It is a module of its own,
// so that nobody who uses the library needs what it needs.
//
//	go generate hw4/internal/kernel
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/reg"
)

// groups are the files that are written, one for each kind of kernel.
var groups = map[string]func(){
	"conv":   convolution,
	"dot":    dots,
	"math":   vectorMath,
	"gemm":   gemm,
	"images": images,
	"layout": layouts,
	"norm":   norms,
	"peak":   peak,
	"pool":   pools,
}

func main() {
	group := flag.String("group", "", "the kernels to write")
	arch := flag.String("arch", "amd64", "the processors to write them for: amd64 or arm64")
	flag.Parse()
	write, ok := groups[*group]
	if !ok {
		fmt.Fprintf(os.Stderr, "no group %q\n", *group)
		os.Exit(2)
	}
	if *arch == "arm64" {
		isas, pass.Compile = isasNEON, arm64
	}
	pass.Compile = pass.Concat(pass.FunctionPass(constantsFirst), pass.Compile)
	ConstraintExpr(*arch + ",!purego")
	write()
	Generate()
}

// An isa is an instruction set with one element type.
type isa struct {
	name  string // in the names of functions
	elem  string // Go's type
	size  int    // of an element in bytes
	lanes int    // elements in a register
	wide  bool   // AVX-512, with mask registers
	neon  bool   // arm64, where products take one lane of a vector as a factor
}

// isas are those to write kernels for.
var isas = []isa{
	{"F32AVX512", "float32", 4, 16, true, false},
	{"F64AVX512", "float64", 8, 8, true, false},
	{"F32AVX2", "float32", 4, 8, false, false},
	{"F64AVX2", "float64", 8, 4, false, false},
}

var isasNEON = []isa{
	{"F32NEON", "float32", 4, 4, false, true},
	{"F64NEON", "float64", 8, 2, false, true},
}

// function begins a kernel.
func function(name, signature string) {
	constants = map[uint32]vec{}
	TEXT(name, NOSPLIT, signature)
}

// vec returns a fresh vector register.
func (s isa) vec() reg.VecVirtual {
	switch {
	case s.neon:
		return XMM()
	case s.wide:
		return ZMM()
	}
	return YMM()
}

// vecs returns n new vectors.
func (s isa) vecs(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = s.vec()
	}
	return v
}

func (s isa) bytes() int { return s.size * s.lanes }

// The instructions below are those of the element type.

func (s isa) fma(acc, x, y operand.Op) {
	switch {
	case s.neon:
		neon(s.arranged("fmla", 3), acc, x, s.in(y))
	case s.size == 4:
		VFMADD231PS(s.in(y), x, acc)
	default:
		VFMADD231PD(y, x, acc)
	}
}

func (s isa) zero(v reg.VecVirtual) {
	switch {
	case s.neon:
		neon("movi v%d.2d, #0", v)
	case s.wide:
		VPXORQ(v, v, v)
	default:
		VXORPS(v, v, v)
	}
}

func (s isa) broadcast(m operand.Op, v reg.VecVirtual) {
	switch {
	case s.neon:
		moveVector(s.one(), m, v)
		neon(map[int]string{4: "dup v%d.4s, v%d.s[0]", 8: "dup v%d.2d, v%d.d[0]"}[s.size], v, v)
	case s.size == 4:
		VBROADCASTSS(m, v)
	default:
		VBROADCASTSD(m, v)
	}
}

func (s isa) load(m operand.Mem, v reg.VecVirtual) {
	switch {
	case s.neon:
		moveVector("FMOVQ", m, v)
	case s.size == 4:
		VMOVUPS(m, v)
	default:
		VMOVUPD(m, v)
	}
}

func (s isa) store(v reg.VecVirtual, m operand.Mem) {
	switch {
	case s.neon:
		moveVector("FMOVQ", v, m)
	case s.size == 4:
		VMOVUPS(v, m)
	default:
		VMOVUPD(v, m)
	}
}

func (s isa) add(x operand.Op, v reg.VecVirtual) {
	switch {
	case s.neon:
		neon(s.arranged("fadd", 3), v, v, s.in(x))
	case s.size == 4:
		VADDPS(s.in(x), v, v)
	default:
		VADDPD(x, v, v)
	}
}

// A mask covers the last elements of a row: a mask register, a vector with its sign
// bits set, or in NEON the places of lanes.
type mask struct {
	isa
	k   reg.OpmaskVirtual
	v   reg.VecVirtual
	few lanesMask
}

// loadMask makes a mask of the first n lanes, for n in a register that it changes.
// NEON has no empty masks.
func (s isa) loadMask(n reg.GPVirtual) mask {
	m := mask{isa: s}
	if s.neon {
		m.few = newLanesMask(n, s.lanes, s.size)
		return m
	}
	if s.wide {
		bits, one := GP64(), GP64()
		MOVQ(operand.U32(1), one)
		SHLXQ(n, one, bits)
		DECQ(bits)
		m.k = K()
		KMOVW(bits.As32(), m.k)
		return m
	}
	table := GP64()
	LEAQ(maskTable(), table)
	size := operand.U8(s.size)
	IMUL3Q(size, n, n)
	SUBQ(n, table)
	m.v = YMM()
	VMOVUPS(operand.Mem{Base: table, Disp: 64}, m.v)
	return m
}

// A wideMask covers the first elements of a wide vector: a mask register, or the
// address of a vector with its sign bits set, which is loaded when it is wanted.
type wideMask struct {
	mask
	at reg.GPVirtual
}

// wideMask makes a mask of the first n lanes, for n in a register that it changes.
func (s isa) wideMask(n reg.GPVirtual) wideMask {
	if s.wide {
		return wideMask{mask: s.loadMask(n)}
	}
	at := GP64()
	LEAQ(maskTable(), at)
	IMUL3Q(operand.U8(s.size), n, n)
	SUBQ(n, at)
	return wideMask{mask{isa: s}, at}
}

// loader returns the masked load of a part of a wide vector.
func (m wideMask) loader(part int) func(operand.Mem, reg.VecVirtual) {
	if !m.wide {
		m.v = YMM()
		VMOVUPS(operand.Mem{Base: m.at, Disp: 64 + part*m.bytes()}, m.v)
	}
	return m.load
}

var maskMem *operand.Mem

// maskTable is 64 bytes of ones and 64 of zeros.
func maskTable() operand.Mem {
	if maskMem == nil {
		m := GLOBL("tailMask", 8|16) // RODATA|NOPTR
		for i := range 16 {
			bits := operand.U64(0)
			if i < 8 {
				bits = 1<<64 - 1
			}
			DATA(8*i, bits)
		}
		maskMem = &m
	}
	return *maskMem
}

func (m mask) load(from operand.Mem, v reg.VecVirtual) {
	switch {
	case m.neon:
		m.few.load(from, v)
	case m.wide && m.size == 4:
		VMOVUPS_Z(from, m.k, v)
	case m.wide:
		VMOVUPD_Z(from, m.k, v)
	case m.size == 4:
		VMASKMOVPS(from, m.v, v)
	default:
		VMASKMOVPD(from, m.v, v)
	}
}

func (m mask) store(v reg.VecVirtual, to operand.Mem) {
	switch {
	case m.neon:
		m.few.store(to, v)
	case m.wide && m.size == 4:
		VMOVUPS(v, m.k, to)
	case m.wide:
		VMOVUPD(v, m.k, to)
	case m.size == 4:
		VMASKMOVPS(v, m.v, to)
	default:
		VMASKMOVPD(v, m.v, to)
	}
}

// align puts the next instruction at the start of a cache line.
func align() {
	Instruction(&ir.Instruction{Opcode: "PCALIGN", Operands: []operand.Op{operand.U8(64)}})
}
