package backprop

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// An entry may be off by half of the fourth decimal, by a hundredth of the largest
// entry if that is less, and by rounding where all is zero: no more.
func TestTolerance(t *testing.T) {
	for _, c := range []struct {
		entries []float64
		tol     float64
	}{
		{[]float64{0.5, -1}, 5.1e-5},
		{[]float64{1e6, 0}, 5.1e-5},
		{[]float64{0.0051, 0}, 5.1e-5},
		{[]float64{0.001, 0}, 1e-5},
		{[]float64{0, -0.001}, 1e-5},
		{[]float64{0, 0}, 1e-12},
	} {
		want := mat.NewDense(1, 2, c.entries)
		if got := tolerance(want); math.Abs(got-c.tol) > 1e-9*c.tol {
			t.Errorf("%v: tolerance %g, want %g", c.entries, got, c.tol)
		}
		for i := range 2 {
			for _, sign := range []float64{1, -1} {
				for factor, wrong := range map[float64][]int{0.999: nil, 1.001: {i}} {
					got := slices.Clone(c.entries)
					got[i] += sign * factor * c.tol
					if places := wrongEntries(got, want, 0); !slices.Equal(places, wrong) {
						t.Errorf("%v for %v: wrong are %v, want %v", got, c.entries, places, wrong)
					}
				}
			}
		}
	}
	if places := wrongEntries([]float64{1e-12, -1e-12}, mat.NewDense(1, 2, nil), 0); places != nil {
		t.Errorf("a tolerance away, but no more: wrong are %v", places)
	}
	if places := wrongEntries([]float64{1, math.NaN(), 5}, mat.NewDense(1, 3, []float64{1, 2,
		3}), 0); !slices.Equal(places, []int{1, 2}) {
		t.Errorf("wrong are %v, want [1 2]", places)
	}
}

// What is written to few decimals throughout is recognised to as many, but not as
// anything small.
func TestLooseTolerance(t *testing.T) {
	one, tenth := mat.NewDense(1, 2, []float64{1, 0}), mat.NewDense(1, 2, []float64{0.1, 0})
	for _, c := range []struct {
		got  []float64
		of   *mat.Dense
		want float64
	}{
		{[]float64{0.25, 1}, one, 0.0051},
		{[]float64{0.3, -2}, one, 0.0051},
		{[]float64{0.25, 0.125}, one, 0.00051},
		{[]float64{123456.25, 1}, one, 0.0051},
		{[]float64{0.25, 0.1255}, one, 5.1e-5},
		{[]float64{1, 0}, one, 5.1e-5}, // whole numbers are exact
		{[]float64{0.25, 0.01}, tenth, 0.002},
		{[]float64{0.25, 0.125}, tenth, 0.00051},
		{[]float64{0.25}, mat.NewDense(1, 1, nil), 1e-12},
	} {
		if got := looseTolerance(c.got, c.of); math.Abs(got-c.want) > 1e-9*c.want {
			t.Errorf("%v: %g, want %g", c.got, got, c.want)
		}
	}
}

func TestNumbersAreAMatrix(t *testing.T) {
	square, line := mat.NewDense(2, 2, []float64{1, 2, 3, 4}), mat.NewDense(1, 4, []float64{1, 2, 3, 4})
	values := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		shape []int
		of    *mat.Dense
		want  bool
	}{
		{[]int{2, 2}, square, true},
		{[]int{4}, square, false},
		{[]int{1, 4}, square, false},
		{[]int{1, 4}, line, true},
		{[]int{4}, line, true},
		{[]int{2, 2, 1}, line, true},
		{[]int{4, 1}, line, false},
		{[]int{4, 1}, mat.DenseCopyOf(line.T()), true},
		{[]int{4}, mat.DenseCopyOf(line.T()), true},
		{[]int{4}, mat.NewDense(1, 3, []float64{1, 2, 3}), false},
		{[]int{4}, nil, false},
	} {
		if got := (Numbers{c.shape, values}).are(c.of, 1); got != c.want {
			t.Errorf("%v as %v: %v", c.shape, c.of, got)
		}
	}
	if zero := mat.NewDense(1, 1, nil); !(Numbers{nil, []float64{1e-12}}).are(zero, 1) {
		t.Error("a tolerance away is too much")
	}
	near := Numbers{[]int{2, 2}, []float64{1, 2, 3, 4 + 3*5.1e-5}}
	if near.are(square, 1) || !near.are(square, 4) {
		t.Error("three tolerances away are none, or more than four")
	}
}

func TestNumbersAsAMatrix(t *testing.T) {
	for _, c := range []struct {
		n          Numbers
		rows, cols int
		want       []int
	}{
		{Numbers{nil, []float64{5}}, 1, 1, []int{1, 1}},
		{Numbers{[]int{1}, []float64{5}}, 1, 1, []int{1, 1}},
		{Numbers{[]int{1, 1, 1}, []float64{5}}, 1, 1, []int{1, 1}},
		{Numbers{[]int{2}, []float64{5, 6}}, 1, 2, []int{1, 2}},
		{Numbers{[]int{2}, []float64{5, 6}}, 2, 1, []int{2}},
		{Numbers{[]int{2}, []float64{5, 6}}, 1, 3, []int{2}},
		{Numbers{[]int{2, 1}, []float64{5, 6}}, 1, 2, []int{2, 1}},
		{Numbers{nil, []float64{5}}, 2, 2, nil},
	} {
		if got := c.n.as(mat.NewDense(c.rows, c.cols, nil)); !slices.Equal(got.Shape, c.want) ||
			!slices.Equal(got.Values, c.n.Values) {
			t.Errorf("%v for %d x %d is %v, want shape %v", c.n, c.rows, c.cols, got, c.want)
		}
	}
	if rows := (Numbers{[]int{2, 3}, []float64{1, 2, 3, 4, 5, 6}}).rows(); !reflect.DeepEqual(rows, [][]float64{{1, 2,
		3}, {4, 5, 6}}) {
		t.Errorf("rows %v", rows)
	}
	if rows := (Numbers{nil, []float64{7}}).rows(); !reflect.DeepEqual(rows, [][]float64{{7}}) {
		t.Errorf("rows of a number %v", rows)
	}
}

// What may be off is added to what four decimals are, and does not narrow it.
func TestOff(t *testing.T) {
	want := mat.NewDense(1, 3, []float64{0, 1, 2})
	for off, wrong := range map[float64][]int{0: {1, 2}, 1e-9: {1, 2}, 0.002: {2}, 0.02: nil} {
		if got := wrongEntries([]float64{0, 1.001, 2.01}, want, off); !slices.Equal(got, wrong) {
			t.Errorf("off %g: %v, want %v", off, got, wrong)
		}
	}
}
