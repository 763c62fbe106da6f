package kernel

import (
	"fmt"
	"math"
	"os"
	"testing"
)

func TestTanhSweep(t *testing.T) {
	if os.Getenv("MINT") == "" {
		t.Skip()
	}
	for _, isa := range ISAs()[1:] {
		func() {
			defer Use(isa)()
			const n = 1 << 16
			x, y := make([]float32, n), make([]float32, n)
			prev := float32(0)
			worst, worstAt, drops := 0.0, float32(0), 0
			for b := uint32(0); b < 0x41300000; b += n {
				for i := range x {
					x[i] = math.Float32frombits(b + uint32(i))
				}
				Map(Tanh, y, x, math.Tanh)
				for i, v := range y {
					if v < prev || v > 1 {
						drops++
						if drops < 5 {
							fmt.Println("drop at", x[i], prev, v)
						}
					}
					prev = v
					if i%61 == 0 {
						want := math.Tanh(float64(x[i]))
						ulp := float64(math.Nextafter32(float32(want), 2) - float32(want))
						if e := math.Abs(float64(v)-want) / ulp; e > worst {
							worst, worstAt = e, x[i]
						}
					}
				}
			}
			fmt.Println(isa, "worst", worst, "at", worstAt, "drops", drops)
		}()
	}
}
