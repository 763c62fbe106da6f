package loss

import (
	"math"
	"slices"

	"hw4/internal/kernel"
	"hw4/internal/portable"
	"hw4/tensor"
)

// CrossEntropyOptions are the options of CrossEntropy.
type CrossEntropyOptions struct {
	Reduction Reduction
	// Ignore are the labels of rows that do not count, neither in the sum nor in the
	// number of rows; nil: -100. Some data sets mark so what has no class.
	Ignore []int
	// LabelSmoothing e, from 0 to 1, makes the label's probability 1 - e, and adds
	// e/K to that of each of the K classes.
	LabelSmoothing float64
}

// ignored are the labels to ignore if none are named: PyTorch's ignore_index.
var ignored = []int{-100}

// CrossEntropy returns the mean or sum over the batch of -log softmax(z)[label]
// for logits z of shape (N, K) and a label from 0 to K-1 for every row: PyTorch's
// cross_entropy with class indices. It is computed as
// log(sum e^(z - max z)) + (max z - z[label]), finite for all finite logits whose
// differences are. The gradient is softmax(z) - onehot(label), times 1/N for the
// mean. With LabelSmoothing e the target is not onehot(label) but (1 - e)
// onehot(label) + e/K, and the loss the mean of -log softmax(z) by these weights.
// The mean of a shard in which rows are ignored counts in a batch as that of all its
// rows: to give rows of a batch in shards one weight, take their Sum.
//
// It panics with a [*tensor.ShapeError] if z is no matrix, there is not one label a row,
// a label is neither ignored nor in range, or LabelSmoothing is not.
func CrossEntropy[T tensor.Float](z *tensor.Tensor[T], labels []int, opt CrossEntropyOptions) *tensor.Tensor[T] {
	const op = "cross entropy"
	if !(opt.LabelSmoothing >= 0 && opt.LabelSmoothing <= 1) {
		panic(tensor.Shapef(op, "label smoothing %v, want 0 to 1", opt.LabelSmoothing))
	}
	if opt.Ignore == nil {
		opt.Ignore = ignored
	}
	return crossEntropy(op, z, labels, math.Inf(-1), opt)
}

// crossEntropy is the cross-entropy of the classes of z and one more, which is no
// row's label, with a logit that is the same for all rows.
func crossEntropy[T tensor.Float](op string, z *tensor.Tensor[T], labels []int,
	more float64, opt CrossEntropyOptions) *tensor.Tensor[T] {
	n, k := z.Dims2(op)
	labels, counted := checkLabels(op, z, labels, opt.Ignore)
	p := tensor.Out(z.Shape(), z)
	each := opt.LabelSmoothing / float64(k) // of the target's probability
	sum := 0.0
	for i, row := range softmax(p.Data(), z.Data(), n, k, more) {
		if label := labels[i]; label >= 0 {
			sum += float64((1 - opt.LabelSmoothing) * (row.log + (row.largest - float64(z.Data()[i*k+label]))))
		}
		if labels[i] >= 0 && each > 0 {
			rest := 0.0
			for _, v := range z.Data()[i*k : (i+1)*k] {
				rest += row.log + (row.largest - float64(v))
			}
			sum += float64(each * rest)
		}
	}
	out := tensor.Out(nil, z)
	out.Data()[0] = T(opt.Reduction.result(sum, counted))
	return tensor.Record(op, out, []*tensor.Tensor[T]{z}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dz := tensor.Out(z.Shape(), dout)
		scale := float64(dout.Item()) * opt.Reduction.factor(counted)
		kernel.Scale(dz.Data(), T(scale), p.Data())
		for i, label := range labels {
			row := dz.Data()[i*k : (i+1)*k]
			if label < 0 {
				clear(row)
				continue
			}
			if each > 0 {
				kernel.AddScalar(row, row, T(-scale*each))
			}
			row[label] = T(scale * (float64(p.Data()[i*k+label]) - each - (1 - opt.LabelSmoothing)))
		}
		return []*tensor.Tensor[T]{dz}
	})
}

// checkLabels returns a copy of the labels in which those that are ignored are -1, and
// the number of the others. It panics in the name of op unless there is a label for
// every row of the logits, each of one of the classes or ignored.
func checkLabels[T tensor.Float](op string, z *tensor.Tensor[T], labels, ignore []int) (checked []int, counted int) {
	n, k := z.Dims2(op)
	if len(labels) != n {
		panic(tensor.Shapef(op, "%d labels for logits %v", len(labels), z.Shape()))
	}
	checked = slices.Clone(labels)
	for i, label := range labels {
		switch {
		case slices.Contains(ignore, label):
			checked[i] = -1
		case label < 0 || label >= k:
			panic(tensor.Shapef(op, "label %d of row %d is not one of %d classes", label, i, k))
		default:
			counted++
		}
	}
	return checked, counted
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
