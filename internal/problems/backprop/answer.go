// Package backprop is Problem 6: the derivatives of a multi-layer perceptron, and a
// reader's own.
package backprop

import (
	"context"
	"embed"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// texts are what the problem asks and why the answer is right, made of the Markdown beside it.
//
//go:embed statement.html derivation.html
var texts embed.FS

// Problem returns Problem 6 as the sheet lists it.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 6, Title: "Backprop for MLP", Command: "mlp", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			o := Defaults()
			o.Seed = s.Seed
			return o.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 6.
type Options struct {
	Sizes      []int  // n_0, ..., n_L, of which n_L is 1
	Activation string // sigma, one of Activations
	Seed       uint64 // fixes weights, biases and input
}

// Defaults returns a perceptron of three layers.
func Defaults() Options { return Options{Sizes: []int{5, 4, 3, 1}, Activation: "tanh"} }

// Bounds of a perceptron, which keep a typing error from taking all memory.
const (
	maxLayers  = 16
	maxUnits   = 1024    // of a layer
	maxWeights = 1 << 13 // of all layers; each is moved for the finite differences
)

// Activations returns the names of the activations that there are.
func Activations() []string {
	return report.Each(tensor.Activations(), func(a tensor.Activation) string { return a.Name })
}

func activation(name string) (tensor.Activation, error) {
	if f, ok := tensor.ActivationNamed(name); ok {
		return f, nil
	}
	return tensor.Activation{}, problem.Unknown("activation", name, Activations())
}

// check returns an error unless there is such a perceptron, with at most so many
// units a layer.
func (o Options) check(units int) error {
	given, weights := tensor.Tuple(o.Sizes), 0
	ok := len(o.Sizes) >= 2 && len(o.Sizes) <= maxLayers+1
	for i, n := range o.Sizes {
		ok = ok && 1 <= n && n <= units
		if i > 0 {
			weights += o.Sizes[i-1] * n
		}
	}
	switch {
	case !ok:
		return problem.Settingf("sizes", "%s: want 2 to %d sizes, each of at least 1 and at most %d units",
			given, maxLayers+1, units)
	case weights > maxWeights:
		return problem.Settingf("sizes", "%s: want at most %d weights, since the check moves each of the %d",
			given, maxWeights, weights)
	case o.Sizes[len(o.Sizes)-1] != 1:
		return problem.Settingf("sizes", "%s: the last must be 1, since Problem 6 has n_L = 1", given)
	}
	_, err := activation(o.Activation)
	return err
}

// The largest differences that are accepted between two ways of computing a
// derivative: rounding for autograd, truncation for finite differences.
const (
	autogradTol    = 1e-12
	differencesTol = 1e-6
)

// Solve answers the problem: it computes all derivatives of a random perceptron by
// the sheet's formulas, by reverse-mode differentiation and by finite differences,
// and compares them. The error is a *problem.SettingError.
func (o Options) Solve(context.Context) (*report.Report, error) {
	if err := o.check(maxUnits); err != nil {
		return nil, err
	}
	sigma, _ := activation(o.Activation)
	rng := rand.New(rand.NewPCG(o.Seed, 6))
	net := mlp.New[float64](rng, sigma, o.Sizes...)
	x := tensor.Normal[float64](rng, 0, 1, o.Sizes[0]).Data()
	closed, auto, numerical := mlp.Closed(net, x), mlp.Autograd(net, x), mlp.FiniteDifferences(net, x)

	r := Problem().Report("")
	r.Textf("The perceptron is y_l = sigma(A_l y_(l-1) + b_l) for l < L and y_L = A_L y_(L-1) + b_L, with "+
		"sigma = %s and sizes %s. A, b and x are random, from seed %d.", o.Activation, tensor.Tuple(o.Sizes), o.Seed)
	r.Add(picture(net, x))
	var worst [2]float64
	var rows [][]any
	all := derivatives(len(net.A))
	for _, d := range all {
		formula := jacobian(closed, d)
		differ := [2]float64{distance(formula, jacobian(auto, d)), distance(formula, jacobian(numerical, d))}
		for i, far := range differ {
			worst[i] = max(worst[i], far)
		}
		r.Matrix(d.String(), rowsOf(formula))
		rows = append(rows, []any{d.String(), d.layer, differ[0], differ[1]})
		r.Check(d.String(), differ[0] <= autogradTol && differ[1] <= differencesTol,
			"the formula differs from autograd by %.2g and from finite differences by %.2g", differ[0], differ[1])
	}
	r.Textf("Largest differences of the formula, relative where an entry is larger than 1:")
	r.Table([]string{"derivative", "layer", "from autograd", "from finite differences"}, rows)

	r.Answerf("With D_l = diag(sigma'(A_l y_(l-1) + b_l)) for l < L, and D_L = 1:")
	r.Answerf("  dy_l/db_l = D_l")
	r.Answerf("  dy_l/dy_(l-1) = D_l A_l")
	r.Answerf("  dy_L/dA_l = D_l (dy_L/dy_l)' y_(l-1)'   (dy_L/dy_l by the chain rule)")
	r.Answerf("All %d matrices: autograd agrees to %.0g, finite differences agree to %.0g.",
		len(all), worst[0], worst[1])
	return r, nil
}

func jacobian(j *mlp.Jacobians, d derivative) *mat.Dense {
	return [...][]*mat.Dense{byBias: j.DyDb, byInput: j.DyDy, byWeight: j.DyLDA}[d.kind][d.layer-1]
}

// distance returns the largest |a - b| / max(1, |a|) of the entries of two matrices
// of one shape. It is not finite if an entry is not.
func distance(a, b *mat.Dense) float64 {
	worst := 0.0
	for i, v := range a.RawMatrix().Data {
		worst = max(worst, math.Abs(v-b.RawMatrix().Data[i])/max(1, math.Abs(v)))
	}
	return worst
}
