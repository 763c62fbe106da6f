package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// The largest differences that Problem 6 accepts between two ways of computing
// a derivative: rounding for autograd, truncation for finite differences.
const (
	autogradTol    = 1e-12
	differencesTol = 1e-6
)

// solveBackprop answers Problem 6.
func solveBackprop(_ context.Context, cfg Config) (*report.Report, error) {
	sizes := cfg.Sizes
	if last := sizes[len(sizes)-1]; last != 1 {
		return nil, usagef("sizes %v end in %d; Problem 6 wants n_L = 1", sizes, last)
	}
	activation, err := activationNamed(cfg.Activation)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 6))
	m := mlp.New[float64](rng, activation, sizes...)
	x := tensor.Normal[float64](rng, 0, 1, sizes[0]).Data()
	closed, auto, numerical := mlp.Closed(m, x), mlp.Autograd(m, x), mlp.FiniteDifferences(m, x)

	a := newAnswer(6)
	a.text("y_l = sigma(A_l y_(l-1) + b_l) with sigma = %s and sizes %v; y_L = A_L y_(L-1) + b_L. A, b and x are random, seed %d. "+
		"With D_l = diag(sigma'(A_l y_(l-1) + b_l)), and D_L = 1, the sheet's formulas are", activation.Name, sizes, cfg.Seed)
	a.text("dy_l/db_l = D_l,   dy_l/dy_(l-1) = D_l A_l,   dy_L/dA_l = D_l (dy_L/dy_l)' y_(l-1)'")
	layers := len(sizes) - 1
	var rows [][]any
	for _, part := range []struct {
		name                    func(l int) string
		closed, auto, numerical []*mat.Dense
	}{
		{func(l int) string { return fmt.Sprintf("dy_%d/db_%d", l, l) }, closed.DyDb, auto.DyDb, numerical.DyDb},
		{func(l int) string { return fmt.Sprintf("dy_%d/dy_%d", l, l-1) }, closed.DyDy, auto.DyDy, numerical.DyDy},
		{func(l int) string { return fmt.Sprintf("dy_%d/dA_%d", layers, l) }, closed.DyLDA, auto.DyLDA, numerical.DyLDA},
	} {
		for l := range layers {
			name := part.name(l + 1)
			a.matrix(name, rowsOf(part.closed[l]))
			byAutograd, byDifferences := distance(part.closed[l], part.auto[l]), distance(part.closed[l], part.numerical[l])
			rows = append(rows, []any{name, l + 1, byAutograd, byDifferences})
			a.check(name, byAutograd <= autogradTol && byDifferences <= differencesTol,
				"the formula differs from autograd by %.2g and from finite differences by %.2g", byAutograd, byDifferences)
		}
	}
	a.text("Largest differences of the formula, relative where an entry is larger than 1:")
	a.table([]string{"derivative", "layer", "from autograd", "from finite differences"}, rows)
	return a.report()
}

// activationNamed returns the activation that --activation names.
func activationNamed(name string) (tensor.Activation, error) {
	for _, a := range tensor.Activations() {
		if a.Name == name {
			return a, nil
		}
	}
	return tensor.Activation{}, unknownName("activation", name, Activations())
}

// distance returns the largest |a - b| / max(1, |a|) of two matrices, +Inf if
// their shapes differ.
func distance(a, b *mat.Dense) float64 {
	rows, cols := a.Dims()
	if r, c := b.Dims(); r != rows || c != cols {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range rows {
		for j := range cols {
			d := math.Abs(a.At(i, j)-b.At(i, j)) / math.Max(1, math.Abs(a.At(i, j)))
			if !(d <= worst) {
				worst = d
			}
		}
	}
	return worst
}

func rowsOf(m *mat.Dense) [][]float64 {
	rows, _ := m.Dims()
	out := make([][]float64, rows)
	for i := range rows {
		out[i] = m.RawRowView(i)
	}
	return out
}
