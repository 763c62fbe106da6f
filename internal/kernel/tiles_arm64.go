//go:build arm64 && !purego

package kernel

// The tables below list the micro-kernels by rows and vectors.

var tilesF32NEON = tiles[float32]{rows: 4, vectors: 6, lanes: 4, kernels: [][]tile[float32]{
	{},
	{nil, gemm1x1F32NEON, gemm1x2F32NEON, gemm1x3F32NEON,
		gemm1x4F32NEON, gemm1x5F32NEON, gemm1x6F32NEON},
	{nil, gemm2x1F32NEON, gemm2x2F32NEON, gemm2x3F32NEON,
		gemm2x4F32NEON, gemm2x5F32NEON, gemm2x6F32NEON},
	{nil, gemm3x1F32NEON, gemm3x2F32NEON, gemm3x3F32NEON,
		gemm3x4F32NEON, gemm3x5F32NEON, gemm3x6F32NEON},
	{nil, gemm4x1F32NEON, gemm4x2F32NEON, gemm4x3F32NEON,
		gemm4x4F32NEON, gemm4x5F32NEON, gemm4x6F32NEON},
}}

var tilesF64NEON = tiles[float64]{rows: 4, vectors: 6, lanes: 2, kernels: [][]tile[float64]{
	{},
	{nil, gemm1x1F64NEON, gemm1x2F64NEON, gemm1x3F64NEON,
		gemm1x4F64NEON, gemm1x5F64NEON, gemm1x6F64NEON},
	{nil, gemm2x1F64NEON, gemm2x2F64NEON, gemm2x3F64NEON,
		gemm2x4F64NEON, gemm2x5F64NEON, gemm2x6F64NEON},
	{nil, gemm3x1F64NEON, gemm3x2F64NEON, gemm3x3F64NEON,
		gemm3x4F64NEON, gemm3x5F64NEON, gemm3x6F64NEON},
	{nil, gemm4x1F64NEON, gemm4x2F64NEON, gemm4x3F64NEON,
		gemm4x4F64NEON, gemm4x5F64NEON, gemm4x6F64NEON},
}}
