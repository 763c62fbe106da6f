package train_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// problem is a small classification task.
type problem struct {
	x      *tensor.Tensor[float32]
	labels []int
}

func newProblem(n int) problem {
	rng := rand.New(rand.NewPCG(1, 1))
	p := problem{x: tensor.Normal[float32](rng, 0, 1, n, 6), labels: make([]int, n)}
	for i := range p.labels {
		p.labels[i] = rng.IntN(3)
	}
	return p
}

func newNetwork() nn.Sequential[float32] {
	rng := rand.New(rand.NewPCG(2, 2))
	return nn.NewSequential[float32](
		nn.NewLinear[float32](rng, 6, 8, nn.LinearOptions{}), nn.NewActivation[float32]("tanh"),
		nn.NewLinear[float32](rng, 8, 3, nn.LinearOptions{}))
}

func (p problem) shard(m nn.Module[float32], from int) train.ShardFunc[float32] {
	return func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
		x := scope.Empty(hi-lo, 6)
		copy(x.Data(), p.x.Data()[(from+lo)*6:(from+hi)*6])
		return loss.CrossEntropy(m.Forward(x), p.labels[from+lo:from+hi], loss.CrossEntropyOptions{})
	}
}

// Shards give the loss and the gradient of the whole batch.
func TestStepIsBackwardOfTheBatch(t *testing.T) {
	for _, n := range []int{1, 7, 32, 33} {
		p, m := newProblem(n), newNetwork()
		whole := loss.CrossEntropy(m.Forward(p.x), p.labels, loss.CrossEntropyOptions{})
		want := tensor.Gradients(whole, nil, nn.Values(m.Params())...)
		for _, size := range []int{1, 5, 32, 100} {
			stepper := train.NewStepper(nn.Values(m.Params()), size)
			for range 2 { // the second overwrites the first
				got := stepper.Step(n, p.shard(m, 0))
				if math.Abs(got-float64(whole.Item())) > 1e-6 {
					t.Errorf("n %d, shards of %d: loss %v, want %v", n, size, got, whole.Item())
				}
			}
			for i, param := range m.Params() {
				for j, v := range param.Value.Grad().Data() {
					if w := want[i].Data()[j]; math.Abs(float64(v-w)) > 1e-6 {
						t.Fatalf("n %d, shards of %d: gradient of %s at %d is %v, want %v", n, size, param.Name, j, v,
							w)
					}
				}
			}
		}
	}
}

// train20 returns a digest of the weights after 20 steps.
func train20() string {
	p, m := newProblem(64), newNetwork()
	stepper := train.NewStepper(nn.Values(m.Params()), 8)
	sgd := optim.NewSGD(nn.Values(m.Params()), optim.SGDOptions{LR: 0.5, Momentum: 0.9})
	for range 20 {
		stepper.Step(64, p.shard(m, 0))
		sgd.Step()
	}
	h := sha256.New()
	for _, param := range m.Params() {
		fmt.Fprint(h, param.Value.Data())
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestBitsDoNotDependOnCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(1)
	want := train20()
	for _, procs := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		if got := train20(); got != want {
			t.Errorf("%d cores: weights %s, on one core %s", procs, got, want)
		}
	}
}

func TestParameterWithoutPartGetsZeros(t *testing.T) {
	x, unused := tensor.Scalar(float32(2)).RequireGrad(), tensor.Scalar(float32(1)).RequireGrad()
	stepper := train.NewStepper([]*tensor.Tensor[float32]{x, unused}, 1)
	stepper.Step(2, func(*tensor.Scope[float32], int, int) *tensor.Tensor[float32] { return tensor.Square(x) })
	if x.Grad().Item() != 4 || unused.Grad().Item() != 0 {
		t.Errorf("gradients %v and %v, want 4 and 0", x.Grad(), unused.Grad())
	}
}

// A parameter that drops out of the loss loses its gradient of the step before.
func TestParameterThatDropsOutGetsZeros(t *testing.T) {
	x, y := tensor.Scalar(float32(2)).RequireGrad(), tensor.Scalar(float32(3)).RequireGrad()
	stepper := train.NewStepper([]*tensor.Tensor[float32]{x, y}, 1)
	stepper.Step(2, func(*tensor.Scope[float32], int, int) *tensor.Tensor[float32] { return tensor.Mul(x, y) })
	if x.Grad().Item() != 3 || y.Grad().Item() != 2 {
		t.Fatalf("gradients %v and %v, want 3 and 2", x.Grad(), y.Grad())
	}
	stepper.Step(2, func(*tensor.Scope[float32], int, int) *tensor.Tensor[float32] { return tensor.Square(x) })
	if x.Grad().Item() != 4 || y.Grad().Item() != 0 {
		t.Errorf("gradients %v and %v, want 4 and 0", x.Grad(), y.Grad())
	}
}

func TestShardsHaveSamples(t *testing.T) {
	for _, size := range []int{0, -1} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok ||
					e.Error() != fmt.Sprintf("stepper: shards of %d samples, want at least 1", size) {
					t.Errorf("shards of %d: %v", size, e)
				}
			}()
			train.NewStepper[float32](nil, size)
		}()
	}
}

func TestEvaluateAddsShards(t *testing.T) {
	for i, n := range []int{1, 99, 100} {
		sums := train.Evaluate(n, []int{7, 1, 7}[i], func(scope *tensor.Scope[float32], lo, hi int) []float64 {
			scope.Empty(10)
			return []float64{float64(hi - lo), float64((lo + hi - 1) * (hi - lo) / 2)}
		})
		if sums[0] != float64(n) || sums[1] != float64(n*(n-1)/2) {
			t.Errorf("n %d: sums %v", n, sums)
		}
	}
}

// What a call returns may lie in its scope, which the next shard uses again.
func TestEvaluateOfResultsInTheScope(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	sums := train.Evaluate(8, 1, func(scope *tensor.Scope[float64], lo, _ int) []float64 {
		return tensor.Scale(scope.Enter(tensor.Full(float64(lo), 1)), 2).Data()
	})
	if sums[0] != 56 {
		t.Errorf("sum %v, want 56", sums[0])
	}
}

func ExampleStepper() {
	// Fit y = 2x by least squares.
	xs := []float64{1, 2, 3, 4}
	w := tensor.Scalar(0.0).RequireGrad()
	params := []*tensor.Tensor[float64]{w}
	stepper := train.NewStepper(params, 2)
	sgd := optim.NewSGD(params, optim.SGDOptions{LR: 0.05})
	for range 100 {
		stepper.Step(len(xs), func(scope *tensor.Scope[float64], lo, hi int) *tensor.Tensor[float64] {
			x := scope.Enter(tensor.FromSlice(xs[lo:hi]))
			return loss.MSE(tensor.Mul(x, w), tensor.Scale(x, 2), loss.Mean)
		})
		sgd.Step()
	}
	fmt.Printf("%.4f\n", w.Item())
	// Output: 2.0000
}
