package lenet5

import (
	"hw4/data"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor/nn"
)

// Network returns the network that weights belong to, with these weights, and which
// variant it is. The error is a *problem.InputError.
func Network(w *training.Weights) (lenet.Arch, nn.Sequential[float32], error) {
	return networkOf(w, "")
}

// Fit returns the training that Solve does, on the given data instead of Options.Data.
func (o Training) Fit(mnist *data.MNIST) *training.Fit { return o.fit(mnist) }
