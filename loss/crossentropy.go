package loss

import (
	"math"
	"slices"

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
func crossEntropy[T tensor.Float](op string, z *tensor.Tensor[T], labels []int, more float64, r Reduction) *tensor.Tensor[T] {
	n, k := z.Dims2(op)
	checkLabels(op, z, labels)
	labels = slices.Clone(labels)
	sum := 0.0
	for i, label := range labels {
		row := z.Data()[i*k : (i+1)*k]
		largest, total := logSum(row, more)
		sum += math.Log(total) + (largest - float64(row[label]))
	}
	out := tensor.Out(nil, z)
	out.Data()[0] = T(r.result(sum, n))
	return tensor.Record(op, out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale := float64(dout.Item()) * r.factor(n)
		for i, label := range labels {
			row, drow := z.Data()[i*k:(i+1)*k], dz.Data()[i*k:(i+1)*k]
			largest, total := logSum(row, more)
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

// Correct returns for how many rows of the logits z, of shape (N, K), the
// largest is the label's; of equal logits the first counts. It panics with a
// *tensor.ShapeError if z is no matrix or there is not one label a row.
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

// logSum returns the largest m of the elements and one more, and the sum of
// e^(z - m) over all of them.
func logSum[T tensor.Float](z []T, more float64) (largest, total float64) {
	largest = more
	for _, v := range z {
		largest = math.Max(largest, float64(v))
	}
	total = math.Exp(more - largest)
	for _, v := range z {
		total += math.Exp(float64(v) - largest)
	}
	return largest, total
}
