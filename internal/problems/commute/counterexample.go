package commute

import (
	"fmt"
	"math"

	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// A counterexample is a window on which an activation and max pooling do not commute.
type counterexample struct {
	Activation  tensor.Activation
	X           [2]float64
	PooledFirst float64 // sigma(max x)
	PooledLast  float64 // max sigma(x)
}

// String returns the window and both sides.
func (c counterexample) String() string {
	return fmt.Sprintf("X = [%g %g]: %s(max X) = %s, max %s(X) = %s", c.X[0], c.X[1],
		c.Activation.Name, report.Format(c.PooledFirst), c.Activation.Name, report.Format(c.PooledLast))
}

// smallestCounterexample searches the windows of two integers in the order of
// |x1| + |x2|, up to 20. It is false if there is none. Two NaN are no difference.
func smallestCounterexample(f tensor.Activation) (counterexample, bool) {
	const limit = 20
	opt := pool.Options{Kernel: [2]int{1, 2}}
	for size := 1; size <= limit; size++ {
		for u := -size; u < size; u++ {
			for _, v := range []int{max(u, -u) - size, size - max(u, -u)} {
				x := tensor.FromSlice([]float64{float64(u), float64(v)}, 1, 1, 1, 2)
				first := tensor.Apply(f, pool.MaxPool2d(x, opt)).Item()
				last := pool.MaxPool2d(tensor.Apply(f, x), opt).Item()
				if first != last && !(math.IsNaN(first) && math.IsNaN(last)) {
					return counterexample{f, [2]float64{float64(u), float64(v)}, first, last}, true
				}
			}
		}
	}
	return counterexample{Activation: f}, false
}
