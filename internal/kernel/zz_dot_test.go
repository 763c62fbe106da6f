package kernel

import (
	"fmt"
	"os"
	"testing"
)

func TestDotMin(t *testing.T) {
	if os.Getenv("MINT") == "" {
		t.Skip()
	}
	p := peakFLOPS() / 64 // cycles a second
	k := selected.vector
	a, b, c := *getBuffer[float32](1<<16), *getBuffer[float32](1 << 16), *getBuffer[float32](1024)
	say := func(name string, ideal float64, f func()) {
		d := minTime(func() {
			for range 10 {
				f()
			}
		})
		fmt.Printf("%-30s %.0f cycles, ideal %.0f\n", name, d.Seconds()*p/10, ideal)
	}
	for off := range 5 {
		say(fmt.Sprint("dot6x3 off ", off), 56*9, func() { k.dot[6][3](892, &a[0], 896, &b[off], 1, &c[0], 25, true) })
		say(fmt.Sprint("dot6x2 off ", off), 56*6, func() { k.dot[6][2](892, &a[0], 896, &b[off], 1, &c[0], 25, true) })
	}
	say("dot6x4 aligned", 56*12, func() { k.dot[6][4](896, &a[0], 896, &b[0], 1024, &c[0], 25, true) })
	say("dot6x4 aligned short", 12, func() { k.dot[6][4](16, &a[0], 896, &b[0], 1024, &c[0], 25, true) })
	say("copyRows 6x28", 336, func() { k.copyRows(6, 28, 28, &a[0], 896, 32, &b[0], 784, 28) })
	say("copyRows 1x28", 56, func() { k.copyRows(1, 28, 28, &a[66], 896, 32, &b[0], 784, 28) })
	say("copyRows 16x10", 160, func() { k.copyRows(16, 10, 10, &a[66], 18*18, 18, &b[0], 100, 10) })
	say("toLanes 16x100", 7*64, func() { k.toLanes(16, 100, &a[0], 16, &b[0], 100) })
	say("fromLanes 16x100", 7*64, func() { k.fromLanes(16, 100, &a[0], 100, &b[0]) })
	taps := make([]tap, 400)
	for i := range taps {
		taps[i] = tap{i, i * 16}
	}
	say("grid5x5 150", 150*12.5, func() { k.grid[5][5](150, &taps[0], &a[0], 14, &b[0], &c[0], 160, &b[0]) })
	say("rows6x2x2 25 14", 25*14*12, func() { k.rows[6][2][2](25, &taps[0], &a[0], 32, &b[0], &a[20000], 784, 28, 14, 12, &b[0]) })
	for g := 1; g <= 4; g++ {
		say(fmt.Sprint("rows6x1 400 ", g), float64(400*g*3), func() { k.rows[6][1][g](400, &taps[0], &a[0], 18, &b[0], &a[20000], 196, 14, 1, 14, &b[0]) })
	}
}
