package conv

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// geometry checks that the tensors and options fit together and returns the
// geometry of their convolution.
func geometry[T tensor.Float](x, w, b *tensor.Tensor[T], opt Options) *kernel.Conv {
	opt = opt.withDefaults()
	batch, channels, height, width := x.Dims4("conv2d")
	out, _, kernelH, kernelW := w.Dims4("conv2d")
	checkChannels(x.Shape(), w.Shape(), opt.Groups)
	if b != nil && !slices.Equal(b.Shape(), []int{out}) {
		panic(tensor.Shapef("conv2d", "bias %s does not fit weight %s, which wants (%d)", tuple(b.Shape()), tuple(w.Shape()), out))
	}
	size := opt.OutputSize(Pair{height, width}, Pair{kernelH, kernelW})
	if !countable(batch, out, size[0], size[1]) || !countable(channels, kernelH, kernelW, size[0], size[1]) {
		panic(tensor.Shapef("conv2d", "input %s and weight %s with padding %v make more elements than an int can count",
			tuple(x.Shape()), tuple(w.Shape()), opt.Padding))
	}
	return &kernel.Conv{
		Batch: batch, Out: out, Groups: opt.Groups,
		Window: kernel.Window{
			Channels: channels, Height: height, Width: width,
			KernelH: kernelH, KernelW: kernelW,
			StrideH: opt.Stride[0], StrideW: opt.Stride[1],
			PadH: opt.Padding[0], PadW: opt.Padding[1],
			DilationH: opt.Dilation[0], DilationW: opt.Dilation[1],
			OutH: size[0], OutW: size[1],
		},
	}
}

// checkChannels panics if the channels of x do not suit w.
func checkChannels(x, w []int, groups int) {
	in, out, groupIn := x[1], w[0], w[1]
	switch {
	case in == 0 || out == 0 || groupIn == 0:
		panic(tensor.Shapef("conv2d", "input %s and weight %s must have channels", tuple(x), tuple(w)))
	case in%groups != 0:
		panic(tensor.Shapef("conv2d", "input %s has %s, which %d groups do not divide", tuple(x), channelCount(in), groups))
	case out%groups != 0:
		panic(tensor.Shapef("conv2d", "weight %s makes %s, which %d groups do not divide", tuple(w), channelCount(out), groups))
	case in/groups != groupIn && groups == 1:
		panic(tensor.Shapef("conv2d", "input %s has %s, weight %s wants %d", tuple(x), channelCount(in), tuple(w), groupIn))
	case in/groups != groupIn:
		panic(tensor.Shapef("conv2d", "input %s has %s in each of %d groups, weight %s wants %d",
			tuple(x), channelCount(in/groups), groups, tuple(w), groupIn))
	}
}

// countable reports whether an int can hold the product of lengths, formed from
// the left.
func countable(lengths ...int) bool {
	n := 1
	for _, d := range lengths {
		if d > 0 && n > math.MaxInt/d {
			return false
		}
		n *= d
	}
	return true
}

func channelCount(n int) string {
	if n == 1 {
		return "1 channel"
	}
	return fmt.Sprintf("%d channels", n)
}

// tuple writes a shape as PyTorch does: (8,1,28,28).
func tuple(shape []int) string {
	return "(" + strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ",") + ")"
}
