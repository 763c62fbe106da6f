// Package loss has the losses of the sheet and of everyday training, each fused
// into one operation that is exact where a composition of element-wise
// functions would overflow or cancel.
package loss

import (
	"math"
	"slices"

	"hw4/tensor"
)

// A Reduction says how the losses of samples or elements become one number.
type Reduction int

const (
	Mean Reduction = iota // divide the sum by their number
	Sum                   // add them up
)

// result returns the reduction of n terms, given their sum.
func (r Reduction) result(sum float64, n int) float64 {
	if r == Mean {
		return sum / float64(n)
	}
	return sum
}

// factor returns the derivative of the reduction by each of n terms.
func (r Reduction) factor(n int) float64 {
	if r == Mean {
		return 1 / float64(n)
	}
	return 1
}

// SumOfSquares returns the loss of Problem 5, ||P(y) - f(x)||^2 for
// f(x) = (sigma(-z), sigma(z)) with the logit z and P(y) the distribution that
// puts all mass on the label: both components added, and then the mean or sum
// over the samples. y holds -1 or +1.
//
// The sheet's hint,
//
//	l(z, y) = (1-y)/2 ((1-sigma(-z))^2 + sigma(z)^2) + (1+y)/2 (sigma(-z)^2 + (1-sigma(z))^2),
//
// is 2 sigma(-yz)^2 for both labels, since 1 - sigma(t) = sigma(-t), and that is
// what is computed: no branch on the label, no cancellation, finite for every
// finite z. With s = sigma(-yz) the gradient is dz = -4 y s^2 (1-s), which is
// -y/2 at z = 0.
//
// It panics if the shapes differ.
func SumOfSquares[T tensor.Float](z, y *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	return ofMargin("sum of squares", z, y, r,
		func(m float64) float64 { s := sigmoid(-m); return 2 * s * s },
		func(m float64) float64 { s := sigmoid(-m); return -4 * s * s * sigmoid(m) })
}

// KL returns the KL divergence of Problem 5, D(P(y) || f(x)) for
// f(x) = (sigma(-z), sigma(z)) with the logit z, and then the mean or sum over
// the samples. y holds -1 or +1. It is log(1 + e^(-yz)), computed so that
// nothing overflows, with the gradient dz = -y sigma(-yz).
//
// It panics if the shapes differ.
func KL[T tensor.Float](z, y *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	return ofMargin("kl", z, y, r,
		func(m float64) float64 { return math.Max(-m, 0) + math.Log1p(math.Exp(-math.Abs(m))) },
		func(m float64) float64 { return -sigmoid(-m) })
}

// ofMargin returns the reduction of f(y z), a function of the margin, whose
// gradient is dz = y df(y z). Labels are constants and get no gradient.
func ofMargin[T tensor.Float](op string, z, y *tensor.Tensor[T], r Reduction, f, df func(margin float64) float64) *tensor.Tensor[T] {
	sameShape(op, z, y)
	labels := y.Data()
	sum := 0.0
	for i, v := range z.Data() {
		sum += f(float64(labels[i]) * float64(v))
	}
	out := tensor.Out(nil, z, y)
	out.Data()[0] = T(r.result(sum, z.Len()))
	return tensor.Record(op, out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale := float64(dout.Item()) * r.factor(z.Len())
		for i, v := range z.Data() {
			label := float64(labels[i])
			dz.Data()[i] = T(scale * label * df(label*float64(v)))
		}
		return []*tensor.Tensor[T]{dz}
	})
}

// MSE returns the mean or sum over all elements of (x - target)^2: PyTorch's
// mse_loss. The gradients are 2 (x - target) and its negative, times 1 over the
// number of elements for the mean. It panics if the shapes differ.
func MSE[T tensor.Float](x, target *tensor.Tensor[T], r Reduction) *tensor.Tensor[T] {
	sameShape("mse", x, target)
	sum := 0.0
	for i, v := range x.Data() {
		d := float64(v) - float64(target.Data()[i])
		sum += d * d
	}
	out := tensor.Out(nil, x, target)
	out.Data()[0] = T(r.result(sum, x.Len()))
	return tensor.Record("mse", out, []*tensor.Tensor[T]{x, target}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx, dt := tensor.Out(x.Shape(), dout), tensor.Out(x.Shape(), dout)
		scale := 2 * float64(dout.Item()) * r.factor(x.Len())
		for i, v := range x.Data() {
			g := scale * (float64(v) - float64(target.Data()[i]))
			dx.Data()[i], dt.Data()[i] = T(g), T(-g)
		}
		return []*tensor.Tensor[T]{dx, dt}
	})
}

// CrossEntropy returns the mean or sum over the batch of -log softmax(z)[label]
// for logits z of shape (N, K) and a label from 0 to K-1 for every row: PyTorch's
// cross_entropy with class indices. It is computed as
// max z + log(sum e^(z - max z)) - z[label], finite for all finite logits whose
// differences are. The gradient is softmax(z) - onehot(label), times 1/N for the
// mean. It panics if there is not one label a row or one is out of range.
func CrossEntropy[T tensor.Float](z *tensor.Tensor[T], labels []int, r Reduction) *tensor.Tensor[T] {
	n, k := z.Dims2("cross entropy")
	if len(labels) != n {
		panic(tensor.Shapef("cross entropy", "%d labels for logits %v", len(labels), z.Shape()))
	}
	labels = slices.Clone(labels)
	sum := 0.0
	for i, label := range labels {
		if label < 0 || label >= k {
			panic(tensor.Shapef("cross entropy", "label %d of row %d is not one of %d classes", label, i, k))
		}
		row := z.Data()[i*k : (i+1)*k]
		largest, total := logSum(row)
		sum += largest + math.Log(total) - float64(row[label])
	}
	out := tensor.Out(nil, z)
	out.Data()[0] = T(r.result(sum, n))
	return tensor.Record("cross entropy", out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale := float64(dout.Item()) * r.factor(n)
		for i, label := range labels {
			row, drow := z.Data()[i*k:(i+1)*k], dz.Data()[i*k:(i+1)*k]
			largest, total := logSum(row)
			for j, v := range row {
				p := math.Exp(float64(v)-largest) / total
				if j == label {
					p -= 1
				}
				drow[j] = T(scale * p)
			}
		}
		return []*tensor.Tensor[T]{dz}
	})
}

// Correct returns for how many rows of the logits z, of shape (N, K), the
// largest is the label's; of equal logits the first counts. It panics if there
// is not one label a row.
func Correct[T tensor.Float](z *tensor.Tensor[T], labels []int) int {
	n, k := z.Dims2("correct")
	if len(labels) != n {
		panic(tensor.Shapef("correct", "%d labels for logits %v", len(labels), z.Shape()))
	}
	correct := 0
	for i, label := range labels {
		best := 0
		row := z.Data()[i*k : (i+1)*k]
		for j, v := range row {
			if v > row[best] {
				best = j
			}
		}
		if best == label {
			correct++
		}
	}
	return correct
}

// logSum returns the largest element m and the sum of e^(z - m).
func logSum[T tensor.Float](z []T) (largest, total float64) {
	largest = math.Inf(-1)
	for _, v := range z {
		largest = math.Max(largest, float64(v))
	}
	for _, v := range z {
		total += math.Exp(float64(v) - largest)
	}
	return largest, total
}

// sigmoid is 1 / (1 + e^-t), computed so that e^ never overflows.
func sigmoid(t float64) float64 {
	e := math.Exp(-math.Abs(t))
	if t < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func sameShape[T tensor.Float](op string, a, b *tensor.Tensor[T]) {
	if !slices.Equal(a.Shape(), b.Shape()) {
		panic(tensor.Shapef(op, "shapes %v and %v differ", a.Shape(), b.Shape()))
	}
}
