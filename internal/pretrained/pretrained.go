// Package pretrained holds the trained weights that the program brings along. README.md says
// which command made them.
package pretrained

import (
	"hw4/internal/training"
	"hw4/tensor/safetensors"
)

// Files returns the weights of the original and the modern LeNet-5 as .safetensors files,
// by the names of the variants.
func Files() map[string][]byte { return map[string][]byte{"original": original, "modern": modern} }

// LeNet returns the weights of the modern LeNet-5, trained on MNIST.
func LeNet() (*training.Weights, error) {
	const name = "lenet.safetensors" // as messages call it
	content, err := safetensors.Read(name, modern)
	if err != nil {
		return nil, err
	}
	dict, err := safetensors.StateDict[float32](content)
	return &training.Weights{Path: name, Dict: dict, Metadata: content.Metadata}, err
}
