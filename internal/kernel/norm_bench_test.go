package kernel

import "testing"

func benchNorm(b *testing.B, planes, n int, arrays int, f func(p int, x, y, z []float32)) {
	x, y, z := make([]float32, planes*n), make([]float32, planes*n), make([]float32, planes*n)
	for i := range x {
		x[i], y[i] = float32(i%7), float32(i%5)
	}
	b.SetBytes(int64(4 * arrays * planes * n))
	b.ResetTimer()
	for range b.N {
		for p := range planes {
			f(p, x[p*n:][:n], y[p*n:][:n], z[p*n:][:n])
		}
	}
}

func BenchmarkNorm(b *testing.B) {
	for _, s := range []struct {
		name      string
		planes, n int
	}{{"L2", 128, 784}, {"DRAM", 20000, 784}} {
		run := func(name string, arrays int, f func(p int, x, y, z []float32)) {
			b.Run(name+s.name, func(b *testing.B) { benchNorm(b, s.planes, s.n, arrays, f) })
		}
		run("copy", 2, func(_ int, x, y, z []float32) { copy(y, x) })
		run("moments", 1, func(_ int, x, y, z []float32) { Moments(x) })
		run("against", 2, func(_ int, x, y, z []float32) { Against(x, y, 1) })
		run("affine", 2, func(_ int, x, y, z []float32) { Affine(y, 2, x, 1) })
		run("affine2", 3, func(_ int, x, y, z []float32) { Affine2(z, 2, x, 1, y, 3) })
		run("dropout", 2, func(p int, x, y, z []float32) { Dropout(y, x, 99, uint64(p*784), 1<<31, 2) })
	}
}
