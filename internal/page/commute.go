package page

import (
	"context"
	"math"

	"hw4/internal/problem"
	"hw4/internal/problems/commute"
	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// A square asks for both ways around the square of Problem 4.
type square struct {
	Window     [][]float64 `json:"window"`
	Activation string      `json:"activation"` // empty: Curve
	// Curve is a function by its values at the integers around 0, straight between them
	// and level outside.
	Curve []float64 `json:"curve"`
}

// maxCurve bounds the values of a curve, maxWindow the sides of a window.
const (
	maxCurve  = 33
	maxWindow = 8
)

// function returns sigma.
func (s square) function() (tensor.Activation, error) {
	if s.Activation != "" {
		f, ok := tensor.ActivationNamed(s.Activation)
		if !ok {
			return f, problem.Settingf("activation", "%.40q is none", s.Activation)
		}
		return f, nil
	}
	n := len(s.Curve)
	if n < 3 || n > maxCurve || n%2 == 0 {
		return tensor.Activation{}, problem.Settingf("curve", "%d values: want an odd number from 3 to %d", n, maxCurve)
	}
	f := tensor.Activation{Name: "sigma", Nondecreasing: true, F: func(x float64) float64 {
		at := max(0, min(float64(n-1), x+float64(n/2)))
		i := min(n-2, int(at))
		part := at - float64(i)
		return float64(s.Curve[i]*(1-part)) + float64(s.Curve[i+1]*part)
	}}
	f.DF = func(x, _ float64) float64 { return (f.F(x+0.5) - f.F(x-0.5)) }
	for i, v := range s.Curve[1:] {
		f.Nondecreasing = f.Nondecreasing && v >= s.Curve[i]
	}
	return f, nil
}

// commute goes around the square both ways, and looks for the smallest window on which
// the two ways differ.
func (p *Page) commute(_ context.Context, s square, _ Emit) (any, error) {
	f, err := s.function()
	if err != nil {
		return nil, err
	}
	rows := len(s.Window)
	if rows < 1 || rows > maxWindow || len(s.Window[0]) < 1 || len(s.Window[0]) > maxWindow {
		return nil, problem.Settingf("window", "want 1 to %d rows and columns", maxWindow)
	}
	columns := len(s.Window[0])
	var values []float64
	for _, row := range s.Window {
		if len(row) != columns {
			return nil, problem.Settingf("window", "the rows are not of one length")
		}
		for _, v := range row {
			if !report.Finite(f.F(v)) {
				return nil, problem.Settingf("window", "%s of %g is beyond float64: take smaller numbers", f.Name, v)
			}
		}
		values = append(values, row...)
	}
	x := tensor.FromSlice(values, 1, 1, rows, columns)
	opt := pool.Options{Kernel: [2]int{rows, columns}}
	moved, pooled := tensor.Apply(f, x), pool.MaxPool2d(x, opt)
	first, last := tensor.Apply(f, pooled).Item(), pool.MaxPool2d(moved, opt).Item()
	const points = 121
	reach := math.Max(4, float64(len(s.Curve)/2))
	curve := make([][2]float64, points)
	for i := range curve {
		at := reach * (2*float64(i)/(points-1) - 1)
		curve[i] = [2]float64{at, f.F(at)}
	}
	answer := map[string]any{
		"moved": moved.Data(), "pooled": pooled.Item(), "pooledFirst": first, "pooledLast": last,
		"equal": first == last, "nondecreasing": f.Nondecreasing, "plot": curve,
	}
	if c, found := commute.Smallest(f); found {
		answer["counterexample"] = c
	}
	return answer, nil
}
