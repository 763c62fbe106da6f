package kernel

import (
	"slices"
	"testing"
)

// The kernels of 2 x 2 windows agree with the loops in Go at every width, leave
// nothing of what was there before, and write nowhere else.
func TestAvgPool2x2(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for width := 2; width <= 70; width++ {
			for _, height := range []int{2, 3, 8, 9} {
				checkAvgPool2x2(t, width, height)
			}
		}
	})
}

func checkAvgPool2x2(t *testing.T, width, height int) {
	t.Helper()
	w := Window{3, height, width, 2, 2, 2, 2, 0, 0, 1, 1, height / 2, width / 2}
	n, m := w.Channels*height*width, w.Channels*w.Cols()
	x, dy := make([]float32, n), make([]float32, m)
	for i := range x {
		x[i] = float32(i%13 - 6)
	}
	for i := range dy {
		dy[i] = float32(i%11 - 5)
	}
	y, dx := slices.Repeat([]float32{guard}, m+1), slices.Repeat([]float32{guard}, n+1)
	AvgPool(y[:m], x, &w, false)
	AvgPoolGrad(dx[:n], dy, &w, false)
	wantY, wantDx := make([]float32, m), make([]float32, n)
	restore := Use(Generic)
	AvgPool(wantY, x, &w, false)
	restore()
	for i, v := range dy { // by the definition
		c, row, col := i/w.Cols(), i%w.Cols()/w.OutW, i%w.OutW
		for p := range 4 {
			wantDx[(c*height+2*row+p/2)*width+2*col+p%2] = v / 4
		}
	}
	if !slices.Equal(y[:m], wantY) || !slices.Equal(dx[:n], wantDx) {
		t.Fatalf("%dx%d: outputs or gradients differ", height, width)
	}
	if y[m] != guard || dx[n] != guard {
		t.Fatalf("%dx%d: wrote past the end", height, width)
	}
}
