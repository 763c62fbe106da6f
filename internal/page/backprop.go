package page

import (
	"context"
	"encoding/json"
	"slices"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/problem"
	"hw4/internal/problems/backprop"
	"hw4/internal/problems/lenet5/params"
	"hw4/mlp"
	"hw4/tensor"
)

// maxUnits bounds the units of a layer, and the layers, so that the page can draw them.
const maxUnits = 12

// A networkRequest asks for the derivatives of a perceptron: of the given one, in the
// form of an answer to Problem 6, or of one from a seed.
type networkRequest struct {
	Sizes      []int           `json:"sizes,omitempty"`
	Activation string          `json:"activation,omitempty"`
	Seed       uint64          `json:"seed,omitempty"`
	Given      json.RawMessage `json:"given,omitempty"`
}

// network returns a perceptron, the values of its units, and every derivative of
// Problem 6 by the sheet's formulas and by reverse-mode differentiation.
func (p *Page) network(_ context.Context, r networkRequest, _ Emit) (any, error) {
	given := []byte(r.Given)
	if given == nil {
		if len(r.Sizes) > maxUnits {
			return nil, problem.Settingf("sizes", "%d layers: want at most %d, which can be drawn", len(r.Sizes), maxUnits)
		}
		for _, n := range r.Sizes {
			if n > maxUnits {
				return nil, problem.Settingf("sizes", "%d units: want at most %d, which can be drawn", n, maxUnits)
			}
		}
		var err error
		given, err = backprop.Options{Sizes: r.Sizes, Activation: r.Activation, Seed: r.Seed}.Template()
		if err != nil {
			return nil, err
		}
	}
	a, err := backprop.Read("the perceptron", given)
	if err != nil {
		return nil, err
	}
	for l := range a.Net.A {
		a.Net.A[l].RequireGrad()
		a.Net.B[l].RequireGrad()
	}
	closed, auto := mlp.Closed(a.Net, a.X), mlp.Autograd(a.Net, a.X)
	var values [][]float64
	for _, y := range a.Net.Layers(tensor.FromSlice(a.X, 1, len(a.X))) {
		values = append(values, y.Data())
	}
	return map[string]any{
		"file": json.RawMessage(given), "y": values, "closed": matrices(closed), "autograd": matrices(auto),
	}, nil
}

// matrices returns derivatives by rows, a matrix a layer.
func matrices(j *mlp.Jacobians) map[string][][][]float64 {
	all := make(map[string][][][]float64)
	for name, list := range map[string][]*mat.Dense{
		"dy_l/db_l": j.DyDb, "dy_l/dy_(l-1)": j.DyDy, "dy_L/dy_l": j.DyLDy, "dy_L/dA_l": j.DyLDA,
	} {
		for _, m := range list {
			_, columns := m.Dims()
			all[name] = append(all[name], slices.Collect(slices.Chunk(m.RawMatrix().Data, columns)))
		}
	}
	return all
}

// An ownAnswer is somebody's answer to Problem 6, a file, or to Problem 7, a number.
type ownAnswer struct {
	Problem int             `json:"problem"`
	File    json.RawMessage `json:"file,omitempty"`
	Number  int             `json:"number,omitempty"`
}

// answer judges it as 'hw4 mlp --answer' and 'hw4 lenet --answer' do.
func (p *Page) answer(_ context.Context, o ownAnswer, _ Emit) (any, error) {
	switch o.Problem {
	case 6:
		a, err := backprop.Read("your answer", o.File)
		if err != nil {
			return nil, err
		}
		v, err := a.Judge()
		if err != nil {
			return nil, err
		}
		return verdict(o.Problem, v)
	case 7:
		return verdict(o.Problem, params.Judge(o.Number))
	}
	return nil, problem.Settingf("problem", "%d: want 6 or 7", o.Problem)
}
