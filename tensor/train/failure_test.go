package train_test

import (
	"runtime"
	"testing"

	"hw4/tensor"
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
