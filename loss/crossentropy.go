package loss

import (
	"math"
	"slices"

	"hw4/internal/kernel"
	"hw4/internal/portable"
	"hw4/tensor"
)

// CrossEntropy returns the mean or sum over the batch of -log softmax(z)[label]
// for logits z of shape (N, K) and a label from 0 to K-1 for every row: PyTorch's
// cross_entropy with class indices. It is computed as
// log(sum e^(z - max z)) + (max z - z[label]), finite for all finite logits whose
// differences are. The gradient is softmax(z) - onehot(label), times 1/N for the
// mean. It panics with a *tensor.ShapeError if z is no matrix, there is not one
// label a row, or a label is out of range.
func CrossEntropy[T tensor.Float](z *tensor.Tensor[T], labels []int, r Reduction) *tensor.Tensor[T] {
	return crossEntropy("cross entropy", z, labels, math.Inf(-1), r)
}

// crossEntropy is the cross-entropy of the classes of z and one more, which is no
// row's label, with a logit that is the same for all rows.
func crossEntropy[T tensor.Float](op string, z *tensor.Tensor[T], labels []int,
	more float64, r Reduction) *tensor.Tensor[T] {
	n, k := z.Dims2(op)
	checkLabels(op, z, labels)
	labels = slices.Clone(labels)
	p := tensor.Out(z.Shape(), z)
	sum := 0.0
	for i, row := range softmax(p.Data(), z.Data(), n, k, more) {
		sum += row.log + (row.largest - float64(z.Data()[i*k+labels[i]]))
	}
	out := tensor.Out(nil, z)
	out.Data()[0] = T(r.result(sum, n))
	return tensor.Record(op, out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale := float64(dout.Item()) * r.factor(n)
		kernel.Scale(dz.Data(), T(scale), p.Data())
		for i, label := range labels {
			dz.Data()[i*k+label] = T(scale * (float64(p.Data()[i*k+label]) - 1))
		}
		return []*tensor.Tensor[T]{dz}
	})
}

// checkLabels panics in the name of op unless there is a label for every row of
// the logits, each of one of the classes.
func checkLabels[T tensor.Float](op string, z *tensor.Tensor[T], labels []int) {
	n, k := z.Dims2(op)
	if len(labels) != n {
		panic(tensor.Shapef(op, "%d labels for logits %v", len(labels), z.Shape()))
	}
	for i, label := range labels {
		if label < 0 || label >= k {
			panic(tensor.Shapef(op, "label %d of row %d is not one of %d classes", label, i, k))
		}
	}
}

// sumOfExp is a sum of e^z, e^largest times a number with the logarithm log.
type sumOfExp struct{ largest, log float64 }

// softmax sets p to the softmax of the n rows of z, each with the logit more beside
// its k, and returns each row's sum of e^z.
func softmax[T tensor.Float](p, z []T, n, k int, more float64) []sumOfExp {
	sums := make([]sumOfExp, n)
	for i := range sums {
		largest := more
		for _, v := range z[i*k : (i+1)*k] {
			largest = math.Max(largest, float64(v))
		}
		for j, v := range z[i*k : (i+1)*k] {
			p[i*k+j] = T(float64(v) - largest)
		}
		sums[i].largest = largest
	}
	kernel.Map(kernel.Exp, p, p, portable.Exp)
	for i := range sums {
		row := p[i*k : (i+1)*k]
		total := portable.Exp(more-sums[i].largest) + kernel.Sum(row)
		kernel.Scale(row, T(1/total), row)
		sums[i].log = portable.Log(total)
	}
	return sums
}
