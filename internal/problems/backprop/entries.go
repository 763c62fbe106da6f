package backprop

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Numbers are what somebody has written in the place of a matrix: a number, or
// nested lists of numbers.
type Numbers struct {
	Shape  []int     // empty for a number
	Values []float64 // by rows
}

// as returns the numbers in the shape of want where they can only mean that: a
// number in any brackets for a 1 x 1 matrix, a list where a row is asked for.
func (n Numbers) as(want *mat.Dense) Numbers {
	rows, cols := want.Dims()
	if rows == 1 && len(n.Values) == cols && (cols == 1 || len(n.Shape) == 1) {
		return Numbers{[]int{1, cols}, n.Values}
	}
	return n
}

// rows returns the numbers in rows of the length of the last axis.
func (n Numbers) rows() [][]float64 {
	last := 1
	if len(n.Shape) > 0 {
		last = n.Shape[len(n.Shape)-1]
	}
	return slices.Collect(slices.Chunk(n.Values, last))
}

// has reports whether the numbers are a matrix of the given shape.
func (n Numbers) has(rows, cols int) bool { return slices.Equal(n.Shape, []int{rows, cols}) }

// are reports whether the numbers are those of m, which nil is not, to a multiple of
// what they may be off. Numbers that are no matrix are a row or a column.
func (n Numbers) are(m *mat.Dense, multiple float64) bool {
	if m == nil {
		return false
	}
	rows, cols := m.Dims()
	list := len(n.Shape) != 2 && min(rows, cols) == 1
	tol := multiple * looseTolerance(n.Values, m)
	return (list || n.has(rows, cols)) && slices.EqualFunc(n.Values, m.RawMatrix().Data,
		func(a, b float64) bool { return math.Abs(a-b) <= tol })
}

// fourDecimals is how far a number that was rounded to four decimals may be off,
// with a little more for the rounding of the decimals themselves.
const fourDecimals = 5.1e-5

// tolerance returns how far the entries of an answer may be from those of want:
// half of the fourth decimal, or a hundredth of the largest entry if that is less.
func tolerance(want *mat.Dense) float64 { return within(fourDecimals, largest(want)/100) }

// looseTolerance is that for recognising what an answer means: if it is written to
// two or three decimals throughout, half of the last of them.
func looseTolerance(got []float64, m *mat.Dense) float64 {
	fractions := slices.ContainsFunc(got, func(v float64) bool { return v != math.Trunc(v) })
	for _, unit := range []float64{1e-2, 1e-3} {
		if fractions && multiples(got, unit) {
			return within(0.51*unit, largest(m)/50)
		}
	}
	return tolerance(m)
}

// rounded returns a matrix with multiples of a unit.
func rounded(m *mat.Dense, unit float64) *mat.Dense {
	var out mat.Dense
	out.Apply(func(_, _ int, v float64) float64 { return math.Round(v/unit) * unit }, m)
	return &out
}

// multiples reports whether all numbers are multiples of a unit.
func multiples(values []float64, unit float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool {
		return math.Abs(v/unit-math.Round(v/unit)) > 1e-9*math.Max(1, math.Abs(v/unit))
	})
}

// round reports whether the numbers are those of m, rounded to multiples of a unit: up or
// down where m is halfway, which programs do differently.
func (n Numbers) round(m *mat.Dense, unit float64) bool {
	return n.has(m.Dims()) && multiples(n.Values, unit) && slices.EqualFunc(n.Values, m.RawMatrix().Data,
		func(a, b float64) bool { return math.Abs(a-b) <= 0.5*unit+1e-9*math.Max(unit, math.Abs(b)) })
}

// within returns the smaller of two tolerances, and what float64 needs at least.
func within(a, b float64) float64 { return math.Max(math.Min(a, b), 1e-12) }

// largest returns the largest absolute value of the entries, NaN if one is NaN.
func largest(m *mat.Dense) float64 { return floats.Norm(m.RawMatrix().Data, math.Inf(1)) }

// wrongEntries returns where, by rows, numbers are further from want than its tolerance,
// and than off.
func wrongEntries(got []float64, want *mat.Dense, off float64) []int {
	tol := math.Max(tolerance(want), off)
	var wrong []int
	for i, w := range want.RawMatrix().Data {
		if !(math.Abs(got[i]-w) <= tol) {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// entry names entry i, by rows, of a matrix with so many columns: "(2,1)".
func entry(i, cols int) string { return fmt.Sprintf("(%d,%d)", i/cols+1, i%cols+1) }

func rowsOf(m *mat.Dense) [][]float64 {
	_, cols := m.Dims()
	return slices.Collect(slices.Chunk(m.RawMatrix().Data, cols))
}
