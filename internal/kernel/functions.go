package kernel

// A Function names an element-wise function that has vector kernels, of which
// there are some for float32.
type Function int

const (
	Other Function = iota // no kernel: computed by its definition
	Exp
	Tanh
	Sigmoid
)

// Map computes dst = f(x), element by element: with the kernel of fn if there is
// one, else by f in float64. dst may be x. A value's result does not depend on
// where it stands.
func Map[T Float](fn Function, dst, x []T, f func(float64) float64) {
	x = x[:len(dst)]
	if mapVector(fn, dst, x) {
		return
	}
	for i := range dst {
		dst[i] = T(f(float64(x[i])))
	}
}

// MapGrad computes dx = dy df(x, y), element by element: with the kernel of fn
// if there is one, else by df in float64. dx may be dy.
func MapGrad[T Float](fn Function, dx, dy, x, y []T, df func(x, y float64) float64) {
	dy, x, y = dy[:len(dx)], x[:len(dx)], y[:len(dx)]
	if gradVector(fn, dx, dy, y) {
		return
	}
	for i := range dx {
		dx[i] = T(float64(dy[i]) * df(float64(x[i]), float64(y[i])))
	}
}
