package lenet5

import (
	"fmt"

	"hw4/internal/checkpoint"
	"hw4/internal/portable"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
)

// A recipe is how a variant of LeNet-5 is trained by default.
type recipe struct {
	epochs, batch int
	lr            float64 // at first
	momentum      float64
	// rate returns the share of lr that SGD uses in an epoch, from 1 to epochs.
	rate     func(epoch, epochs int) float64
	schedule string // rate in words, after the learning rate
	loss     func(logits *tensor.Tensor[float32], labels []int) *tensor.Tensor[float32]
	lossName string
}

// settings are what a checkpoint of the network must agree on. The number of
// epochs is one of them only if the learning rate depends on it: otherwise more
// epochs begin with the same steps.
func (r *recipe) settings(network string, epochs int) []checkpoint.Setting {
	settings := []checkpoint.Setting{{Name: "model", Value: network}, {Name: "loss", Value: r.lossName},
		{Name: "optimizer", Value: r.optimizer()}}
	if r.schedule != "" {
		settings = append(settings,
			checkpoint.Setting{Name: "schedule", Value: fmt.Sprintf("a learning rate%s over %d epochs", r.schedule, epochs)})
	}
	return settings
}

// recipeOf returns the course's settings, or for the network of 1998 the paper's
// loss and number of epochs. The paper takes single images, and steps of its own
// for every weight, from estimates of the curvature (stochastic diagonal
// Levenberg-Marquardt); here momentum and small batches take their place.
// Larger steps are no gain: a learning rate of 0.02 for batches of 10, without
// momentum, drives the units into saturation for good.
func recipeOf(arch lenet.Arch) recipe {
	if arch == lenet.LeCun1998 {
		return recipe{
			epochs: 20, batch: 20, lr: 0.0007, momentum: 0.9,
			rate: cosine, schedule: " that falls along half a cosine",
			loss: func(logits *tensor.Tensor[float32], labels []int) *tensor.Tensor[float32] {
				return loss.MAP(logits, labels, restPenalty, loss.Mean)
			},
			lossName: fmt.Sprintf("the paper's loss, eq. (9), with j = %g", restPenalty),
		}
	}
	return recipe{
		epochs: 10, batch: 100, lr: 0.1,
		rate: func(epoch, epochs int) float64 { return 1 },
		loss: func(logits *tensor.Tensor[float32], labels []int) *tensor.Tensor[float32] {
			return loss.CrossEntropy(logits, labels, loss.CrossEntropyOptions{})
		},
		lossName: "cross-entropy",
	}
}

// optimizer returns the method in words.
func (r *recipe) optimizer() string {
	if r.momentum == 0 {
		return "SGD"
	}
	return fmt.Sprintf("SGD (momentum %g)", r.momentum)
}

// Defaults returns the training of a variant by its recipe: with the course's settings,
// or for the network of 1998 with ours.
func Defaults(arch lenet.Arch) Training {
	r := recipeOf(arch)
	return Training{Arch: arch, Options: training.Options{Epochs: r.epochs, Batch: r.batch, LR: r.lr}}
}

// restPenalty is j in eq. (9) of the paper, which says only that it is positive.
const restPenalty = 0.1

// cosine falls from 1 in the first epoch to almost 0 after the last along half a
// cosine.
func cosine(epoch, epochs int) float64 {
	return (1 + portable.CosPi(float64(epoch-1)/float64(epochs))) / 2
}
