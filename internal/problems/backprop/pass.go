package backprop

import (
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"hw4/internal/report"
	"hw4/mlp"
)

// A pass is a perceptron's way from x to y_L, kept for the formulas of Problem 6.
// They are written down here once more besides package mlp, in parts that can be
// exchanged, so that a mistake can be made in any of them. Layers count from 1, as
// on the sheet.
type pass struct {
	net     *mlp.MLP[float64]
	last    int          // L
	a       []*mat.Dense // A_l
	b, z, y [][]float64  // b_l, z_l = A_l y_(l-1) + b_l, and y_l; y[0] = z[0] = x
}

func newPass(net *mlp.MLP[float64], x []float64) *pass {
	p := &pass{net: net, last: len(net.A), a: make([]*mat.Dense, 1), b: make([][]float64, 1)}
	p.z, p.y = [][]float64{x}, [][]float64{x}
	for l := 1; l <= p.last; l++ {
		rows, cols := net.A[l-1].Dims2("backprop")
		p.a = append(p.a, mat.NewDense(rows, cols, net.A[l-1].Data()))
		p.b = append(p.b, net.B[l-1].Data())
		z := floats.AddTo(make([]float64, rows), p.linear(l), p.b[l])
		y := z
		if l < p.last {
			y = report.Each(z, net.Activation.F)
		}
		p.z, p.y = append(p.z, z), append(p.y, y)
	}
	return p
}

// linear returns A_l y_(l-1).
func (p *pass) linear(l int) []float64 {
	return times(p.a[l], column(p.y[l-1])).RawMatrix().Data
}

// slopes returns sigma'(v), element by element.
func (p *pass) slopes(v []float64) []float64 {
	sigma := p.net.Activation
	return report.Each(v, func(x float64) float64 { return sigma.DF(x, sigma.F(x)) })
}

// A rule gives the diagonal of D_l.
type rule func(p *pass, l int) []float64

// rightRule is D_l = diag(sigma'(z_l)) for l < L, and D_L = 1.
func rightRule(p *pass, l int) []float64 {
	if l == p.last {
		return ones(len(p.z[l]))
	}
	return p.slopes(p.z[l])
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// of returns a derivative, with D_l by one rule and D of the layers above by
// another. It is nil where a product has no meaning.
func (p *pass) of(d derivative, own, above rule) *mat.Dense {
	diag := diagonal(own(p, d.layer))
	switch d.kind {
	case byBias:
		return diag
	case byInput:
		return times(diag, p.a[d.layer])
	}
	return times(diag, transposed(p.chain(above, d.layer)), row(p.y[d.layer-1]))
}

// right returns a derivative by the sheet's formula.
func (p *pass) right(d derivative) *mat.Dense { return p.of(d, rightRule, rightRule) }

// chain returns dy_L/dy_l, the product of D_m A_m for m from L down to l+1.
func (p *pass) chain(rule rule, l int) *mat.Dense {
	product := row(ones(1))
	for m := p.last; m > l; m-- {
		product = times(product, diagonal(rule(p, m)), p.a[m])
	}
	return product
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

// diagonal returns diag(v), row and column a vector as a matrix, and transposed the
// transpose, nil for nil.

func diagonal(v []float64) *mat.Dense { return mat.DenseCopyOf(mat.NewDiagDense(len(v), v)) }

func row(v []float64) *mat.Dense { return mat.NewDense(1, len(v), v) }

func column(v []float64) *mat.Dense { return transposed(row(v)) }

func transposed(m *mat.Dense) *mat.Dense {
	if m == nil {
		return nil
	}
	return mat.DenseCopyOf(m.T())
}

func negated(m *mat.Dense) *mat.Dense {
	var out mat.Dense
	out.Scale(-1, m)
	return &out
}
