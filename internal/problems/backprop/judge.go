// Package backprop judges the derivatives of Problem 6.
package backprop

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// DerivativeNames returns the names of the matrices that Problem 6 asks for, in
// the order of the sheet, for a perceptron of L layers: dy_1/db_1, ..., dy_L/dA_L.
func DerivativeNames(layers int) []string {
	var names []string
	for _, d := range derivatives(layers) {
		names = append(names, d.String())
	}
	return names
}

// Backprop judges the derivatives of Problem 6 that somebody has computed for a
// perceptron at x, by their names; what is not there has not been answered. An
// entry is right if it agrees with the sheet's formula to four decimals. For a
// wrong matrix it says which entry is wrong first, and which mistake makes it. The
// derivatives must be finite. It panics if x does not have n_0 elements or n_L is
// not 1.
func Backprop(net *mlp.MLP[float64], x []float64, answers map[string]*tensor.Tensor[float64]) report.Body {
	exact := mlp.Closed(net, x)
	m := &marking{
		pass:         newPass(net, x, forward{}),
		noBias:       newPass(net, x, forward{noBias: true}),
		noActivation: newPass(net, x, forward{noActivation: true}),
		answers:      make(map[derivative]*tensor.Tensor[float64]),
		told:         make(map[string]string),
	}
	var rows [][]any
	for _, d := range derivatives(len(net.A)) {
		m.answers[d] = answers[d.String()]
		rows = append(rows, m.mark(d, right(exact, d)))
	}
	m.v.Items = append([]report.Item{
		report.Table{Header: []string{"derivative", "layer", "verdict", "entry", "expected", "yours"}, Rows: rows},
	}, m.v.Items...)
	return m.v
}

// right returns the matrix that d asks for.
func right(j *mlp.Jacobians, d derivative) *mat.Dense {
	return map[kind][]*mat.Dense{byBias: j.DyDb, byInput: j.DyDy, byWeight: j.DyLDA}[d.kind][d.layer-1]
}

// marking is the judging of one sheet of answers.
type marking struct {
	pass, noBias, noActivation *pass
	answers                    map[derivative]*tensor.Tensor[float64]
	wrong                      []derivative      // so far
	told                       map[string]string // by explanation, the derivative at which it was given first
	v                          report.Body
}

// mark judges one matrix and returns its row of the table.
func (m *marking) mark(d derivative, want *mat.Dense) []any {
	got, name := m.answers[d], d.String()
	got = asMatrix(got, want)
	if got == nil {
		m.v.Check(name, false, "not answered")
		return []any{name, d.layer, "not answered", "", "", ""}
	}
	shape := fmt.Sprintf("shape %s instead of %s", judge.Tuple(got.Shape()), dims(want))
	entry, expected, yours, fault := "shape", dims(want), judge.Tuple(got.Shape()), shape
	if matrix := matrixOf(got); matrix != nil && sameDims(matrix, want) {
		i, j, differ, worst := firstDifference(matrix, want)
		if !differ {
			m.v.Check(name, true, "it differs from the sheet's formula by at most %.2g", worst)
			return []any{name, d.layer, "right", "", "", ""}
		}
		entry, expected, yours = fmt.Sprintf("(%d,%d)", i+1, j+1), report.Format(want.At(i, j)), report.Format(matrix.At(i, j))
		fault = fmt.Sprintf("entry %s is %s, expected %s", entry, yours, expected)
	}
	diagnosis := m.diagnose(d, got, want)
	m.wrong = append(m.wrong, d)
	m.v.Textf("%s, layer %d: %s. Diagnosis: %s.", name, d.layer, fault, diagnosis)
	m.v.Items = append(m.v.Items, report.Matrix{Name: "expected " + name, Rows: rowsOf(want)})
	if got := matrixOf(got); got != nil {
		m.v.Items = append(m.v.Items, report.Matrix{Name: "your " + name, Rows: rowsOf(got)})
	}
	short := strings.FieldsFunc(diagnosis, func(r rune) bool { return strings.ContainsRune(":,;", r) })[0]
	m.v.Check(name, false, "layer %d: %s: %s", d.layer, fault, short)
	return []any{name, d.layer, "wrong", entry, expected, yours}
}

// asMatrix returns an answer as a matrix where it can only mean one: a number in
// any brackets is a 1 x 1 matrix, a list of n numbers a row where a row is asked
// for.
func asMatrix(got *tensor.Tensor[float64], want *mat.Dense) *tensor.Tensor[float64] {
	if got == nil {
		return nil
	}
	rows, cols := want.Dims()
	if n := rows * cols; rows == 1 && got.Len() == n && (n == 1 || got.Rank() == 1) {
		return tensor.Reshape(got, 1, cols)
	}
	return got
}

// diagnose returns the mistake that makes the answer, and whether it is one that
// an earlier answer has made already.
func (m *marking) diagnose(d derivative, got *tensor.Tensor[float64], want *mat.Dense) string {
	carried := m.carried(d, got)
	found := m.name(d, got, want)
	switch {
	case found == "" && carried == "" && matrixOf(got) != nil && sameDims(matrixOf(got), want):
		return "no common mistake: " + wrongEntries(matrixOf(got), want)
	case found == "" && carried == "":
		return fmt.Sprintf("no common mistake: the matrix is to have shape %s", dims(want))
	case found == "":
		return carried
	}
	name, why, _ := strings.Cut(found, ": ")
	if first, again := m.told[why]; again {
		found = name + ", as in " + first
	} else {
		m.told[why] = d.String()
	}
	if carried != "" {
		return found + "; " + carried
	}
	return found
}

// name returns the first mistake that makes the answer, or its transpose or
// negative.
func (m *marking) name(d derivative, got *tensor.Tensor[float64], want *mat.Dense) string {
	candidates := slices.Concat(m.pass.byProducts(d), m.pass.bySlopes(d), m.pass.byForwardPass(d, m.noBias, m.noActivation))
	if matches(got, want) {
		return "too few decimals: the numbers are right but for rounding; give four decimals, or more for small ones"
	}
	sign := candidate{"sign", "every entry has the opposite sign", scaledBy(-1, want)}
	flat := candidate{"shape", "the numbers are right; write them as a matrix of shape " + dims(want), want}
	if got.Rank() != 2 && sameEntries(got, want, looseTolerance(got.Data(), want)) {
		return flat.String()
	}
	for _, c := range append(candidates, sign) {
		if matches(got, c.matrix) {
			return c.String()
		}
	}
	for _, c := range candidates {
		switch {
		case matches(got, transposed(c.matrix)):
			return c.String() + "; and the matrix is transposed"
		case matches(got, scaledBy(-1, c.matrix)):
			return c.String() + "; and every entry has the opposite sign"
		}
	}
	return ""
}

// carried says so if the answer follows from wrong answers before it by the right
// formula.
func (m *marking) carried(d derivative, got *tensor.Tensor[float64]) string {
	var used []derivative
	take := func(kind kind, l int) *mat.Dense {
		from := derivative{kind, l, d.last}
		if slices.Contains(m.wrong, from) {
			used = append(used, from)
		}
		return matrixOf(m.answers[from])
	}
	var follows *mat.Dense
	switch d.kind {
	case byInput:
		follows = times(take(byBias, d.layer), m.pass.a[d.layer])
	case byWeight:
		chain := mat.NewDense(1, 1, []float64{1})
		for l := d.last; l > d.layer; l-- {
			chain = times(chain, take(byInput, l))
		}
		follows = times(take(byBias, d.layer), transposed(chain), row(m.pass.y[d.layer-1]))
	}
	if len(used) == 0 || !matchesRounded(got, follows) {
		return ""
	}
	var names []string
	for _, u := range used {
		names = append(names, u.String())
	}
	return "it follows from your " + strings.Join(names, " and ") + ", with no new mistake"
}
