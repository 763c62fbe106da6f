package lenet5

import (
	"hw4/data"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// Network returns the network that weights belong to, with these weights, and which
// variant it is. The error is a *problem.InputError.
func Network(w *training.Weights) (lenet.Arch, nn.Sequential[float32], error) {
	return networkOf(w, "")
}

// Predict returns what a network sees in a picture of a digit, by its readings: the image
// that counts most, and the probabilities of the ten digits. The error says what keeps the
// picture from being one digit.
func Predict(readings []data.Reading[float32], network nn.Module[float32]) (
	image *tensor.Tensor[float32], probabilities []float64, err error,
) {
	p, err := predictReadings(readings, network)
	return p.reading.Image, p.probabilities, err
}
