package kernel

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"
)

func TestOps(t *testing.T) {
	if os.Getenv("MINT") == "" {
		t.Skip()
	}
	p := peakFLOPS()
	fmt.Printf("peak %.1f GHz %.2f\n", p/1e9, p/64e9)
	const N = 16
	total := 0.0
	say := func(name string, f func()) {
		best := time.Hour
		for start, i := time.Now(), 0; i < 3 || time.Since(start) < 100*time.Millisecond; i++ {
			t := time.Now()
			f()
			best = min(best, time.Since(t))
		}
		c := best.Seconds() * p / 64 / N
		total += c
		fmt.Printf("%-14s %6.0f cyc/img\n", name, c)
	}
	buf := func(n int) []float32 {
		b := make([]float32, N*n)
		for i := range b {
			b[i] = float32(i%17)/16 - .5
		}
		return b
	}
	u8 := make([]byte, N*784)
	idx := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	x, c1, t1, p1, q1 := buf(784), buf(4704), buf(4704), buf(1176), buf(1176)
	c3, t3, p3, q3 := buf(1600), buf(1600), buf(400), buf(400)
	d1, e1 := buf(4704), buf(4704)
	w1, w3, b := buf(25), buf(2400), buf(16)
	f5, f6, w5, w6, w7, f7 := buf(120), buf(84), buf(48000/16), buf(10080/16), buf(840/16+1), buf(10)
	g3, h3, g1, h1, v3, v1, bb := buf(400), buf(1600), buf(1176), buf(1176), buf(2400), buf(25), buf(16)
	g5, g6, v5, v6, v7 := buf(120), buf(84), buf(3000), buf(630), buf(53)
	k1, k3 := convShapes[0].Conv, convShapes[1].Conv
	pool1 := Window{6 * N, 28, 28, 2, 2, 2, 2, 0, 0, 1, 1, 14, 14}
	pool3 := Window{16 * N, 10, 10, 2, 2, 2, 2, 0, 0, 1, 1, 5, 5}
	say("unit", func() { Unit(x, u8, 784, idx) })
	say("C1", func() { ConvForward(c1, x, w1, b[:6], &k1) })
	say("tanh 4704", func() { Map(Tanh, t1, c1, math.Tanh) })
	say("pool 14", func() { AvgPool(p1, t1, &pool1, false) })
	say("tanh 1176", func() { Map(Tanh, q1, p1, math.Tanh) })
	say("C3", func() { ConvForward(c3, q1, w3, b, &k3) })
	say("tanh 1600", func() { Map(Tanh, t3, c3, math.Tanh) })
	say("pool 5", func() { AvgPool(p3, t3, &pool3, false) })
	say("tanh 400", func() { Map(Tanh, q3, p3, math.Tanh) })
	say("C5", func() { Gemm(NT, N, 120, 400, q3, 400, w5, 400, g5, 120, false) })
	say("tanh 120", func() { Map(Tanh, f5, g5, math.Tanh) })
	say("F6", func() { Gemm(NT, N, 84, 120, f5, 120, w6, 120, g6, 84, false) })
	say("tanh 84", func() { Map(Tanh, f6, g6, math.Tanh) })
	say("F7", func() { Gemm(NT, N, 10, 84, f6, 84, w7, 84, f7, 10, false) })
	say("F7dw", func() { Gemm(TN, 10, 84, N, f7, 10, f6, 84, v7, 84, false) })
	say("F7dx", func() { Gemm(NN, N, 84, 10, f7, 10, w7, 84, g6, 84, false) })
	say("F6dw", func() { Gemm(TN, 84, 120, N, f6, 84, f5, 120, v6, 120, false) })
	say("F6dx", func() { Gemm(NN, N, 120, 84, f6, 84, w6, 120, g5, 120, false) })
	say("C5dw", func() { Gemm(TN, 120, 400, N, f5, 120, q3, 400, v5, 400, false) })
	say("C5dx", func() { Gemm(NN, N, 400, 120, f5, 120, w5, 400, p3, 400, false) })
	say("tanhg 400", func() { MapGrad(Tanh, g3, p3, q3, q3, nil) })
	say("poolg 5", func() { AvgPoolGrad(h3, p3, &pool3, false) })
	say("tanhg 1600", func() { MapGrad(Tanh, h3, t3, t3, t3, nil) })
	say("C3dw", func() { ConvWeightGrad(v3, c3, q1, &k3) })
	say("C3db", func() { ConvBiasGrad(bb[:16], c3, &k3) })
	say("C3dx", func() { ConvInputGrad(g1, c3, w3, &k3) })
	say("tanhg 1176", func() { MapGrad(Tanh, h1, p1, q1, q1, nil) })
	say("poolg 14", func() { AvgPoolGrad(d1, q1, &pool1, false) })
	say("tanhg 4704", func() { MapGrad(Tanh, e1, d1, t1, t1, nil) })
	say("C1dw", func() { ConvWeightGrad(v1, e1, x, &k1) })
	say("C1db", func() { ConvBiasGrad(bb[:6], e1, &k1) })
	fmt.Printf("total %.0f: %.0f images/s/core\n", total, p/64/total)
}
