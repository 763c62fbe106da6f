package homework

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/report"
	"hw4/internal/report/text"
	"hw4/mlp"
	"hw4/tensor"
)

// tensorOf returns a matrix as an answer.
func tensorOf(m mat.Matrix) *tensor.Tensor[float64] {
	rows, cols := m.Dims()
	t := tensor.Zeros[float64](rows, cols)
	for i := range rows {
		for j := range cols {
			t.Set(m.At(i, j), i, j)
		}
	}
	return t
}

// solved returns a perceptron with the right answer, computed by reverse-mode
// differentiation.
func solved(t *testing.T, activation string, sizes ...int) (BackpropAnswer, *mlp.Jacobians) {
	t.Helper()
	f, err := activationNamed(activation)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 6))
	a := BackpropAnswer{Net: mlp.New[float64](rng, f, sizes...), X: tensor.Normal[float64](rng, 0, 1, sizes[0]).Data(), Matrices: make(map[string]*tensor.Tensor[float64])}
	for _, p := range a.Net.Params() { // large enough for every mistake to show
		for i := range p.Value.Data() {
			p.Value.Data()[i] = rng.NormFloat64()
		}
	}
	j := mlp.Autograd(a.Net, a.X)
	last := len(a.Net.A)
	for l := 1; l <= last; l++ {
		a.Matrices[fmt.Sprintf("dy_%d/db_%d", l, l)] = tensorOf(j.DyDb[l-1])
		a.Matrices[fmt.Sprintf("dy_%d/dy_%d", l, l-1)] = tensorOf(j.DyDy[l-1])
		a.Matrices[fmt.Sprintf("dy_%d/dA_%d", last, l)] = tensorOf(j.DyLDA[l-1])
	}
	return a, j
}

func judgedText(t *testing.T, answer BackpropAnswer) (*report.Report, string) {
	t.Helper()
	r, err := JudgeBackprop(answer)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := text.Write(&b, r, text.Style{}); err != nil {
		t.Fatal(err)
	}
	return r, strings.Join(strings.Fields(b.String()), " ")
}

func TestRightBackpropIsPassed(t *testing.T) {
	for _, f := range tensor.Activations() {
		for _, sizes := range [][]int{{2, 1}, {3, 4, 1}, {2, 3, 3, 3, 1}} {
			answer, j := solved(t, f.Name, sizes...)
			if !finiteAll(j) { // exp of exp of exp
				if _, err := JudgeBackprop(answer); err == nil || !strings.Contains(err.Error(), "beyond the largest float64") {
					t.Errorf("%s %v: error %v", f.Name, sizes, err)
				}
				continue
			}
			for _, m := range answer.Matrices {
				for i, v := range m.Data() {
					m.Data()[i] = math.Round(v*1e4) / 1e4 // as somebody types it
				}
			}
			if r, _ := judgedText(t, answer); !r.OK() {
				t.Errorf("%s %v: %s", f.Name, sizes, failed(r))
			}
		}
	}
}

// Every mistake that has a name, made by hand with gonum's matrices.
func TestBackpropMistakesAreNamed(t *testing.T) {
	answer, j := solved(t, "tanh", 3, 3, 3, 3, 1)
	ys := answer.Net.Layers(tensor.FromSlice(slices.Clone(answer.X), 1, 3))
	y := func(l int) mat.Vector { return mat.NewVecDense(ys[l].Len(), ys[l].Data()) }
	a := func(l int) *mat.Dense { return mat.NewDense(answer.Net.A[l-1].Dim(0), 3, answer.Net.A[l-1].Data()) }
	slopes := func(v mat.Vector) *mat.DiagDense {
		d := mat.NewDiagDense(v.Len(), nil)
		for i := range v.Len() {
			d.SetDiag(i, 1-math.Tanh(v.AtVec(i))*math.Tanh(v.AtVec(i)))
		}
		return d
	}
	mul := func(ms ...mat.Matrix) mat.Matrix {
		product := ms[0]
		for _, m := range ms[1:] {
			var next mat.Dense
			next.Mul(product, m)
			product = &next
		}
		return product
	}
	eye := mat.NewDiagDense(3, []float64{1, 1, 1})
	one := mat.NewDense(3, 1, []float64{1, 1, 1})
	d := func(l int) mat.Matrix { return j.DyDb[l-1] }
	g := func(l int) mat.Matrix { return j.DyLDy[l-1].T() }
	diag := func(l int) *tensor.Tensor[float64] {
		v := tensor.Zeros[float64](3)
		for i := range 3 {
			v.Data()[i] = j.DyDb[l-1].At(i, i)
		}
		return v
	}
	var ay, bias mat.VecDense
	ay.MulVec(a(2), y(1))
	bias.CloneFromVec(mat.NewVecDense(3, answer.Net.B[1].Data()))
	value := mat.NewDiagDense(3, slices.Clone(ys[2].Data()))
	var negative mat.Dense
	negative.Scale(-1, j.DyLDA[1])

	for _, c := range []struct {
		name   string
		matrix any
		say    string
	}{
		{"dy_2/db_2", diag(2), "diag missing"},
		{"dy_2/db_2", mul(one, mat.NewDense(1, 3, diag(2).Data())), "diag missing"},
		{"dy_2/db_2", mul(mat.NewDense(3, 1, diag(2).Data()), one.T()), "diag missing"},
		{"dy_2/db_2", eye, "sigma' forgotten"},
		{"dy_2/db_2", value, "sigma instead of sigma'"},
		{"dy_2/db_2", slopes(y(2)), "sigma' of the wrong argument: sigma'(y_l)"},
		{"dy_2/db_2", slopes(y(1)), "sigma' of the wrong argument: sigma'(y_(l-1))"},
		{"dy_2/db_2", slopes(&ay), "sigma' of the wrong argument: sigma'(A_l y_(l-1))"},
		{"dy_2/db_2", slopes(&bias), "sigma' of the wrong argument: sigma'(b_l)"},
		{"dy_2/db_2", d(1), "sigma' of the wrong layer: sigma' is taken at layer l-1"},
		{"dy_2/db_2", d(3), "sigma' of the wrong layer: sigma' is taken at layer l+1"},
		{"dy_2/db_2", mul(d(2), d(2)), "sigma' squared"},
		{"dy_4/db_4", slopes(y(4)), "sigma' at the last layer"},
		{"dy_2/dy_1", j.DyDy[1].T(), "transposed: row i"},
		{"dy_2/dy_1", mul(a(2), d(2)), "factors in the wrong order: A_l D_l"},
		{"dy_2/dy_1", a(2), "sigma' forgotten"},
		{"dy_2/dy_1", d(2), "A_l forgotten"},
		{"dy_2/dy_1", mul(d(2), a(2).T()), "A_l transposed"},
		{"dy_2/dy_1", mul(value, a(2)), "sigma instead of sigma'"},
		{"dy_2/dy_1", mul(slopes(y(2)), a(2)), "sigma' of the wrong argument"},
		{"dy_3/dy_2", j.DyDy[1], "another derivative: this is dy_2/dy_1"},
		{"dy_4/dA_2", j.DyLDA[1].T(), "outer product in the wrong order"},
		{"dy_4/dA_2", mul(d(2), g(2)), "outer product missing"},
		{"dy_4/dA_2", mul(g(2), y(1).T()), "sigma' forgotten in layer 2"},
		{"dy_4/dA_2", mul(d(2), one, y(1).T()), "dy_L/dy_l forgotten"},
		{"dy_4/dA_2", mul(d(2), g(2), y(2).T()), "y_l instead of y_(l-1)"},
		{"dy_4/dA_2", mul(d(2), g(2), y(0).T()), "x instead of y_(l-1)"},
		{"dy_4/dA_2", mul(g(2), y(1).T(), d(2)), "D_l on the wrong side"},
		{"dy_4/dA_2", mul(d(2), g(3), y(1).T()), "chain too short: the factor dy_3/dy_2"},
		{"dy_4/dA_2", mul(d(2), mul(j.DyLDy[1], j.DyDy[1]).T(), y(1).T()), "chain too long"},
		{"dy_4/dA_1", mul(d(1), mul(j.DyDy[3], j.DyDy[1], j.DyDy[2]).T(), y(0).T()), "chain rule in the wrong order"},
		{"dy_4/dA_2", mul(d(2), mul(j.DyDy[3], j.DyDy[2].T()).T(), y(1).T()), "chain rule with transposed factors"},
		{"dy_4/dA_2", mul(d(2), mul(j.DyDy[3], a(3), d(3)).T(), y(1).T()), "factors in the wrong order in the chain"},
		{"dy_4/dA_2", mul(d(2), mul(a(4), a(3)).T(), y(1).T()), "sigma' forgotten in dy_4/dy_2"},
		{"dy_4/dA_2", mul(mul(a(4), a(3)).T(), y(1).T()), "sigma' forgotten in every layer"},
		{"dy_4/dA_2", &negative, "sign"},
		{"dy_4/dA_4", y(3), "outer product in the wrong order"},
		{"dy_4/dA_4", ys[3].Detach(), "right"},
		{"dy_4/dA_4", tensor.FromSlice(slices.Clone(ys[3].Data())), "right"},
		{"dy_2/dy_1", tensor.FromSlice(slices.Clone(j.DyDy[1].RawMatrix().Data)), "shape: the numbers are right; write them as a matrix of shape (3,3)"},
		{"dy_2/dy_1", decimals(tensorOf(j.DyDy[1]), 3), "too few decimals"},
		{"dy_2/dy_1", decimals(tensorOf(a(2)), 2), "sigma' forgotten"},
		{"dy_2/db_2", tensor.Ones[float64](2, 5), "shape (2,5) instead of (3,3)"},
		{"dy_2/dy_1", tensor.Ones[float64](3, 3), "no common mistake: 9 of 9 entries wrong, (1,1), (1,2), (1,3), (2,1), ..."},
	} {
		wrong := BackpropAnswer{Net: answer.Net, X: answer.X, Matrices: make(map[string]*tensor.Tensor[float64])}
		for k, v := range answer.Matrices {
			wrong.Matrices[k] = v
		}
		switch m := c.matrix.(type) {
		case *tensor.Tensor[float64]:
			wrong.Matrices[c.name] = m
		case mat.Matrix:
			wrong.Matrices[c.name] = tensorOf(m)
		}
		r, text := judgedText(t, wrong)
		if r.OK() != (c.say == "right") || !strings.Contains(text, c.say) || strings.Contains(failed(r), ";") {
			t.Errorf("%s: not told %q, or more than one is wrong:\n%s", c.name, c.say, text)
		}
	}
}

// decimals rounds to a number of them.
func decimals(x *tensor.Tensor[float64], n int) *tensor.Tensor[float64] {
	for i, v := range x.Data() {
		x.Data()[i] = math.Round(v*math.Pow10(n)) / math.Pow10(n)
	}
	return x
}

// A mistake that is carried over is counted once and said to be.
func TestMistakesCarriedOver(t *testing.T) {
	answer, j := solved(t, "tanh", 2, 3, 1)
	strange := mat.NewDense(3, 3, []float64{2, 0, 0, 0, 3, 0, 0, 0, 4})
	var next, weight, col mat.Dense
	next.Mul(strange, mat.NewDense(3, 2, answer.Net.A[0].Data()))
	col.Mul(strange, j.DyLDy[0].T())
	weight.Mul(&col, mat.NewDense(1, 2, answer.X))
	answer.Matrices["dy_1/db_1"] = tensorOf(strange)
	answer.Matrices["dy_1/dy_0"] = tensorOf(&next)
	answer.Matrices["dy_2/dA_1"] = tensorOf(&weight)
	r, text := judgedText(t, answer)
	if r.OK() || strings.Count(text, "it follows from your dy_1/db_1, with no new mistake") < 2 {
		t.Errorf("not told what was carried over:\n%s", text)
	}
}

func TestUnansweredIsNotRight(t *testing.T) {
	answer, _ := solved(t, "sigmoid", 2, 3, 1)
	delete(answer.Matrices, "dy_1/dy_0")
	r, text := judgedText(t, answer)
	if r.OK() || failed(r) != "dy_1/dy_0: not answered" || !strings.Contains(text, "not answered") {
		t.Errorf("%s\n%s", failed(r), text)
	}
}

// Forward passes that leave something out, and derivatives of other activations.
func TestWrongForwardPasses(t *testing.T) {
	answer, _ := solved(t, "sigmoid", 3, 4, 4, 1)
	change := func(edit func(m *mlp.MLP[float64])) *mlp.Jacobians {
		other, _ := solved(t, "sigmoid", 3, 4, 4, 1)
		edit(other.Net)
		return mlp.Autograd(other.Net, answer.X)
	}
	for say, j := range map[string]*mlp.Jacobians{
		"biases left out": change(func(m *mlp.MLP[float64]) {
			for _, b := range m.B {
				clear(b.Data())
			}
		}),
	} {
		answer.Matrices["dy_3/dA_2"] = tensorOf(j.DyLDA[1])
		if _, text := judgedText(t, answer); !strings.Contains(text, say) {
			t.Errorf("not told %q:\n%s", say, text)
		}
	}
	if r, text := judgedText(t, lastLayer(t)); strings.Count(failed(r), "sigma' at the last layer") != 4 || strings.Count(text, "without sigma, so there") != 1 || strings.Count(text, "as in dy_2/db_2; it follows from your") != 3 {
		t.Errorf("sigma' at the last layer: %s\n%s", failed(r), text)
	}
	tanhs := tensor.Zeros[float64](4, 4)
	for i, v := range answer.Net.Layers(tensor.FromSlice(slices.Clone(answer.X), 1, 3))[1].Data() {
		tanhs.Set(1-v*v, i, i)
	}
	answer.Matrices["dy_1/db_1"] = tanhs
	if _, text := judgedText(t, answer); !strings.Contains(text, "sigma' of another activation: 1 - y_l^2 is the derivative of tanh") {
		t.Errorf("tanh's derivative for the sigmoid's:\n%s", text)
	}
}

// lastLayer returns the answer of one who applies sigma to the last layer too: the
// derivatives of sigma(y_L), scaled by its slope, to four decimals.
func lastLayer(t *testing.T) BackpropAnswer {
	t.Helper()
	answer, _ := solved(t, "tanh", 2, 3, 1)
	y := answer.Net.Forward(tensor.FromSlice(slices.Clone(answer.X), 1, 2)).Item()
	slope := 1 - math.Tanh(y)*math.Tanh(y)
	for _, name := range []string{"dy_2/db_2", "dy_2/dy_1", "dy_2/dA_1", "dy_2/dA_2"} {
		answer.Matrices[name] = decimals(tensor.Scale(answer.Matrices[name], slope), 4)
	}
	return answer
}
