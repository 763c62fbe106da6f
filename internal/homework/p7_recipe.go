package homework

import (
	"fmt"

	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
)

// A recipe is how a variant of LeNet-5 is trained by default.
type recipe struct {
	epochs, batch int
	lr            float64 // at first
	// rate returns the share of lr that SGD uses in an epoch, from 1 to epochs.
	rate func(epoch, epochs int) float64
	loss func(logits *tensor.Tensor[float32], labels []int) *tensor.Tensor[float32]
	// says is the loss and the schedule in words.
	says string
}

// recipeOf returns the course's settings, or for the network of 1998 those nearest
// to the paper's that plain SGD can do with.
func recipeOf(arch lenet.Arch) recipe {
	if arch == lenet.LeCun1998 {
		return recipe{
			epochs: 20, batch: 10, lr: 0.01,
			rate: paperSchedule,
			loss: func(logits *tensor.Tensor[float32], labels []int) *tensor.Tensor[float32] {
				return loss.MAP(logits, labels, restPenalty, loss.Mean)
			},
			says: fmt.Sprintf("the paper's loss, eq. (9) with j = %g, and its schedule, which lowers the learning rate to 2 %% in five steps", restPenalty),
		}
	}
	return recipe{
		epochs: 10, batch: 100, lr: 0.1,
		rate: func(epoch, epochs int) float64 { return 1 },
		loss: func(logits *tensor.Tensor[float32], labels []int) *tensor.Tensor[float32] {
			return loss.CrossEntropy(logits, labels, loss.Mean)
		},
		says: "cross-entropy",
	}
}

// restPenalty is j in eq. (9) of the paper, which says only that it is positive.
const restPenalty = 0.1

// paperSchedule is the schedule of the paper, relative to its first learning rate:
// 0.0005 for two of twenty epochs, 0.0002 for three, 0.0001 for three, 0.00005 for
// four and 0.00001 for the rest, or for the same shares of another number.
func paperSchedule(epoch, epochs int) float64 {
	switch at := float64(epoch-1) / float64(epochs) * 20; {
	case at < 2:
		return 1
	case at < 5:
		return 0.4
	case at < 8:
		return 0.2
	case at < 12:
		return 0.1
	}
	return 0.02
}
