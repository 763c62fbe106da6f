package nn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"hw4/tensor"
	"hw4/tensor/nn"
)

// pixels returns rows of random bytes and some of their numbers, one of them twice.
func pixels(rng *rand.Rand, in int) (set []byte, indices []int) {
	const rows = 7
	set = make([]byte, rows*in)
	for i := range set {
		set[i] = byte(rng.Uint32())
	}
	return set, []int{6, 0, 3, 3, 1, 5, 2, 6, 4, 0, 1}
}

// Output and gradients are those of Linear, whatever the kernels: up to rounding,
// with which sums of n terms of size 1 may differ.
func TestLinearBytes(t *testing.T) {
	rng := seed(3)
	for _, in := range []int{1, 7, 8, 16, 40, 75, 112, 128, 784} {
		for _, out := range []int{1, 2, 3} {
			for _, bias := range []bool{true, false} {
				linearBytes[float32](t, rng, in, out, bias, 1e-6)
				linearBytes[float64](t, rng, in, out, bias, 1e-14)
			}
		}
	}
}

func linearBytes[T tensor.Float](t *testing.T, rng *rand.Rand, in, out int, bias bool, tolerance float64) {
	t.Helper()
	set, indices := pixels(rng, in)
	w := tensor.Normal[T](rng, 0, 1, out, in).RequireGrad()
	params := []*tensor.Tensor[T]{w}
	var b *tensor.Tensor[T]
	if bias {
		b = tensor.Normal[T](rng, 0, 1, out).RequireGrad()
		params = append(params, b)
	}
	x := tensor.Zeros[T](len(indices), in)
	for i, at := range indices {
		for j := range in {
			x.Set(T(set[at*in+j])/255, i, j)
		}
	}
	want := nn.Linear(x, w, b)
	dout := tensor.Normal[T](rng, 0, 1, want.Shape()...)
	var scope tensor.Scope[T]
	for range 2 { // in storage that is used again
		scope.Reset()
		got := nn.LinearBytes(&scope, set, indices, w, b)
		near(t, "output", got, want, tolerance*float64(in))
		gradients, wanted := tensor.Gradients(got, dout, params...), tensor.Gradients(want, dout, params...)
		for i, g := range gradients {
			near(t, []string{"gradient of the weights", "gradient of the bias"}[i], g, wanted[i], tolerance*float64(len(indices)))
		}
	}
}

func near[T tensor.Float](t *testing.T, what string, got, want *tensor.Tensor[T], tolerance float64) {
	t.Helper()
	for i, v := range got.Data() {
		if w := want.Data()[i]; !(math.Abs(float64(v-w)) <= tolerance) {
			t.Fatalf("%T, %s of shape %v: element %d is %v, want %v", v, what, want.Shape(), i, v, w)
		}
	}
}

// An empty batch has gradients, and they are zero even where the storage held
// something else before.
func TestLinearBytesOfAnEmptyBatch(t *testing.T) {
	var scope tensor.Scope[float32]
	layer := nn.NewLinear[float32](seed(4), 16, 1, nn.LinearOptions{})
	for _, indices := range [][]int{{0, 0, 1}, {}} {
		scope.Reset()
		z := layer.ForwardBytes(&scope, make([]byte, 32), indices)
		grads := tensor.Gradients(tensor.Sum(z), nil, layer.Weight, layer.Bias)
		if n := float32(len(indices)); grads[0].At(0, 15) != 0 || grads[1].At(0) != n {
			t.Errorf("%v: gradients %v and %v", indices, grads[0], grads[1])
		}
	}
}

// Frozen weights cost nothing and get nothing.
func TestLinearBytesWithFrozenWeights(t *testing.T) {
	var scope tensor.Scope[float32]
	w, b := tensor.Ones[float32](1, 16), tensor.Ones[float32](1).RequireGrad()
	nn.LinearBytes(&scope, make([]byte, 16), []int{0}, w, b).Backward(nil)
	if w.Grad() != nil || b.Grad().Item() != 1 {
		t.Errorf("gradients %v and %v", w.Grad(), b.Grad())
	}
}

// Rows that are not there are refused before a kernel reads them.
func TestLinearBytesStaysInTheSet(t *testing.T) {
	for _, in := range []int{5, 16} {
		for _, at := range []int{-1, 2, math.MaxInt / in} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("row %d of 2, of %d bytes: no panic", at, in)
					}
				}()
				nn.LinearBytes(new(tensor.Scope[float32]), make([]byte, 2*in), []int{0, at}, tensor.Ones[float32](1, in), nil)
			}()
		}
	}
}
