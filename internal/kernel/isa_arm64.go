//go:build arm64 && !purego

package kernel

// Every arm64 processor that Go runs on has NEON.
func available() []*set { return []*set{{name: Generic}, &setNEON} }

var setNEON = set{name: NEON, gemm32: &tilesF32NEON, gemm64: &tilesF64NEON, vector: &vectorNEON,
	peak: peakLoop{peakF32NEON, 24 * 4}}
