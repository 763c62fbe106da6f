package axis

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
)

func labels(ticks []Tick) []string {
	var all []string
	for _, t := range ticks {
		all = append(all, t.Label)
	}
	return all
}

func TestLinear(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		whole  bool
		want   []string
	}{
		{0, 1, false, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-0.3, 0.52, false, []string{"−0.2", "0.0", "0.2", "0.4"}},
		{4.1, 49, false, []string{"10", "20", "30", "40"}},
		{0.091, 0.0953, false, []string{"0.091", "0.092", "0.093", "0.094", "0.095"}},
		{0, 4e6, false, []string{"0", "1e+06", "2e+06", "3e+06", "4e+06"}},
		{0, 5e-8, false, []string{"0", "1e-08", "2e-08", "3e-08", "4e-08", "5e-08"}},
		{0, 1, true, []string{"0", "1"}},
		{0, 3, true, []string{"0", "1", "2", "3"}},
		{0, 20, true, []string{"0", "5", "10", "15", "20"}},
		{2, 2, false, []string{"2"}},
	} {
		if got := labels(linear(c.lo, c.hi, c.whole)); !slices.Equal(got, c.want) {
			t.Errorf("from %g to %g, whole: %v: %q, want %q", c.lo, c.hi, c.whole, got, c.want)
		}
	}
}

// Ticks ends, and stays within the axis, whatever the axis.
func TestLinearOfAnyAxis(t *testing.T) {
	for _, lo := range []float64{-1e300, -1e9, -1, 0, 1, 1e9, 1e17} {
		for _, length := range []float64{0, 1e-320, 1e-9, 0.3, 1, 7, 1e10, 1e300} {
			for _, tick := range linear(lo, lo+length, false) {
				if slack := 1e-6*length + 1e-9*math.Abs(lo); tick.Value < lo-slack || tick.Value > lo+length+slack {
					t.Errorf("from %g to %g: a tick at %g", lo, lo+length, tick.Value)
				}
			}
		}
	}
}

func TestLogarithmic(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   []string
	}{
		{0.01, 0.1, []string{"0.01", "0.02", "0.05", "0.1"}},
		{0.0255, 0.7, []string{"0.05", "0.1", "0.2", "0.5"}},
		{1e-4, 10, []string{"0.0001", "0.001", "0.01", "0.1", "1", "10"}},
		{0.06, 0.09, []string{"0.06", "0.07", "0.08", "0.09"}},
		{0.02, 0.04, []string{"0.020", "0.025", "0.030", "0.035", "0.040"}},
	} {
		if got := labels(logarithmic(c.lo, c.hi)); !slices.Equal(got, c.want) {
			t.Errorf("from %g to %g: %q, want %q", c.lo, c.hi, got, c.want)
		}
	}
}

// The axes hold the points that are shown; equal ones, and none, have axes, too.
func TestOf(t *testing.T) {
	curve := func(x, y []float64) report.Plot {
		return report.Plot{Title: "p", Series: []report.Series{{Name: "s", X: x, Y: y}}}
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		x, y               []float64
		lox, hix, loy, hiy float64
	}{
		{[]float64{1, 2, 3, 9}, []float64{5, inf, 7, math.NaN()}, 1, 3, 5, 7},
		{[]float64{4}, []float64{-2}, 2, 6, -3, -1},
		{[]float64{4}, []float64{inf}, 1, 2, 1, 2},
		{[]float64{1, 2}, []float64{0, 0}, 1, 2, -1, 1},
	} {
		x, y, err := Of(curve(c.x, c.y))
		got := [...]float64{x.Lo, x.Hi, y.Lo, y.Hi}
		if err != nil || got != [...]float64{c.lox, c.hix, c.loy, c.hiy} || len(x.Ticks) == 0 || len(y.Ticks) == 0 {
			t.Errorf("of x %v and y %v: %+v, %+v (%v)", c.x, c.y, x, y, err)
		}
	}
	p := curve([]float64{0.01, 1}, []float64{1, 2})
	p.LogX = true
	if x, _, err := Of(p); err != nil || math.Abs(x.At(0.1)-0.5) > 1e-12 {
		t.Errorf("0.1 is at %v between 0.01 and 1 (%v)", x.At(0.1), err)
	}
	p.Series[0].X[0] = 0
	if _, _, err := Of(p); err == nil || !strings.Contains(err.Error(), `x = 0`) {
		t.Errorf("0 on a logarithmic axis: error %v", err)
	}
	if _, _, err := Of(curve([]float64{1}, nil)); err == nil || !strings.Contains(err.Error(), "1 x and 0 y") {
		t.Errorf("an x without a y: error %v", err)
	}
}
