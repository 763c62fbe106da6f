package optim_test

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hw4/tensor"
	"hw4/tensor/optim"
)

type tensor64 = tensor.Tensor[float64]

// stateful is an Optimizer that can be interrupted.
type stateful interface {
	optim.Optimizer
	StateDict() optim.StateDict
	LoadStateDict(optim.StateDict) error
}

// optimizers returns one of every kind, with every option in use.
func optimizers[T tensor.Float](params ...*tensor.Tensor[T]) map[string]stateful {
	return map[string]stateful{
		"plain sgd": optim.NewSGD(params, optim.SGDOptions{LR: 0.1}),
		"sgd":       optim.NewSGD(params, optim.SGDOptions{LR: 0.1, Momentum: 0.9, Dampening: 0.3, WeightDecay: 0.1}),
		"nesterov":  optim.NewSGD(params, optim.SGDOptions{LR: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 0.1}),
		"adam":      optim.NewAdam(params, optim.AdamOptions{LR: 0.01, Betas: &[2]float64{0.8, 0.9}, WeightDecay: 0.1}),
		"adamw":     optim.NewAdamW(params, optim.AdamWOptions{LR: 0.01, Betas: &[2]float64{0.8, 0.9}, WeightDecay: new(0.3)}),
		"rmsprop":   optim.NewRMSprop(params, optim.RMSpropOptions{LR: 0.01, Alpha: new(0.8), WeightDecay: 0.1}),
		"rmsprop, centered": optim.NewRMSprop(params, optim.RMSpropOptions{LR: 0.01, Alpha: new(0.8), Centered: true,
			Momentum: 0.5}),
	}
}

func TestParametersWithoutGradientStay(t *testing.T) {
	a, b := tensor.Scalar(1.0).RequireGrad(), tensor.Scalar(2.0).RequireGrad()
	for name, opt := range optimizers(a, b) {
		a.Set(1)
		a.SetGrad(tensor.Scalar(1.0))
		opt.Step()
		if b.Item() != 2 || a.Item() >= 1 {
			t.Errorf("%s: parameters are %v and %v", name, a.Item(), b.Item())
		}
		opt.ZeroGrad()
		if a.Grad() != nil {
			t.Errorf("%s: ZeroGrad left a gradient", name)
		}
		// Without a gradient a parameter rests even if it has momentum.
		before := a.Item()
		opt.Step()
		if a.Item() != before {
			t.Errorf("%s: a parameter without gradient moved from %v to %v", name, before, a.Item())
		}
	}
}

// Adam's first step is the learning rate, whatever the gradient's size.
func TestAdamsFirstStep(t *testing.T) {
	for _, g := range []float64{1e-3, 1, 1e12, -1, -1e6} {
		p := tensor.Scalar(5.0).RequireGrad()
		p.SetGrad(tensor.Scalar(g))
		optim.NewAdam([]*tensor64{p}, optim.AdamOptions{LR: 0.25, Eps: new(0.0)}).Step()
		if want := 5 - math.Copysign(0.25, g); math.Abs(p.Item()-want) > 1e-12 {
			t.Errorf("gradient %v: parameter is %v, want %v", g, p.Item(), want)
		}
	}
}

// The zero value is PyTorch's defaults, and what is changed after NewAdam changes
// nothing.
func TestAdamsDefaults(t *testing.T) {
	a := optim.NewAdam[float64](nil, optim.AdamOptions{})
	if a.LR != 1e-3 || *a.Betas != [2]float64{0.9, 0.999} || *a.Eps != 1e-8 || a.WeightDecay != 0 {
		t.Errorf("%v, %v, %v", a.AdamOptions, *a.Betas, *a.Eps)
	}
	opt := optim.AdamOptions{Betas: &[2]float64{0, 0.99}, Eps: new(0.0)}
	a = optim.NewAdam[float64](nil, opt)
	opt.Betas[0], *opt.Eps = 0.5, 1
	if *a.Betas != [2]float64{0, 0.99} || *a.Eps != 0 {
		t.Errorf("%v and %v after a change", *a.Betas, *a.Eps)
	}
}

// Under a constant gradient g the velocity tends to g / (1 - momentum).
func TestMomentumsLimit(t *testing.T) {
	p := tensor.Scalar(0.0).RequireGrad()
	p.SetGrad(tensor.Scalar(3.0))
	sgd := optim.NewSGD([]*tensor64{p}, optim.SGDOptions{LR: 1, Momentum: 0.75})
	for range 200 {
		sgd.Step()
	}
	before := p.Item()
	sgd.Step()
	if step := before - p.Item(); math.Abs(step-12) > 1e-9 {
		t.Errorf("a step of %v, want 12", step)
	}
}

// gradients of step i, the same for both element types.
func gradients[T tensor.Float](i int) *tensor.Tensor[T] {
	g := tensor.Zeros[T](3)
	for j := range g.Data() {
		g.Data()[j] = T(math.Sin(float64(3*i + j)))
	}
	return g
}

// run takes steps from one number up to another.
func run[T tensor.Float](opt optim.Optimizer, p *tensor.Tensor[T], from, to int) {
	for i := from; i < to; i++ {
		p.SetGrad(gradients[T](i))
		opt.Step()
	}
}

func TestSinglePrecisionFollowsDouble(t *testing.T) {
	single, double := tensor.Ones[float32](3).RequireGrad(), tensor.Ones[float64](3).RequireGrad()
	others := optimizers(double)
	for name, opt := range optimizers(single) {
		copy(single.Data(), []float32{1, 1, 1})
		copy(double.Data(), []float64{1, 1, 1})
		run(opt, single, 0, 50)
		run(others[name], double, 0, 50)
		for j, v := range single.Data() {
			if want := double.Data()[j]; math.Abs(float64(v)-want) > 1e-5 {
				t.Errorf("%s: element %d is %v in float32 and %v in float64", name, j, v, want)
			}
		}
	}
}

// A training that is interrupted and resumed with the state continues to the bit.
func TestResuming(t *testing.T) {
	resume[float32](t)
	resume[float64](t)
}

func resume[T tensor.Float](t *testing.T) {
	t.Helper()
	p, rest := tensor.Ones[T](3).RequireGrad(), tensor.Ones[T](2).RequireGrad()
	others := optimizers(p, rest)
	for name, opt := range optimizers(p, rest) {
		copy(p.Data(), []T{1, 1, 1})
		run(opt, p, 0, 4)
		weights, state := p.Clone(), opt.StateDict()
		run(opt, p, 4, 8)
		straight := p.Clone()

		copy(p.Data(), weights.Data())
		if err := others[name].LoadStateDict(state); err != nil {
			t.Fatal(err)
		}
		for _, v := range state {
			clear(v) // the optimizer has copies
		}
		run(others[name], p, 4, 8)
		if !slices.Equal(p.Data(), straight.Data()) {
			t.Errorf("%s: resumed, the weights are %v, straight %v", name, p, straight)
		}

		// An empty state is that of a new optimizer.
		if err := opt.LoadStateDict(nil); err != nil {
			t.Fatal(err)
		}
		if n := len(opt.StateDict()); n != 0 {
			t.Errorf("%s: %d entries after an empty state was set", name, n)
		}
		fresh := optimizers(p, rest)[name]
		copy(p.Data(), weights.Data())
		run(fresh, p, 0, 3)
		straight = p.Clone()
		copy(p.Data(), weights.Data())
		run(opt, p, 0, 3)
		if !slices.Equal(p.Data(), straight.Data()) {
			t.Errorf("%s: with an empty state the weights are %v, those of a new optimizer %v", name, p, straight)
		}
	}
}

func TestStatesRefused(t *testing.T) {
	p := tensor.Ones[float64](3).RequireGrad()
	three, one := []float64{1, 2, 3}, []float64{1}
	all := optimizers(p)
	for _, c := range []struct {
		of, want string
		state    optim.StateDict
	}{
		{"sgd", "sgd: state: 0.momentum_buffer has length 1, want 3", optim.StateDict{"0.momentum_buffer": one}},
		{"sgd", "sgd: state: 0.step belongs to no parameter; 1.momentum_buffer belongs to no parameter",
			optim.StateDict{"0.step": one, "1.momentum_buffer": three}},
		{"rmsprop, centered", "rmsprop: state: 0.grad_avg is missing; 0.momentum_buffer is missing",
			optim.StateDict{"0.square_avg": three}},
		{"rmsprop", "rmsprop: state: 0.grad_avg belongs to no parameter", optim.StateDict{"0.square_avg": three,
			"0.grad_avg": three}},
		{"adam", "adam: state: 0.exp_avg is missing; 0.exp_avg_sq has length 0, want 3",
			optim.StateDict{"0.step": one, "0.exp_avg_sq": nil}},
		{"adam", "adam: state: 0.exp_avg_sq is missing; 0.step is missing; 1.a belongs to no parameter; " +
			"1.b belongs to no parameter; 2 more; is it of another optimizer, or of other parameters?",
			optim.StateDict{"0.exp_avg": three, "1.a": nil, "1.b": nil, "1.c": nil, "1.d": nil}},
		{"adam", "adam: state: 0.exp_avg_sq is missing; 0.step is missing; 1.a belongs to no parameter; " +
			"1.b belongs to no parameter; 1.c belongs to no parameter",
			optim.StateDict{"0.exp_avg": three, "1.a": nil, "1.b": nil, "1.c": nil}},
		{"adamw", "adamw: state: 0.step is 0.5, want a positive integer", optim.StateDict{"0.step": {0.5},
			"0.exp_avg": three, "0.exp_avg_sq": three}},
		{"adam", "adam: state: 0.step is 1.5, want a positive integer", optim.StateDict{"0.step": {1.5}, "0.exp_avg": three,
			"0.exp_avg_sq": three}},
		{"adam", "adam: state: 0.step is 0, want a positive integer", optim.StateDict{"0.step": {0}, "0.exp_avg": three,
			"0.exp_avg_sq": three}},
		{"adam", "adam: state: 0.step is 9.007199254740992e+15, want a positive integer",
			optim.StateDict{"0.step": {1 << 53}, "0.exp_avg": three, "0.exp_avg_sq": three}},
		{"adam", "adam: state: 0.step is NaN, want a positive integer",
			optim.StateDict{"0.step": {math.NaN()}, "0.exp_avg": three, "0.exp_avg_sq": three}},
		{"adam", "adam: state: 0.step is +Inf, want a positive integer",
			optim.StateDict{"0.step": {math.Inf(1)}, "0.exp_avg": three, "0.exp_avg_sq": three}},
	} {
		opt := all[c.of]
		run(opt, p, 0, 2)
		before := opt.StateDict()
		if err := opt.LoadStateDict(c.state); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
		for name, values := range opt.StateDict() {
			if !slices.Equal(values, before[name]) {
				t.Errorf("a refused state changed %s of %s", name, c.of)
			}
		}
	}
}

// The largest number of steps that is counted, and the smallest.
func TestStepsAccepted(t *testing.T) {
	three := []float64{1, 2, 3}
	for _, n := range []float64{1, 1<<53 - 1} {
		opt := optimizers(tensor.Ones[float64](3).RequireGrad())["adam"]
		if err := opt.LoadStateDict(optim.StateDict{"0.step": {n}, "0.exp_avg": three, "0.exp_avg_sq": three}); err != nil {
			t.Error(err)
		}
	}
}

// A step leaves the gradient alone and allocates nothing once it is warm.
func TestStepIsInPlace(t *testing.T) {
	p := tensor.Ones[float32](1000).RequireGrad()
	p.SetGrad(tensor.Full(float32(0.5), 1000))
	for name, opt := range optimizers(p) {
		opt.Step()
		if n := testing.AllocsPerRun(10, opt.Step); n != 0 {
			t.Errorf("%s: a step allocates %v times", name, n)
		}
		if p.Grad().At(7) != 0.5 {
			t.Errorf("%s changed the gradient", name)
		}
	}
}

// A round of ZeroGrad, forward, Backward and Step allocates the nodes of its
// graph, but no storage for elements.
func TestTrainingAllocatesNoStorage(t *testing.T) {
	const n = 1 << 16
	p, x := tensor.Ones[float32](n).RequireGrad(), tensor.Ones[float32](n)
	var scope tensor.Scope[float32]
	for name, opt := range optimizers(p) {
		round := func() {
			scope.Reset()
			opt.ZeroGrad()
			tensor.Mean(tensor.Square(tensor.Mul(p, scope.Enter(x)))).Backward(nil)
			opt.Step()
		}
		round()
		round()
		const rounds = 10
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range rounds {
			round()
		}
		runtime.ReadMemStats(&after)
		if bytes := (after.TotalAlloc - before.TotalAlloc) / rounds; bytes > n {
			t.Errorf("%s: a round allocates %d bytes; the parameters have %d", name, bytes, 4*n)
		}
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	holed := []*tensor.Tensor[float64]{tensor.Scalar(1.0), nil}
	again := []*tensor.Tensor[float64]{tensor.Scalar(1.0), tensor.Scalar(2.0)}
	again = append(again, again[1])
	sgd := func(opt optim.SGDOptions) func() { return func() { optim.NewSGD[float32](nil, opt) } }
	adamw := func(opt optim.AdamWOptions) func() { return func() { optim.NewAdamW[float32](nil, opt) } }
	rmsprop := func(opt optim.RMSpropOptions) func() { return func() { optim.NewRMSprop[float32](nil, opt) } }
	adam := func(opt optim.AdamOptions) func() { return func() { optim.NewAdam[float32](nil, opt) } }
	for want, f := range map[string]func(){
		"sgd: the learning rate is 0, want a positive number":   sgd(optim.SGDOptions{}),
		"sgd: the learning rate is -1, want a positive number":  sgd(optim.SGDOptions{LR: -1}),
		"sgd: the learning rate is NaN, want a positive number": sgd(optim.SGDOptions{LR: math.NaN()}),
		"sgd: the momentum is -1, want a finite number, 0 or more": sgd(optim.SGDOptions{LR: 1,
			Momentum: -1}),
		"sgd: the dampening is NaN, want a finite number": sgd(optim.SGDOptions{LR: 1,
			Dampening: math.NaN()}),
		"sgd: the weight decay is -1, want a finite number, 0 or more": sgd(optim.SGDOptions{LR: 1,
			WeightDecay: -1}),
		"sgd: Nesterov's momentum wants momentum and no dampening": sgd(optim.SGDOptions{LR: 1,
			Nesterov: true}),
		"sgd: Nesterov's momentum wants momentum and no dampening, got 0.5 and 0.5": sgd(optim.SGDOptions{LR: 1,
			Momentum: 0.5, Dampening: 0.5, Nesterov: true}),
		"adam: the learning rate is +Inf, want a positive number": adam(optim.AdamOptions{LR: math.Inf(1)}),
		"adam: the eps is -1, want a finite number, 0 or more":    adam(optim.AdamOptions{Eps: new(-1.0)}),
		"adam: the weight decay is NaN, want a finite number, 0 or more": adam(
			optim.AdamOptions{WeightDecay: math.NaN()}),
		"adam: a decay of 1, want 0 or more and below 1":                 adam(optim.AdamOptions{Betas: &[2]float64{0, 1}}),
		"adam: a decay of -0.1, want 0 or more and below 1":              adam(optim.AdamOptions{Betas: &[2]float64{-0.1, 0}}),
		"adamw: the weight decay is -1, want a finite number, 0 or more": adamw(optim.AdamWOptions{WeightDecay: new(-1.0)}),
		"adamw: the learning rate is -1, want a positive number":         adamw(optim.AdamWOptions{LR: -1}),
		"rmsprop: the learning rate is -1, want a positive number":       rmsprop(optim.RMSpropOptions{LR: -1}),
		"rmsprop: the eps is -1, want a finite number, 0 or more":        rmsprop(optim.RMSpropOptions{Eps: new(-1.0)}),
		"rmsprop: the weight decay is -1, want a finite number, 0 or more": rmsprop(
			optim.RMSpropOptions{WeightDecay: -1}),
		"rmsprop: the momentum is -1, want a finite number, 0 or more": rmsprop(optim.RMSpropOptions{Momentum: -1}),
		"rmsprop: a decay of 1, want 0 or more and below 1":            rmsprop(optim.RMSpropOptions{Alpha: new(1.0)}),
		"rmsprop: a decay of -1, want 0 or more and below 1":           rmsprop(optim.RMSpropOptions{Alpha: new(-1.0)}),
		"step lr: 0 steps, want at least one":                          func() { optim.StepLR(1, 0, 1) },
		"cosine annealing lr: 0 steps, want at least one":              func() { optim.CosineAnnealingLR(1, 0, 0) },
		"warm-up: -1 steps, want at least one":                         func() { optim.WarmUp(-1, 0, nil) },
		"warm-up: the schedule after it is nil":                        func() { optim.WarmUp(1, 0, nil) },
		"clip grad norm: the limit is 0, want a positive number":       func() { optim.ClipGradNorm[float64](nil, 0) },
		"sgd: tensor 2 of 2 is nil":                                    func() { optim.NewSGD(holed, optim.SGDOptions{LR: 1}) },
		"adam: tensor 2 of 2 is nil":                                   func() { optim.NewAdam(holed, optim.AdamOptions{}) },
		"adamw: tensor 2 of 2 is nil":                                  func() { optim.NewAdamW(holed, optim.AdamWOptions{}) },
		"rmsprop: tensor 2 of 2 is nil":                                func() { optim.NewRMSprop(holed, optim.RMSpropOptions{}) },
		"clip grad norm: tensor 2 of 2 is nil":                         func() { optim.ClipGradNorm(holed, 1) },
		"sgd: tensor 3 of 3 is tensor 2 once more":                     func() { optim.NewSGD(again, optim.SGDOptions{LR: 1}) },
		"adam: tensor 3 of 3 is tensor 2 once more":                    func() { optim.NewAdam(again, optim.AdamOptions{}) },
		"rmsprop: tensor 3 of 3 is tensor 2 once more":                 func() { optim.NewRMSprop(again, optim.RMSpropOptions{}) },
		"clip grad norm: tensor 3 of 3 is tensor 2 once more":          func() { optim.ClipGradNorm(again, 1) },
	} {
		func() {
			defer func() {
				if p, ok := recover().(*tensor.ShapeError); !ok || !strings.HasPrefix(p.Error(), want) {
					t.Errorf("panic %v, want %q", p, want)
				}
			}()
			f()
		}()
	}
}
