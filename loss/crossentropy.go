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
	return crossEntropy(op, op+": logits", z, labels, math.Inf(-1), opt)
}

// MAP returns the mean or sum over the batch of the discriminative loss of LeCun,
// Bottou, Bengio and Haffner (1998), eq. (9), which they call the maximum a
// posteriori criterion:
//
//	y[D] + log(e^-j + sum over i of e^-y[i])
//
// for the penalties y = -z of the classes, given as logits z of shape (N, K), and
// a label D from 0 to K-1 for every row. The first term pulls the penalty of the
// right class down, the second pushes those of the others up, and no further than
// about j: it is the fixed penalty of one more class, that of images which are
// none of the K. So MAP is CrossEntropy with that class among the logits, which
// is never the label, and tends to it as j grows.
//
// It is computed from z less the largest of the logits and -j, so that it is
// finite for all finite logits whose differences are. With p the softmax over all
// K + 1 classes, the gradient is p - onehot(D) for the K logits, times 1/N for the
// mean. It panics with a [*tensor.ShapeError] if z is no matrix, there is not one
// label a row, or a label is out of range.
func MAP[T tensor.Float](z *tensor.Tensor[T], labels []int, j float64, r Reduction) *tensor.Tensor[T] {
	return crossEntropy("map", "map: logits", z, labels, -j, CrossEntropyOptions{Reduction: r})
}

// crossEntropy is the cross-entropy of the classes of z and one more, which is no
// row's label, with a logit that is the same for all rows.
func crossEntropy[T tensor.Float](op, logits string, z *tensor.Tensor[T], labels []int,
	more float64, opt CrossEntropyOptions) *tensor.Tensor[T] {
	n, k := z.Dims2(logits)
	labels, counted := checkLabels(op, z, labels, opt.Ignore)
	p := tensor.Out(z.Shape(), z)
	each := opt.LabelSmoothing / float64(k) // of the target's probability
	sum := 0.0
	softmax(p.Data(), z.Data(), n, k, more, func(i int, largest, log float64) {
		if label := labels[i]; label >= 0 {
			sum += float64((1 - opt.LabelSmoothing) * (log + (largest - float64(z.Data()[i*k+label]))))
		}
		if labels[i] >= 0 && each > 0 {
			rest := 0.0
			for _, v := range z.Data()[i*k : (i+1)*k] {
				rest += log + (largest - float64(v))
			}
			sum += float64(each * rest)
		}
	})
	out := tensor.Out(nil, z)
	out.Data()[0] = T(opt.Reduction.result(sum, counted))
	return tensor.RecordRule(op, out, entropy[T]{p, labels, opt.Reduction.factor(counted), each, opt.LabelSmoothing}, z)
}

// entropy is the rule of crossEntropy.
type entropy[T tensor.Float] struct {
	p               *tensor.Tensor[T] // the softmax
	labels          []int
	factor          float64
	each, smoothing float64
}

// Gradients computes dout times the factor times p less the target's probabilities.
func (e *entropy[T]) Gradients(dout *tensor.Tensor[T], inputs, grads []*tensor.Tensor[T]) {
	k := e.p.Dim(1)
	grads[0] = tensor.Out(e.p.Shape(), dout)
	scale := float64(dout.Item()) * e.factor
	kernel.Scale(grads[0].Data(), T(scale), e.p.Data())
	for i, label := range e.labels {
		row := grads[0].Data()[i*k : (i+1)*k]
		if label < 0 {
			clear(row)
			continue
		}
		if e.each > 0 {
			kernel.AddScalar(row, row, T(-scale*e.each))
		}
		row[label] = T(scale * (float64(e.p.Data()[i*k+label]) - e.each - (1 - e.smoothing)))
	}
}

// checkLabels returns a copy of the labels in which those that are ignored are -1, and
// the number of the others. It panics in the name of op unless there is a label for
// every row of the logits, each of one of the classes or ignored.
func checkLabels[T tensor.Float](op string, z *tensor.Tensor[T], labels, ignore []int) (checked []int, counted int) {
	n, k := z.Dims2(op)
	if len(labels) != n {
		panic(tensor.Shapef(op, "%d labels for logits %v, want one a row", len(labels), z.Shape()))
	}
	checked = tensor.OutInts(n, z)
	copy(checked, labels)
	for i, label := range labels {
		switch {
		case slices.Contains(ignore, label):
			checked[i] = -1
		case label < 0 || label >= k:
			panic(tensor.Shapef(op, "label %d of row %d, want 0 or more and below %d, the number of classes", label, i, k))
		default:
			counted++
		}
	}
	return checked, counted
}

// softmax sets p to the softmax of the n rows of z, each with the logit more beside its k,
// and visits each row with the sum of its e^z: e^largest times a number with the logarithm
// log.
func softmax[T tensor.Float](p, z []T, n, k int, more float64, visit func(i int, largest, log float64)) {
	const together = 64 // rows
	var largest [together]float64
	for lo := 0; lo < n; lo += together {
		hi := min(lo+together, n)
		for i := lo; i < hi; i++ {
			most := more
			for _, v := range z[i*k : (i+1)*k] {
				most = math.Max(most, float64(v))
			}
			for j, v := range z[i*k : (i+1)*k] {
				p[i*k+j] = T(float64(v) - most)
			}
			largest[i-lo] = most
		}
		kernel.Map(kernel.Exp, p[lo*k:hi*k], p[lo*k:hi*k], portable.Exp)
		for i := lo; i < hi; i++ {
			row := p[i*k : (i+1)*k]
			total := portable.Exp(more-largest[i-lo]) + kernel.Sum(row)
			kernel.Scale(row, T(1/total), row)
			visit(i, largest[i-lo], portable.Log(total))
		}
	}
}
