package pool_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"hw4/pool"
	"hw4/tensor"
)

// FuzzPools compares poolings of any geometry and their gradients with naive
// loops; those that PyTorch would refuse must be refused.
func FuzzPools(f *testing.F) {
	f.Fuzz(func(t *testing.T, seed uint64, n, c, h, w, kh, kw, sh, sw, ph, pw, dh, dw, flags uint8) {
		rng := rand.New(rand.NewPCG(seed, 0))
		x := shuffled(rng, int(n%3), 1+int(c%3), 1+int(h%12), 1+int(w%12))
		opt := pool.Options{
			Kernel:   [2]int{1 + int(kh%6), 1 + int(kw%6)},
			Stride:   [2]int{int(sh % 10), int(sw % 10)},
			Padding:  [2]int{int(ph % 4), int(pw % 4)},
			CeilMode: flags&1 != 0, Divisor: pool.Divisor(flags & 2 / 2),
		}
		check(t, x, opt, pool.AvgPool2d[float64], naiveAvg, 1e-13)
		if flags&4 != 0 {
			special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0}
			for i := range x.Data() {
				if rng.IntN(3) == 0 {
					x.Data()[i] = special[rng.IntN(len(special))]
				}
			}
		}
		opt.Dilation, opt.Divisor = [2]int{int(dh % 5), int(dw % 5)}, pool.CountPad
		check(t, x, opt, pool.MaxPool2d[float64], naiveMax, 0)
	})
}

func check(t *testing.T, x *tensor.Tensor[float64], opt pool.Options, op operation[float64], want oracle, tol float64) {
	t.Helper()
	if legal(x, opt) {
		checkOracle(t, x, opt, op, want, tol)
	} else if message(t, func() { op(x, opt) }) == "" {
		t.Errorf("input %v, %+v: not refused", x.Shape(), opt)
	}
}
