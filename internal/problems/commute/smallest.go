package commute

import "hw4/tensor"

// A Window is one on which an activation and max pooling do not commute: two numbers,
// and what comes of them both ways.
type Window struct {
	X           [2]float64 `json:"x"`
	PooledFirst float64    `json:"pooledFirst"` // sigma(max x)
	PooledLast  float64    `json:"pooledLast"`  // max sigma(x)
}

// Smallest returns the window of two integers with the smallest |x1| + |x2|, up to 20,
// on which an activation and max pooling do not commute. It is false if there is none.
func Smallest(f tensor.Activation) (Window, bool) {
	c, found := smallestCounterexample(f)
	return Window{c.X, c.PooledFirst, c.PooledLast}, found
}
