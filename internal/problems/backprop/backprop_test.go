package backprop

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/mlp"
	"hw4/tensor"
)

// written returns a matrix as somebody writes it.
func written(m mat.Matrix) Numbers {
	rows, cols := m.Dims()
	return Numbers{[]int{rows, cols}, slices.Clone(mat.DenseCopyOf(m).RawMatrix().Data)}
}

// typed returns numbers as somebody types them, with so many decimals.
func typed(n Numbers, decimals int) Numbers {
	values := make([]float64, len(n.Values))
	for i, v := range n.Values {
		values[i] = math.Round(v*math.Pow10(decimals)) / math.Pow10(decimals)
	}
	return Numbers{n.Shape, values}
}

// solved returns a perceptron with its right answer, which reverse-mode
// differentiation computes. Its weights are large enough for mistakes to show.
func solved(t testing.TB, sigma string, sizes ...int) (Answer, *mlp.Jacobians) {
	t.Helper()
	f, err := activation(sigma)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 6))
	net := mlp.New[float64](rng, f, sizes...)
	for _, p := range net.Params() {
		for i := range p.Value.Data() {
			p.Value.Data()[i] = rng.NormFloat64()
		}
	}
	a := Answer{Net: net, X: tensor.Normal[float64](rng, 0, 1, sizes[0]).Data(), Matrices: make(map[string]Numbers)}
	j := mlp.Autograd(net, a.X)
	for _, d := range derivatives(len(net.A)) {
		a.Matrices[d.String()] = written(jacobian(j, d))
	}
	return a, j
}

// with returns the answer with another matrix.
func (a Answer) with(name string, n Numbers) Answer {
	all := make(map[string]Numbers)
	for k, v := range a.Matrices {
		all[k] = v
	}
	all[name] = n
	return Answer{Net: a.Net, X: a.X, Matrices: all}
}

// judged judges an answer, which must be possible, and checks what holds for every
// verdict.
func judged(t testing.TB, a Answer) report.Verdict {
	t.Helper()
	v, err := a.Judge()
	if err != nil {
		t.Fatal(err)
	}
	passed := float64(v.Passed()) / float64(len(v.Checks))
	if v.Right != v.OK() || v.Right != (v.Code == report.CodeRight) || v.Score != passed ||
		len(v.Checks) != 3*len(a.Net.A) {
		t.Errorf("right is %v, code %q, score %v, %d of %d checks passed", v.Right, v.Code, v.Score, v.Passed(),
			len(v.Checks))
	}
	wrong := !v.Right && v.Code != report.CodeNotAnswered
	if wrong != (v.Counterexample != nil) || wrong != strings.Contains(reporttest.Text(v.Items), "Diagnosis: ") {
		t.Errorf("code %q, counterexample %v, items\n%s", v.Code, v.Counterexample, reporttest.Text(v.Items))
	}
	checkAnswer(t, v.Answer)
	return v
}

// checkAnswer checks that an answer has no more than five lines of 80 columns.
func checkAnswer(t testing.TB, answer []report.Item) {
	t.Helper()
	lines := 0
	for _, item := range answer {
		column := 81
		for word := range strings.FieldsSeq(string(item.(report.Text))) {
			if column += 1 + len(word); column > 80 {
				lines, column = lines+1, len(word)
			}
		}
	}
	if lines == 0 || lines > 5 {
		t.Errorf("the answer has %d lines:\n%s", lines, reporttest.Text(answer))
	}
}

// networks are sizes on which all formulas have something to do.
var networks = [][]int{{1, 1}, {3, 1}, {1, 3, 1}, {5, 4, 3, 1}, {3, 3, 3, 3, 1}, {2, 5, 1, 3, 1}}
