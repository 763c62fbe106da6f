package train_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/train"
)

// together is a network whose layers look at the whole batch.
func together[T tensor.Float]() nn.Sequential[T] {
	rng := rand.New(rand.NewPCG(5, 5))
	dense := func(in, out int) nn.Module[T] { return nn.NewLinear[T](rng, in, out, nn.LinearOptions{}) }
	norm := func(n int) nn.Module[T] { return nn.NewBatchNorm1d[T](n, nn.BatchNormOptions{}) }
	return nn.NewSequential(dense(6, 8), norm(8), nn.NewActivation[T]("tanh"),
		nn.NewSum(nn.NewSequential(dense(8, 8), norm(8), nn.NewDropout[T](rng, 0.3)), nn.NewSequential[T]()), dense(8, 3))
}

func convert[T tensor.Float](x *tensor.Tensor[float32]) *tensor.Tensor[T] {
	y := tensor.Zeros[T](x.Shape()...)
	for i, v := range x.Data() {
		y.Data()[i] = T(v)
	}
	return y
}

// steps takes some steps and returns the losses, and the gradients and buffers after
// the last.
func steps[T tensor.Float](n, size, count int) (losses []float64, state map[string]*tensor.Tensor[T]) {
	p, m := newProblem(n), together[T]()
	x := convert[T](p.x)
	stepper := train.NewStepper(nn.Values(m.Params()), size)
	for range count {
		losses = append(losses, stepper.Step(n, func(scope *tensor.Scope[T], lo, hi int) *tensor.Tensor[T] {
			return loss.CrossEntropy(m.Forward(scope.Enter(tensor.Slice(x, 0, lo, hi))), p.labels[lo:hi],
				loss.CrossEntropyOptions{})
		}))
	}
	state = make(map[string]*tensor.Tensor[T])
	for _, p := range m.Params() {
		if state[p.Name] = p.Value; !p.Buffer {
			state[p.Name] = p.Value.Grad()
		}
	}
	return losses, state
}

// Statistics are those of the batch and masks those of its samples: losses, gradients
// and buffers of shards are those of one shard that is the batch, but for the order of
// the sums.
func TestShardsAreTheBatch(t *testing.T) {
	sameAsWhole[float64](t, 1e-13)
	sameAsWhole[float32](t, 1e-5)
}

func sameAsWhole[T tensor.Float](t *testing.T, tolerance float64) {
	t.Helper()
	for _, n := range []int{2, 7, 33} {
		losses, want := steps[T](n, 1000, 3)
		for _, size := range []int{1, 2, 5, 16} {
			got, state := steps[T](n, size, 3)
			for i, l := range losses {
				if math.Abs(got[i]-l) > tolerance {
					t.Errorf("%T, n %d, shards of %d: loss %v in step %d, want %v", T(0), n, size, got[i], i, l)
				}
			}
			for name, w := range want {
				for i, v := range state[name].Data() {
					if d := math.Abs(float64(v - w.Data()[i])); !(d <= tolerance*math.Max(1, math.Abs(float64(w.Data()[i])))) {
						t.Fatalf("%T, n %d, shards of %d: %s is %v at %d, want %v", T(0), n, size, name, v, i, w.Data()[i])
					}
				}
			}
		}
	}
}

// A seed fixes every bit, whatever the number of cores: also that of the statistics.
func TestShardsThatMeetAreTheSameBitsOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(1)
	losses, state := steps[float32](64, 4, 5)
	want := fmt.Sprint(losses, state)
	for _, procs := range []int{2, 3, 8, 1} {
		runtime.GOMAXPROCS(procs)
		for range 10 {
			if losses, state := steps[float32](64, 4, 5); fmt.Sprint(losses, state) != want {
				t.Fatalf("%d cores: other bits", procs)
			}
		}
	}
}

// Every step has another mask, and the same when it is taken again.
func TestStepsAreCounted(t *testing.T) {
	p, m := newProblem(32), together[float32]()
	stepper := train.NewStepper(nn.Values(m.Params()), 8)
	first := stepper.Step(32, p.shard(m, 0))
	if second := stepper.Step(32, p.shard(m, 0)); second == first || stepper.Steps != 2 {
		t.Errorf("losses %v and %v, %d steps", first, second, stepper.Steps)
	}
	stepper.Steps = 0
	if again := stepper.Step(32, p.shard(m, 0)); again != first {
		t.Errorf("step 0 again has the loss %v, not %v", again, first)
	}
}

// When a shard fails or goes another way, nobody waits for it, and the Stepper can be
// used again.
func TestNobodyWaitsForAShardThatDoesNotCome(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	p, m := newProblem(64), together[float32]()
	other := together[float32]()
	stepper := train.NewStepper(nn.Values(append(m.Params(), other.Params()...)), 4)
	forward := p.shard(m, 0)
	for name, c := range map[string]struct {
		say string
		f   train.ShardFunc[float32]
	}{
		"fails": {"shard", func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			panic("shard")
		}},
		"goes another way": {"train: the shards of a batch go through different layers", p.shard(other, 0)},
		"is through": {"train: the shards of a batch go through different layers: only some came to a *nn.BatchNorm",
			func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
				return tensor.Sum(tensor.Mul(scope.Enter(tensor.Ones[float32](1)), m.Params()[1].Value))
			}},
	} {
		for _, procs := range []int{1, 2, 8} {
			for odd := 0; odd < 64; odd += 20 {
				runtime.GOMAXPROCS(procs)
				fault := make(chan any)
				go func() {
					defer func() { fault <- recover() }()
					stepper.Step(64, func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
						if lo == odd {
							return c.f(scope, lo, hi)
						}
						return forward(scope, lo, hi)
					})
				}()
				select {
				case f := <-fault:
					if !strings.HasPrefix(fmt.Sprint(f), c.say) {
						t.Errorf("a shard %s: panic %v, want %s", name, f, c.say)
					}
				case <-time.After(20 * time.Second):
					t.Fatalf("a shard %s: the others wait", name)
				}
			}
		}
	}
	if l := stepper.Step(64, forward); math.IsNaN(l) {
		t.Errorf("loss %v after all", l)
	}
}

// In Evaluate layers take what they have learnt.
func TestEvaluateIsEvaluation(t *testing.T) {
	p, m := newProblem(16), together[float32]()
	before := nn.StateDict(m)
	sums := train.Evaluate(16, 3, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		return []float64{float64(tensor.Sum(m.Forward(scope.Enter(tensor.Slice(p.x, 0, lo, hi)))).Item())}
	})
	want := float64(tensor.Sum(m.Forward(p.x.NoGrad())).Item())
	if math.Abs(sums[0]-want) > 1e-4 {
		t.Errorf("%v, want %v", sums[0], want)
	}
	for name, v := range nn.StateDict(m) {
		if fmt.Sprint(v) != fmt.Sprint(before[name]) {
			t.Errorf("evaluation changed %s", name)
		}
	}
}
