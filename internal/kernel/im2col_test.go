package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// windowOf returns a window with its number of positions counted one by one.
func windowOf(c, h, w, kh, kw, sh, sw, ph, pw, dh, dw int) Window {
	count := func(in, kernel, stride, pad, dilation int) int {
		n := 0
		for n*stride+(kernel-1)*dilation < in+2*pad {
			n++
		}
		return n
	}
	return Window{
		Channels: c, Height: h, Width: w, KernelH: kh, KernelW: kw, StrideH: sh, StrideW: sw,
		PadH: ph, PadW: pw, DilationH: dh, DilationW: dw,
		OutH: count(h, kh, sh, ph, dh), OutW: count(w, kw, sw, pw, dw),
	}
}

// randomWindow returns a window over up to 8 x 8 elements that may have no
// positions.
func randomWindow(rng *rand.Rand) Window {
	n := rng.IntN
	return windowOf(1+n(3), 1+n(8), 1+n(8), 1+n(4), 1+n(4), 1+n(5), 1+n(5), n(4), n(4), 1+n(4), 1+n(4))
}

func integers(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(rng.IntN(17) - 8)
	}
	return x
}

func fill(n int, v float64) []float64 {
	x := make([]float64, n)
	Fill(x, v)
	return x
}

func TestIm2colDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		w := randomWindow(rng)
		x := integers(rng, w.Channels*w.Height*w.Width)
		col := fill(w.Rows()*w.Cols(), math.NaN()) // every element has to be written
		Im2col(col, x, &w)
		for row := range w.Rows() {
			c, a, b := row/(w.KernelH*w.KernelW), row/w.KernelW%w.KernelH, row%w.KernelW
			for at := range w.Cols() {
				y := at/w.OutW*w.StrideH + a*w.DilationH - w.PadH
				z := at%w.OutW*w.StrideW + b*w.DilationW - w.PadW
				want := 0.0
				if 0 <= y && y < w.Height && 0 <= z && z < w.Width {
					want = x[(c*w.Height+y)*w.Width+z]
				}
				if got := col[row*w.Cols()+at]; got != want {
					t.Fatalf("%+v: col[%d, %d] is %g, want %g", w, row, at, got, want)
				}
			}
		}
	}
}

// checkAdjoint checks <im2col(x), c> = <x, col2im(c)> in integers, where it holds
// exactly, and that Col2im adds to what is there.
func checkAdjoint(t *testing.T, w Window, rng *rand.Rand) {
	t.Helper()
	x, c := integers(rng, w.Channels*w.Height*w.Width), integers(rng, w.Rows()*w.Cols())
	col := fill(len(c), math.NaN())
	Im2col(col, x, &w)
	const start = 3
	back := fill(len(x), start)
	Col2im(back, c, &w)
	left, right := 0.0, 0.0
	for i, v := range c {
		left += col[i] * v
	}
	for i, v := range x {
		right += v * (back[i] - start)
	}
	if left != right {
		t.Errorf("%+v: <im2col(x), c> = %g, <x, col2im(c)> = %g", w, left, right)
	}
}

func TestIm2colAdjoint(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 500 {
		checkAdjoint(t, randomWindow(rng), rng)
	}
}

func FuzzIm2colAdjoint(f *testing.F) {
	f.Fuzz(func(t *testing.T, seed uint64, c, h, w, kh, kw, sh, sw, ph, pw, dh, dw uint8) {
		window := windowOf(1+int(c%3), 1+int(h%16), 1+int(w%16), 1+int(kh%6), 1+int(kw%6),
			1+int(sh%16), 1+int(sw%16), int(ph%6), int(pw%6), 1+int(dh%6), 1+int(dw%6))
		checkAdjoint(t, window, rand.New(rand.NewPCG(seed, 0)))
	})
}
