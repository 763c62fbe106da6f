package lenet

import "hw4/tensor"

// SubsampleLayer is for the tests that look into it.
type SubsampleLayer[T tensor.Float] = subsampleLayer[T]

// The operations of the network of 1998, for their tests.

func Squash[T tensor.Float](a *tensor.Tensor[T]) *tensor.Tensor[T] { return squash(a) }

func Retina[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] { return retina(x) }

func Subsample[T tensor.Float](x, w, b *tensor.Tensor[T]) *tensor.Tensor[T] {
	return subsample(x, w, b)
}

func RBF[T tensor.Float](x, w *tensor.Tensor[T]) *tensor.Tensor[T] { return rbf(x, w) }

func Centres[T tensor.Float]() *tensor.Tensor[T] { return centres[T]() }
