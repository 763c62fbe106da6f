package nn_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
)

// inStep returns x as what begins at sample first of the batch of a step.
func inStep[T tensor.Float](number uint64, first int, x *tensor.Tensor[T]) *tensor.Tensor[T] {
	scope := new(tensor.Scope[T])
	scope.Train(&tensor.Step{Number: number, First: first})
	return scope.Enter(x)
}

// An element is dropped by the probability p or divided by 1 - p, and neighbours,
// steps and seeds have nothing to do with each other.
func TestDropoutIsFair(t *testing.T) {
	const n = 1 << 16
	dropped := func(step, seed uint64, p float64) []bool {
		y := nn.Dropout(inStep(step, 0, tensor.Ones[float64](4, n/4)), p, seed)
		out := make([]bool, n)
		for i, v := range y.Data() {
			if out[i] = v == 0; !out[i] && math.Abs(v-1/(1-p)) > 1e-15 {
				t.Fatalf("p = %v: element %d is %v", p, i, v)
			}
		}
		return out
	}
	share := func(a, b []bool) float64 {
		both := 0
		for i := range a {
			if a[i] && b[i] {
				both++
			}
		}
		return float64(both) / n
	}
	within := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/n) {
			t.Errorf("%s: %v, want about %v", what, got, want)
		}
	}
	for _, p := range []float64{0.1, 0.5, 0.9} {
		a := dropped(3, 7, p)
		within(fmt.Sprint("dropped with p = ", p), share(a, a), p)
		for lag := 1; lag < 70; lag++ {
			later := append(slices.Clone(a[lag:]), a[:lag]...)
			within(fmt.Sprintf("p = %v: with the one at distance %d", p, lag), share(a, later), p*p)
		}
		for other := range uint64(20) {
			within(fmt.Sprintf("p = %v: with step %d", p, 4+other), share(a, dropped(4+other, 7, p)), p*p)
			within(fmt.Sprintf("p = %v: with seed %d", p, 8+other), share(a, dropped(3, 8+other, p)), p*p)
		}
	}
}

// The mask of a batch is that of its shards, wherever it is cut.
func TestDropoutDoesNotDependOnShards(t *testing.T) {
	x := tensor.Normal[float32](seed(6), 0, 1, 11, 3, 5)
	whole := nn.Dropout(inStep(9, 0, x), 0.3, 5)
	for cut := range 12 {
		a := nn.Dropout(inStep(9, 0, tensor.Slice(x, 0, 0, cut)), 0.3, 5)
		b := nn.Dropout(inStep(9, cut, tensor.Slice(x, 0, cut, 11)), 0.3, 5)
		if got := tensor.Concat(0, a, b); !slices.Equal(got.Data(), whole.Data()) {
			t.Errorf("cut at %d: another mask", cut)
		}
	}
	// Where the lower half of the number of an element overflows.
	const far = (1<<32 - 7) / 5 // the first element is number 2^32 - 7, or a little less
	far0 := nn.Dropout(inStep(9, far, tensor.Ones[float64](4, 5)), 0.5, 5).Data()
	far1 := nn.Dropout(inStep(9, far+1, tensor.Ones[float64](3, 5)), 0.5, 5).Data()
	if !slices.Equal(far0[5:], far1) {
		t.Errorf("%v and %v", far0[5:], far1)
	}
}

func TestDropoutOfAllOrNothing(t *testing.T) {
	x := tensor.FromSlice([]float64{1, -2, 3})
	if y := nn.Dropout(training(x), 0, 1); !slices.Equal(y.Data(), x.Data()) {
		t.Errorf("p = 0: %v", y)
	}
	if y := nn.Dropout(training(tensor.Ones[float64](1000)), 1, 1); tensor.Max(tensor.Abs(y)).Item() != 0 {
		t.Errorf("p = 1: %v", y)
	}
	if y := nn.Dropout(training(tensor.Zeros[float64](0, 3)), 0.5, 1); y.Len() != 0 {
		t.Errorf("nothing: %v", y)
	}
	if y := nn.Dropout(training(tensor.Scalar(1.0)), 0.5, 1).Item(); y != 0 && y != 2 {
		t.Errorf("a number: %v", y)
	}
}

func TestGradientOfDropout(t *testing.T) {
	for _, p := range []float64{0, 0.3, 1} {
		if err := gradcheck.Check("dropout", func(in []*tensor64) *tensor64 {
			return nn.Dropout(tensor.Add(training(tensor.Zeros[float64](5, 7)), in[0]), p, 3)
		}, tensor.Normal[float64](seed(7), 0, 1, 5, 7)); err != nil {
			t.Error(err)
		}
	}
}

func TestSumAddsItsChildren(t *testing.T) {
	rng := seed(8)
	a, b := nn.NewLinear[float64](rng, 3, 3, nn.LinearOptions{}), nn.NewLinear[float64](rng, 3, 3, nn.LinearOptions{})
	x := tensor.Normal[float64](rng, 0, 1, 2, 3)
	s := nn.NewSum(a, nn.NewSequential[float64](), b)
	want := tensor.Add(tensor.Add(a.Forward(x), x), b.Forward(x))
	if got := s.Forward(x); !slices.Equal(got.Data(), want.Data()) {
		t.Errorf("%v, want %v", got, want)
	}
	var names []string
	for _, p := range s.Params() {
		names = append(names, p.Name)
	}
	if want := []string{"0.weight", "0.bias", "2.weight", "2.bias"}; !slices.Equal(names, want) {
		t.Errorf("names %v, want %v", names, want)
	}
}

// A state dict holds the buffers; optimizers and counts leave them out.
func TestBuffersAreStateAndNoParameters(t *testing.T) {
	network := func(n uint64) nn.Sequential[float32] {
		return nn.NewSequential[float32](nn.NewLinear[float32](seed(n), 3, 2, nn.LinearOptions{}),
			nn.NewSum[float32](nn.NewBatchNorm1d[float32](2, nn.BatchNormOptions{}), nn.NewSequential[float32]()),
			nn.NewDropout[float32](seed(n), 0.5))
	}
	a, b := network(1), network(2)
	if n, v := nn.Count(a.Params()), len(nn.Values(a.Params())); n != 12 || v != 4 {
		t.Errorf("%d parameters in %d tensors, want 12 in 4", n, v)
	}
	a.Forward(training(tensor.Normal[float32](seed(3), 2, 3, 5, 3)))
	dict := nn.StateDict(a)
	if dict["1.0.num_batches_tracked"].Item() != 1 || dict["1.0.running_mean"].At(0) == 0 || len(dict) != 7 {
		t.Errorf("state dict %v", dict)
	}
	if err := nn.LoadStateDict(b, dict); err != nil {
		t.Fatal(err)
	}
	x := tensor.Normal[float32](seed(4), 0, 1, 5, 3).NoGrad()
	if !slices.Equal(a.Forward(x).Data(), b.Forward(x).Data()) {
		t.Error("with its state dict another network computes something else")
	}
}

func ExampleDropout() {
	var scope tensor.Scope[float64]
	scope.Train(&tensor.Step{Number: 0})
	x := tensor.Ones[float64](1, 8)
	fmt.Println(nn.Dropout(scope.Enter(x), 0.5, 1))
	fmt.Println(nn.Dropout(x.NoGrad(), 0.5, 1))
	// Output:
	// [[2 0 2 2 2 2 0 2]]
	// [[1 1 1 1 1 1 1 1]]
}

func ExampleNewSum() {
	double := nn.Func[float64](func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Scale(x, 2) })
	block := nn.NewSum[float64](double, nn.NewSequential[float64]()) // what it is given comes on top
	fmt.Println(block.Forward(tensor.FromSlice([]float64{1, 2}, 1, 2)))
	// Output: [[3 6]]
}
