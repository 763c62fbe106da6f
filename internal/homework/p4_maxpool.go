package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// solveMaxPool answers Problem 4.
func solveMaxPool(ctx context.Context, cfg Config) (*report.Report, error) {
	a := newAnswer(4)
	a.text("A max pool takes, in every window S = {x1, ..., xn}, the largest element, and that element is one of them: max S = xk. " +
		"If sigma is nondecreasing, xi <= xk implies sigma(xi) <= sigma(xk), so sigma(xk) = max sigma(S): sigma(rho(X)) = rho(sigma(X)).")
	a.text("Both sides depend on the order of a window's elements alone, ties included. So every weak ordering of a window is tried, at several " +
		"places on the real line, and then random tensors; equality means equal bits.")
	rng := rand.New(rand.NewPCG(cfg.Seed, 4))
	for _, f := range tensor.Activations() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f.Nondecreasing {
			a.checkCommutes(rng, f)
		}
	}
	var rows [][]any
	for _, f := range tensor.Activations() {
		if f.Nondecreasing {
			continue
		}
		c, found := smallestCounterexample(f)
		a.check(f.Name+" does not commute", found, "%s", c)
		if found {
			rows = append(rows, []any{f.Name, fmt.Sprintf("[%g %g]", c.x[0], c.x[1]), c.pooledFirst, c.pooledLast})
		}
	}
	a.text("Without the assumption it fails. The smallest counterexamples among windows of integers: two elements, since one always commutes, " +
		"with the smallest |x1| + |x2|:")
	a.table([]string{"sigma", "X", "sigma(rho(X))", "rho(sigma(X))"}, rows)
	return a.report()
}

// checkCommutes checks one activation on every weak ordering of a 2 x 2 and a
// 2 x 3 window, and on random tensors, in both precisions.
func (a *answer) checkCommutes(rng *rand.Rand, f tensor.Activation) {
	windows, tensors, fault := 0, 0, ""
	try := func(values []float64, shape [2]int, opt pool.Options) {
		for _, at := range []int{firstDifference[float32](f, values, shape, opt), firstDifference[float64](f, values, shape, opt)} {
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
			values := make([]float64, len(ranks))
			for i, r := range ranks {
				values[i] = place(float64(r))
			}
			windows += len(values) / (shape[0] * shape[1])
			try(values, shape, pool.Options{Kernel: shape})
		}
	}
	for _, opt := range poolings {
		tensors++
		try(tensor.Normal[float64](rng, 0, 3, 6*11*13).Data(), [2]int{11, 13}, opt)
	}
	if fault == "" {
		fault = fmt.Sprintf("bit for bit on %d windows and %d random tensors, in float32 and float64", windows, tensors)
		a.check(f.Name+" commutes", true, "%s", fault)
		return
	}
	a.check(f.Name+" commutes", false, "%s", fault)
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
	data := make([]T, len(values))
	for i, v := range values {
		data[i] = T(v)
	}
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

// weakOrderings returns every way to rank n elements with ties, n ranks each:
// every assignment in which all ranks from 0 to the largest occur.
func weakOrderings(n int) []int {
	var all []int
	rank := make([]int, n)
	var assign func(i, ranks int)
	assign = func(i, ranks int) {
		switch {
		case i < n:
			for r := range ranks {
				rank[i] = r
				assign(i+1, ranks)
			}
		case covers(rank, ranks):
			all = append(all, rank...)
		}
	}
	for ranks := 1; ranks <= n; ranks++ {
		assign(0, ranks)
	}
	return all
}

// covers reports whether every rank below ranks occurs.
func covers(rank []int, ranks int) bool {
	seen := make([]bool, ranks)
	missing := ranks
	for _, r := range rank {
		if !seen[r] {
			seen[r] = true
			missing--
		}
	}
	return missing == 0
}

// A counterexample is a window on which f and max pooling do not commute.
type counterexample struct {
	f           tensor.Activation
	x           [2]float64
	pooledFirst float64 // f(max x)
	pooledLast  float64 // max f(x)
}

// String returns the window and both sides.
func (c counterexample) String() string {
	return fmt.Sprintf("X = [%g %g]: %s(max X) = %s, max %s(X) = %s", c.x[0], c.x[1], c.f.Name, report.Format(c.pooledFirst), c.f.Name, report.Format(c.pooledLast))
}

// smallestCounterexample searches the windows of two integers in the order of
// |x1| + |x2|.
func smallestCounterexample(f tensor.Activation) (counterexample, bool) {
	const limit = 20
	for size := 1; size <= limit; size++ {
		for u := -size; u <= size; u++ {
			for _, v := range []int{abs(u) - size, size - abs(u)} {
				x := tensor.FromSlice([]float64{float64(u), float64(v)}, 1, 1, 1, 2)
				opt := pool.Options{Kernel: [2]int{1, 2}}
				first := tensor.Apply(f, pool.MaxPool2d(x, opt)).Item()
				last := pool.MaxPool2d(tensor.Apply(f, x), opt).Item()
				if first != last {
					return counterexample{f, [2]float64{float64(u), float64(v)}, first, last}, true
				}
			}
		}
	}
	return counterexample{f: f}, false
}

func abs(n int) int { return max(n, -n) }
