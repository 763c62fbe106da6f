package loss

import (
	"math"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// SumOfSquares returns the loss of Problem 5, ||P(y) - f(x)||^2 for
// f(x) = (sigma(-z), sigma(z)) with the logit z and P(y) the distribution that
// puts all mass on the label: both components added, and then the mean or sum
// over the samples. y holds -1 or +1.
//
// The sheet's hint,
//
//	l(z, y) = (1-y)/2 ((1-sigma(-z))^2 + sigma(z)^2) + (1+y)/2 (sigma(-z)^2 + (1-sigma(z))^2),
//
// is 2 sigma(-yz)^2 for both labels: since 1 - sigma(t) = sigma(-t), its first
// bracket is 2 sigma(z)^2, the second 2 sigma(-z)^2, and the label leaves one of
// them. So there is no branch on the label, no cancellation, and the loss is
// finite for every finite z. With s = sigma(-yz) the gradient is
// dz = -4 y s^2 (1-s), which is -y/2 at z = 0.
//
// Labels are constants: y gets no gradient. It panics with a *tensor.ShapeError
// if the shapes differ.
func SumOfSquares[T tensor.Float](z, y *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	return ofMargin("sum of squares", z, y, r,
		func(m, s, t float64) float64 { return 2 * s * s },
		func(s, t float64) float64 { return -4 * s * s * t })
}

// KL returns the KL divergence of Problem 5, D(P(y) || f(x)) for
// f(x) = (sigma(-z), sigma(z)) with the logit z, and then the mean or sum over
// the samples. y holds -1 or +1. It is log(1 + e^(-yz)), with the gradient
// dz = -y sigma(-yz). With m = yz it is computed as
// max(-m, 0) - log(1 - sigma(-|m|)), in which nothing overflows or cancels.
//
// Labels are constants: y gets no gradient. It panics with a *tensor.ShapeError
// if the shapes differ.
func KL[T tensor.Float](z, y *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	return ofMargin("kl", z, y, r,
		func(m, s, t float64) float64 { return math.Max(-m, 0) - math.Log1p(-math.Min(s, t)) },
		func(s, t float64) float64 { return -s })
}

// ofMargin returns the reduction of f(m, s, t), a function of the margin m = y z,
// s = sigma(-m) and t = sigma(m), whose gradient is dz = y df(s, t).
func ofMargin[T tensor.Float](op string, z, y *tensor.Tensor[T], r Reduction, f func(m, s, t float64) float64, df func(s, t float64) float64) *tensor.Tensor[T] {
	sameShape(op, z, y)
	labels := y.Data()
	n := z.Len()
	room := tensor.Out([]int{3, n}, z, y).Data()
	margins, small, large := room[:n], room[n:2*n], room[2*n:]
	kernel.Mul(margins, labels, z.Data())
	kernel.Map(kernel.Sigmoid, large, margins, sigmoid)
	kernel.Scale(small, -1, margins)
	kernel.Map(kernel.Sigmoid, small, small, sigmoid)
	sum := 0.0
	for i, m := range margins {
		sum += f(float64(m), float64(small[i]), float64(large[i]))
	}
	out := tensor.Out(nil, z, y)
	out.Data()[0] = T(r.result(sum, n))
	return tensor.Record(op, out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale := float64(dout.Item()) * r.factor(n)
		for i, label := range labels {
			dz.Data()[i] = T(scale * float64(label) * df(float64(small[i]), float64(large[i])))
		}
		return []*tensor.Tensor[T]{dz}
	})
}

// sigmoid is 1 / (1 + e^-t), computed so that e^ never overflows.
func sigmoid(t float64) float64 {
	e := math.Exp(-math.Abs(t))
	if t < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}
