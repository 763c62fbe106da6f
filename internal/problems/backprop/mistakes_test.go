package backprop

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

// Every mistake of the table is found by its code in some answer in which nothing
// else is wrong; whatever it makes is right or has a name; and the table lacks
// nothing that a verdict needs.
func TestEveryMistakeIsRecognised(t *testing.T) {
	found := make(map[string]int)
	for _, sigma := range []string{"tanh", "sigmoid", "softplus", "square"} {
		for _, sizes := range networks {
			a, _ := solved(t, sigma, sizes...)
			p := newPass(a.Net, a.X)
			for _, d := range derivatives(p.last) {
				for _, k := range mistakes() {
					for _, v := range k.make(p, d) {
						if v.matrix == nil || !(largest(v.matrix) < 1e6) {
							continue
						}
						verdict := judged(t, a.with(d.String(), written(v.matrix)))
						if verdict.Code == "wrong" {
							t.Errorf("%s %v: %v with %s has the code %q", sigma, sizes, d, k.code, verdict.Code)
						}
						found[verdict.Code]++
					}
				}
			}
		}
	}
	seen := make(map[string]bool)
	for _, k := range mistakes() {
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(k.code) || k.name == "" || k.why == "" ||
			seen[k.code] {
			t.Errorf("mistake %q, %q: no code, a code that is there twice, no name or no reason", k.code, k.name)
		}
		if strings.ContainsAny(k.name, ":;") || strings.HasSuffix(k.why, ".") {
			t.Errorf("%s: %q: %q do not fit into a sentence", k.code, k.name, k.why)
		}
		if found[k.code] == 0 {
			t.Errorf("%s is found in no answer", k.code)
		}
		seen[k.code] = true
	}
	if seen["right"] || seen["wrong"] || seen["unreadable"] || seen["not-answered"] {
		t.Error("a mistake has the code of another verdict")
	}
}

// product multiplies gonum's matrices.
func product(factors ...mat.Matrix) mat.Matrix {
	all := factors[0]
	for _, m := range factors[1:] {
		var next mat.Dense
		next.Mul(all, m)
		all = &next
	}
	return all
}

// diagOf returns diag(f(v)).
func diagOf(v mat.Vector, f func(float64) float64) mat.Matrix {
	d := mat.NewDiagDense(v.Len(), nil)
	for i := range v.Len() {
		d.SetDiag(i, f(v.AtVec(i)))
	}
	return d
}

func tanhPrime(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }

// plus returns A x + b.
func plus(a mat.Matrix, x mat.Vector, b mat.Vector) mat.Vector {
	var z mat.VecDense
	z.MulVec(a, x)
	if b != nil {
		z.AddVec(&z, b)
	}
	return &z
}

// Every mistake, made by hand with gonum's matrices. A row of the table without an
// example here fails.
func TestMistakesMadeByHand(t *testing.T) {
	answer, j := solved(t, "tanh", 3, 3, 3, 3, 1)
	ys := answer.Net.Layers(tensor.FromSlice(slices.Clone(answer.X), 1, 3))
	y := func(l int) mat.Vector { return mat.NewVecDense(ys[l].Len(), ys[l].Data()) }
	a := func(l int) *mat.Dense { return mat.NewDense(answer.Net.A[l-1].Dim(0), 3, answer.Net.A[l-1].Data()) }
	b := func(l int) mat.Vector { return mat.NewVecDense(3, answer.Net.B[l-1].Data()) }
	d := func(l int) mat.Matrix { return j.DyDb[l-1] }
	g := func(l int) mat.Matrix { return j.DyLDy[l-1].T() }
	eye := mat.NewDiagDense(3, []float64{1, 1, 1})
	one := mat.NewDense(3, 1, []float64{1, 1, 1})
	diag := mat.NewDense(1, 3, []float64{d(2).At(0, 0), d(2).At(1, 1), d(2).At(2, 2)})
	value := diagOf(y(2), func(v float64) float64 { return v })
	zero := mat.NewVecDense(3, nil)
	noBias := plus(a(2), diagonalOf(diagOf(plus(a(1), y(0), zero), math.Tanh)), zero)
	noSigma := plus(a(2), plus(a(1), y(0), b(1)), b(2))
	var negative mat.Dense
	negative.Scale(-1, j.DyLDA[1])

	named := make(map[string]bool)
	for _, c := range []struct {
		name   string
		matrix any
		code   string
		say    string // in the diagnosis
	}{
		{"dy_2/db_2", Numbers{[]int{3}, diag.RawMatrix().Data}, "diag-missing",
			"diag missing: sigma'(...) is on the diagonal of the n_2 x n_2 matrix"},
		{"dy_2/db_2", diag, "diag-missing", "it is not the vector"},
		{"dy_2/db_2", diag.T(), "diag-missing", "it is not the vector"},
		{"dy_2/db_2", product(one, diag), "diag-missing", "it is not the vector"},
		{"dy_2/db_2", product(diag.T(), one.T()), "diag-missing", "it is not the vector"},
		{"dy_2/dy_1", product(diag, a(2)), "diag-missing", "it is not the vector"},
		{"dy_2/db_2", eye, "sigma-prime-forgotten", "the factor D_2 = diag(sigma'(A_2 y_1 + b_2)) is missing"},
		{"dy_2/db_2", value, "sigma-for-sigma-prime", "which is y_2"},
		{"dy_2/db_2", diagOf(y(2), tanhPrime), "sigma-prime-of-output", "sigma'(y_2) instead of"},
		{"dy_2/db_2", diagOf(y(1), tanhPrime), "sigma-prime-of-input", "sigma'(y_1) instead of"},
		{"dy_2/db_2", diagOf(plus(a(2), y(1), nil), tanhPrime), "sigma-prime-without-bias",
			"sigma'(A_2 y_1) instead of"},
		{"dy_2/db_2", diagOf(b(2), tanhPrime), "sigma-prime-of-bias", "sigma'(b_2) instead of"},
		{"dy_2/db_2", d(1), "sigma-prime-of-layer-below", "this is D_1 in the place of D_2"},
		{"dy_2/db_2", d(3), "sigma-prime-of-layer-above", "this is D_3 in the place of D_2"},
		{"dy_2/db_2", product(d(2), d(2)), "sigma-prime-squared", "twice"},
		{"dy_2/db_2", diagOf(y(2), func(v float64) float64 { return v * (1 - v) }), "sigmoid-prime",
			"y_2 (1 - y_2) is"},
		{"dy_2/db_2", diagOf(y(2), func(v float64) float64 { return 1 - v }), "square-forgotten",
			"1 - y_2 instead of 1 - y_2^2"},
		{"dy_4/db_4", diagOf(y(4), tanhPrime), "sigma-prime-at-last-layer", "the last layer is y_4 = A_4 y_3 + b_4"},
		{"dy_2/db_2", diagOf(noBias, tanhPrime), "biases-left-out", "the forward pass"},
		{"dy_2/db_2", diagOf(noSigma, tanhPrime), "sigma-left-out", "the forward pass"},
		{"dy_2/dy_1", j.DyDy[1].T(), "transposed", "transposed: row i"},
		{"dy_2/dy_1", product(a(2), d(2)), "factors-swapped", "A_2 D_2 instead of D_2 A_2"},
		{"dy_2/dy_1", a(2), "sigma-prime-forgotten", "sigma' forgotten"},
		{"dy_2/dy_1", a(2).T(), "sigma-prime-forgotten", "; and the matrix is transposed"},
		{"dy_2/dy_1", d(2), "weights-forgotten", "A_2 forgotten: this is D_2 alone; y_1 goes"},
		{"dy_2/dy_1", product(d(2), a(2).T()), "weights-transposed", "A_2 transposed: D_2 A_2' instead"},
		{"dy_2/dy_1", product(value, a(2)), "sigma-for-sigma-prime", "sigma instead of sigma': "},
		{"dy_2/dy_1", product(diagOf(y(2), tanhPrime), a(2)), "sigma-prime-of-output", "of the wrong argument"},
		{"dy_3/dy_2", j.DyDy[1], "another-derivative", "another derivative, dy_2/dy_1: the matrix is right"},
		{"dy_4/dA_2", j.DyLDA[1].T(), "outer-product-swapped", "i belongs to D_2 (dy_4/dy_2)' and j to y_1"},
		{"dy_4/dA_2", product(d(2), g(2)), "outer-product-missing", "the factor y_1' is missing"},
		{"dy_4/dA_2", product(d(2), g(2)).T(), "outer-product-missing", "the factor y_1' is missing"},
		{"dy_4/dA_2", product(g(2), y(1).T()), "sigma-prime-forgotten", "sigma' forgotten in layer 2: "},
		{"dy_4/dA_2", product(d(2), one, y(1).T()), "upper-layers-forgotten",
			"dy_4/dy_2 forgotten: the way from y_2 up to y_4"},
		{"dy_4/dA_2", product(d(2), g(2), y(2).T()), "output-for-input", "y_2 instead of y_1: A_2 is multiplied by"},
		{"dy_4/dA_2", product(d(2), g(2), y(0).T()), "x-for-input", "x instead of y_1"},
		{"dy_4/dA_2", product(d(2), g(2), plus(a(1), y(0), b(1)).T()), "argument-for-input",
			"y_1 = sigma(A_1 y_0 + b_1) goes into A_2"},
		{"dy_4/dA_2", product(g(2), y(1).T(), d(2)), "slopes-on-wrong-side", "D_2 on the wrong side"},
		{"dy_4/dA_2", product(d(2), g(3), y(1).T()), "chain-too-short", "the factor dy_3/dy_2 is missing in dy_4/dy_2"},
		{"dy_4/dA_2", product(d(2), product(j.DyLDy[1], j.DyDy[1]).T(), y(1).T()), "chain-too-long",
			"here a factor dy_2/dy_1 follows"},
		{"dy_4/dA_1", product(d(1), product(j.DyDy[3], j.DyDy[1], j.DyDy[2]).T(), y(0).T()), "chain-reversed",
			"dy_4/dy_3 ... dy_2/dy_1"},
		{"dy_4/dA_2", product(d(2), product(j.DyDy[3], j.DyDy[2].T()).T(), y(1).T()), "chain-factors-transposed",
			"not its transpose"},
		{"dy_4/dA_1", product(d(1), product(j.DyDy[3], j.DyDy[2].T(), j.DyDy[1].T()).T(), y(0).T()),
			"chain-factors-transposed", "not its transpose"},
		{"dy_4/dA_2", product(d(2), product(j.DyDy[3], a(3), d(3)).T(), y(1).T()), "chain-factors-swapped", "not A D"},
		{"dy_4/dA_2", product(d(2), product(a(4), a(3)).T(), y(1).T()), "sigma-prime-forgotten",
			"sigma' forgotten in dy_4/dy_2"},
		{"dy_4/dA_2", product(product(a(4), a(3)).T(), y(1).T()), "sigma-prime-forgotten",
			"sigma' forgotten in every layer"},
		{"dy_4/dA_2", &negative, "opposite-sign", "sign: every entry"},
		{"dy_4/dA_2", negative.T(), "opposite-sign", "; and the matrix is transposed"},
		{"dy_4/dA_4", y(3), "outer-product-swapped", "outer product in the wrong order"},
		{"dy_4/dA_4", y(3).T(), "right", ""},
		{"dy_4/dA_4", Numbers{[]int{3}, ys[3].Data()}, "right", ""},
		{"dy_4/db_4", Numbers{nil, []float64{1}}, "right", ""},
		{"dy_4/db_4", Numbers{[]int{1, 1, 1}, []float64{1}}, "right", ""},
		{"dy_2/dy_1", Numbers{[]int{9}, j.DyDy[1].RawMatrix().Data}, "not-a-matrix",
			"shape is (9,), expected (3,3). Diagnosis: not a matrix: "},
		{"dy_2/dy_1", Numbers{[]int{1, 3, 3}, j.DyDy[1].RawMatrix().Data}, "not-a-matrix",
			"shape is (1,3,3), expected (3,3)"},
		{"dy_2/dy_1", typed(written(j.DyDy[1]), 3), "too-few-decimals", "give four decimals"},
		{"dy_2/dy_1", typed(written(j.DyDy[1]), 2), "too-few-decimals", "give four decimals"},
		{"dy_2/dy_1", negated(mat.DenseCopyOf(a(2))), "sigma-prime-forgotten",
			"; and every entry has the opposite sign"},
		{"dy_2/dy_1", typed(written(a(2)), 2), "sigma-prime-forgotten", "sigma' forgotten"},
		{"dy_2/db_2", Numbers{[]int{2, 5}, make([]float64, 10)}, "wrong",
			"shape is (2,5), expected (3,3). Diagnosis: no usual mistake; the matrix is to have shape (3,3)"},
		{"dy_2/db_2", product(a(2), d(2)), "wrong", "9 of 9"}, // a mistake in dy_2/dy_1, but none here
		{"dy_2/dy_1", product(d(2), g(2), y(2).T()), "wrong", "9 of 9"},
		{"dy_2/dy_1", mat.NewDense(3, 3, slices.Repeat([]float64{1}, 9)), "wrong",
			"no usual mistake; 9 of 9 entries are wrong."},
	} {
		n, ok := c.matrix.(Numbers)
		if !ok {
			n = written(c.matrix.(mat.Matrix))
		}
		v := judged(t, answer.with(c.name, n))
		if v.Code != c.code || !strings.Contains(reporttest.Text(v.Items), c.say) || len(v.Checks)-v.Passed() > 1 {
			t.Errorf("%s: code %q, want %q, which says %q:\n%s", c.name, v.Code, c.code, c.say, reporttest.Text(v.Items))
		}
		named[v.Code] = true
	}

	sigmoid, _ := solved(t, "sigmoid", 3, 4, 4, 1)
	first := sigmoid.Net.Layers(tensor.FromSlice(slices.Clone(sigmoid.X), 1, 3))[1]
	tanhs := diagOf(mat.NewVecDense(4, first.Data()), func(v float64) float64 { return 1 - v*v })
	named[judged(t, sigmoid.with("dy_1/db_1", written(tanhs))).Code] = true
	line, _ := solved(t, "tanh", 1, 1)
	out := line.Net.Forward(tensor.FromSlice(slices.Clone(line.X), 1, 1)).Item() // y_L has no sigma
	if v := judged(t, line.with("dy_1/dA_1", Numbers{nil, []float64{out}})); v.Code != "output-for-input" {
		t.Errorf("y_1 for y_0: code %q", v.Code)
	}
	for _, k := range mistakes() {
		if !named[k.code] {
			t.Errorf("%s has no example made by hand", k.code)
		}
	}
}

// diagonalOf returns the diagonal of a matrix.
func diagonalOf(m mat.Matrix) mat.Vector {
	n, _ := m.Dims()
	v := mat.NewVecDense(n, nil)
	for i := range n {
		v.SetVec(i, m.At(i, i))
	}
	return v
}
