package kernel

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func minTime(f func()) time.Duration {
	best := time.Hour
	for start, i := time.Now(), 0; i < 3 || time.Since(start) < 150*time.Millisecond; i++ {
		t := time.Now()
		f()
		best = min(best, time.Since(t))
	}
	return best
}

func TestMin(t *testing.T) {
	if os.Getenv("MINT") == "" {
		t.Skip()
	}
	for _, isa := range ISAs()[1:] {
		restore := Use(isa)
		p := peakFLOPS()
		fmt.Printf("%s peak %.1f\n", isa, p/1e9)
		for _, s := range convShapes {
			c := s.Conv
			x, w := make([]float32, c.Batch*c.image()), make([]float32, c.Out*c.taps())
			y, bias := make([]float32, c.Batch*c.output()), make([]float32, c.Out)
			flop := 2 * float64(c.Batch*c.output()*c.taps())
			for _, pass := range []struct {
				name string
				run  func()
			}{
				{"forward", func() { ConvForward(y, x, w, bias, &c) }},
				{"weights", func() { ConvWeightGrad(w, y, x, &c) }},
				{"input", func() { ConvInputGrad(x, y, w, &c) }},
			} {
				d := minTime(pass.run)
				fmt.Printf("%s %-8s %8v  %5.1f%%  %6.0f cyc/img\n", s.name, pass.name, d, 100*flop/d.Seconds()/p, d.Seconds()*p/64/float64(c.Batch))
			}
		}
		for _, s := range gemmShapes[4:] {
			a, b, c := make([]float32, s.m*s.k), make([]float32, s.n*s.k), make([]float32, s.m*s.n)
			lda, ldb := s.k, s.n
			switch s.form {
			case NT:
				ldb = s.k
			case TN:
				lda = s.m
			}
			d := minTime(func() { Gemm(s.form, s.m, s.n, s.k, a, lda, b, ldb, c, s.n, false) })
			flop := 2 * float64(s.m) * float64(s.n) * float64(s.k)
			fmt.Printf("gemm %-8s %8v  %5.1f%%  %6.0f cyc/img\n", s.name, d, 100*flop/d.Seconds()/p, d.Seconds()*p/64/16)
		}
		restore()
	}
}
