package backprop

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/judge"
	"hw4/tensor"
)

// fourDecimals is how far a number that was rounded to four decimals may be off.
const fourDecimals = 5.1e-5

// tolerance returns how far the entries of an answer may be from those of want:
// half of the fourth decimal, or a hundredth of the largest entry if that is less.
func tolerance(want *mat.Dense) float64 {
	return math.Max(math.Min(fourDecimals, largest(want)/100), 1e-12)
}

// looseTolerance is that for recognising what an answer means: if it is written to
// two or three decimals throughout, half of the last of them.
func looseTolerance(got []float64, c *mat.Dense) float64 {
	for _, unit := range []float64{1e-2, 1e-3} {
		fractions := false
		whole := !slices.ContainsFunc(got, func(v float64) bool {
			fractions = fractions || v != math.Trunc(v)
			return math.Abs(v/unit-math.Round(v/unit)) > 1e-9*math.Max(1, math.Abs(v/unit))
		})
		if whole && fractions {
			return math.Max(math.Min(0.51*unit, largest(c)/50), 1e-12)
		}
	}
	return tolerance(c)
}

// largest returns the largest absolute value of the entries.
func largest(m *mat.Dense) float64 {
	worst := 0.0
	for _, v := range m.RawMatrix().Data {
		worst = math.Max(worst, math.Abs(v))
	}
	return worst
}

// firstDifference returns the first entry, by rows, that is further from want than
// its tolerance, if there is one, and the largest difference.
func firstDifference(got, want *mat.Dense) (row, col int, differ bool, worst float64) {
	tol := tolerance(want)
	rows, cols := want.Dims()
	for i := range rows {
		for j := range cols {
			d := math.Abs(got.At(i, j) - want.At(i, j))
			worst = math.Max(worst, d)
			if !differ && !(d <= tol) {
				row, col, differ = i, j, true
			}
		}
	}
	return row, col, differ, worst
}

// matches reports whether an answer is the matrix c, which nil is not. A vector is
// a row or a column.
func matches(got *tensor.Tensor[float64], c *mat.Dense) bool {
	return c != nil && near(got, c, looseTolerance(got.Data(), c))
}

// matchesRounded is matches for a c that was computed from rounded numbers.
func matchesRounded(got *tensor.Tensor[float64], c *mat.Dense) bool {
	return c != nil && near(got, c, 4*looseTolerance(got.Data(), c))
}

// near reports whether an answer has the shape of c and its entries to within a
// tolerance.
func near(got *tensor.Tensor[float64], c *mat.Dense, tol float64) bool {
	rows, cols := c.Dims()
	vector := got.Rank() == 1 && min(rows, cols) == 1 && got.Len() == rows*cols
	return (vector || slices.Equal(got.Shape(), []int{rows, cols})) && sameEntries(got, c, tol)
}

// sameEntries compares the entries by rows, whatever the shape.
func sameEntries(got *tensor.Tensor[float64], c *mat.Dense, tol float64) bool {
	return slices.EqualFunc(got.Data(), c.RawMatrix().Data, func(a, b float64) bool { return math.Abs(a-b) <= tol })
}

// wrongEntries lists the entries that are not right.
func wrongEntries(got, want *mat.Dense) string {
	const shown = 4
	tol := tolerance(want)
	rows, cols := want.Dims()
	var wrong []string
	for i := range rows {
		for j := range cols {
			if !(math.Abs(got.At(i, j)-want.At(i, j)) <= tol) {
				wrong = append(wrong, fmt.Sprintf("(%d,%d)", i+1, j+1))
			}
		}
	}
	more := ""
	if len(wrong) > shown {
		more = ", ..."
	}
	return fmt.Sprintf("%d of %d entries wrong, %s%s", len(wrong), rows*cols, strings.Join(wrong[:min(shown, len(wrong))], ", "), more)
}

// matrixOf returns a tensor of rank 2 as a matrix, and nil for any other.
func matrixOf(t *tensor.Tensor[float64]) *mat.Dense {
	if t == nil || t.Rank() != 2 || t.Len() == 0 {
		return nil
	}
	return mat.NewDense(t.Dim(0), t.Dim(1), slices.Clone(t.Data()))
}

func sameDims(a, b *mat.Dense) bool {
	rows, cols := a.Dims()
	r, c := b.Dims()
	return rows == r && cols == c
}

func dims(m *mat.Dense) string {
	rows, cols := m.Dims()
	return judge.Tuple([]int{rows, cols})
}

func rowsOf(m *mat.Dense) [][]float64 {
	rows, _ := m.Dims()
	out := make([][]float64, rows)
	for i := range out {
		out[i] = m.RawRowView(i)
	}
	return out
}
