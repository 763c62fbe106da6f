package lenet

import "hw4/tensor"

// The constants of the squashing function of 1998. With them f(1) = 1 and
// f(-1) = -1 except for 2e-5, and the second derivative is largest in absolute value
// at 1 and -1: targets of 1 and -1 use the range of a unit without driving it
// into saturation. Appendix A of the paper gives A and S.
const (
	squashA = 1.7159
	squashS = 2.0 / 3
)

// Squash returns f(a) = A tanh(S a), element by element, with A = 1.7159 and
// S = 2/3: the function that all units of the LeNet-5 of 1998 up to layer F6
// apply to their weighted sums. Its derivative is A S (1 - tanh(S a)^2).
func Squash[T tensor.Float](a *tensor.Tensor[T]) *tensor.Tensor[T] {
	return tensor.Scale(tensor.Tanh(tensor.Scale(a, T(squashS))), T(squashA))
}
