package backprop

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

func TestRightAnswersPass(t *testing.T) {
	for _, f := range tensor.Activations() {
		for _, sizes := range networks {
			a, _ := solved(t, f.Name, sizes...)
			if _, err := a.Judge(); err != nil {
				continue // exp of exp of exp, see TestBeyondFloat64
			}
			for name, n := range a.Matrices {
				if floats.Norm(n.Values, math.Inf(1)) > 0.0052 { // else it takes more decimals
					a.Matrices[name] = typed(n, 4)
				}
			}
			if v := judged(t, a); !v.Right || v.Score != 1 || v.Counterexample != nil || len(v.Answer) != 1 {
				t.Errorf("%s %v: %s", f.Name, sizes, reporttest.Text(v.Answer))
			}
		}
	}
}

// Where entries are small, few decimals are too few, and said to be.
func TestSmallNumbersTakeMoreDecimals(t *testing.T) {
	a, _ := solved(t, "tanh", 2, 5, 1, 3, 1)
	for decimals, few := range map[int]int{2: 11, 3: 11, 4: 2, 6: 0} {
		n := 0
		for name, m := range a.Matrices {
			v := judged(t, a.with(name, typed(m, decimals)))
			if !v.Right && v.Code != "too-few-decimals" {
				t.Errorf("%s in %d decimals: code %q", name, decimals, v.Code)
			}
			n += len(v.Checks) - v.Passed()
		}
		if n != few {
			t.Errorf("%d matrices need more than %d decimals, want %d", n, decimals, few)
		}
	}
}

// Right numbers with too few decimals are called so, also where an entry is halfway between
// two, which programs round differently, and where all become zero.
func TestHalfwayDecimals(t *testing.T) {
	for name, seeds := range map[string][]uint64{"identity": {5, 30}, "sigmoid": {14, 50}, "relu": {0, 5},
		"leakyrelu": {142}} {
		for _, seed := range seeds {
			o := Defaults()
			o.Activation, o.Seed = name, seed
			text, err := o.Template()
			if err != nil {
				t.Fatal(err)
			}
			a, err := Read("template", text)
			if err != nil {
				t.Fatal(err)
			}
			p := newPass(a.Net, a.X)
			for _, decimals := range []int{2, 3, 4} {
				for _, d := range derivatives(p.last) {
					right := p.right(d)
					n := Numbers{Shape: []int{right.RawMatrix().Rows, right.RawMatrix().Cols}}
					for _, v := range right.RawMatrix().Data {
						printed, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', decimals, 64), 64)
						n.Values = append(n.Values, printed)
					}
					a.Matrices[d.String()] = n
				}
				v := judged(t, a)
				for _, c := range v.Checks {
					if !c.OK && !strings.HasSuffix(c.Detail, ": too few decimals") {
						t.Errorf("%s, seed %d, %s in %d decimals: %s", name, seed, c.Name, decimals, c.Detail)
					}
				}
			}
		}
	}
}

// A perceptron whose derivatives no float64 holds cannot be judged.
func TestBeyondFloat64(t *testing.T) {
	a, _ := solved(t, "square", 1, 1, 1)
	for _, huge := range []float64{1e200, math.MaxFloat64} {
		a.Net.A[0].Data()[0], a.Net.A[1].Data()[0] = huge, huge
		_, err := a.Judge()
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), "beyond the largest float64") {
			t.Errorf("weights of %g: error %v", huge, err)
		}
	}
}

// The verdict counts what is right, wrong and missing, and has the code of the first
// mistake with a name.
func TestVerdict(t *testing.T) {
	a, _ := solved(t, "tanh", 2, 3, 1)
	odd := Numbers{[]int{3, 2}, []float64{7, 8, 9, 10, 11, 12}}
	eye := written(mat.NewDiagDense(3, []float64{1, 1, 1}))
	for _, c := range []struct {
		change map[string]*Numbers // nil: left out
		code   string
		score  float64
		first  string // what the counterexample begins with
		answer string
	}{
		{nil, "right", 1, "", "All 6 matrices are right, to four decimals.\n"},
		{map[string]*Numbers{"dy_1/dy_0": nil}, "not-answered", 5. / 6, "",
			"5 of 6 matrices right, 0 wrong, 1 not answered.\n"},
		{map[string]*Numbers{"dy_1/dy_0": &odd}, "wrong", 5. / 6, "dy_1/dy_0, layer 1: entry (1,1) is 7, expected ",
			"5 of 6 matrices right, 1 wrong, 0 not answered.\ndy_1/dy_0, layer 1: entry (1,1) is 7, expected "},
		{map[string]*Numbers{"dy_1/dy_0": &odd, "dy_2/dA_2": nil}, "wrong", 4. / 6, "dy_1/dy_0",
			"4 of 6 matrices right, 1 wrong, 1 not answered."},
		{map[string]*Numbers{"dy_1/db_1": &eye, "dy_1/dy_0": &odd}, "sigma-prime-forgotten", 4. / 6,
			"dy_1/db_1, layer 1: entry (1,1) is 1, expected ", "Diagnosis: sigma' forgotten: "},
		{map[string]*Numbers{"dy_1/dy_0": &odd, "dy_2/dA_1": &odd}, "wrong", 4. / 6, "dy_1/dy_0", "2 wrong"},
		{map[string]*Numbers{"dy_2/db_2": &odd, "dy_1/dy_0": ptr(written(newPass(a.Net, a.X).a[1]))},
			"sigma-prime-forgotten", 4. / 6, "dy_2/db_2, layer 2: shape is (3,2), expected (1,1)",
			"no usual mistake; the matrix is to have shape (1,1)"},
		{map[string]*Numbers{"dy_1/dy_0": {[]int{2, 2}, []float64{1, 2, 3, 4}}}, "wrong", 5. / 6,
			"dy_1/dy_0, layer 1: shape is (2,2), expected (3,2)", "the matrix is to have shape (3,2)"},
		{map[string]*Numbers{"dy_1/db_1": &eye, "dy_2/dy_1": ptr(typed(a.Matrices["dy_2/dy_1"], 2))},
			"sigma-prime-forgotten", 4. / 6, "dy_1/db_1", "sigma' forgotten"},
	} {
		changed := Answer{Net: a.Net, X: a.X, Matrices: make(map[string]Numbers)}
		for name, n := range a.Matrices {
			if by, there := c.change[name]; !there {
				changed.Matrices[name] = n
			} else if by != nil {
				changed.Matrices[name] = *by
			}
		}
		v := judged(t, changed)
		if v.Code != c.code || math.Abs(v.Score-c.score) > 1e-15 || !strings.Contains(reporttest.Text(v.Answer), c.answer) {
			t.Errorf("%v: code %q, score %v, answer\n%s", c.change, v.Code, v.Score, reporttest.Text(v.Answer))
		}
		if e := v.Counterexample; c.first != "" && (e == nil || !strings.HasPrefix(e.Text, c.first)) {
			t.Errorf("%v: counterexample %+v, want %q", c.change, e, c.first)
		}
	}
	if v := judged(t, Answer{Net: a.Net, X: a.X, Matrices: nil}); v.Code != "not-answered" || v.Score != 0 || v.Right {
		t.Errorf("nothing answered: %+v", v)
	}
}

func ptr(n Numbers) *Numbers { return &n }

// The evidence is a table with a row a matrix, and for a wrong one both matrices.
func TestEvidence(t *testing.T) {
	a, j := solved(t, "sigmoid", 2, 3, 1)
	right := j.DyDy[0].At(1, 1)
	wrong := written(j.DyDy[0])
	wrong.Values[3] += 0.25
	v := judged(t, a.with("dy_1/dy_0", wrong).with("dy_2/db_2", Numbers{[]int{2}, []float64{3, 4}}))
	if text := string(v.Items[0].(report.Text)); !strings.Contains(text, "sigma = sigmoid, sizes (2,3,1)") {
		t.Errorf("the perceptron is not named: %s", text)
	}
	table := v.Items[1].(report.Table)
	if len(table.Rows) != 6 || len(table.Header) != 6 {
		t.Fatalf("table %+v", table)
	}
	for i, want := range [][]any{
		{"dy_1/db_1", 1, "right", "", "", ""},
		{"dy_2/db_2", 2, "wrong", "shape", "(1,1)", "(2,)"},
		{"dy_1/dy_0", 1, "wrong", "entry (2,2)", report.Format(right), report.Format(wrong.Values[3])},
		{"dy_2/dy_1", 2, "right", "", "", ""},
	} {
		if !slices.Equal(table.Rows[i], want) {
			t.Errorf("row %d is %v, want %v", i, table.Rows[i], want)
		}
	}
	matrices, order := make(map[string][][]float64), ""
	for _, item := range v.Items {
		if m, ok := item.(report.Matrix); ok {
			matrices[m.Name] = m.Rows
			order += m.Name + ", "
		}
	}
	if want := "expected dy_2/db_2, your dy_2/db_2, expected dy_1/dy_0, your dy_1/dy_0, "; order != want {
		t.Errorf("matrices %s, want %s", order, want)
	}
	if m := matrices["your dy_1/dy_0"]; len(m) != 3 || m[1][1] != wrong.Values[3] ||
		matrices["expected dy_1/dy_0"][1][1] != right {
		t.Errorf("matrices %v", matrices)
	}
	if m := matrices["your dy_2/db_2"]; len(m) != 1 || !slices.Equal(m[0], []float64{3, 4}) {
		t.Errorf("the list is shown as %v", m)
	}
	if e := v.Counterexample; e.Expected.Name != "expected dy_2/db_2" || e.Got.Rows[0][1] != 4 {
		t.Errorf("counterexample %+v", e)
	}
	for i, say := range map[int]string{0: "it differs from the sheet's formula by at most 0",
		1: "layer 2: shape is (2,), expected (1,1): no usual mistake", 2: "layer 1: entry (2,2) is "} {
		if !strings.HasPrefix(v.Checks[i].Detail, say) {
			t.Errorf("check %d says %q, want %q", i, v.Checks[i].Detail, say)
		}
	}
}

// A mistake that is carried over is said to be, and has no code of its own.
func TestMistakesCarriedOver(t *testing.T) {
	a, j := solved(t, "tanh", 2, 3, 1)
	strange := mat.NewDense(3, 3, []float64{2, 0, 0, 0, 3, 0, 0, 0, 4})
	weights := mat.NewDense(3, 2, a.Net.A[0].Data())
	a = a.with("dy_1/db_1", written(strange)).with("dy_1/dy_0", typed(written(product(strange, weights)), 4))
	follows := product(strange, j.DyLDy[0].T(), mat.NewDense(1, 2, a.X))
	v := judged(t, a.with("dy_2/dA_1", typed(written(follows), 4)))
	if text := reporttest.Text(v.Items); v.Code != "wrong" || strings.Count(text,
		"Diagnosis: it follows from your dy_1/db_1, with no new mistake.") != 2 {
		t.Errorf("code %q, not told what was carried over:\n%s", v.Code, text)
	}
	off := typed(written(follows), 4)
	off.Values[0] += 0.01
	if text := reporttest.Text(judged(t, a.with("dy_2/dA_1", off)).Items); strings.Count(text, "it follows from") != 1 {
		t.Errorf("what does not follow is said to:\n%s", text)
	}
	a = a.with("dy_2/dy_1", Numbers{[]int{1, 3}, []float64{5, 6, 7}})
	follows = product(strange, mat.NewDense(3, 1, []float64{5, 6, 7}), mat.NewDense(1, 2, a.X))
	text := reporttest.Text(judged(t, a.with("dy_2/dA_1", typed(written(follows), 4))).Items)
	if !strings.Contains(text, "it follows from your dy_2/dy_1 and dy_1/db_1, with no new mistake") {
		t.Errorf("not told what it follows from:\n%s", text)
	}
}

// One mistake in several matrices is explained once: here sigma at the last layer,
// too, so that every derivative of y_L is scaled by its slope.
func TestMistakesAreExplainedOnce(t *testing.T) {
	a, _ := solved(t, "tanh", 2, 3, 1)
	slope := tanhPrime(a.Net.Forward(tensor.FromSlice(slices.Clone(a.X), 1, 2)).Item())
	for _, name := range []string{"dy_2/db_2", "dy_2/dy_1", "dy_2/dA_1", "dy_2/dA_2"} {
		n := a.Matrices[name]
		for i := range n.Values {
			n.Values[i] *= slope
		}
		a.Matrices[name] = typed(n, 4)
	}
	v := judged(t, a)
	text := reporttest.Text(v.Items)
	if v.Code != "sigma-prime-at-last-layer" || strings.Count(text, "without sigma, so there") != 1 ||
		strings.Count(text, "sigma' at the last layer, as in dy_2/db_2; it follows from your ") != 3 {
		t.Errorf("code %q:\n%s", v.Code, text)
	}
}

// Whatever is changed by more than four decimals, the answer is not right: one entry
// by a little or much, an entry more or less, another order, other brackets.
func TestRandomWrongAnswers(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	names := Activations()
	for range 600 {
		sizes := networks[rng.IntN(len(networks))]
		a, _ := solved(t, names[rng.IntN(len(names))], sizes...)
		if _, err := a.Judge(); err != nil {
			continue
		}
		all := derivatives(len(a.Net.A))
		d := all[rng.IntN(len(all))]
		want := newPass(a.Net, a.X).right(d)
		n := written(want)
		at := rng.IntN(len(n.Values))
		switch rng.IntN(6) {
		case 0:
			n.Values[at] += tolerance(want) * (1.001 + math.Exp(10*rng.Float64())) * float64(1-2*rng.IntN(2))
		case 1:
			n.Values[at] = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308}[rng.IntN(4)]
		case 2:
			n = Numbers{[]int{n.Shape[0], n.Shape[1], 2}, append(n.Values, n.Values...)}
		case 3:
			n = Numbers{[]int{n.Shape[0] + 1, n.Shape[1]}, append(n.Values, n.Values[:n.Shape[1]]...)}
		case 4:
			for i := range n.Values {
				n.Values[i] = rng.NormFloat64() * 10
			}
		default:
			for i := range n.Values {
				n.Values[i] = rng.NormFloat64()
			}
			n.Shape = [][]int{{len(n.Values)}, {1, len(n.Values)}, {len(n.Values), 1}}[rng.IntN(3)]
		}
		v := judged(t, a.with(d.String(), n))
		if v.Right || len(v.Checks)-v.Passed() != 1 || v.Counterexample == nil {
			t.Errorf("%v: %v of shape %v is taken for %v", d, n.Values, n.Shape, rowsOf(want))
		}
	}
}
