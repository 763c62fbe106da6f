// Package commute is Problem 4: max pooling and nondecreasing activations commute.
package commute

import (
	"context"
	"embed"
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// texts are what the problem asks and why the answer is right, made of the Markdown beside it.
//
//go:embed statement.html derivation.html
var texts embed.FS

// Problem returns Problem 4 as the sheet lists it.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 4, Title: "Max pooling commutes with nondecreasing activations", Command: "pool", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			return Options{Seed: s.Seed}.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 4.
type Options struct{ Seed uint64 }

// MaxPool is the max pool with kernel size and stride k: the rho of the problem, and a
// mapping that no convolution is.
func MaxPool(k int) func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return pool.MaxPool2d(x, pool.Options{Kernel: [2]int{k, k}})
	}
}

// Solve answers the problem.
func (o Options) Solve(ctx context.Context) (*report.Report, error) {
	r := Problem().Report("")
	r.Answerf("sigma(rho(X)) = rho(sigma(X)) for every X, if sigma is nondecreasing.")
	r.Answerf("Why: in every window {x1, ..., xn} the max pool takes an element xk with xi <= xk for all i. " +
		"Then sigma(xi) <= sigma(xk), so sigma(xk) is the largest of sigma(x1), ..., sigma(xn).")
	r.Textf("Both sides depend only on the order of a window's elements, ties included. So every weak ordering of a " +
		"window is tried, at several places on the real line, and then random tensors. Equal means equal bits.")
	rng := rand.New(rand.NewPCG(o.Seed, 4))
	var rows [][]any
	for _, f := range tensor.Activations() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f.Nondecreasing {
			checkCommutes(&r.Body, rng, f)
			continue
		}
		c, found := Smallest(f)
		r.Check(f.Name+" does not commute", found, "%s", c.describe(f.Name))
		if found {
			rows = append(rows, []any{f.Name, fmt.Sprintf("[%g %g]", c.X[0], c.X[1]), c.PooledFirst, c.PooledLast})
		}
	}
	if c, found := Smallest(tensor.Activation{F: func(x float64) float64 { return x * x }}); found {
		r.Answerf("Without this assumption it is false: sigma(x) = x^2 and X = [%g %g] give sigma(rho(X)) = %g and "+
			"rho(sigma(X)) = %g.",
			c.X[0], c.X[1], c.PooledFirst, c.PooledLast)
	}
	r.Textf("The smallest counterexamples for activations that are not nondecreasing, among windows of two integers: " +
		"those with the smallest |x1| + |x2|. A window of one element always commutes.")
	r.Table([]string{"sigma", "X", "sigma(rho(X))", "rho(sigma(X))"}, rows)
	r.Add(square())
	return r, nil
}

// checkCommutes checks one activation on every weak ordering of a 2 x 2 and a 2 x 3
// window, and on random tensors, in both precisions.
func checkCommutes(b *report.Body, rng *rand.Rand, f tensor.Activation) {
	windows, tensors, fault := 0, 0, ""
	try := func(values []float64, shape [2]int, opt pool.Options) {
		for _, at := range []int{firstDifference[float32](f, values, shape, opt),
			firstDifference[float64](f, values, shape, opt)} {
			if n := shape[0] * shape[1]; at >= 0 && fault == "" {
				fault = fmt.Sprintf("not on X = %v with %+v", values[at*n:(at+1)*n], opt)
			}
		}
	}
	for _, shape := range [][2]int{{2, 2}, {2, 3}} {
		ranks := weakOrderings(shape[0] * shape[1])
		for _, place := range []func(rank float64) float64{
			func(r float64) float64 { return r - 2 },
			func(r float64) float64 { return 15*r - 40 },
			func(r float64) float64 { return (r - 2.5) / 1000 },
		} {
			values := report.Each(ranks, func(r int) float64 { return place(float64(r)) })
			windows += len(values) / (shape[0] * shape[1])
			try(values, shape, pool.Options{Kernel: shape})
		}
	}
	for _, opt := range poolings {
		tensors++
		try(tensor.Normal[float64](rng, 0, 3, 6*11*13).Data(), [2]int{11, 13}, opt)
	}
	ok := fault == ""
	if ok {
		fault = fmt.Sprintf("bit for bit on %d windows and %d random tensors, in float32 and float64", windows, tensors)
	}
	b.Check(f.Name+" commutes", ok, "%s", fault)
}

// poolings are the max pools that random tensors are tried with.
var poolings = []pool.Options{
	{Kernel: [2]int{2, 2}},
	{Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}, Padding: [2]int{1, 1}},
	{Kernel: [2]int{3, 2}, Stride: [2]int{1, 1}},
	{Kernel: [2]int{2, 5}, Stride: [2]int{3, 7}, Padding: [2]int{1, 2}},
	{Kernel: [2]int{4, 4}, Stride: [2]int{4, 4}, Padding: [2]int{2, 2}, CeilMode: true},
	{Kernel: [2]int{3, 3}, Dilation: [2]int{2, 3}},
}

// firstDifference returns the first plane on which pooling before f and after f
// differ in a bit, or -1. values holds planes of the given shape.
func firstDifference[T tensor.Float](f tensor.Activation, values []float64, shape [2]int, opt pool.Options) int {
	data := report.Each(values, func(v float64) T { return T(v) })
	planes := len(values) / (shape[0] * shape[1])
	x := tensor.FromSlice(data, planes, 1, shape[0], shape[1])
	first := tensor.Apply(f, pool.MaxPool2d(x, opt))
	last := pool.MaxPool2d(tensor.Apply(f, x), opt)
	for i, v := range first.Data() {
		if math.Float64bits(float64(v)) != math.Float64bits(float64(last.Data()[i])) {
			return i / (first.Len() / planes)
		}
	}
	return -1
}
