//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

func available() []*set {
	sets := []*set{{name: Generic}}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI2 {
		sets = append(sets, &setAVX2)
		if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
			sets = append(sets, &setAVX512)
		}
	}
	return sets
}

var setAVX2 = set{name: AVX2, gemm32: &tilesF32AVX2, gemm64: &tilesF64AVX2, vector: &vectorAVX2,
	peak: peakLoop{peakF32AVX2, 12 * 8}}

var setAVX512 = set{name: AVX512, gemm32: &tilesF32AVX512, gemm64: &tilesF64AVX512, vector: &vectorAVX512,
	peak: peakLoop{peakF32AVX512, 12 * 16}}
