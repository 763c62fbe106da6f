package conv_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"hw4/conv"
	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// message returns what f panics with, which must be a *tensor.ShapeError.
func message(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		err, _ := recover().(error)
		var shape *tensor.ShapeError
		if !errors.As(err, &shape) {
			t.Errorf("panics with %v, want a *tensor.ShapeError", err)
			return
		}
		text = shape.Error()
	}()
	f()
	return ""
}

func TestErrors(t *testing.T) {
	type shape = []int
	huge := math.MaxInt
	for _, c := range []struct {
		name    string
		x, w, b shape
		opt     conv.Options
		want    string
	}{
		{"channels", shape{8, 1, 28, 28}, shape{16, 6, 5, 5}, nil, conv.Options{},
			"conv2d: input (8,1,28,28) has 1 channel, weight (16,6,5,5) wants 6"},
		{"channels in groups", shape{8, 4, 9, 9}, shape{16, 4, 5, 5}, nil, conv.Options{Groups: 2},
			"conv2d: input (8,4,9,9) has 2 channels in each of 2 groups, weight (16,4,5,5) wants 4"},
		{"input rank", shape{1, 28, 28}, shape{16, 1, 5, 5}, nil, conv.Options{},
			"conv2d: input: want a tensor of rank 4 (N, C, H, W), got shape (1,28,28)"},
		{"weight rank", shape{1, 1, 28, 28}, shape{5, 5}, nil, conv.Options{},
			"conv2d: weight: want a tensor of rank 4 (N, C, H, W), got shape (5,5)"},
		{"bias", shape{1, 1, 9, 9}, shape{16, 1, 5, 5}, shape{15}, conv.Options{},
			"conv2d: bias (15,) does not fit weight (16,1,5,5), which wants (16,)"},
		{"bias rank", shape{1, 1, 9, 9}, shape{16, 1, 5, 5}, shape{1, 16}, conv.Options{},
			"conv2d: bias (1,16) does not fit weight (16,1,5,5), which wants (16,)"},
		{"bias against the options", shape{1, 1, 9, 9}, shape{16, 1, 5, 5}, shape{16}, conv.Options{Bias: nn.WithoutBias},
			"conv2d: bias (16,), and options without one"},
		{"groups and input", shape{1, 3, 9, 9}, shape{4, 1, 5, 5}, nil, conv.Options{Groups: 2},
			"conv2d: input (1,3,9,9) has 3 channels, which 2 groups do not divide"},
		{"groups and weight", shape{1, 4, 9, 9}, shape{3, 2, 5, 5}, nil, conv.Options{Groups: 2},
			"conv2d: weight (3,2,5,5) makes 3 channels, which 2 groups do not divide"},
		{"negative groups", shape{1, 4, 9, 9}, shape{4, 2, 5, 5}, nil, conv.Options{Groups: -2},
			"conv2d: groups -2 is negative"},
		{"kernel higher", shape{1, 1, 4, 9}, shape{1, 1, 5, 5}, nil, conv.Options{},
			"conv2d: kernel of height 5 with dilation 1 spans 5, more than the input of 4 with padding 0"},
		{"kernel wider by dilation", shape{1, 1, 9, 6}, shape{1, 1, 5, 5}, nil,
			conv.Options{Padding: [2]int{0, 1}, Dilation: [2]int{2, 2}},
			"conv2d: kernel of width 5 with dilation 2 spans 9, more than the input of 6 with padding 1"},
		{"padding", shape{1, 1, 9, 9}, shape{1, 1, 5, 5}, nil, conv.Options{Padding: [2]int{0, -1}},
			"conv2d: padding -1 is negative"},
		{"stride", shape{1, 1, 9, 9}, shape{1, 1, 5, 5}, nil, conv.Options{Stride: [2]int{-1, 1}},
			"conv2d: stride -1 is negative"},
		{"dilation", shape{1, 1, 9, 9}, shape{1, 1, 5, 5}, nil, conv.Options{Dilation: [2]int{1, -3}},
			"conv2d: dilation -3 is negative"},
		{"no input channels", shape{1, 0, 9, 9}, shape{1, 0, 5, 5}, nil, conv.Options{},
			"conv2d: input (1,0,9,9) and weight (1,0,5,5) must have channels"},
		{"no output channels", shape{1, 1, 9, 9}, shape{0, 1, 5, 5}, nil, conv.Options{},
			"conv2d: input (1,1,9,9) and weight (0,1,5,5) must have channels"},
		{"no rows", shape{1, 1, 0, 9}, shape{1, 1, 1, 1}, nil, conv.Options{Padding: [2]int{1, 1}},
			"conv2d: height 0 of the input and 1 of the kernel must be positive"},
		{"no kernel", shape{1, 1, 9, 9}, shape{1, 1, 1, 0}, nil, conv.Options{},
			"conv2d: width 9 of the input and 0 of the kernel must be positive"},
		{"no rows in an empty batch", shape{0, 1, 0, 9}, shape{1, 1, 1, 1}, nil, conv.Options{},
			"conv2d: height 0 of the input and 1 of the kernel must be positive"},
	} {
		got := message(t, func() {
			var b *tensor.Tensor[float64]
			if c.b != nil {
				b = tensor.Zeros[float64](c.b...)
			}
			conv.Conv2d(tensor.Zeros[float64](c.x...), tensor.Zeros[float64](c.w...), b, c.opt)
		})
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, opt := range []conv.Options{
		{Padding: [2]int{huge, 0}},
		{Padding: [2]int{0, huge / 2}},
		{Dilation: [2]int{huge, 1}},
		{Padding: [2]int{huge / 4, huge / 4}},
	} {
		message(t, func() {
			conv.Conv2d(tensor.Zeros[float64](1, 1, 9, 9), tensor.Zeros[float64](1, 1, 3, 3), nil, opt)
		})
	}
}

// The largest stride is as good as any that makes one window.
func TestHugeStride(t *testing.T) {
	g := geometry{n: 1, c: 1, h: 3, w: 3, o: 1, kh: 4, kw: 4, opt: conv.Options{Padding: [2]int{2, 2}}}
	x, w, b := g.tensors(integers(rand.New(rand.NewPCG(6, 7))))
	g.opt.Stride = [2]int{9, 9}
	want := conv.Conv2d(x, w, b, g.opt)
	g.opt.Stride = [2]int{math.MaxInt, math.MaxInt}
	sameAs(t, "y", conv.Conv2d(x, w, b, g.opt), want)
}

func TestOutputSize(t *testing.T) {
	for _, c := range []struct {
		in, kernel [2]int
		opt        conv.Options
		want       [2]int
	}{
		{[2]int{28, 28}, [2]int{5, 5}, conv.Options{Padding: [2]int{2, 2}}, [2]int{28, 28}},
		{[2]int{14, 14}, [2]int{5, 5}, conv.Options{}, [2]int{10, 10}},
		{[2]int{224, 7}, [2]int{7, 3}, conv.Options{Stride: [2]int{2, 9}, Padding: [2]int{3, 0}},
			[2]int{112, 1}},
		{[2]int{9, 10}, [2]int{3, 3}, conv.Options{Stride: [2]int{2, 2}, Dilation: [2]int{4, 2}},
			[2]int{1, 3}},
	} {
		if got := c.opt.OutputSize(c.in, c.kernel); got != c.want {
			t.Errorf("input %v, kernel %v, %+v: %v, want %v", c.in, c.kernel, c.opt, got, c.want)
		}
	}
	want := "conv2d: stride -1 is negative"
	if got := message(t, func() {
		conv.Options{Stride: [2]int{-1}}.OutputSize([2]int{3, 3}, [2]int{1, 1})
	}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Padding, dilation and stride of any size give what the definition says, in both
// types, with every instruction set.
func TestHugeGeometry(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 7))
	for _, isa := range kernel.ISAs() {
		defer kernel.Use(isa)()
		for bits := 10; bits < strconv.IntSize-4; bits++ {
			if bits > 12 && bits < 27 { // the image with its padding would fill the memory
				continue
			}
			size := 1 << bits
			for range 20 {
				near := func() int { return size*pick(rng, 1, 2, 3)/2 + rng.IntN(3) - 1 }
				g := geometry{n: 2, c: 2, h: pick(rng, 1, 3), w: pick(rng, 2, 16), o: 2, kh: pick(rng, 1, 2, 3), kw: 1}
				g.opt = conv.Options{Padding: [2]int{near(), pick(rng, 0, 1)}, Stride: [2]int{near(), 1},
					Dilation: [2]int{pick(rng, 1, near()), pick(rng, 1, math.MaxInt)}, Groups: pick(rng, 1, 2)}
				if g.legal() {
					checkOracle[float32](t, g, rng)
					checkOracle[float64](t, g, rng)
				}
			}
		}
	}
}
