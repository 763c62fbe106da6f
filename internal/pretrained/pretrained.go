// Package pretrained holds the trained weights that the program brings along. README.md says
// which command made them.
package pretrained

import (
	_ "embed"

	"hw4/internal/training"
	"hw4/tensor/safetensors"
)

//go:embed lenet.safetensors
var lenet []byte

// LeNet returns the weights of the modern LeNet-5, trained on MNIST.
func LeNet() (*training.Weights, error) {
	const name = "lenet.safetensors" // as messages call it
	content, err := safetensors.Read(name, lenet)
	if err != nil {
		return nil, err
	}
	dict, err := safetensors.StateDict[float32](content)
	return &training.Weights{Path: name, Dict: dict, Metadata: content.Metadata}, err
}
