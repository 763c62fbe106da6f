package backprop

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A candidate is a wrong matrix and the name of the mistake that makes it.
type candidate struct {
	name, why string
	matrix    *mat.Dense // nil: the mistake cannot be made here
}

// String returns the name and why it is a mistake.
func (c candidate) String() string { return c.name + ": " + c.why }

// A slopeMistake is a wrong diagonal of D_l in the hidden layers.
type slopeMistake struct {
	name, why string
	rule      rule // for l < L
}

// slopeMistakes returns the wrong ways to D.
func slopeMistakes() []slopeMistake {
	return slices.Concat([]slopeMistake{
		{"sigma' forgotten",
			"the factor D_l = diag(sigma'(A_l y_(l-1) + b_l)) is missing: sigma lies between the layers and has a derivative too",
			func(p *pass, l int) []float64 { return ones(len(p.z[l])) }},
		{"sigma instead of sigma'",
			"D_l holds the derivative sigma'(A_l y_(l-1) + b_l), not the value sigma(...), which is y_l",
			func(p *pass, l int) []float64 { return p.sigma(p.z[l]) }},
		{"sigma' squared",
			"the factor D_l is there twice",
			func(p *pass, l int) []float64 {
				return each(p.slopes(p.z[l]), func(s float64) float64 { return s * s })
			}},
	}, wrongArguments(), wrongDerivatives())
}

// wrongArguments are sigma' at the wrong place.
func wrongArguments() []slopeMistake {
	const argument, layer = "sigma' of the wrong argument", "sigma' of the wrong layer"
	return []slopeMistake{
		{argument,
			"sigma'(y_l) instead of sigma'(A_l y_(l-1) + b_l): the argument of sigma' is what sigma was applied to, not its value",
			func(p *pass, l int) []float64 { return p.slopes(p.y[l]) }},
		{argument,
			"sigma'(y_(l-1)) instead of sigma'(A_l y_(l-1) + b_l)",
			func(p *pass, l int) []float64 { return sameLength(p.slopes(p.y[l-1]), p.z[l]) }},
		{argument,
			"sigma'(A_l y_(l-1)) instead of sigma'(A_l y_(l-1) + b_l): the bias is left out",
			func(p *pass, l int) []float64 { return p.slopes(linear(p.a[l], p.y[l-1], nil, true)) }},
		{argument,
			"sigma'(b_l) instead of sigma'(A_l y_(l-1) + b_l)",
			func(p *pass, l int) []float64 { return p.slopes(p.b[l]) }},
		{layer,
			"sigma' is taken at layer l-1; D_l is that of layer l",
			func(p *pass, l int) []float64 {
				if l == 1 {
					return nil
				}
				return sameLength(p.slopes(p.z[l-1]), p.z[l])
			}},
		{layer,
			"sigma' is taken at layer l+1; D_l is that of layer l",
			func(p *pass, l int) []float64 { return sameLength(rightRule(p, l+1), p.z[l]) }},
	}
}

// wrongDerivatives are formulas for sigma' that belong to other activations or to
// none.
func wrongDerivatives() []slopeMistake {
	const name = "sigma' of another activation"
	of := func(f func(y float64) float64) rule {
		return func(p *pass, l int) []float64 { return each(p.y[l], f) }
	}
	return []slopeMistake{
		{name, "1 - y_l^2 is the derivative of tanh", of(func(y float64) float64 { return 1 - y*y })},
		{name, "y_l (1 - y_l) is the derivative of the sigmoid", of(func(y float64) float64 { return y * (1 - y) })},
		{"square forgotten", "1 - y_l instead of 1 - y_l^2, which is the derivative of tanh", of(func(y float64) float64 { return 1 - y })},
	}
}

// hidden applies a rule to the hidden layers and the right one to the last.
func hidden(r rule) rule {
	return func(p *pass, l int) []float64 {
		if l == p.last {
			return rightRule(p, l)
		}
		return r(p, l)
	}
}

// sigmaAtLast is the rule of one who applies sigma to the last layer too.
func sigmaAtLast(p *pass, l int) []float64 { return p.slopes(p.z[l]) }

// sameLength returns v if it is as long as like, else nil.
func sameLength(v, like []float64) []float64 {
	if len(v) != len(like) {
		return nil
	}
	return v
}

// bySlopes returns what each wrong D makes of a derivative. In dy_L/dA_l it may be
// wrong in layer l, in the layers above, or in all.
func (p *pass) bySlopes(d derivative) []candidate {
	list := []candidate{{
		"sigma' at the last layer",
		"the last layer is y_L = A_L y_(L-1) + b_L, without sigma, so there is no sigma' either",
		p.of(d, sigmaAtLast),
	}}
	for _, m := range slopeMistakes() {
		wrong := hidden(m.rule)
		if d.kind != byWeight {
			list = append(list, candidate{m.name, m.why, p.of(d, wrong)})
			continue
		}
		list = append(list,
			candidate{m.name + " in every layer", m.why, p.dyLDA(wrong, wrong, d.layer)},
			candidate{fmt.Sprintf("%s in layer %d", m.name, d.layer), m.why, p.dyLDA(wrong, rightRule, d.layer)},
			candidate{fmt.Sprintf("%s in dy_%d/dy_%d", m.name, d.last, d.layer), m.why, p.dyLDA(rightRule, wrong, d.layer)})
	}
	return list
}
