package backprop

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"hw4/mlp"
	"hw4/tensor"
)

// A pass is a perceptron's way from x to y_L, kept for the formulas of Problem 6.
// Layers count from 1, as on the sheet. Derivatives are written down from the
// sheet's formulas once more, so that a mistake can be made in any part of them.
type pass struct {
	activation tensor.Activation
	last       int          // L
	a          []*mat.Dense // A_l
	b, z, y    [][]float64  // b_l, A_l y_(l-1) + b_l, y_l; y[0] = x
}

// A forward says what a pass leaves out.
type forward struct {
	noBias       bool
	noActivation bool
}

// newPass runs the perceptron on x.
func newPass(net *mlp.MLP[float64], x []float64, f forward) *pass {
	p := &pass{
		activation: net.Activation, last: len(net.A),
		a: []*mat.Dense{nil}, b: [][]float64{nil}, z: [][]float64{nil}, y: [][]float64{x},
	}
	for l := 1; l <= p.last; l++ {
		rows, cols := net.A[l-1].Dims2("judge")
		p.a = append(p.a, mat.NewDense(rows, cols, slices.Clone(net.A[l-1].Data())))
		p.b = append(p.b, net.B[l-1].Data())
		z := linear(p.a[l], p.y[l-1], p.b[l], f.noBias)
		y := slices.Clone(z)
		if l < p.last && !f.noActivation {
			y = p.sigma(z)
		}
		p.z, p.y = append(p.z, z), append(p.y, y)
	}
	return p
}

// linear returns A y + b, or A y.
func linear(a *mat.Dense, y, b []float64, noBias bool) []float64 {
	var z mat.VecDense
	z.MulVec(a, mat.NewVecDense(len(y), y))
	if !noBias {
		z.AddVec(&z, mat.NewVecDense(len(b), b))
	}
	return z.RawVector().Data
}

// sigma returns sigma(v), and slopes sigma'(v), by element.

func (p *pass) sigma(v []float64) []float64 { return each(v, p.activation.F) }

func (p *pass) slopes(v []float64) []float64 {
	return each(v, func(x float64) float64 { return p.activation.DF(x, p.activation.F(x)) })
}

func each(v []float64, f func(float64) float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = f(x)
	}
	return out
}

// A rule gives the diagonal of D_l, or nil where it gives none.
type rule func(p *pass, l int) []float64

// rightRule is D_l = diag(sigma'(z_l)) for l < L, and 1 for the last layer.
func rightRule(p *pass, l int) []float64 {
	if l == p.last {
		return ones(len(p.z[l]))
	}
	return p.slopes(p.z[l])
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// The derivatives of the problem, with D by a rule. They are nil where a product
// has no meaning.

func (p *pass) dyDb(d rule, l int) *mat.Dense { return diagonal(d(p, l)) }

func (p *pass) dyDy(d rule, l int) *mat.Dense { return times(diagonal(d(p, l)), p.a[l]) }

// dyLDy returns the product of dy_m/dy_(m-1) for m from L down to l+1.
func (p *pass) dyLDy(d rule, l int) *mat.Dense {
	product := mat.NewDense(1, 1, []float64{1})
	for m := p.last; m > l; m-- {
		product = times(product, p.dyDy(d, m))
	}
	return product
}

// dyLDA takes D_l by one rule and those of the layers above by another.
func (p *pass) dyLDA(own, above rule, l int) *mat.Dense {
	return times(diagonal(own(p, l)), transposed(p.dyLDy(above, l)), row(p.y[l-1]))
}

// times returns a product of matrices, nil if one is nil or they do not fit
// together.
func times(factors ...*mat.Dense) *mat.Dense {
	product := factors[0]
	for _, f := range factors[1:] {
		if product == nil || f == nil {
			return nil
		}
		_, inner := product.Dims()
		if rows, _ := f.Dims(); rows != inner {
			return nil
		}
		var next mat.Dense
		next.Mul(product, f)
		product = &next
	}
	return product
}

// diagonal returns diag(v), transposed the transpose, row and column a vector as a
// matrix, all of them nil for nil.

func diagonal(v []float64) *mat.Dense {
	if v == nil {
		return nil
	}
	m := mat.NewDense(len(v), len(v), nil)
	for i, x := range v {
		m.Set(i, i, x)
	}
	return m
}

func transposed(m *mat.Dense) *mat.Dense {
	if m == nil {
		return nil
	}
	return mat.DenseCopyOf(m.T())
}

func row(v []float64) *mat.Dense {
	if v == nil {
		return nil
	}
	return mat.NewDense(1, len(v), slices.Clone(v))
}

func column(v []float64) *mat.Dense { return transposed(row(v)) }

func scaledBy(c float64, m *mat.Dense) *mat.Dense {
	if m == nil {
		return nil
	}
	var out mat.Dense
	out.Scale(c, m)
	return &out
}

// A derivative is one of the matrices that Problem 6 asks for.
type derivative struct {
	kind  kind
	layer int // l
	last  int // L
}

type kind int

const (
	byBias   kind = iota // dy_l/db_l
	byInput              // dy_l/dy_(l-1)
	byWeight             // dy_L/dA_l
)

// String returns the name, such as "dy_2/db_2".
func (d derivative) String() string {
	switch d.kind {
	case byBias:
		return fmt.Sprintf("dy_%d/db_%d", d.layer, d.layer)
	case byInput:
		return fmt.Sprintf("dy_%d/dy_%d", d.layer, d.layer-1)
	}
	return fmt.Sprintf("dy_%d/dA_%d", d.last, d.layer)
}

// derivatives returns all of them in the order of the sheet.
func derivatives(last int) []derivative {
	var all []derivative
	for _, k := range []kind{byBias, byInput, byWeight} {
		for l := 1; l <= last; l++ {
			all = append(all, derivative{k, l, last})
		}
	}
	return all
}

// of returns a derivative with D by a rule.
func (p *pass) of(d derivative, r rule) *mat.Dense {
	switch d.kind {
	case byBias:
		return p.dyDb(r, d.layer)
	case byInput:
		return p.dyDy(r, d.layer)
	}
	return p.dyLDA(r, r, d.layer)
}
