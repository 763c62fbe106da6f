package nn_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
)

// training returns x as the whole batch of a step of a training.
func training[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] {
	scope := new(tensor.Scope[T])
	scope.Train(new(tensor.Step))
	return scope.Enter(x)
}

// evaluation returns x in a scope for evaluation, where gradients are recorded.
func evaluation[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] {
	scope := new(tensor.Scope[T])
	scope.Eval()
	return scope.Enter(x)
}

// leafIn makes a tensor a leaf in the scope that enter puts it into.
func leafIn(enter func(x *tensor64) *tensor64, x *tensor64) *tensor64 { return enter(x).RequireGrad() }

func newNorm(rank, features int, opt nn.BatchNormOptions) *nn.BatchNormLayer[float64] {
	if rank == 4 {
		return nn.NewBatchNorm2d[float64](features, opt)
	}
	return nn.NewBatchNorm1d[float64](features, opt)
}

func TestBatchNormIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("layers")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, c := range cases {
		if c.Op != "batchnorm" {
			continue
		}
		count++
		opt := nn.BatchNormOptions{Eps: c.Float("eps"), Momentum: c.Float("momentum")}
		if c.Float("affine") == 0 {
			opt.Affine = nn.WithoutAffine
		}
		if c.Float("track") == 0 {
			opt.Running = nn.WithoutRunning
		}
		shape := c.Inputs["x"].Shape
		l := newNorm(len(shape), shape[1], opt)
		leaves := map[string]*tensor64{"w": l.Weight, "b": l.Bias}
		if l.Weight != nil {
			copy(l.Weight.Data(), c.Inputs["w"].Data)
			copy(l.Bias.Data(), c.Inputs["b"].Data)
		}
		l.Forward(training(c.Inputs["first"].Tensor()))
		l.Forward(training(c.Inputs["second"].Tensor()))
		enter := training[float64]
		if c.Float("training") == 0 {
			enter = evaluation[float64]
		}
		leaves["x"] = leafIn(enter, c.Inputs["x"].Tensor())
		if err := c.Check(l.Forward(leaves["x"]), leaves); err != nil {
			t.Error(err)
		}
		for name, have := range map[string]*tensor64{"mean": l.Mean, "var": l.Var, "count": l.Batches} {
			if want, tracked := c.Inputs[name]; tracked != (have != nil) {
				t.Errorf("%s: running %s: %v", c.Name, name, have)
			} else if tracked {
				if err := torchref.Compare(have, want); err != nil {
					t.Errorf("%s: running %s: %v", c.Name, name, err)
				}
			}
		}
	}
	if count != 48 {
		t.Errorf("%d cases", count)
	}
}

func TestGradientsOfBatchNorm(t *testing.T) {
	rng := seed(5)
	for _, shape := range [][]int{{2, 1}, {7, 3}, {3, 2, 5}, {2, 3, 1, 2}, {3, 2, 5, 3}, {5, 3, 7, 1}} {
		for _, affine := range []nn.Affine{nn.WithAffine, nn.WithoutAffine} {
			for mode, enter := range map[string]func(x *tensor64) *tensor64{
				"training": training[float64], "evaluation": evaluation[float64],
			} {
				l := newNorm(len(shape), shape[1], nn.BatchNormOptions{Affine: affine, Eps: 0.01})
				for c := range shape[1] {
					l.Mean.Set(rng.NormFloat64(), c)
					l.Var.Set(1+rng.Float64(), c)
				}
				inputs := []*tensor64{tensor.Normal[float64](rng, 1, 2, shape...)}
				if affine == nn.WithAffine {
					inputs = append(inputs, tensor.Normal[float64](rng, 0, 1, shape[1]), tensor.Normal[float64](rng, 0, 1, shape[1]))
				}
				op := fmt.Sprintf("batch norm of %v, affine %d, %s", shape, affine, mode)
				if err := gradcheck.Check(op, func(in []*tensor64) *tensor64 {
					if affine == nn.WithAffine {
						l.Weight, l.Bias = in[1], in[2]
					}
					// The input itself is a leaf outside of any scope.
					return l.Forward(tensor.Add(enter(tensor.Zeros[float64](shape...)), in[0]))
				}, inputs...); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// A mean far from 0 costs float32 the digits that its elements lack, and no more; and
// the sums are wide.
func TestBatchNormFarFromZero(t *testing.T) {
	x := tensor.Zeros[float32](4, 1, 64, 64)
	for i := range x.Data() {
		x.Data()[i] = 1<<20 + float32(i%2)
	}
	l := nn.NewBatchNorm2d[float32](1, nn.BatchNormOptions{Momentum: 1})
	l.Forward(training(x))
	n := float64(x.Len())
	if mean, variance := float64(l.Mean.At(0)), float64(l.Var.At(0)); mean != 1<<20+0.5 ||
		math.Abs(variance-0.25*n/(n-1)) > 1e-7 {
		t.Errorf("mean %v and variance %v, want 1048576.5 and %v", mean, variance, 0.25*n/(n-1))
	}
}

// Rows are one image with the rows as pixels, to the bit: one by one they would take many
// times as long.
func TestBatchNormOfRows(t *testing.T) {
	const n, features = 37, 5
	x := tensor.Normal[float32](seed(3), 1, 2, n, features)
	rows, image := nn.NewBatchNorm1d[float32](features, nn.BatchNormOptions{}),
		nn.NewBatchNorm1d[float32](features, nn.BatchNormOptions{})
	got := rows.Forward(training(x))
	want := image.Forward(training(tensor.Reshape(tensor.Transpose(x), 1, features, n)))
	if !slices.Equal(got.Data(), tensor.Transpose(tensor.Reshape(want, features, n)).Data()) ||
		!slices.Equal(rows.Var.Data(), image.Var.Data()) {
		t.Errorf("rows are normalised to %v, as an image to %v", got, want)
	}
}

func TestBatchNormRefusals(t *testing.T) {
	one, two := nn.NewBatchNorm1d[float64], nn.NewBatchNorm2d[float64]
	zeros := tensor.Zeros[float64]
	for want, f := range map[string]func(){
		"batch norm: input (2,3,4,4), want (N, 3) or (N, 3, L)": func() {
			one(3, nn.BatchNormOptions{}).Forward(zeros(2, 3, 4, 4))
		},
		"batch norm: input (3,), want (N, 3) or (N, 3, L)": func() {
			one(3, nn.BatchNormOptions{}).Forward(zeros(3))
		},
		"batch norm: input (2,3,4), want (N, 3, H, W)": func() {
			two(3, nn.BatchNormOptions{}).Forward(zeros(2, 3, 4))
		},
		"batch norm: input (2,4,1,1), want (N, 3, H, W)": func() {
			two(3, nn.BatchNormOptions{}).Forward(zeros(2, 4, 1, 1))
		},
		"batch norm: elements of a channel in the batch: 1, want 2 or more for a variance": func() {
			one(3, nn.BatchNormOptions{}).Forward(training(zeros(1, 3)))
		},
		"batch norm: eps 1e-05 and momentum 1.5, want a positive number and one up to 1 or CumulativeMean": func() {
			one(3, nn.BatchNormOptions{Momentum: 1.5})
		},
		"batch norm: eps -1 and momentum 0.1, want a positive number and one up to 1 or CumulativeMean": func() {
			one(3, nn.BatchNormOptions{Eps: -1})
		},
		"dropout: probability 1.5, want 0 to 1": func() { nn.Dropout(training(zeros(3)), 1.5, 0) },
		"dropout: probability NaN, want 0 to 1": func() { nn.Dropout(training(zeros(3)), math.NaN(), 0) },
		"dropout: probability 50, want 0 to 1":  func() { nn.NewDropout[float64](seed(1), 50) },
		"dropout: probability -1, want 0 to 1":  func() { nn.NewDropout[float64](seed(1), -1) },
		"sum: no modules to add up":             func() { nn.NewSum[float64]().Forward(zeros(3)) },
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

// What is neither training nor evaluation is refused; NoGrad is evaluation, even of
// what belongs to a training step.
func TestTrainingOrEvaluationIsSaid(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 5}, 2, 1)
	bare := new(tensor.Scope[float64]).Enter(x)
	norm, drop := nn.NewBatchNorm1d[float64](1, nn.BatchNormOptions{}), nn.NewDropout[float64](seed(1), 0.5)
	for op, m := range map[string]nn.Module[float64]{"batch norm": norm, "dropout": drop} {
		for _, in := range []*tensor64{x, bare} {
			func() {
				defer func() {
					if e, ok := recover().(*tensor.GraphError); !ok || e.Op != op {
						t.Errorf("%s: panic %v", op, e)
					}
				}()
				m.Forward(in)
			}()
		}
		for _, in := range []*tensor64{x.NoGrad(), training(x).NoGrad(), evaluation(x)} {
			if y := m.Forward(in); math.Abs(y.At(1, 0)-5) > 1e-4 {
				t.Errorf("%s in evaluation: %v", op, y)
			}
		}
	}
	if norm.Batches.Item() != 0 {
		t.Error("evaluation changed the running statistics")
	}
}

func ExampleNewBatchNorm1d() {
	norm := nn.NewBatchNorm1d[float64](1, nn.BatchNormOptions{})
	x := tensor.FromSlice([]float64{1, 3, 5, 7}, 4, 1)

	var scope tensor.Scope[float64]
	scope.Train(&tensor.Step{Number: 0})
	fmt.Printf("%.2f in training\n", norm.Forward(scope.Enter(x)).Data())
	fmt.Printf("%.2f in evaluation\n", norm.Forward(x.NoGrad()).Data())
	for _, p := range norm.Params() {
		fmt.Println(p.Name, p.Value, p.Buffer)
	}
	// Output:
	// [-1.34 -0.45 0.45 1.34] in training
	// [0.48 2.08 3.68 5.27] in evaluation
	// weight [1] false
	// bias [0] false
	// running_mean [0.4] true
	// running_var [1.5667] true
	// num_batches_tracked 1 true
}
