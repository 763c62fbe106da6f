package backprop

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// An Answer is a reader's own answer to Problem 6: the perceptron and the input that
// it is for, and the matrices by their names, such as "dy_1/db_1". One that is not
// there has not been answered.
type Answer struct {
	Net      *mlp.MLP[float64]
	X        []float64
	Matrices map[string]Numbers
	Rounded  int // fractions in the text that float64 does not have, such as 1/3
	// Off is how far an entry may be off, however large the others are; 0: as four decimals
	// are.
	Off float64
}

// Judge judges the answer. An entry is right if it agrees with the sheet's formula to
// four decimals. For a wrong matrix the verdict says which entry is wrong first, and
// which mistake makes it. The error is a *problem.InputError for a perceptron whose
// derivatives are beyond float64. It panics if the parts of the answer do not fit
// together as Read has them.
func (a Answer) Judge() (report.Verdict, error) {
	m := &marking{
		pass: newPass(a.Net, a.X), off: a.Off,
		answers: make(map[derivative]*mat.Dense), told: make(map[string]derivative),
	}
	all := derivatives(m.pass.last)
	for _, d := range all {
		if !(largest(m.pass.right(d)) <= math.MaxFloat64) { // NaN, too
			return report.Verdict{}, problem.Inputf(
				"the derivatives of this perceptron are beyond the largest float64; make its numbers smaller")
		}
	}
	for _, d := range all {
		numbers, answered := a.Matrices[d.String()]
		if !answered {
			m.note(d, "not answered", "not answered", [3]string{})
			continue
		}
		m.mark(d, numbers)
	}
	return m.verdict(len(all)), nil
}

// A marking is the judging of one answer.
type marking struct {
	pass    *pass
	off     float64                   // as of the Answer
	answers map[derivative]*mat.Dense // that are matrices
	right   int
	wrong   []derivative
	told    map[string]derivative // by code, where a mistake was explained first
	rows    [][]any               // of the table of all matrices
	details []report.Item         // on the wrong ones
	v       report.Verdict
}

// note adds what was found to the checks and to the table, of which place has the
// last columns: where, expected and yours.
func (m *marking) note(d derivative, state, detail string, place [3]string) {
	m.rows = append(m.rows, []any{d.String(), d.layer, state, place[0], place[1], place[2]})
	m.v.Check(d.String(), state == "right", "%s", detail)
}

func (m *marking) mark(d derivative, numbers Numbers) {
	want := m.pass.right(d)
	got := numbers.as(want)
	if len(got.Shape) == 2 {
		m.answers[d] = mat.NewDense(got.Shape[0], got.Shape[1], got.Values)
	}
	rows, cols := want.Dims()
	place, expected, yours := "shape", tensor.Tuple([]int{rows, cols}), tensor.Tuple(got.Shape)
	var entries []int
	if got.has(rows, cols) {
		entries = wrongEntries(got.Values, want, m.off)
		if len(entries) == 0 {
			m.right++
			worst := floats.Distance(got.Values, want.RawMatrix().Data, math.Inf(1))
			m.note(d, "right", fmt.Sprintf("it differs from the sheet's formula by at most %.2g", worst), [3]string{})
			return
		}
		i := entries[0]
		place = "entry " + entry(i, cols)
		expected, yours = report.Apart(want.RawMatrix().Data[i], got.Values[i])
	}
	fault := fmt.Sprintf("layer %d: %s is %s, expected %s", d.layer, place, yours, expected)
	short, diagnosis := m.diagnose(d, got, want, entries)
	m.note(d, "wrong", fault+": "+short, [3]string{place, expected, yours})
	text := fmt.Sprintf("%s, %s", d, fault)
	right := report.Matrix{Name: "expected " + d.String(), Rows: rowsOf(want)}
	written := report.Matrix{Name: "your " + d.String(), Rows: got.rows()}
	if len(m.wrong) == 0 {
		m.v.Counterexample = &report.Counterexample{Text: text, Expected: right, Got: written}
		m.v.Answerf("%s.", text)
		m.v.Answerf("Diagnosis: %s.", diagnosis)
	}
	m.details = append(m.details, report.Textf("%s. Diagnosis: %s.", text, diagnosis), right, written)
	m.wrong = append(m.wrong, d)
}

// diagnose returns the mistake that makes a wrong matrix, in a few words and in full,
// and says so if an earlier matrix has it already or makes this one wrong.
func (m *marking) diagnose(d derivative, got Numbers, want *mat.Dense, entries []int) (short, full string) {
	carried := m.carried(d, got)
	found, name, twist := m.recognise(d, got)
	if m.v.Code == "" || m.v.Code == report.CodeWrong {
		m.v.Code = cmp.Or(found.code, report.CodeWrong)
	}
	if found.code == "" {
		rows, cols := want.Dims()
		short, full = "no usual mistake", "no usual mistake; the matrix is to have shape "+tensor.Tuple([]int{rows, cols})
		if entries != nil {
			full = fmt.Sprintf("no usual mistake; %d of %d entries are wrong", len(entries), rows*cols)
		}
		if carried != "" {
			short, full = carried, carried
		}
		return short, full
	}
	full = name + ": " + d.spelled(found.why) + twist
	if first, again := m.told[found.code]; again {
		full = fmt.Sprintf("%s, as in %s%s", name, first, twist)
	} else {
		m.told[found.code] = d
	}
	if carried != "" {
		full += "; " + carried
	}
	return name, full
}

// recognise returns the first mistake that makes a matrix, or its transpose or
// negative, with its name here and what else is wrong. It is the zero mistake if
// there is none.
func (m *marking) recognise(d derivative, got Numbers) (found mistake, name, twist string) {
	usual := mistakes()
	made := report.Each(usual, func(k mistake) []variant { return k.make(m.pass, d) })
	for _, t := range []struct {
		text  string
		apply func(*mat.Dense) *mat.Dense
	}{
		{"", func(x *mat.Dense) *mat.Dense { return x }},
		{"; and the matrix is transposed", transposed},
		{"; and every entry has the opposite sign", negated},
	} {
		for i, k := range usual {
			for _, v := range made[i] {
				if v.makes(got, t.apply) {
					return k, d.spelled(k.name) + v.where, t.text
				}
			}
		}
	}
	return mistake{}, "", ""
}

// carried says so if a matrix follows from wrong ones before it by the right formula.
func (m *marking) carried(d derivative, got Numbers) string {
	var used []string
	take := func(k kind, l int) *mat.Dense {
		from := derivative{k, l, d.last}
		if slices.Contains(m.wrong, from) {
			used = append(used, from.String())
		}
		return m.answers[from]
	}
	var follows *mat.Dense
	switch d.kind {
	case byInput:
		follows = times(take(byBias, d.layer), m.pass.a[d.layer])
	case byWeight:
		chain := row(ones(1))
		for l := d.last; l > d.layer; l-- {
			chain = times(chain, take(byInput, l))
		}
		follows = times(take(byBias, d.layer), transposed(chain), row(m.pass.y[d.layer-1]))
	}
	const rounded = 4 // several rounded numbers are multiplied
	if len(used) == 0 || !got.are(follows, rounded) {
		return ""
	}
	return "it follows from your " + report.Join(used, "and") + ", with no new mistake"
}

// verdict returns what was found of all matrices.
func (m *marking) verdict(all int) report.Verdict {
	v := m.v
	v.Right = m.right == all
	v.Score = float64(m.right) / float64(all)
	missing := all - m.right - len(m.wrong)
	count := fmt.Sprintf("%d of %d matrices right, %d wrong, %d not answered.", m.right, all, len(m.wrong), missing)
	v.Code = cmp.Or(v.Code, report.CodeNotAnswered)
	if v.Right {
		v.Code, count = report.CodeRight, fmt.Sprintf("All %d matrices are right, %s.", all, m.precision())
	}
	v.Answer = slices.Insert(v.Answer, 0, report.Item(report.Text(count)))
	sizes := report.Each(m.pass.y, func(y []float64) int { return len(y) })
	v.Textf("sigma = %s, sizes %s; A, b and x are those of your file. Entries count as right %s.",
		m.pass.net.Activation.Name, tensor.Tuple(sizes), m.precision())
	v.Table([]string{"derivative", "layer", "verdict", "where", "expected", "yours"}, m.rows)
	v.Add(m.details...)
	return v
}

// precision says how right an entry must be.
func (m *marking) precision() string {
	if m.off == 0 {
		return "to four decimals"
	}
	return "if they are off by at most " + report.Format(m.off)
}
