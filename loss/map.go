package loss

import "hw4/tensor"

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
