package conv_test

import (
	"math/rand/v2"
	"testing"

	"hw4/conv"
	"hw4/tensor"
)

// FuzzConv2d compares a convolution of any geometry and its gradients with seven
// loops; one that does not fit must be refused.
func FuzzConv2d(f *testing.F) {
	f.Fuzz(func(t *testing.T, seed uint64, n, groups, in, out, h, w, kh, kw, sh, sw, ph, pw, dh, dw uint8) {
		g := geometry{
			n: int(n % 3), h: 1 + int(h%12), w: 1 + int(w%12), kh: 1 + int(kh%6), kw: 1 + int(kw%6),
			opt: conv.Options{
				Stride:   [2]int{int(sh % 16), int(sw % 16)},
				Padding:  [2]int{int(ph % 5), int(pw % 5)},
				Dilation: [2]int{int(dh % 5), int(dw % 5)},
				Groups:   int(groups % 4),
			},
		}
		g.c, g.o = g.groups()*(1+int(in%3)), g.groups()*(1+int(out%3))
		rng := rand.New(rand.NewPCG(seed, 0))
		if g.legal() {
			checkOracle[float32](t, g, rng)
			checkOracle[float64](t, g, rng)
			return
		}
		x, weight, b := g.tensors(func(shape ...int) *tensor.Tensor[float64] { return tensor.Zeros[float64](shape...) })
		if message(t, func() { conv.Conv2d(x, weight, b, g.opt) }) == "" {
			t.Errorf("%v: not refused", g)
		}
	})
}
