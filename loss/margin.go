package loss

import (
	"hw4/internal/kernel"
	"hw4/internal/portable"
	"hw4/tensor"
)

// SumOfSquares returns the mean or sum over samples of ||P - f||^2, both components
// added, for two classes of the probabilities f = (sigma(-z), sigma(z)) with the
// logit z, and P with all mass on the label y, which is -1 or +1. Its form in
// Problem 5 of the sheet,
//
//	l(z, y) = (1-y)/2 ((1-sigma(-z))^2 + sigma(z)^2) + (1+y)/2 (sigma(-z)^2 + (1-sigma(z))^2),
//
// is 2 sigma(-yz)^2 for both labels: since 1 - sigma(t) = sigma(-t), its first
// bracket is 2 sigma(z)^2, the second 2 sigma(-z)^2, and the label leaves one of
// them. So there is no branch on the label, no cancellation, and the loss is
// finite for every finite z. With s = sigma(-yz) the gradient is
// dz = -4 y s^2 (1-s), which is -y/2 at z = 0.
//
// Labels are constants: y gets no gradient. It panics with a [*tensor.ShapeError]
// if the shapes differ.
func SumOfSquares[T tensor.Float](z, y *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	return ofMargin("sum of squares", z, y, r, sumOfSquares, func(s, t float64) float64 { return -4 * s * s * t })
}

// sumOfSquares returns the sum of 2 s^2.
func sumOfSquares[T tensor.Float](margins, s, t []T) float64 {
	sum := 0.0
	for _, v := range s {
		sum += float64(2 * float64(v) * float64(v))
	}
	return sum
}

// SoftMargin returns the mean or sum of log(1 + e^(-yz)) for logits z and labels y
// of -1 or +1: PyTorch's soft_margin_loss. With two classes of the probabilities
// f = (sigma(-z), sigma(z)) it is their cross-entropy, and the KL divergence
// D(P || f) of Problem 5 of the sheet for P with all mass on the label. The gradient
// is dz = -y sigma(-yz). With m = yz it is computed as
// max(-m, 0) - log(1 - sigma(-|m|)), in which nothing overflows or cancels.
//
// Labels are constants: y gets no gradient. It panics with a [*tensor.ShapeError]
// if the shapes differ.
func SoftMargin[T tensor.Float](z, y *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	return ofMargin("soft margin", z, y, r, sumOfDivergences, func(s, t float64) float64 { return -s })
}

// sumOfDivergences returns the sum of max(-m, 0) - log(1 - q) with q the lesser of s
// and t. It multiplies factors 1 - q, which are between 1/2 and 1, as long as the
// product is at least 1/2, and keeps the product less 1: as a sum of terms of one
// sign that has all its digits, however near to 1 the product is.
func sumOfDivergences[T tensor.Float](margins, s, t []T) float64 {
	sum, less := 0.0, 0.0
	for i, m := range margins {
		sum += max(-float64(m), 0)
		q := min(float64(s[i]), float64(t[i]))
		less -= float64(q * (1 + less))
		if less < -0.5 {
			sum -= portable.Log1p(less)
			less = 0
		}
	}
	return sum - portable.Log1p(less)
}

// ofMargin returns the reduction of a function of the margin m = y z, of which sum
// returns the sum over all m, s = sigma(-m) and t = sigma(m), and whose gradient is
// dz = y df(s, t).
func ofMargin[T tensor.Float](op string, z, y *tensor.Tensor[T], r Reduction,
	sum func(margins, s, t []T) float64, df func(s, t float64) float64) *tensor.Tensor[T] {
	sameShape(op, z, y)
	labels := y.Data()
	n := z.Len()
	room := tensor.Out([]int{3, n}, z, y).Data()
	margins, s, t := room[:n], room[n:2*n], room[2*n:]
	kernel.Mul(margins, labels, z.Data())
	kernel.Map(kernel.Sigmoid, t, margins, portable.Sigmoid)
	kernel.Scale(s, -1, margins)
	kernel.Map(kernel.Sigmoid, s, s, portable.Sigmoid)
	out := tensor.Out(nil, z, y)
	out.Data()[0] = T(r.result(sum(margins, s, t), n))
	return tensor.Record(op, out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale, to := float64(dout.Item())*r.factor(n), dz.Data()
		for i, label := range labels {
			to[i] = T(scale * float64(label) * df(float64(s[i]), float64(t[i])))
		}
		return []*tensor.Tensor[T]{dz}
	})
}
