package kernel

import (
	"fmt"
	"os"
)

// The instruction sets that kernels are written for. Every kernel has a portable
// body in Go, which is the definition; the others are faster and agree with it
// but for rounding.
const (
	Generic = "generic" // Go
	AVX2    = "avx2"    // x86 with AVX2 and FMA
	AVX512  = "avx512"  // x86 with AVX-512 F, BW, DQ and VL
)

// selected is the instruction set in use: the best that the machine has, or the
// one that the environment variable HW4_ISA names.
var selected = choose(os.Getenv("HW4_ISA"), available())

// choose returns the instruction set of the given name, or the last of those
// available if it is empty. It panics if it is not available: a test that asks
// for a path must not silently run another.
func choose(name string, available []string) string {
	if name == "" {
		return available[len(available)-1]
	}
	for _, isa := range available {
		if isa == name {
			return isa
		}
	}
	panic(fmt.Sprintf("HW4_ISA=%s: this program on this machine has %v", name, available))
}

// ISA returns the instruction set in use.
func ISA() string { return selected }

// ISAs returns the instruction sets that can be used on this machine, from the
// slowest to the fastest.
func ISAs() []string { return available() }

// Use switches to another instruction set and returns a function that switches
// back. It is for tests, which must not run in parallel meanwhile. It panics if
// the instruction set is not available.
func Use(isa string) (restore func()) {
	old := selected
	selected = choose(isa, available())
	return func() { selected = old }
}
