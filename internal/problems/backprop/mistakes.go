package backprop

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// A mistake is a usual way to get a derivative wrong.
type mistake struct {
	code string // stable, for machines
	name string // in a few words
	why  string // what is wrong with it
	make maker
}

// A maker makes a mistake in a derivative, in every way in which it can be made.
type maker func(p *pass, d derivative) []variant

// A variant is a matrix that a mistake makes.
type variant struct {
	where  string     // the mistake is in the formula; empty: there is one place only
	matrix *mat.Dense // nil: the mistake cannot be made here
	exact  *mat.Dense // of which matrix has multiples of the unit, if it is rounded
	unit   float64
}

// makes reports whether numbers are what the variant makes, after another change.
func (v variant) makes(got Numbers, apply func(*mat.Dense) *mat.Dense) bool {
	if v.matrix == nil {
		return false
	}
	if v.exact != nil {
		return got.round(apply(v.exact), v.unit)
	}
	return got.are(apply(v.matrix), 1)
}

// mistakes returns all of them, the likeliest first. Names and reasons are in the
// sheet's symbols; see derivative.spelled.
func mistakes() []mistake {
	return slices.Concat(formMistakes(), productMistakes(), outerMistakes(), chainMistakes(), slopeMistakes(),
		[]mistake{
			{"biases-left-out", "biases left out",
				"this is the derivative of the perceptron without b; the forward pass leaves the biases out",
				onNet(func(net *mlp.MLP[float64]) {
					for l, b := range net.B {
						net.B[l] = tensor.Zeros[float64](b.Len())
					}
				})},
			{"sigma-left-out", "sigma left out on the way up",
				"the formula is right, but at other points; the forward pass leaves out sigma between the layers",
				onNet(func(net *mlp.MLP[float64]) {
					sigma := net.Activation
					net.Activation.F = func(x float64) float64 { return x }
					net.Activation.DF = func(x, _ float64) float64 { return sigma.DF(x, sigma.F(x)) }
				})},
			{"another-derivative", "another derivative", "the matrix is right, but in the wrong place", others},
			{"opposite-sign", "sign", "every entry has the opposite sign",
				func(p *pass, d derivative) []variant { return plain(negated(p.right(d))) }},
		})
}

// Codes returns the words for what is wrong with an answer.
func Codes() []string {
	return append([]string{CodeOtherPerceptron}, report.Each(mistakes(), func(m mistake) string { return m.code })...)
}

// formMistakes are right numbers in a wrong form. They come first, so that no
// mistake after them can be found in the right matrix.
func formMistakes() []mistake {
	return []mistake{
		{"too-few-decimals", "too few decimals",
			"the numbers are right except for rounding; give four decimals, or more for small numbers",
			func(p *pass, d derivative) []variant {
				return report.Each([]float64{1e-2, 1e-3, 1e-4}, func(unit float64) variant {
					return variant{matrix: rounded(p.right(d), unit), exact: p.right(d), unit: unit}
				})
			}},
		{"not-a-matrix", "not a matrix", "the numbers are right; write them as a matrix, a list of its rows",
			func(p *pass, d derivative) []variant { return plain(row(p.right(d).RawMatrix().Data)) }},
	}
}

// productMistakes are wrong products in the two Jacobians of a layer.
func productMistakes() []mistake {
	return []mistake{
		{"diag-missing", "diag missing",
			"sigma'(...) is on the diagonal of the n_l x n_l matrix diag(sigma'(...)); it is not the vector",
			diagMissing},
		{"transposed", "transposed",
			"row i of the Jacobian holds the derivatives of (y_l)_i, so it is D_l A_l, not its transpose",
			only(byInput, func(p *pass, l int) *mat.Dense { return transposed(times(p.diag(l), p.a[l])) })},
		{"factors-swapped", "factors in the wrong order",
			"A_l D_l instead of D_l A_l; sigma'(...)_i scales row i of A_l, not column i",
			only(byInput, func(p *pass, l int) *mat.Dense { return times(p.a[l], p.diag(l)) })},
		{"weights-forgotten", "A_l forgotten", "this is D_l alone; y_(l-1) goes through A_l first",
			only(byInput, func(p *pass, l int) *mat.Dense { return p.diag(l) })},
		{"weights-transposed", "A_l transposed", "D_l A_l' instead of D_l A_l",
			only(byInput, func(p *pass, l int) *mat.Dense { return times(p.diag(l), transposed(p.a[l])) })},
	}
}

// outerMistakes are wrong products in dy_L/dA_l.
func outerMistakes() []mistake {
	const goesIn = "A_l is multiplied by what goes into its layer, y_(l-1)"
	return []mistake{
		{"outer-product-swapped", "outer product in the wrong order",
			"in the derivative by (A_l)_ij i belongs to D_l (dy_L/dy_l)' and j to y_(l-1); here they are exchanged",
			only(byWeight, func(p *pass, l int) *mat.Dense { return times(column(p.y[l-1]), transposed(p.up(l))) })},
		{"outer-product-missing", "outer product missing",
			"this is D_l (dy_L/dy_l)', the derivative by b_l; the factor y_(l-1)' is missing",
			only(byWeight, func(p *pass, l int) *mat.Dense { return p.up(l) })},
		{"upper-layers-forgotten", "dy_L/dy_l forgotten", "the way from y_l up to y_L is missing",
			only(byWeight, func(p *pass, l int) *mat.Dense { return times(column(rightRule(p, l)), row(p.y[l-1])) })},
		{"output-for-input", "y_l instead of y_(l-1)", goesIn,
			only(byWeight, func(p *pass, l int) *mat.Dense { return times(p.up(l), row(p.y[l])) })},
		{"x-for-input", "x instead of y_(l-1)", goesIn,
			only(byWeight, func(p *pass, l int) *mat.Dense { return times(p.up(l), row(p.y[0])) })},
		{"argument-for-input", "y_(l-1) before sigma",
			"y_(l-1) = sigma(A_(l-1) y_(l-2) + b_(l-1)) goes into A_l, not the argument of sigma",
			only(byWeight, func(p *pass, l int) *mat.Dense { return times(p.up(l), row(p.z[l-1])) })},
		{"slopes-on-wrong-side", "D_l on the wrong side",
			"(dy_L/dy_l)' y_(l-1)' D_l instead of D_l (dy_L/dy_l)' y_(l-1)'; D_l scales the rows",
			only(byWeight, func(p *pass, l int) *mat.Dense {
				return times(transposed(p.chain(rightRule, l)), row(p.y[l-1]), p.diag(l))
			})},
	}
}

// diag returns D_l, and up the column D_l (dy_L/dy_l)'.

func (p *pass) diag(l int) *mat.Dense { return diagonal(rightRule(p, l)) }

func (p *pass) up(l int) *mat.Dense { return times(p.diag(l), transposed(p.chain(rightRule, l))) }

// chainMistakes are wrong products of Jacobians for dy_L/dy_l in dy_L/dA_l.
func chainMistakes() []mistake {
	return []mistake{
		{"chain-too-short", "chain too short", "the factor dy_(l+1)/dy_l is missing in dy_L/dy_l",
			chained(func(p *pass, l int) *mat.Dense { return p.chain(rightRule, l+1) })},
		{"chain-too-long", "chain too long", "dy_L/dy_l ends with dy_(l+1)/dy_l; here a factor dy_l/dy_(l-1) follows",
			chained(func(p *pass, l int) *mat.Dense { return p.chain(rightRule, l-1) })},
		{"chain-reversed", "chain rule in the wrong order",
			"dy_L/dy_l = dy_L/dy_(L-1) ... dy_(l+1)/dy_l, from the last layer down; matrices do not commute",
			chained(func(p *pass, l int) *mat.Dense {
				product := p.chain(rightRule, max(l, p.last-1))
				for m := l + 1; m < p.last; m++ {
					product = times(product, p.diag(m), p.a[m])
				}
				return product
			})},
		{"chain-factors-transposed", "chain rule with transposed factors",
			"every factor of dy_L/dy_l is a matrix D A, not its transpose",
			chained(func(p *pass, l int) *mat.Dense {
				return p.hidden(l, func(m int) *mat.Dense { return transposed(times(p.diag(m), p.a[m])) })
			})},
		{"chain-factors-swapped", "factors in the wrong order in the chain",
			"every factor of dy_L/dy_l is a matrix D A, not A D",
			chained(func(p *pass, l int) *mat.Dense {
				return p.hidden(l, func(m int) *mat.Dense { return times(p.a[m], p.diag(m)) })
			})},
	}
}

// hidden is chain with another factor for each hidden layer.
func (p *pass) hidden(l int, factor func(m int) *mat.Dense) *mat.Dense {
	product := p.chain(rightRule, max(l, p.last-1))
	for m := p.last - 1; m > l; m-- {
		product = times(product, factor(m))
	}
	return product
}

// diagMissing takes the vector sigma'(z_l) for D_l: as it is, in every row or in
// every column.
func diagMissing(p *pass, d derivative) []variant {
	v := row(rightRule(p, d.layer))
	one := row(ones(len(p.z[d.layer])))
	switch d.kind {
	case byBias:
		return plain(v, transposed(v), times(transposed(one), v), times(transposed(v), one))
	case byInput:
		return plain(times(v, p.a[d.layer]))
	}
	return nil
}

func others(p *pass, d derivative) []variant {
	var list []variant
	for _, other := range derivatives(d.last) {
		if other != d {
			list = append(list, variant{where: ", " + other.String(), matrix: p.right(other)})
		}
	}
	return list
}

// plain returns variants that have no place of their own.
func plain(matrices ...*mat.Dense) []variant {
	return report.Each(matrices, func(m *mat.Dense) variant { return variant{matrix: m} })
}

// only makes a mistake in the derivatives of one kind.
func only(k kind, f func(p *pass, l int) *mat.Dense) maker {
	return func(p *pass, d derivative) []variant {
		if d.kind != k {
			return nil
		}
		return plain(f(p, d.layer))
	}
}

// chained makes a mistake in dy_L/dy_l, which f returns.
func chained(f func(p *pass, l int) *mat.Dense) maker {
	return only(byWeight, func(p *pass, l int) *mat.Dense {
		return times(p.diag(l), transposed(f(p, l)), row(p.y[l-1]))
	})
}

// onNet takes the derivative of a perceptron that is run wrongly.
func onNet(change func(net *mlp.MLP[float64])) maker {
	return func(p *pass, d derivative) []variant {
		net := &mlp.MLP[float64]{A: p.net.A, B: slices.Clone(p.net.B), Activation: p.net.Activation}
		change(net)
		return plain(newPass(net, p.y[0]).right(d))
	}
}
