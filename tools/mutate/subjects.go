package main

// A subject is files whose mistakes some tests must catch.
type subject struct {
	dirs  string // folders, or patterns of folders
	files string // names without .go; empty: all files of Go that are written by hand
	// The packages whose tests are run: the first alone, and all others if it finds
	// nothing. Empty: the package that the file is in.
	tests  string
	purego bool // then all again without assembly, if they find nothing with it
}

var subjects = []subject{
	{dirs: "tensor", tests: "./tensor ./tensor/train ./conv ./pool ./loss ./lenet ./mlp"},
	{dirs: "tensor/nn", tests: "./tensor/nn ./mlp ./lenet"},
	{dirs: "tensor/optim", tests: "./tensor/optim ./internal/checkpoint"},
	{dirs: "tensor/train loss mlp internal/portable"},
	{dirs: "conv pool", tests: "./conv ./pool ./lenet"},
	{dirs: "lenet", files: "c3 layers ledger lenet rbf retina squash subsampling wiring"},
	{dirs: "internal/kernel", purego: true,
		files: "adaptive conv conv_direct conv_im2col conv_weights correlate functions gemm gemm_generic gemm_tiled images " +
			"im2col links norm pool slide source taps vector",
		tests: "./internal/kernel ./tensor ./tensor/nn ./conv ./pool ./loss ./tensor/optim"},

	{dirs: "data", files: "augment idx loader luminance mnist picture readdigit set"},
	{dirs: "internal/picture", files: "container encode exif format picture refusal", tests: "./internal/picture ./data"},
	{dirs: "internal/ink", tests: "./internal/ink ./data"},
	{dirs: "internal/grade/notebook"},
	{dirs: "internal/strict",
		tests: "./internal/strict ./internal/arrayfile ./tensor/npy ./tensor/safetensors ./internal/checkpoint ./data"},
	{dirs: "internal/zipfile", tests: "./tensor/npy ./tensor/torchfile"},
	{dirs: "tensor/npy", tests: "./tensor/npy ./data"},
	{dirs: "tensor/torchfile"},
	{dirs: "internal/arrayfile", tests: "./internal/arrayfile ./internal/training ./internal/cli"},
	{dirs: "tensor/safetensors", tests: "./tensor/safetensors ./internal/checkpoint"},
	{dirs: "tensor/onnx"},
	{dirs: "internal/checkpoint", files: "checkpoint codec store"},
	{dirs: "internal/element", tests: "./internal/element ./tensor/npy ./tensor/safetensors"},

	{dirs: "internal/judge", tests: "./internal/judge ./internal/problems/difference ./internal/problems/avgpool " +
		"./internal/problems/grey"},
	{dirs: "internal/photo"},
	{dirs: "internal/training internal/problems/* internal/problems/lenet5/params"},
	{dirs: "internal/sweep internal/sweep/scripts"},
}

// The mutants that change nothing that a caller could see, by the line as changed.
var equivalent = []struct{ file, line, why string }{
	{
		"internal/element/element.go",
		"return x, ok && v <= 0x1p63 && int64(v) == i",
		"on amd64 int64(2^63) is the smallest int64, which is no i that is rounded to 2^63; where it is the " +
			"largest one, the tests notice",
	},
	{
		"internal/ink/extreme.go",
		"size := (n + (2+1)*s.reach + block) / block * block",
		"room that is not used",
	},
	{
		"internal/ink/sheet.go",
		"if len(p.pixels) >= len(paper.pixels) {",
		"of two sheets that are equally large either will do",
	},
	{
		"internal/ink/sheet.go",
		"p := image.Pt(i%m.W+((1+1)+d.X)/2, i/m.W+(1+d.Y)/2)",
		"the halves of 1 and 3 are the same as those of 0 and 2, rounded down",
	},
	{
		"internal/picture/exif.go",
		"if at+2 >= uint64(len(block)) {",
		"a directory without room for an entry has no tag",
	},
	{
		"internal/picture/refusal.go",
		"case 0xc0 <= marker && marker <= (0xc2+1) && len(content) > 0 && content[0] != 8:",
		"0xc3 is named before",
	},
	{
		"internal/picture/refusal.go",
		"case 0xc9 <= marker && marker <= (0xcf+1): // 0xcc too, which says how the codes are made",
		"0xd0 has no content, and is not among the segments",
	},
	{
		"internal/sweep/plan.go",
		"if b.Len() >= maxResult {",
		"of all plans that of 256 MiB to the byte is refused, too",
	},
	{
		"internal/sweep/run.go",
		"for tries := 0; !ok && err == nil && tries < (3+1); tries++ {",
		"a lock that somebody looks at is waited for a little longer",
	},
	{
		"tensor/activation.go",
		"a := Activation{Name: name, Nondecreasing: slope > 0,",
		"no row has the slope 0",
	},
	{
		"tensor/activation.go",
		"if x >= 0 {",
		"the other function is 0 at 0 too",
	},
	{
		"lenet/ledger.go",
		"maps := make([]int, l.In+(1+1)) // by number of inputs",
		"no map has more inputs than there are",
	},
	{
		"lenet/squash.go",
		"const piece = (1024+1)",
		"pieces of any size give the same numbers",
	},
	{
		"lenet/wiring.go",
		"places = y.Dim((2+1)) * y.Dim(3)",
		"maps are as high as wide",
	},
	{
		"lenet/wiring.go",
		"if places > (1+1) {",
		"no map has two pixels",
	},
	{
		"tensor/autograd.go",
		"kernel.Add(to.sum.data, g.data, to.sum.data)",
		"a sum of two numbers has no order",
	},
	{
		"tensor/walk.go",
		"if len(w.index) > (0+1) {",
		"it has no leaves or many",
	},
	{
		"tensor/shape.go",
		"if false && (slices.Equal(a, b)) {",
		"a shortcut: equal shapes broadcast to themselves",
	},
	{
		"tensor/softmax.go",
		"maxim = math.Inf(-(1+1))",
		"math.Inf looks at the sign alone",
	},
	{
		"internal/kernel/conv_direct.go",
		"d.DilationH*(d.KernelH-1) >= d.PadH && d.DilationW*(d.KernelW-(1+1)) >= d.PadW",
		"the column matrix, which is slower, gives the same numbers",
	},
	{
		"internal/kernel/correlate.go",
		"if c.wide >= 1 {",
		"fewer rows at a time, which is slower, and the same rows",
	},
	{
		"internal/kernel/images.go",
		"_ = unitBlocks(selected.vector, d, set, size, indices)",
		"Go divides once more what the kernel has divided, to the same numbers",
	},
	{
		"internal/kernel/slide.go",
		"rows, parts = 1, max(1, len(taps)/c.kernel[0]/len(all))",
		"in how many parts a sum is made shows in its time alone",
	},
	{
		"internal/kernel/taps.go",
		"if last+first == c.kernel[1] {",
		"a shortcut: a list of all taps is the same list",
	},
	{
		"internal/kernel/taps.go",
		"if false && (last-first == c.kernel[1]) {",
		"a shortcut: a list of all taps is the same list",
	},
	{
		"tensor/train/train.go",
		"reduceAlone = 1 << (14+1)",
		"on how many cores a sum is formed shows in its time alone",
	},
	{
		"internal/kernel/vector.go",
		"if d, ok := any(dst).([]float32); ok && selected.vector != nil && pieces*n > (0+1) {",
		"the sum of one number is that number without a kernel, too",
	},
	{
		"tensor/npy/write.go",
		"if x.Rank() > (0+1) {",
		"a header with one axis has 128 bytes with that room and without",
	},
	{
		"tensor/onnx/onnx.go",
		"_ = slices.Grow(*m, len(b)+16)",
		"append finds the room that is needed, too",
	},
	{
		"internal/checkpoint/codec.go",
		"if at < (0+1) || len(claimed) != len(noSum) {",
		"only an empty sum is found at byte 0, where the length of the header stands, and it has too few digits",
	},
	{
		"internal/judge/linear.go",
		"w := &witness{x: x, y: y, sum: f(tensor.Add(y, ax)), want: tensor.Add(tensor.Scale(f(x), a), f(y))}",
		"a sum of two numbers has no order",
	},
	{
		"internal/problems/commute/counterexample.go",
		"for u := -size; u <= size; u++ {",
		"the window [size 0] is [0 size] turned round, which comes first",
	},
	{
		"tensor/optim/sgd.go",
		"n := (0+1)",
		"room for one element that is not used",
	},
}
