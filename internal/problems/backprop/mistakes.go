package backprop

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// byProducts returns what mistakes in the products of a derivative make of it:
// factors left out, transposed, in another order or of another layer.
func (p *pass) byProducts(d derivative) []candidate {
	switch d.kind {
	case byBias:
		return p.biasProducts(d.layer)
	case byInput:
		return p.inputProducts(d.layer)
	}
	return p.weightProducts(d.layer)
}

func (p *pass) biasProducts(l int) []candidate {
	d := rightRule(p, l)
	const missing = "dy_l/db_l is the n_l x n_l matrix with sigma'(...) on its diagonal, not the vector"
	return []candidate{
		{"diag missing", missing, column(d)},
		{"diag missing", missing, row(d)},
		{"diag missing", missing + " in every row", times(column(ones(len(d))), row(d))},
		{"diag missing", missing + " in every column", times(column(d), row(ones(len(d))))},
	}
}

func (p *pass) inputProducts(l int) []candidate {
	d, a := diagonal(rightRule(p, l)), p.a[l]
	return []candidate{
		{"transposed", "row i of the Jacobian holds the derivatives of (y_l)_i, so it is D_l A_l, of the shape of A_l, not its transpose", transposed(times(d, a))},
		{"factors in the wrong order", "A_l D_l instead of D_l A_l: sigma'(...)_i scales row i of A_l, not column i", times(a, d)},
		{"A_l forgotten", "this is D_l alone; y_(l-1) goes through A_l first", d},
		{"A_l transposed", "D_l A_l' instead of D_l A_l", times(d, transposed(a))},
		{"diag missing", "sigma'(...) multiplies A_l as a matrix, and is diag(sigma'(...)), not the vector", times(row(rightRule(p, l)), a)},
	}
}

func (p *pass) weightProducts(l int) []candidate {
	d, g, in := diagonal(rightRule(p, l)), transposed(p.dyLDy(rightRule, l)), p.y[l-1]
	list := []candidate{
		{"outer product in the wrong order", "entry (i,j) is a derivative by (A_l)_ij: i belongs to D_l (dy_L/dy_l)', j to y_(l-1); here they are exchanged", transposed(times(d, g, row(in)))},
		{"outer product missing", "this is D_l (dy_L/dy_l)', the derivative by b_l; the factor y_(l-1)' is missing", times(d, g)},
		{"outer product missing", "this is D_l (dy_L/dy_l)', the derivative by b_l; the factor y_(l-1)' is missing", transposed(times(d, g))},
		{"dy_L/dy_l forgotten", "the way from y_l up to y_L is missing", times(d, column(ones(len(p.z[l]))), row(in))},
		{"y_l instead of y_(l-1)", "layer l multiplies A_l by what goes into it, y_(l-1)", times(d, g, row(p.y[l]))},
		{"x instead of y_(l-1)", "layer l multiplies A_l by what goes into it, y_(l-1)", times(d, g, row(p.y[0]))},
		{"y_(l-1) before sigma", "what goes into layer l is y_(l-1) = sigma(A_(l-1) y_(l-2) + b_(l-1)), not the argument of sigma", times(d, g, row(p.z[l-1]))},
		{"D_l on the wrong side", "(dy_L/dy_l)' y_(l-1)' D_l instead of D_l (dy_L/dy_l)' y_(l-1)': D_l scales the rows", times(g, row(in), d)},
	}
	for _, c := range p.chains(l) {
		list = append(list, candidate{c.name, c.why, times(d, transposed(c.matrix), row(in))})
	}
	return list
}

// chains returns wrong products for dy_L/dy_l.
func (p *pass) chains(l int) []candidate {
	list := []candidate{}
	if l < p.last {
		list = append(list, candidate{"chain too short", fmt.Sprintf("the factor dy_%d/dy_%d is missing in dy_L/dy_l", l+1, l), p.dyLDy(rightRule, l+1)})
	}
	list = append(list, candidate{"chain too long", fmt.Sprintf("dy_L/dy_l ends with dy_%d/dy_%d; here a factor dy_%d/dy_%d follows", l+1, l, l, l-1), p.dyLDy(rightRule, l-1)})
	const order = "dy_L/dy_l = dy_L/dy_(L-1) ... dy_(l+1)/dy_l, from the last layer down; matrices do not commute"
	reversed := mat.NewDense(1, 1, []float64{1})
	if l < p.last {
		reversed = p.dyDy(rightRule, p.last)
	}
	flipped := mat.NewDense(1, 1, []float64{1})
	swapped := flipped
	for m := l + 1; m < p.last; m++ {
		reversed = times(reversed, p.dyDy(rightRule, m))
	}
	for m := p.last; m > l; m-- {
		j := p.dyDy(rightRule, m)
		if m < p.last {
			flipped = times(flipped, transposed(j))
			swapped = times(swapped, p.a[m], diagonal(rightRule(p, m)))
		} else {
			flipped, swapped = times(flipped, j), times(swapped, j)
		}
	}
	return append(list,
		candidate{"chain rule in the wrong order", order, reversed},
		candidate{"chain rule with transposed factors", "every factor of dy_L/dy_l is D A, not its transpose", flipped},
		candidate{"factors in the wrong order in the chain", "every factor of dy_L/dy_l is D A, not A D", swapped})
}

// byForwardPass returns the derivatives of perceptrons that are run wrongly.
func (p *pass) byForwardPass(d derivative, noBias, noActivation *pass) []candidate {
	list := []candidate{
		{"biases left out", "the derivative is that of the perceptron without b: the forward pass leaves the biases out", noBias.of(d, rightRule)},
		{"sigma left out on the way up", "the derivative is right, but at other points: the forward pass leaves out sigma between the layers", noActivation.of(d, rightRule)},
	}
	for _, other := range derivatives(d.last) {
		if other != d {
			list = append(list, candidate{"another derivative", "this is " + other.String(), p.of(other, rightRule)})
		}
	}
	return list
}
