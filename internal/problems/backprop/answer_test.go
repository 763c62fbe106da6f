package backprop

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/mlp"
	"hw4/tensor"
)

// The formulas are those of reverse-mode differentiation and of finite differences,
// for every activation.
func TestFormulas(t *testing.T) {
	for _, f := range tensor.Activations() {
		for _, sizes := range networks {
			a, auto := solved(t, f.Name, sizes...)
			if _, err := a.Judge(); err != nil {
				continue // exp of exp of exp
			}
			p, differences := newPass(a.Net, a.X), mlp.FiniteDifferences(a.Net, a.X)
			for _, d := range derivatives(len(a.Net.A)) {
				got := p.right(d)
				rows, cols := got.Dims()
				if r, c := d.shape(sizes); r != rows || c != cols {
					t.Errorf("%s %v: %v is %d x %d, want %d x %d", f.Name, sizes, d, rows, cols, r, c)
				}
				if far := distance(got, jacobian(auto, d)); !(far <= 1e-12) {
					t.Errorf("%s %v: %v differs from autograd by %g", f.Name, sizes, d, far)
				}
				if far := distance(got, jacobian(differences, d)); !(far <= 1e-5) {
					t.Errorf("%s %v: %v differs from finite differences by %g", f.Name, sizes, d, far)
				}
			}
		}
	}
}

func TestSolve(t *testing.T) {
	for _, sigma := range Activations() {
		for _, sizes := range networks {
			r, err := Options{sizes, sigma, 4}.Solve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !r.OK() || len(r.Checks) != 3*(len(sizes)-1) || r.Verdict != nil {
				t.Errorf("%s %v: %d of %d checks passed", sigma, sizes, r.Passed(), len(r.Checks))
			}
			checkAnswer(t, r.Answer)
		}
	}
	for _, line := range []string{"dy_l/db_l = D_l", "dy_l/dy_(l-1) = D_l A_l",
		"dy_L/dA_l = D_l (dy_L/dy_l)' y_(l-1)'"} {
		if r, _ := Defaults().Solve(t.Context()); !strings.Contains(reporttest.Text(r.Answer), line) {
			t.Errorf("the answer lacks %q:\n%s", line, reporttest.Text(r.Answer))
		}
	}
}

// The table says of each matrix what its check says.
func TestTableOfDifferences(t *testing.T) {
	r, err := Options{[]int{200, 1}, "sigmoid", 1}.Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	table, ok := r.Items[len(r.Items)-1].(report.Table)
	if !ok || len(table.Rows) != len(r.Checks) || !strings.Contains(reporttest.Text(r.Items), "Largest differences") {
		t.Fatalf("table %+v", table)
	}
	worst := fmt.Sprintf("All 3 matrices: autograd agrees to %.0g, finite differences agree to %.0g.\n",
		max(table.Rows[0][2].(float64), table.Rows[1][2].(float64), table.Rows[2][2].(float64)),
		max(table.Rows[0][3].(float64), table.Rows[1][3].(float64), table.Rows[2][3].(float64)))
	if !strings.HasSuffix(reporttest.Text(r.Answer), worst) || len(r.Answer) != 5 {
		t.Errorf("answer %q, want the end %q", reporttest.Text(r.Answer), worst)
	}
	if _, ok := r.Items[1].(report.Picture); !ok {
		t.Errorf("no picture, but %T", r.Items[1])
	}
	for i, row := range table.Rows {
		say := fmt.Sprintf("autograd by %.2g and from finite differences by %.2g", row[2:]...)
		if row[0] != r.Checks[i].Name || row[1] != 1 || !strings.HasSuffix(r.Checks[i].Detail, say) {
			t.Errorf("row %v, check %+v", row, r.Checks[i])
		}
	}
}

// The matrices of the report are those of the perceptron that the seed gives.
func TestSolveShowsTheMatrices(t *testing.T) {
	shown := func(seed uint64) (names []string, all []report.Matrix) {
		r, err := Problem().Solve(t.Context(), problem.Settings{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range r.Items {
			if m, ok := item.(report.Matrix); ok {
				names, all = append(names, m.Name), append(all, m)
			}
		}
		return names, all
	}
	names, one := shown(1)
	want := strings.Fields("dy_1/db_1 dy_2/db_2 dy_3/db_3 dy_1/dy_0 dy_2/dy_1 dy_3/dy_2 dy_3/dA_1 dy_3/dA_2 dy_3/dA_3")
	if !slices.Equal(names, want) {
		t.Errorf("matrices %q, want %q", names, want)
	}
	if _, again := shown(1); !reflect.DeepEqual(one, again) {
		t.Error("the same seed gave other matrices")
	}
	if _, other := shown(2); reflect.DeepEqual(one, other) {
		t.Error("another seed gave the same matrices")
	}
	if rows, cols := len(one[3].Rows), len(one[3].Rows[0]); rows != 4 || cols != 5 {
		t.Errorf("dy_1/dy_0 is %d x %d, want 4 x 5", rows, cols)
	}
	if o := Defaults(); !slices.Equal(o.Sizes, []int{5, 4, 3, 1}) || o.Activation != "tanh" {
		t.Errorf("defaults %+v", o)
	}
	if p := Problem(); p.Number != 6 || p.Command != "mlp" || p.Title == "" {
		t.Errorf("problem %+v", p)
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		sizes      []int
		activation string
		solve      string // what Solve says; empty: nothing
		template   string // what Template says
	}{
		{[]int{3}, "tanh", "sizes (3,): want 2 to 17 sizes, each of at least 1 and at most ",
			"sizes (3,): want 2 to 17 sizes, each of at least 1 and at most "},
		{nil, "tanh", "sizes (): want 2 to 17 sizes", "want 2 to 17 sizes"},
		{slices.Repeat([]int{1}, 18), "tanh", "want 2 to 17 sizes", "want 2 to 17 sizes"},
		{slices.Repeat([]int{1}, 17), "tanh", "", ""},
		{[]int{2, 0, 1}, "tanh", "sizes (2,0,1): want 2 to 17 sizes, each of at least 1 and at most 1024 units",
			"sizes (2,0,1): want 2 to 17 sizes, each of at least 1 and at most 64 units"},
		{[]int{1025, 1}, "tanh", "and at most 1024 units", "and at most 64 units"},
		{[]int{1024, 1}, "tanh", "", "and at most 64 units"},
		{[]int{65, 1}, "tanh", "", "and at most 64 units"},
		{[]int{64, 1}, "tanh", "", ""},
		{[]int{64, 64, 63, 1, 1}, "tanh", "", ""}, // 8192 weights
		{[]int{64, 64, 63, 1, 1, 1}, "tanh", "want at most 8192 weights, since the check moves each of the 8193",
			"want at most 8192 weights, since the check moves each of the 8193"},
		{[]int{2, 3, 2}, "tanh", "sizes (2,3,2): the last must be 1, since Problem 6 has n_L = 1",
			"the last must be 1"},
		{[]int{2, 1}, "tanhh", `no activation "tanhh"`, `no activation "tanhh"`},
		{[]int{2, 1}, "", "no activation", "no activation"},
	} {
		o := Options{Sizes: c.sizes, Activation: c.activation}
		checkSetting(t, o, o.check(maxUnits), c.solve)
		checkSetting(t, o, o.check(maxWrittenUnits), c.template)
	}
	wide := Options{Sizes: []int{65, 1}, Activation: "tanh"}
	_, err := wide.Template()
	checkSetting(t, wide, err, "and at most 64 units")
	_, err = wide.Solve(t.Context())
	checkSetting(t, wide, err, "")
	wide.Sizes[0] = 1025
	_, err = wide.Solve(t.Context())
	checkSetting(t, wide, err, "and at most 1024 units")
}

func checkSetting(t *testing.T, o Options, err error, say string) {
	t.Helper()
	var setting *problem.SettingError
	switch {
	case say == "" && err != nil:
		t.Errorf("%+v: error %v", o, err)
	case say != "" && (!errors.As(err, &setting) || !strings.Contains(err.Error(), say)):
		t.Errorf("%+v: error %v, want a SettingError that says %q", o, err, say)
	}
}

// The comparison can refute: it sees a single entry, wherever it is, and one that
// is no number.
func TestDistance(t *testing.T) {
	a := mat.NewDense(2, 3, []float64{1, -2, 300, 0, 5, 6})
	for i, worst := range []float64{0.5, 0.25, 0.5 / 300, 0.5, 0.1, 0.5 / 6} {
		b := mat.DenseCopyOf(a)
		b.RawMatrix().Data[i] -= 0.5
		if got := distance(a, b); math.Abs(got-worst) > 1e-15 {
			t.Errorf("entry %d: distance %v, want %v", i, got, worst)
		}
		b.RawMatrix().Data[i] = math.NaN()
		if got := distance(a, b); got <= 1e300 {
			t.Errorf("entry %d is NaN: distance %v", i, got)
		}
	}
	if got := distance(a, a); got != 0 {
		t.Errorf("distance %v from itself", got)
	}
}

func TestSpelled(t *testing.T) {
	d := derivative{byWeight, 3, 5}
	const symbols = "y_l y_(l-1) y_(l-2) y_(l+1) y_L y_(L-1) dy_L/dA_l n_l x n_(l-1) sigma'(A_l y_(l-1) + b_l)"
	const numbers = "y_3 y_2 y_1 y_4 y_5 y_4 dy_5/dA_3 n_3 x n_2 sigma'(A_3 y_2 + b_3)"
	if got := d.spelled(symbols); got != numbers {
		t.Errorf("got %q, want %q", got, numbers)
	}
}
