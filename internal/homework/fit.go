package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/data"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// A fit is the training of one network by SGD on batches in a shuffled order
// that the seed fixes.
type fit struct {
	name    string // for progress
	network nn.Module[float32]
	sample  []int // shape of a sample as the network takes it
	// loss returns the mean loss of a batch given the network's output.
	loss func(out *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32]
	// correct returns how many outputs of a batch say the right class.
	correct     func(out *tensor.Tensor[float32], labels []byte) int
	train, test *data.Set
	fitted      *data.Set // training images to measure accuracy on; nil: none
	epochs      int
	batch       int
	lr          float64
	momentum    float64
	rate        func(epoch int) float64 // learning rate of an epoch, from 1; nil: lr
	order       *rand.Rand              // shuffles the training set before every epoch
	shard       int                     // samples of a batch that go through the network together
}

// epoch is what is known after an epoch: mean losses and accuracies with the
// weights at its end. Epoch 0 is before training. What was not measured is NaN.
type epoch struct {
	Epoch               int
	TrainLoss, TrainAcc float64
	TestLoss, TestAcc   float64
}

// run trains the network and returns what was measured before the first and
// after every epoch, which it also reports as progress. It stops with a
// *DivergedError at the first loss that is not finite, and with the context's
// error when that is cancelled.
func (f *fit) run(ctx context.Context, progress Progress) ([]epoch, error) {
	var epochs []epoch
	sgd := optim.NewSGD(nn.Values(f.network.Params()), optim.SGDOptions{LR: f.lr, Momentum: f.momentum})
	stepper := train.NewStepper(nn.Values(f.network.Params()), f.shard)
	for e := range f.epochs + 1 {
		if e > 0 {
			if f.rate != nil {
				sgd.LR = f.rate(e)
			}
			if err := f.epoch(ctx, e, stepper, sgd, progress); err != nil {
				return epochs, err
			}
		}
		measured := epoch{Epoch: e, TrainLoss: math.NaN(), TrainAcc: math.NaN()}
		if f.fitted != nil {
			measured.TrainLoss, measured.TrainAcc = f.evaluate(f.fitted)
		}
		measured.TestLoss, measured.TestAcc = f.evaluate(f.test)
		if err := ctx.Err(); err != nil {
			return epochs, err
		}
		if !finite(measured.TestLoss) {
			return epochs, &DivergedError{What: f.name, Step: fmt.Sprintf("the end of epoch %d, on the test set", e), Value: measured.TestLoss}
		}
		epochs = append(epochs, measured)
		progress.Printf("%s: epoch %d of %d: test loss %.4f, test accuracy %.2f %%", f.name, e, f.epochs, measured.TestLoss, 100*measured.TestAcc)
	}
	return epochs, nil
}

// epoch takes one step of SGD for every batch of the training set.
func (f *fit) epoch(ctx context.Context, number int, stepper *train.Stepper[float32], sgd *optim.SGD[float32], progress Progress) error {
	step := 0
	at := Step{Task: f.name, Unit: "images", Done: (number - 1) * f.train.Len(), Total: f.epochs * f.train.Len()}
	for batch := range data.Batches(f.train.Len(), f.batch, f.order) {
		if err := ctx.Err(); err != nil {
			return err
		}
		step++
		loss := stepper.Step(len(batch), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			x, labels := f.load(scope, f.train, batch[lo:hi])
			return f.loss(f.network.Forward(x), labels)
		})
		if !finite(loss) {
			return &DivergedError{What: f.name, Step: fmt.Sprintf("epoch %d, step %d", number, step), Value: loss}
		}
		sgd.Step()
		at.Done += len(batch)
		at.Loss = loss
		progress.At(at)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// load returns samples of a set and their labels, stored in the scope.
func (f *fit) load(scope *tensor.Scope[float32], set *data.Set, indices []int) (*tensor.Tensor[float32], []byte) {
	x := scope.Empty(append([]int{len(indices)}, f.sample...)...)
	data.Pixels(x.Data(), set, indices)
	labels := make([]byte, len(indices))
	for i, at := range indices {
		labels[i] = set.Labels[at]
	}
	return x, labels
}

// evaluate returns the mean loss and the accuracy on a set.
func (f *fit) evaluate(set *data.Set) (loss, accuracy float64) {
	const shard = 100
	sums := train.Evaluate(set.Len(), shard, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		indices := make([]int, hi-lo)
		for i := range indices {
			indices[i] = lo + i
		}
		x, labels := f.load(scope, set, indices)
		out := f.network.Forward(x.NoGrad())
		mean := float64(f.loss(out, labels).Item())
		return []float64{mean * float64(hi-lo), float64(f.correct(out, labels))}
	})
	n := float64(set.Len())
	return sums[0] / n, sums[1] / n
}
