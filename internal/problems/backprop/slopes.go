package backprop

import (
	"fmt"

	"hw4/internal/report"
)

// slopeMistakes are wrong diagonals of D.
func slopeMistakes() []mistake {
	return []mistake{
		{"sigma-prime-at-last-layer", "sigma' at the last layer",
			"the last layer is y_L = A_L y_(L-1) + b_L, without sigma, so there is no sigma' either",
			func(p *pass, d derivative) []variant {
				all := func(p *pass, l int) []float64 { return p.slopes(p.z[l]) }
				return plain(p.of(d, all, all))
			}},
		{"sigma-prime-forgotten", "sigma' forgotten",
			"the factor D_l = diag(sigma'(A_l y_(l-1) + b_l)) is missing; sigma between layers has a derivative too",
			slopes(func(p *pass, l int) []float64 { return ones(len(p.z[l])) })},
		{"sigma-for-sigma-prime", "sigma instead of sigma'",
			"D_l holds the derivative sigma'(A_l y_(l-1) + b_l), not the value sigma(...), which is y_l",
			slopes(func(p *pass, l int) []float64 { return p.y[l] })},
		{"sigma-prime-squared", "sigma' squared", "the factor D_l is there twice",
			slopes(func(p *pass, l int) []float64 {
				return report.Each(rightRule(p, l), func(s float64) float64 { return s * s })
			})},
		{"sigma-prime-of-output", "sigma' of the wrong argument",
			"sigma'(y_l) instead of sigma'(A_l y_(l-1) + b_l); the argument is what sigma is applied to, not its value",
			slopes(func(p *pass, l int) []float64 { return p.slopes(p.y[l]) })},
		{"sigma-prime-of-input", "sigma' of the wrong argument", "sigma'(y_(l-1)) instead of sigma'(A_l y_(l-1) + b_l)",
			slopes(func(p *pass, l int) []float64 { return p.slopes(p.y[l-1]) })},
		{"sigma-prime-without-bias", "sigma' of the wrong argument",
			"sigma'(A_l y_(l-1)) instead of sigma'(A_l y_(l-1) + b_l); the bias is left out",
			slopes(func(p *pass, l int) []float64 { return p.slopes(p.linear(l)) })},
		{"sigma-prime-of-bias", "sigma' of the wrong argument", "sigma'(b_l) instead of sigma'(A_l y_(l-1) + b_l)",
			slopes(func(p *pass, l int) []float64 { return p.slopes(p.b[l]) })},
		{"sigma-prime-of-layer-below", "sigma' of the wrong layer", "this is D_(l-1) in the place of D_l",
			slopes(func(p *pass, l int) []float64 { return rightRule(p, l-1) })},
		{"sigma-prime-of-layer-above", "sigma' of the wrong layer", "this is D_(l+1) in the place of D_l",
			slopes(func(p *pass, l int) []float64 { return rightRule(p, l+1) })},
		{"tanh-prime", "sigma' of another activation", "1 - y_l^2 is the derivative of tanh",
			slopes(ofValue(func(y float64) float64 { return 1 - y*y }))},
		{"sigmoid-prime", "sigma' of another activation", "y_l (1 - y_l) is the derivative of the sigmoid",
			slopes(ofValue(func(y float64) float64 { return y * (1 - y) }))},
		{"square-forgotten", "square forgotten", "1 - y_l instead of 1 - y_l^2, which is the derivative of tanh",
			slopes(ofValue(func(y float64) float64 { return 1 - y }))},
	}
}

// ofValue is a formula for sigma' in terms of y_l.
func ofValue(f func(y float64) float64) rule {
	return func(p *pass, l int) []float64 { return report.Each(p.y[l], f) }
}

// slopes makes a mistake in the D of the hidden layers: in dy_L/dA_l in layer l, in
// the layers above, or in all.
func slopes(wrong rule) maker {
	hidden := func(p *pass, l int) []float64 {
		if l == p.last {
			return rightRule(p, l)
		}
		return wrong(p, l)
	}
	return func(p *pass, d derivative) []variant {
		all := p.of(d, hidden, hidden)
		if d.kind != byWeight {
			return plain(all)
		}
		l := d.layer
		return []variant{
			{where: " in every layer", matrix: all},
			{where: fmt.Sprintf(" in layer %d", l), matrix: p.of(d, hidden, rightRule)},
			{where: fmt.Sprintf(" in dy_%d/dy_%d", d.last, l), matrix: p.of(d, rightRule, hidden)},
		}
	}
}
