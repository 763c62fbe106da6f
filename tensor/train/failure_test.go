package train_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/train"
)

// A Stepper serves batches of any size on any number of cores, one after the
// other, and also after a shard has failed.
func TestStepperAfterFailuresAndChanges(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	w := tensor.Ones[float64](20000).RequireGrad()
	s := train.NewStepper([]*tensor.Tensor[float64]{w}, 2)
	for round := range 60 {
		runtime.GOMAXPROCS(1 + round*5%4)
		n := 1 + round*7%13
		failing := round%3 == 1
		fault := func() (fault any) {
			defer func() { fault = recover() }()
			s.Step(n, func(scope *tensor.Scope[float64], lo, hi int) *tensor.Tensor[float64] {
				if failing && lo == 0 {
					panic("shard")
				}
				return tensor.Sum(tensor.Mul(tensor.Tanh(scope.Enter(tensor.Full(float64(n), 20000))),
					tensor.Square(w)))
			})
			return nil
		}()
		if failing != (fault == "shard") {
			t.Fatalf("round %d: panic %v", round, fault)
		}
	}
	s.Step(6, func(scope *tensor.Scope[float64], lo, hi int) *tensor.Tensor[float64] {
		return tensor.Sum(tensor.Scale(tensor.Square(w), float64(lo)))
	})
	for i, g := range w.Grad().Data() { // the mean of 0, 2 and 4, twice
		if d := g - 4; d > 1e-12 || d < -1e-12 {
			t.Fatalf("gradient %d is %v, want 4", i, g)
		}
	}
}

// The error of a layer comes out of the goroutine of its shard with its path.
func TestStepKeepsThePath(t *testing.T) {
	layer := nn.NewLinear[float64](rand.New(rand.NewPCG(1, 1)), 3, 1, nn.LinearOptions{})
	network := nn.Sequential[float64]{{Name: "head", Module: nn.NewSequential[float64](layer)}}
	s := train.NewStepper([]*tensor.Tensor[float64]{layer.Weight}, 2)
	wrong := func(scope *tensor.Scope[float64], lo, hi int) *tensor.Tensor[float64] {
		return tensor.Sum(network.Forward(scope.Enter(tensor.Ones[float64](hi-lo, 4))))
	}
	for want, f := range map[string]train.ShardFunc[float64]{
		"head.0: linear: input (2,4) has 4 features, weight (1,3) wants 3": wrong,
		"step: loss: the tensor is nil": func(*tensor.Scope[float64], int, int) *tensor.Tensor[float64] {
			return nil
		},
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			s.Step(8, f)
		}()
	}
}
