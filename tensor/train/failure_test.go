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
		"step: the loss has shape (3,), want one number: the mean over the shard": func(*tensor.Scope[float64], int,
			int) *tensor.Tensor[float64] {
			return tensor.Ones[float64](3)
		},
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

// The error of one shard keeps its path when others wait for it in another layer.
func TestStepKeepsThePathOfTheFirst(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	rng := rand.New(rand.NewPCG(1, 1))
	network := nn.Sequential[float64]{
		{Name: "linear", Module: nn.NewLinear[float64](rng, 2, 2, nn.LinearOptions{})},
		{Name: "bad", Module: nn.Func[float64](func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
			if x.Step("bad").First == 0 {
				panic(tensor.Shapef("bad", "no"))
			}
			return x
		})},
		{Name: "norm", Module: nn.NewBatchNorm1d[float64](2, nn.BatchNormOptions{})},
	}
	s := train.NewStepper(nn.Values(network.Params()), 2)
	for range 10 {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != "bad: bad: no" {
					t.Errorf("panic %v, want that of layer bad", e)
				}
			}()
			s.Step(8, func(scope *tensor.Scope[float64], lo, hi int) *tensor.Tensor[float64] {
				return tensor.Sum(network.Forward(scope.Enter(tensor.Ones[float64](hi-lo, 2))))
			})
		}()
	}
}

// Each misuse panics with a ShapeError that says what was found and wanted.
func TestMisuse(t *testing.T) {
	type tensor32 = tensor.Tensor[float32]
	leaf := tensor.Ones[float32](2).RequireGrad()
	stepper := func(params ...*tensor32) func() {
		return func() { train.NewStepper(params, 4) }
	}
	step := func(n int) func() {
		return func() {
			train.NewStepper([]*tensor32{leaf}, 4).Step(n, func(*tensor.Scope[float32], int, int) *tensor32 {
				return tensor.Sum(leaf)
			})
		}
	}
	evaluate := func(n, size, last int) func() {
		return func() {
			train.Evaluate(n, size, func(_ *tensor.Scope[float32], _, hi int) []float64 {
				if hi == n {
					return make([]float64, last)
				}
				return make([]float64, 2)
			})
		}
	}
	for want, f := range map[string]func(){
		"step: NewStepper did not make the Stepper": func() { new(train.Stepper[float32]).Step(1, nil) },
		"step: the function is nil":                 func() { train.NewStepper([]*tensor32{leaf}, 4).Step(1, nil) },
		"evaluate: the function is nil":             func() { train.Evaluate[float32](1, 4, nil) },

		"step: a batch of 0 samples, want at least 1":  step(0),
		"step: a batch of -1 samples, want at least 1": step(-1),
		"stepper: tensor 3 of 3 is tensor 2 once more": stepper(tensor.Ones[float32](1).RequireGrad(), leaf, leaf),
		"stepper: tensor 2 of 2, of shape (3,), requires no gradient: nn.Values leaves out buffers": stepper(leaf,
			tensor.Ones[float32](3)),
		"evaluate: 0 samples in shards of 4, want at least 1 of both":      evaluate(0, 4, 2),
		"evaluate: 4 samples in shards of 0, want at least 1 of both":      evaluate(4, 0, 2),
		"evaluate: the samples from 4 on gave 3 numbers, the first ones 2": evaluate(6, 2, 3),
		"evaluate: the samples from 4 on gave 1 numbers, the first ones 2": evaluate(6, 2, 1),
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			f()
		}()
	}
}
