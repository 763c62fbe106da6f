package commute

import (
	"fmt"
	"math"

	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// A Window is one on which an activation and max pooling do not commute: two numbers,
// and what comes of them both ways.
type Window struct {
	X           [2]float64 `json:"x"`
	PooledFirst float64    `json:"pooledFirst"` // sigma(max x)
	PooledLast  float64    `json:"pooledLast"`  // max sigma(x)
}

// describe says what comes of the window, for the sigma of a name.
func (w Window) describe(sigma string) string {
	return fmt.Sprintf("X = [%g %g]: %s(max X) = %s, max %s(X) = %s", w.X[0], w.X[1], sigma, report.Format(w.PooledFirst),
		sigma, report.Format(w.PooledLast))
}

// bothWays returns sigma(max x) and max sigma(x) for the numbers of a window.
func bothWays(f tensor.Activation, window ...float64) (pooledFirst, pooledLast float64) {
	x := tensor.FromSlice(window, 1, 1, 1, len(window))
	opt := pool.Options{Kernel: [2]int{1, len(window)}}
	return tensor.Apply(f, pool.MaxPool2d(x, opt)).Item(), pool.MaxPool2d(tensor.Apply(f, x), opt).Item()
}

// Smallest returns the window of two integers with the smallest |x1| + |x2|, up to 20,
// on which an activation and max pooling do not commute. It is false if there is none.
// Two NaN are no difference.
func Smallest(f tensor.Activation) (Window, bool) {
	const limit = 20
	for size := 1; size <= limit; size++ {
		for u := -size; u < size; u++ {
			for _, v := range []int{max(u, -u) - size, size - max(u, -u)} {
				x := [2]float64{float64(u), float64(v)}
				first, last := bothWays(f, x[:]...)
				if first != last && !(math.IsNaN(first) && math.IsNaN(last)) {
					return Window{x, first, last}, true
				}
			}
		}
	}
	return Window{}, false
}
