package nn_test

import (
	"math"
	"math/rand/v2"
	"slices"
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
	scope := used[T]()
	got := nn.LinearBytes(scope, set, indices, w, b)
	near(t, "output", got, want, tolerance*float64(in))
	gradients, wanted := tensor.Gradients(got, scope.Enter(dout), params...), tensor.Gradients(want, dout, params...)
	for i, g := range gradients {
		near(t, []string{"gradient of the weights", "gradient of the bias"}[i], g, wanted[i],
			tolerance*float64(len(indices)))
	}
}

// used returns a scope whose storage has held something before.
func used[T tensor.Float]() *tensor.Scope[T] {
	scope := new(tensor.Scope[T])
	for range 2 { // the first time it is not the scope's to keep
		scope.Reset()
		x := scope.Empty(1 << 14).Data()
		for i := range x {
			x[i] = 7
		}
	}
	scope.Reset()
	return scope
}

func near[T tensor.Float](t *testing.T, what string, got, want *tensor.Tensor[T], tolerance float64) {
	t.Helper()
	if !slices.Equal(got.Shape(), want.Shape()) {
		t.Fatalf("%s of shape %v, want %v", what, got.Shape(), want.Shape())
	}
	for i, v := range got.Data() {
		if w := want.Data()[i]; !(math.Abs(float64(v-w)) <= tolerance) {
			t.Fatalf("%T, %s of shape %v: element %d is %v, want %v", v, what, want.Shape(), i, v, w)
		}
	}
}

// An empty batch has gradients, and they are zero even where the storage held
// something else before.
func TestLinearBytesOfAnEmptyBatch(t *testing.T) {
	layer := nn.NewLinear[float32](seed(4), 16, 1, nn.LinearOptions{})
	grads := tensor.Gradients(tensor.Sum(layer.ForwardBytes(used[float32](), make([]byte, 32), nil)), nil, layer.Weight,
		layer.Bias)
	for i, g := range grads {
		for _, v := range g.Data() {
			if v != 0 {
				t.Errorf("gradient %d of no rows: %v", i, g)
				break
			}
		}
	}
}

// Frozen parameters get nothing.
func TestLinearBytesWithFrozenParameters(t *testing.T) {
	ones := tensor.Ones[float32]
	for _, frozen := range []int{0, 1} {
		params := []*tensor.Tensor[float32]{ones(1, 16), ones(1)}
		params[1-frozen].RequireGrad()
		nn.LinearBytes(new(tensor.Scope[float32]), make([]byte, 16), []int{0}, params[0], params[1]).Backward(nil)
		if params[frozen].Grad() != nil || params[1-frozen].Grad() == nil {
			t.Errorf("parameter %d frozen: gradients %v and %v", frozen, params[0].Grad(), params[1].Grad())
		}
	}
}

// A result belongs to its scope, whatever scope the weights are in.
func TestLinearBytesStaysInItsScope(t *testing.T) {
	var scope, other tensor.Scope[float32]
	y := nn.LinearBytes(&scope, make([]byte, 16), []int{0}, other.Enter(tensor.Ones[float32](1, 16)), nil)
	scope.Reset()
	defer func() {
		if _, ok := recover().(*tensor.GraphError); !ok {
			t.Error("a result was used after the Reset of its scope")
		}
	}()
	tensor.Sum(y)
}

// Rows that are not there are refused before a kernel reads them.
func TestLinearBytesStaysInTheSet(t *testing.T) {
	for _, in := range []int{5, 16} {
		for _, at := range []int{-1, 2, math.MaxInt/8 + 1} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("row %d of 2, of %d bytes: no panic", at, in)
					}
				}()
				nn.LinearBytes(new(tensor.Scope[float32]), make([]byte, 2*in, 9*in), []int{0, at},
					tensor.Ones[float32](1, in), nil)
			}()
		}
	}
}
