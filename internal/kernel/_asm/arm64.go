package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/reg"
)

// avo writes assembly for x86. For arm64 this file takes the place of its compiler:
// it takes the same program of virtual registers, gives them those of arm64, and
// rewrites every instruction. The steps of a loop keep the names that they have on
// x86, and rewrite.go says what each is on arm64; those on vectors are in neon.go.

// arm64 is what avo does with a file, for arm64.
var arm64 = pass.Concat(
	pass.FunctionPass(pass.PruneJumpToFollowingLabel),
	pass.FunctionPass(pass.PruneDanglingLabels),
	pass.FunctionPass(pass.LabelTarget),
	pass.FunctionPass(pass.CFG),
	pass.InstructionPass(pass.ZeroExtend32BitOutputs),
	pass.FunctionPass(pass.Liveness),
	pass.FunctionPass(nothingUnset),
	pass.FunctionPass(allocate),
	pass.FunctionPass(rewrite),
	pass.Func(pass.IncludeTextFlagHeader),
)

// nothingUnset refuses a function that may read a register before it has written it.
func nothingUnset(fn *ir.Function) error {
	for id := range fn.Instructions()[0].LiveIn {
		if id.IsVirtual() {
			return fmt.Errorf("%s: a register of kind %d may be read before it is written", fn.Name, id.Kind())
		}
	}
	return nil
}

// Registers without a number here are not for kernels: R18 is the system's, R26 to R30
// are Go's, and R16 and R17 hold addresses within one instruction of the program.
var general = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25}

var scratch = [2]string{"R16", "R17"}

// A physical register of arm64, as the allocator wants it.
type physical struct {
	reg.Physical
	id reg.ID
}

func (p physical) ID() reg.ID     { return p.id }
func (p physical) Info() reg.Info { return 0 }

// allocate gives every virtual register one of arm64's.
func allocate(fn *ir.Function) error {
	registers := map[reg.Kind][]reg.Physical{}
	for _, n := range general {
		id := reg.ID(reg.KindGP)<<8 | reg.ID(n)<<16
		registers[reg.KindGP] = append(registers[reg.KindGP], physical{id: id})
	}
	for n := range 32 {
		id := reg.ID(reg.KindVector)<<8 | reg.ID(n)<<16
		registers[reg.KindVector] = append(registers[reg.KindVector], physical{id: id})
	}
	fn.Allocation = reg.NewEmptyAllocation()
	for kind, some := range registers {
		a, err := pass.NewAllocator(some)
		if err != nil {
			return err
		}
		for _, i := range fn.Instructions() {
			for _, r := range i.Registers() {
				if r.Kind() == kind {
					a.Add(r.ID())
				}
			}
			for _, d := range i.OutputRegisters() {
				if out := i.LiveOut.OfKind(kind); d.Kind() == kind {
					out.DiscardRegister(d)
					a.AddInterferenceSet(d, out)
				}
			}
		}
		found, err := a.Allocate()
		if err != nil {
			return fmt.Errorf("%s: %w", fn.Name, err)
		}
		if err := fn.Allocation.Merge(found); err != nil {
			return err
		}
	}
	return nil
}
