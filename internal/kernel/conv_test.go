package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// randomConv returns a geometry that now and then is one of the direct kernels'.
func randomConv(rng *rand.Rand) *Conv {
	groups := 1 + rng.IntN(3)*rng.IntN(2)
	c := &Conv{Batch: 1 + rng.IntN(6) + 12*rng.IntN(2), Out: groups * (1 + rng.IntN(20)), Groups: groups}
	w := &c.Window
	w.Channels = groups * (1 + rng.IntN(4))
	w.Height, w.Width = 1+rng.IntN(12), 1+rng.IntN(40)
	w.KernelH, w.KernelW = 1+rng.IntN(min(7, w.Height)), 1+rng.IntN(min(7, w.Width))
	w.StrideH, w.StrideW, w.DilationH, w.DilationW = 1+rng.IntN(2), 1+rng.IntN(2)*rng.IntN(2), 1, 1
	if rng.IntN(2) == 0 {
		w.StrideH, w.StrideW = 1, 1
	}
	if rng.IntN(4) == 0 {
		w.DilationH, w.DilationW = 1+rng.IntN(2), 1+rng.IntN(2)
	}
	w.PadH, w.PadW = rng.IntN(9), rng.IntN(9)
	spanH, spanW := w.DilationH*(w.KernelH-1)+1, w.DilationW*(w.KernelW-1)+1
	if spanH > w.Height+2*w.PadH || spanW > w.Width+2*w.PadW {
		return randomConv(rng)
	}
	w.OutH = (w.Height+2*w.PadH-spanH)/w.StrideH + 1
	w.OutW = (w.Width+2*w.PadW-spanW)/w.StrideW + 1
	if groups == 1 && rng.IntN(3) == 0 {
		c.Links = randomLinks(rng, w.Channels, c.Out)
	}
	return c
}

func randomLinks(rng *rand.Rand, in, out int) *Links {
	from := make([][]int, out)
	for o := range from {
		for ch := range in {
			if rng.IntN(3) > 0 {
				from[o] = append(from[o], ch)
			}
		}
	}
	return NewLinks(in, from)
}

func randomInts(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.IntN(9) - 4)
	}
	return x
}

func sameElements(t *testing.T, what string, c *Conv, got, want []float32) {
	t.Helper()
	for i, v := range got {
		if v != want[i] {
			t.Fatalf("%s of %+v: element %d is %v, want %v", what, *c, i, v, want[i])
		}
	}
}

// The direct kernels agree with the column matrix, exactly where sums of small
// integers leave nothing to round.
func TestDirectConvolution(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for range fewer(400) {
			checkConv(t, rng, randomConv(rng))
		}
		// More channels than two vectors have lanes, on either side.
		for _, groups := range []int{1, 2} {
			checkConv(t, rng, &Conv{Window{35 * groups, 7, 9, 3, 3, 1, 1, 1, 1, 1, 1, 7, 9}, 2, 37 * groups, groups, nil})
		}
	})
}

// checkConv compares the convolution of small integers and its gradients with those
// by the column matrix.
func checkConv(t *testing.T, rng *rand.Rand, c *Conv) {
	t.Helper()
	x, w := randomInts(rng, c.Batch*c.image()), randomInts(rng, c.Out*c.terms())
	dy, bias := randomInts(rng, c.Batch*c.output()), randomInts(rng, c.Out)
	got, want := make([]float32, len(dy)), make([]float32, len(dy))
	ConvForward(got, x, w, bias, c)
	convForward(want, x, w, bias, c)
	sameElements(t, "output", c, got, want)
	ConvForward(got, x, w, nil, c)
	convForward(want, x, w, nil, c)
	sameElements(t, "output without bias", c, got, want)
	got, want = make([]float32, len(x)), make([]float32, len(x))
	ConvInputGrad(got, dy, w, c)
	convInputGrad(want, dy, w, c)
	sameElements(t, "gradient by the input", c, got, want)
	got, want = make([]float32, len(w)), make([]float32, len(w))
	ConvWeightGrad(got, dy, x, c)
	convWeightGrad(want, dy, x, c)
	sameElements(t, "gradient by the weights", c, got, want)
	got, want = make([]float32, c.Out), make([]float32, c.Out)
	ConvBiasGrad(got, dy, c)
	for i, v := range dy {
		want[i/c.Cols()%c.Out] += v
	}
	sameElements(t, "gradient by the bias", c, got, want)
}

// The layers of LeNet-5 on a shard of a batch.
var convShapes = []struct {
	name string
	Conv
}{
	{"C1", Conv{Window{1, 28, 28, 5, 5, 1, 1, 2, 2, 1, 1, 28, 28}, 16, 6, 1, nil}},
	{"C3", Conv{Window{6, 14, 14, 5, 5, 1, 1, 0, 0, 1, 1, 10, 10}, 16, 16, 1, nil}},
	{"C3linked", Conv{Window{6, 14, 14, 5, 5, 1, 1, 0, 0, 1, 1, 10, 10}, 16, 16, 1, NewLinks(6, tableI)}},
}

// tableI are the connections of LeNet-5's C3.
var tableI = [][]int{
	{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {0, 4, 5}, {0, 1, 5}, {0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5},
	{0, 3, 4, 5}, {0, 1, 4, 5}, {0, 1, 2, 5}, {0, 1, 3, 4}, {1, 2, 4, 5}, {0, 2, 3, 5}, {0, 1, 2, 3, 4, 5},
}

// Offsets of taps have 32 bits. Larger convolutions take the column matrix.
func TestSpan(t *testing.T) {
	small := convShapes[1].Conv
	side := max(14, 10) + 2*5 // with the padding that the gradient by the input needs
	if want := 16 * (16*(side*side+25) + 100); small.span() != float64(want) {
		t.Errorf("C3 spans %v, want %d", small.span(), want)
	}
	wide := small
	wide.Out = 1 << 19
	linked := wide
	linked.Channels, linked.Links = 1<<12, new(Links)
	for _, c := range []Conv{wide, linked} { // 2^19 maps of 24 x 24, and 2^19 times 2^12 kernels
		if _, ok := directConv[float32](&c); ok {
			t.Errorf("%d maps of %d by taps of 32 bits", c.Out, c.Channels)
		}
	}
	many := Conv{Window: Window{1 << 12, 1, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1}, Batch: 1, Out: 1 << 15, Groups: 1}
	if few := many.span(); few > math.MaxUint32 {
		t.Errorf("%d maps of one pixel span %v", many.Out, few)
	}
	many.Links = new(Links)
	if all := many.span(); all != 1<<15*1<<12*9 {
		t.Errorf("kernels that are read where they lie span %v", all)
	}
}

func BenchmarkConv(b *testing.B) {
	for _, isa := range ISAs() {
		for _, s := range convShapes {
			c := s.Conv
			x, w := make([]float32, c.Batch*c.image()), make([]float32, c.Out*c.terms())
			y, bias := make([]float32, c.Batch*c.output()), make([]float32, c.Out)
			for i := range x { // pages of memory that nobody has written to are one page, which is slow
				x[i] = float32(i % 7)
			}
			for _, pass := range []struct {
				name string
				run  func()
			}{
				{"forward", func() { ConvForward(y, x, w, bias, &c) }},
				{"weights", func() { ConvWeightGrad(w, y, x, &c) }},
				{"input", func() { ConvInputGrad(x, y, w, &c) }},
				{"bias", func() { ConvBiasGrad(bias, y, &c) }},
			} {
				b.Run(fmt.Sprintf("%s/%s/%s", isa, s.name, pass.name), func(b *testing.B) {
					defer Use(isa)()
					for b.Loop() {
						pass.run()
					}
					flop := 2 * float64(c.Batch*c.output()*c.terms())
					if pass.name == "bias" {
						flop = float64(c.Batch * c.output())
					}
					reportRate(b, flop)
				})
			}
		}
	}
}
