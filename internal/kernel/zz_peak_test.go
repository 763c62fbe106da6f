package kernel

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

func TestPeak2(t *testing.T) {
	if os.Getenv("MINT") == "" {
		t.Skip()
	}
	for _, workers := range []int{1, 2} {
		for _, run := range []struct {
			n string
			f func(int)
			l int
		}{{"512", peakF32AVX512, 16}, {"256", peakF32AVX2, 8}} {
			best := time.Hour
			for range 300 {
				var wg sync.WaitGroup
				start := time.Now()
				for range workers {
					wg.Go(func() { run.f(500000) })
				}
				wg.Wait()
				best = min(best, time.Since(start))
			}
			fmt.Println(run.n, "workers", workers, "GFLOP/s", float64(workers*500000*12*2*run.l)/best.Seconds()/1e9)
		}
	}
}
