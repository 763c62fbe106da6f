package kernel

// A Function names an element-wise function that has vector kernels, of which
// there are some for float32.
type Function int

const (
	Other Function = iota // no kernel: computed by its definition
	Exp
	Tanh
	Sigmoid
	ReLU
	functionCount
)

// Map computes dst = f(x), element by element: with the kernel of fn if there is
// one, else by f in float64. dst may be x. A value's result does not depend on
// where it stands.
func Map[T Float](fn Function, dst, x []T, f func(float64) float64) {
	x = x[:len(dst)]
	if d, ok := any(dst).([]float32); ok && selected.vector != nil && selected.vector.functions[fn] != nil {
		apply1(selected.vector.functions[fn], d, single(x))
		return
	}
	mapGo(dst, x, f)
}

// mapGo is Map by the definition of the function. It converts some elements before it
// calls the function: an x86 that converts a float32 waits for what was in the register,
// which would be the last result of the function, so that no two calls overlap.
func mapGo[T Float](dst, x []T, f func(float64) float64) {
	var some [64]float64
	for x = x[:len(dst)]; len(x) > 0; {
		n := min(len(some), len(x))
		for i, v := range x[:n] {
			some[i] = float64(v)
		}
		for i, v := range some[:n] {
			dst[i] = T(f(v))
		}
		dst, x = dst[n:], x[n:]
	}
}

// MapGrad computes dx = dy df(x, y), element by element: with the kernel of fn
// if there is one, else by df in float64. dx may be dy. The gradient of ReLU is a mask
// and no product, so that 0 is 0 also where dy is not finite: dy where y is not at
// most 0.
func MapGrad[T Float](fn Function, dx, dy, x, y []T, df func(x, y float64) float64) {
	dy, x, y = dy[:len(dx)], x[:len(dx)], y[:len(dx)]
	if d, ok := any(dx).([]float32); ok && selected.vector != nil && selected.vector.gradients[fn] != nil {
		apply2(selected.vector.gradients[fn], d, single(dy), single(y))
		return
	}
	for i := range dx {
		switch {
		case fn != ReLU:
			dx[i] = T(float64(dy[i]) * df(float64(x[i]), float64(y[i])))
		case y[i] <= 0:
			dx[i] = 0
		default:
			dx[i] = dy[i]
		}
	}
}

// chunk bounds the elements of one call, since a goroutine cannot be stopped in
// assembly.
const chunk = 1 << 16

func apply1(f func(n int, dst, x *float32), dst, x []float32) {
	for i := 0; i < len(dst); i += chunk {
		f(min(chunk, len(dst)-i), &dst[i], &x[i])
	}
}

func apply2(f func(n int, dst, x, y *float32), dst, x, y []float32) {
	for i := 0; i < len(dst); i += chunk {
		f(min(chunk, len(dst)-i), &dst[i], &x[i], &y[i])
	}
}
