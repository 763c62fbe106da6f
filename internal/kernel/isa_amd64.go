//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

//go:generate go -C _asm run . -out ../kernel_amd64.s -stubs ../kernel_amd64.go -pkg kernel

func available() []string {
	isas := []string{Generic}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI2 {
		isas = append(isas, AVX2)
		if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
			isas = append(isas, AVX512)
		}
	}
	return isas
}

// tilesOf returns the micro-kernels of the matrix product for the instruction
// set in use, or nil if there are none.
func tilesOf[T Float]() *tiles[T] {
	var zero T
	var found any
	switch any(zero).(type) {
	case float32:
		found = map32[selected]
	case float64:
		found = map64[selected]
	}
	t, _ := found.(*tiles[T])
	return t
}

var map32 = map[string]*tiles[float32]{AVX2: &tilesF32AVX2, AVX512: &tilesF32AVX512}
var map64 = map[string]*tiles[float64]{AVX2: &tilesF64AVX2, AVX512: &tilesF64AVX512}
