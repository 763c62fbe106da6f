package lenet

import "hw4/tensor"

// SubsampleLayer is for the tests that look into it.
type SubsampleLayer[T tensor.Float] = subsampleLayer[T]
