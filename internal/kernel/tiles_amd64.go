//go:build amd64 && !purego

package kernel

// The tables below list the micro-kernels by rows and vectors.

var tilesF32AVX512 = tiles[float32]{rows: 8, vectors: 3, lanes: 16, kernels: [][]tile[float32]{
	{},
	{nil, gemm1x1F32AVX512, gemm1x2F32AVX512, gemm1x3F32AVX512},
	{nil, gemm2x1F32AVX512, gemm2x2F32AVX512, gemm2x3F32AVX512},
	{nil, gemm3x1F32AVX512, gemm3x2F32AVX512, gemm3x3F32AVX512},
	{nil, gemm4x1F32AVX512, gemm4x2F32AVX512, gemm4x3F32AVX512},
	{nil, gemm5x1F32AVX512, gemm5x2F32AVX512, gemm5x3F32AVX512},
	{nil, gemm6x1F32AVX512, gemm6x2F32AVX512, gemm6x3F32AVX512},
	{nil, gemm7x1F32AVX512, gemm7x2F32AVX512, gemm7x3F32AVX512},
	{nil, gemm8x1F32AVX512, gemm8x2F32AVX512, gemm8x3F32AVX512},
}}

var tilesF64AVX512 = tiles[float64]{rows: 8, vectors: 3, lanes: 8, kernels: [][]tile[float64]{
	{},
	{nil, gemm1x1F64AVX512, gemm1x2F64AVX512, gemm1x3F64AVX512},
	{nil, gemm2x1F64AVX512, gemm2x2F64AVX512, gemm2x3F64AVX512},
	{nil, gemm3x1F64AVX512, gemm3x2F64AVX512, gemm3x3F64AVX512},
	{nil, gemm4x1F64AVX512, gemm4x2F64AVX512, gemm4x3F64AVX512},
	{nil, gemm5x1F64AVX512, gemm5x2F64AVX512, gemm5x3F64AVX512},
	{nil, gemm6x1F64AVX512, gemm6x2F64AVX512, gemm6x3F64AVX512},
	{nil, gemm7x1F64AVX512, gemm7x2F64AVX512, gemm7x3F64AVX512},
	{nil, gemm8x1F64AVX512, gemm8x2F64AVX512, gemm8x3F64AVX512},
}}

var tilesF32AVX2 = tiles[float32]{rows: 6, vectors: 2, lanes: 8, kernels: [][]tile[float32]{
	{},
	{nil, gemm1x1F32AVX2, gemm1x2F32AVX2},
	{nil, gemm2x1F32AVX2, gemm2x2F32AVX2},
	{nil, gemm3x1F32AVX2, gemm3x2F32AVX2},
	{nil, gemm4x1F32AVX2, gemm4x2F32AVX2},
	{nil, gemm5x1F32AVX2, gemm5x2F32AVX2},
	{nil, gemm6x1F32AVX2, gemm6x2F32AVX2},
}}

var tilesF64AVX2 = tiles[float64]{rows: 6, vectors: 2, lanes: 4, kernels: [][]tile[float64]{
	{},
	{nil, gemm1x1F64AVX2, gemm1x2F64AVX2},
	{nil, gemm2x1F64AVX2, gemm2x2F64AVX2},
	{nil, gemm3x1F64AVX2, gemm3x2F64AVX2},
	{nil, gemm4x1F64AVX2, gemm4x2F64AVX2},
	{nil, gemm5x1F64AVX2, gemm5x2F64AVX2},
	{nil, gemm6x1F64AVX2, gemm6x2F64AVX2},
}}
