package conv

import (
	"fmt"
	"slices"

	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// geometry checks that the tensors and options fit together and returns the
// geometry of their convolution.
func geometry[T tensor.Float](x, w, b *tensor.Tensor[T], opt Options) *kernel.Conv {
	opt = opt.withDefaults()
	batch, channels, height, width := x.Dims4("conv2d: input")
	out, _, kernelH, kernelW := w.Dims4("conv2d: weight")
	checkChannels(x.Shape(), w.Shape(), opt.Groups)
	if b != nil {
		tensor.Need("conv2d: bias", b)
	}
	if b != nil && opt.Bias == nn.WithoutBias {
		panic(refuse("bias %v, and options without one", b.Shape()))
	}
	if b != nil && !slices.Equal(b.Shape(), []int{out}) {
		panic(refuse("bias %v does not fit weight %v, which wants (%d,)", b.Shape(), w.Shape(), out))
	}
	size := opt.OutputSize([2]int{height, width}, [2]int{kernelH, kernelW})
	tensor.Size("conv2d: output", []int{batch, out, size[0], size[1]})
	tensor.Size("conv2d: column matrix", []int{channels, kernelH, kernelW, size[0], size[1]})
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

// checkChannels panics if the channels of x do not suit w: G groups of C/G channels
// each, of which w has the C/G.
func checkChannels(x, w []int, groups int) {
	in, out, groupIn := x[1], w[0], w[1]
	switch {
	case in == 0 || out == 0 || groupIn == 0:
		panic(refuse("input %v and weight %v must have channels", x, w))
	case in%groups != 0:
		panic(refuse("input %v has %s, which %d groups do not divide", x, channelCount(in), groups))
	case out%groups != 0:
		panic(refuse("weight %v makes %s, which %d groups do not divide", w, channelCount(out), groups))
	case in/groups != groupIn && groups == 1:
		panic(refuse("input %v has %s, weight %v wants %d", x, channelCount(in), w, groupIn))
	case in/groups != groupIn:
		panic(refuse("input %v has %s in each of %d groups, weight %v wants %d",
			x, channelCount(in/groups), groups, w, groupIn))
	}
}

func channelCount(n int) string {
	if n == 1 {
		return "1 channel"
	}
	return fmt.Sprintf("%d channels", n)
}
