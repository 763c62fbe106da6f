//go:build arm64 && !purego

package kernel

var vectorNEON = vectorKernels{
	lanes: 4,
	grid: [][]gridKernel{
		{},
		{nil, grid1x1F32NEON, grid1x2F32NEON, grid1x3F32NEON, grid1x4F32NEON, grid1x5F32NEON},
		{nil, grid2x1F32NEON, grid2x2F32NEON, grid2x3F32NEON, grid2x4F32NEON, grid2x5F32NEON},
		{nil, grid3x1F32NEON, grid3x2F32NEON, grid3x3F32NEON, grid3x4F32NEON, grid3x5F32NEON},
		{nil, grid4x1F32NEON, grid4x2F32NEON, grid4x3F32NEON, grid4x4F32NEON, grid4x5F32NEON},
		{nil, grid5x1F32NEON, grid5x2F32NEON, grid5x3F32NEON, grid5x4F32NEON, grid5x5F32NEON},
	},
	rows: [][][]rowKernel{
		{{}, {}, {}, {}, {}},
		{
			{},
			{nil, rows1x1x1F32NEON, rows1x1x2F32NEON, rows1x1x3F32NEON, rows1x1x4F32NEON,
				rows1x1x5F32NEON, rows1x1x6F32NEON, rows1x1x7F32NEON, rows1x1x8F32NEON},
			{nil, rows1x2x1F32NEON, rows1x2x2F32NEON, rows1x2x3F32NEON, rows1x2x4F32NEON},
			{nil, rows1x3x1F32NEON, rows1x3x2F32NEON},
			{nil, rows1x4x1F32NEON, rows1x4x2F32NEON},
		},
		{
			{},
			{nil, rows2x1x1F32NEON, rows2x1x2F32NEON, rows2x1x3F32NEON, rows2x1x4F32NEON,
				rows2x1x5F32NEON, rows2x1x6F32NEON, rows2x1x7F32NEON, rows2x1x8F32NEON},
			{nil, rows2x2x1F32NEON, rows2x2x2F32NEON, rows2x2x3F32NEON, rows2x2x4F32NEON},
			{nil, rows2x3x1F32NEON, rows2x3x2F32NEON},
			{nil, rows2x4x1F32NEON, rows2x4x2F32NEON},
		},
		{
			{},
			{nil, rows3x1x1F32NEON, rows3x1x2F32NEON, rows3x1x3F32NEON, rows3x1x4F32NEON,
				rows3x1x5F32NEON, rows3x1x6F32NEON, rows3x1x7F32NEON},
			{nil, rows3x2x1F32NEON, rows3x2x2F32NEON, rows3x2x3F32NEON},
			{nil, rows3x3x1F32NEON, rows3x3x2F32NEON},
			{nil, rows3x4x1F32NEON},
		},
		{
			{},
			{nil, rows4x1x1F32NEON, rows4x1x2F32NEON, rows4x1x3F32NEON, rows4x1x4F32NEON,
				rows4x1x5F32NEON, rows4x1x6F32NEON},
			{nil, rows4x2x1F32NEON, rows4x2x2F32NEON, rows4x2x3F32NEON},
			{nil, rows4x3x1F32NEON, rows4x3x2F32NEON},
			{nil, rows4x4x1F32NEON},
		},
	},
	dot: [][]dotKernel{
		{},
		{nil, dot1x1F32NEON, dot1x2F32NEON, dot1x3F32NEON},
		{nil, dot2x1F32NEON, dot2x2F32NEON, dot2x3F32NEON},
	},
	toLanes:        toLanesF32NEON,
	fromLanes:      fromLanesF32NEON,
	copyRows:       copyRowsF32NEON,
	avgPool2x2:     avgPool2x2F32NEON,
	avgPool2x2Grad: avgPool2x2GradF32NEON,
	add:            addF32NEON,
	sum4:           sum4F32NEON,
	combine4:       combine4F32NEON,
	sub:            subF32NEON,
	mul:            mulF32NEON,
	axpy:           axpyF32NEON,
	functions: [functionCount]func(n int, dst, x *float32){
		Exp: expF32NEON, Tanh: tanhF32NEON, Sigmoid: sigmoidF32NEON, ReLU: reluF32NEON,
	},
	gradients: [functionCount]func(n int, dst, dy, y *float32){
		Tanh: tanhGradF32NEON, Sigmoid: sigmoidGradF32NEON, ReLU: reluGradF32NEON,
	},
	unit:        unitF32NEON,
	byteDots:    byteDotsF32NEON,
	byteCombine: byteCombineF32NEON,
}
