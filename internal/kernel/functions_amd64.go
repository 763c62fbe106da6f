//go:build amd64 && !purego

package kernel

// unary and binary are kernels of n elements.
type (
	unary  func(n int, dst, x *float32)
	binary func(n int, dst, x, y *float32)
)

var (
	maps = map[string][4]unary{
		AVX2:   {Exp: expF32AVX2, Tanh: tanhF32AVX2, Sigmoid: sigmoidF32AVX2},
		AVX512: {Exp: expF32AVX512, Tanh: tanhF32AVX512, Sigmoid: sigmoidF32AVX512},
	}
	grads = map[string][4]binary{
		AVX2:   {Tanh: tanhGradF32AVX2, Sigmoid: sigmoidGradF32AVX2},
		AVX512: {Tanh: tanhGradF32AVX512, Sigmoid: sigmoidGradF32AVX512},
	}
	adds = map[string]binary{AVX2: addF32AVX2, AVX512: addF32AVX512}
)

// chunk bounds the elements of one call, since a goroutine cannot be stopped in
// assembly.
const chunk = 1 << 16

// mapVector computes dst = fn(x) if there is a kernel for it.
func mapVector[T Float](fn Function, dst, x []T) bool {
	d, ok := any(dst).([]float32)
	f := maps[selected][fn]
	if !ok || f == nil {
		return false
	}
	s := any(x).([]float32)
	for i := 0; i < len(d); i += chunk {
		f(min(chunk, len(d)-i), &d[i], &s[i])
	}
	return true
}

// gradVector computes dx = dy fn'(x), given y = fn(x), if there is a kernel for
// it.
func gradVector[T Float](fn Function, dx, dy, y []T) bool {
	return combine(grads[selected][fn], dx, dy, y)
}

// addVector computes dst = a + b if there is a kernel for it.
func addVector[T Float](dst, a, b []T) bool { return combine(adds[selected], dst, a, b) }

func combine[T Float](f binary, dst, a, b []T) bool {
	d, ok := any(dst).([]float32)
	if !ok || f == nil {
		return false
	}
	x, y := any(a).([]float32), any(b).([]float32)
	for i := 0; i < len(d); i += chunk {
		f(min(chunk, len(d)-i), &d[i], &x[i], &y[i])
	}
	return true
}
