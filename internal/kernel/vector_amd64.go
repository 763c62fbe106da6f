//go:build amd64 && !purego

package kernel

var vectorAVX512 = vectorKernels{
	lanes: 16,
	grid: [][]gridKernel{
		{},
		{nil, grid1x1F32AVX512, grid1x2F32AVX512, grid1x3F32AVX512, grid1x4F32AVX512, grid1x5F32AVX512},
		{nil, grid2x1F32AVX512, grid2x2F32AVX512, grid2x3F32AVX512, grid2x4F32AVX512, grid2x5F32AVX512},
		{nil, grid3x1F32AVX512, grid3x2F32AVX512, grid3x3F32AVX512, grid3x4F32AVX512, grid3x5F32AVX512},
		{nil, grid4x1F32AVX512, grid4x2F32AVX512, grid4x3F32AVX512, grid4x4F32AVX512, grid4x5F32AVX512},
		{nil, grid5x1F32AVX512, grid5x2F32AVX512, grid5x3F32AVX512, grid5x4F32AVX512, grid5x5F32AVX512},
	},
	rows: [][][]rowKernel{
		{{}, {}, {}, {}, {}},
		{{}, {nil, rows1x1x1F32AVX512, rows1x1x2F32AVX512, rows1x1x3F32AVX512, rows1x1x4F32AVX512}, {nil, rows1x2x1F32AVX512, rows1x2x2F32AVX512}, {nil, rows1x3x1F32AVX512}, {nil, rows1x4x1F32AVX512}},
		{{}, {nil, rows2x1x1F32AVX512, rows2x1x2F32AVX512, rows2x1x3F32AVX512, rows2x1x4F32AVX512}, {nil, rows2x2x1F32AVX512, rows2x2x2F32AVX512}, {nil, rows2x3x1F32AVX512}, {nil, rows2x4x1F32AVX512}},
		{{}, {nil, rows3x1x1F32AVX512, rows3x1x2F32AVX512, rows3x1x3F32AVX512, rows3x1x4F32AVX512}, {nil, rows3x2x1F32AVX512, rows3x2x2F32AVX512}, {nil, rows3x3x1F32AVX512}, {nil, rows3x4x1F32AVX512}},
		{{}, {nil, rows4x1x1F32AVX512, rows4x1x2F32AVX512, rows4x1x3F32AVX512, rows4x1x4F32AVX512}, {nil, rows4x2x1F32AVX512, rows4x2x2F32AVX512}, {nil, rows4x3x1F32AVX512}, {nil, rows4x4x1F32AVX512}},
		{{}, {nil, rows5x1x1F32AVX512, rows5x1x2F32AVX512, rows5x1x3F32AVX512, rows5x1x4F32AVX512}, {nil, rows5x2x1F32AVX512, rows5x2x2F32AVX512}, {nil, rows5x3x1F32AVX512}, {nil, rows5x4x1F32AVX512}},
		{{}, {nil, rows6x1x1F32AVX512, rows6x1x2F32AVX512, rows6x1x3F32AVX512, rows6x1x4F32AVX512}, {nil, rows6x2x1F32AVX512, rows6x2x2F32AVX512}, {nil, rows6x3x1F32AVX512}, {nil, rows6x4x1F32AVX512}},
	},
	dot: [][]dotKernel{
		{},
		{nil, dot1x1F32AVX512, dot1x2F32AVX512, dot1x3F32AVX512, dot1x4F32AVX512},
		{nil, dot2x1F32AVX512, dot2x2F32AVX512, dot2x3F32AVX512, dot2x4F32AVX512},
		{nil, dot3x1F32AVX512, dot3x2F32AVX512, dot3x3F32AVX512, dot3x4F32AVX512},
		{nil, dot4x1F32AVX512, dot4x2F32AVX512, dot4x3F32AVX512, dot4x4F32AVX512},
		{nil, dot5x1F32AVX512, dot5x2F32AVX512, dot5x3F32AVX512, dot5x4F32AVX512},
		{nil, dot6x1F32AVX512, dot6x2F32AVX512, dot6x3F32AVX512, dot6x4F32AVX512},
	},
	toLanes:        toLanesF32AVX512,
	fromLanes:      fromLanesF32AVX512,
	copyRows:       copyRowsF32AVX512,
	rowSums:        rowSumsF32AVX512,
	avgPool2x2:     avgPool2x2F32AVX512,
	avgPool2x2Grad: avgPool2x2GradF32AVX512,
	add:            addF32AVX512,
	functions:      [functionCount]func(n int, dst, x *float32){Exp: expF32AVX512, Tanh: tanhF32AVX512, Sigmoid: sigmoidF32AVX512},
	gradients:      [functionCount]func(n int, dst, dy, y *float32){Tanh: tanhGradF32AVX512, Sigmoid: sigmoidGradF32AVX512},
}

var vectorAVX2 = vectorKernels{
	lanes: 8,
	grid: [][]gridKernel{
		{},
		{nil, grid1x1F32AVX2, grid1x2F32AVX2, grid1x3F32AVX2, grid1x4F32AVX2, grid1x5F32AVX2},
		{nil, grid2x1F32AVX2, grid2x2F32AVX2, grid2x3F32AVX2, grid2x4F32AVX2, grid2x5F32AVX2},
	},
	rows: [][][]rowKernel{
		{{}, {}, {}},
		{{}, {nil, rows1x1x1F32AVX2, rows1x1x2F32AVX2}, {nil, rows1x2x1F32AVX2}},
		{{}, {nil, rows2x1x1F32AVX2, rows2x1x2F32AVX2}, {nil, rows2x2x1F32AVX2}},
		{{}, {nil, rows3x1x1F32AVX2, rows3x1x2F32AVX2}, {nil, rows3x2x1F32AVX2}},
		{{}, {nil, rows4x1x1F32AVX2, rows4x1x2F32AVX2}, {nil, rows4x2x1F32AVX2}},
		{{}, {nil, rows5x1x1F32AVX2, rows5x1x2F32AVX2}, {nil, rows5x2x1F32AVX2}},
		{{}, {nil, rows6x1x1F32AVX2, rows6x1x2F32AVX2}, {nil, rows6x2x1F32AVX2}},
	},
	dot: [][]dotKernel{
		{},
		{nil, dot1x1F32AVX2, dot1x2F32AVX2, dot1x3F32AVX2, dot1x4F32AVX2},
		{nil, dot2x1F32AVX2, dot2x2F32AVX2, dot2x3F32AVX2, dot2x4F32AVX2},
	},
	toLanes:        toLanesF32AVX2,
	fromLanes:      fromLanesF32AVX2,
	copyRows:       copyRowsF32AVX2,
	rowSums:        rowSumsF32AVX2,
	avgPool2x2:     avgPool2x2F32AVX2,
	avgPool2x2Grad: avgPool2x2GradF32AVX2,
	add:            addF32AVX2,
	functions:      [functionCount]func(n int, dst, x *float32){Exp: expF32AVX2, Tanh: tanhF32AVX2, Sigmoid: sigmoidF32AVX2},
	gradients:      [functionCount]func(n int, dst, dy, y *float32){Tanh: tanhGradF32AVX2, Sigmoid: sigmoidGradF32AVX2},
}
