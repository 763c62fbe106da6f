package conv_test

import (
	"fmt"
	"math/rand/v2"

	"hw4/conv"
	"hw4/tensor"
)

// A geometry is a convolution to try.
type geometry struct {
	n, c, h, w int // input
	o, kh, kw  int // weight, with c/groups channels
	opt        conv.Options
}

// groups returns what opt.Groups stands for.
func (g geometry) groups() int { return max(g.opt.Groups, 1) }

func (g geometry) String() string {
	return fmt.Sprintf("input %dx%dx%dx%d, %d kernels of %dx%d, %+v", g.n, g.c, g.h, g.w, g.o, g.kh, g.kw, g.opt)
}

func (g geometry) tensors(fill func(shape ...int) *tensor.Tensor[float64]) (x, w, b *tensor.Tensor[float64]) {
	return fill(g.n, g.c, g.h, g.w), fill(g.o, g.c/g.groups(), g.kh, g.kw), fill(g.o)
}

// legal reports whether the kernel fits the padded input, by trying: the last
// tap of the first window has to be inside.
func (g geometry) legal() bool {
	return (g.kh-1)*max(g.opt.Dilation[0], 1) < g.h+2*g.opt.Padding[0] &&
		(g.kw-1)*max(g.opt.Dilation[1], 1) < g.w+2*g.opt.Padding[1]
}

// windows counts the positions of a kernel that lie inside the padded input.
func windows(in, kernel, stride, padding, dilation int) int {
	n := 0
	for n*max(stride, 1)+(kernel-1)*max(dilation, 1) < in+2*padding {
		n++
	}
	return n
}

// A result is the output of a convolution and the gradients of sum(dout * y).
type result struct{ y, dx, dw, db *tensor.Tensor[float64] }

// sevenLoops is the convolution by its definition. It calls dout for the
// gradient by an output.
func sevenLoops(g geometry, x, w, b *tensor.Tensor[float64], dout func(at int) float64) result {
	oh := windows(g.h, g.kh, g.opt.Stride[0], g.opt.Padding[0], g.opt.Dilation[0])
	ow := windows(g.w, g.kw, g.opt.Stride[1], g.opt.Padding[1], g.opt.Dilation[1])
	r := result{
		y: tensor.Zeros[float64](g.n, g.o, oh, ow), dx: tensor.Zeros[float64](x.Shape()...),
		dw: tensor.Zeros[float64](w.Shape()...), db: tensor.Zeros[float64](b.Shape()...),
	}
	add := func(t *tensor.Tensor[float64], v float64, index ...int) { t.Set(t.At(index...)+v, index...) }
	at := 0
	for n := range g.n {
		for o := range g.o {
			for i := range oh {
				for j := range ow {
					d := dout(at)
					at++
					add(r.y, b.At(o), n, o, i, j)
					add(r.db, d, o)
					for c := range w.Dim(1) {
						for p := range g.kh {
							for q := range g.kw {
								from := o/(g.o/g.groups())*w.Dim(1) + c
								row := i*max(g.opt.Stride[0], 1) + p*max(g.opt.Dilation[0], 1) - g.opt.Padding[0]
								col := j*max(g.opt.Stride[1], 1) + q*max(g.opt.Dilation[1], 1) - g.opt.Padding[1]
								if row < 0 || row >= g.h || col < 0 || col >= g.w {
									continue
								}
								add(r.y, w.At(o, c, p, q)*x.At(n, from, row, col), n, o, i, j)
								add(r.dw, d*x.At(n, from, row, col), o, c, p, q)
								add(r.dx, d*w.At(o, c, p, q), n, from, row, col)
							}
						}
					}
				}
			}
		}
	}
	return r
}

// integers returns a function that makes tensors of integers from -8 to 8. Sums
// of their products are exact in float32 too, in any order.
func integers(rng *rand.Rand) func(shape ...int) *tensor.Tensor[float64] {
	return func(shape ...int) *tensor.Tensor[float64] {
		t := tensor.Zeros[float64](shape...)
		for i := range t.Data() {
			t.Data()[i] = float64(rng.IntN(17) - 8)
		}
		return t
	}
}

// pick returns one of its arguments.
func pick(rng *rand.Rand, from ...int) int { return from[rng.IntN(len(from))] }

// randomGeometry returns a convolution whose kernel fits.
func randomGeometry(rng *rand.Rand) geometry {
	for {
		groups := pick(rng, 1, 1, 2, 3)
		g := geometry{
			n: pick(rng, 1, 2, 3), c: groups * pick(rng, 1, 1, 2), o: groups * pick(rng, 1, 2, 3),
			h: pick(rng, 1, 2, 3, 5, 7), w: pick(rng, 1, 2, 3, 5, 7),
			kh: pick(rng, 1, 2, 3, 5), kw: pick(rng, 1, 2, 3, 5),
			opt: conv.Options{
				Stride:   [2]int{rng.IntN(5), rng.IntN(5)},
				Padding:  [2]int{rng.IntN(3), rng.IntN(3)},
				Dilation: [2]int{rng.IntN(4), rng.IntN(4)},
				Groups:   groups,
			},
		}
		if g.legal() {
			return g
		}
	}
}

// geometries are the convolutions that every test tries besides random ones.
func geometries() []geometry {
	pair := func(a, b int) [2]int { return [2]int{a, b} }
	return []geometry{
		{n: 2, c: 1, h: 7, w: 6, o: 3, kh: 5, kw: 5}, // C1 without padding
		// the image is its column matrix
		{n: 1, c: 2, h: 3, w: 4, o: 3, kh: 1, kw: 1},
		{n: 2, c: 4, h: 3, w: 2, o: 6, kh: 1, kw: 1, opt: conv.Options{Groups: 2}},           // and in groups
		{n: 1, c: 2, h: 4, w: 3, o: 1, kh: 1, kw: 1, opt: conv.Options{Stride: pair(2, 1)}},  // not with a stride
		{n: 1, c: 1, h: 2, w: 3, o: 2, kh: 1, kw: 1, opt: conv.Options{Padding: pair(0, 1)}}, // nor with padding
		{n: 1, c: 1, h: 1, w: 1, o: 1, kh: 3, kw: 3, opt: conv.Options{Padding: pair(1, 1)}}, // mostly padding
		// windows of padding alone
		{n: 1, c: 1, h: 1, w: 1, o: 2, kh: 1, kw: 1, opt: conv.Options{Padding: pair(2, 3)}},
		// stride beyond the kernel
		{n: 2, c: 1, h: 11, w: 7, o: 2, kh: 2, kw: 3, opt: conv.Options{Stride: pair(5, 4)}},
		{n: 1, c: 2, h: 7, w: 7, o: 2, kh: 3, kw: 2, opt: conv.Options{Dilation: pair(3, 2)}}, // dilation
		// depthwise, two kernels a channel
		{n: 2, c: 3, h: 5, w: 5, o: 6, kh: 3, kw: 3, opt: conv.Options{Groups: 3}},
		{n: 1, c: 1, h: 5, w: 3, o: 1, kh: 2, kw: 2, opt: conv.Options{Stride: pair(9, 9)}}, // one window
		// padding beyond the kernel
		{n: 1, c: 1, h: 3, w: 3, o: 1, kh: 2, kw: 3, opt: conv.Options{Padding: pair(4, 0)}},
		{n: 0, c: 2, h: 4, w: 4, o: 3, kh: 3, kw: 3, opt: conv.Options{Padding: pair(1, 1)}},  // an empty batch
		{n: 1, c: 1, h: 2, w: 9, o: 1, kh: 2, kw: 2, opt: conv.Options{Dilation: pair(0, 5)}}, // 0 means 1
		{n: 1, c: 4, h: 5, w: 5, o: 2, kh: 3, kw: 3, opt: conv.Options{Groups: 2, Stride: pair(2, 2),
			Padding: pair(1, 2), Dilation: pair(2, 1)}},
	}
}
