package loss

import "hw4/tensor"

// Correct returns for how many rows of the logits z, of shape (N, K), the
// largest is the label's; of equal logits the first counts, and a NaN is larger than
// all others, as in PyTorch's argmax. A label that is no class makes its row wrong, such as
// the -100 of rows that CrossEntropy ignores. It panics with a [*tensor.ShapeError] if z is
// no matrix or there is not one label a row.
func Correct[T tensor.Float](z *tensor.Tensor[T], labels []int) int {
	n, k := z.Dims2("correct: logits")
	if len(labels) != n {
		panic(tensor.Shapef("correct", "%d labels for logits %v, want one a row", len(labels), z.Shape()))
	}
	correct := 0
	for i, label := range labels {
		best := 0
		row := z.Data()[i*k : (i+1)*k]
		for j, v := range row {
			if v > row[best] || v != v && row[best] == row[best] {
				best = j
			}
		}
		if best == label && k > 0 {
			correct++
		}
	}
	return correct
}

// CorrectSign returns how many of the logits z, of any shape, say the label in y,
// -1 or +1, of the same shape: z > 0 says +1, and everything else, NaN too, says -1. At
// z = 0 both classes have the probability 1/2, and the first of them counts, as the first of
// equal logits does in Correct: what is right there does not depend on the label.
// It panics with a [*tensor.ShapeError] if the shapes differ.
func CorrectSign[T tensor.Float](z, y *tensor.Tensor[T]) int {
	sameShape("correct sign", z, y)
	correct := 0
	for i, v := range z.Data() {
		if (v > 0) == (y.Data()[i] == 1) {
			correct++
		}
	}
	return correct
}
