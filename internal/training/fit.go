// Package training is one way to train a network for a command: it fits, reports its
// progress, keeps checkpoints, notices divergence, reads and writes weights, and
// evaluates.
package training

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// Options are the settings of a training, whatever is trained.
type Options struct {
	Data       data.Source
	Epochs     int // passes over the training set
	Batch      int // images in a batch
	LR         float64
	Seed       uint64 // of the first weights and of the order of the images
	Checkpoint Checkpoint
	Save       string // file for the trained weights; empty: none
	ONNX       string // file for the network as an ONNX model; empty: none
	Progress   progress.Progress
}

// Check returns what would keep the files from being written, so that it is known
// before the training.
func (o Options) Check() error { return errors.Join(CheckWritable(o.Save), CheckWritable(o.ONNX)) }

// A Fit is the training of one network by SGD on batches in a shuffled order
// that the seed fixes.
type Fit struct {
	Name    string // for progress
	Network nn.Module[float32]
	// Loss returns the mean loss of a batch given the network's output.
	Loss func(out *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32]
	// Correct returns how many outputs of a batch say the right class.
	Correct     func(out *tensor.Tensor[float32], labels []byte) int
	Train, Test *data.Set
	Fitted      *data.Set // training images to measure accuracy on; nil: none
	Epochs      int
	Batch       int
	LR          float64
	Momentum    float64
	Rate        func(epoch int) float64 // learning rate of an epoch, from 1; nil: LR
	Order       *rand.PCG               // shuffles the training set before every epoch
	Shard       int                     // samples of a batch that go through the network together
	Keeper      *Keeper
}

// Epoch is what is known after an epoch: mean losses and accuracies with the
// weights at its end. Epoch 0 is before training. What was not measured is NaN.
type Epoch struct {
	Epoch               int
	TrainLoss, TrainAcc float64
	TestLoss, TestAcc   float64
}

// Run trains the network and returns what was measured before the first and
// after every epoch, which it also reports as progress. It stops with a
// *DivergedError at the first loss that is not finite, and with the context's
// error when that is cancelled. With a checkpoint it goes on where that is, if it
// is anywhere, and keeps it up to date.
func (f *Fit) Run(ctx context.Context, p progress.Progress) ([]Epoch, error) {
	params := nn.Values(f.Network.Params())
	t := &run{
		Fit:     f,
		sgd:     optim.NewSGD(params, optim.SGDOptions{LR: f.LR, Momentum: f.Momentum}),
		stepper: train.NewStepper(params, f.Shard),
		drawn:   stateOf(f.Order),
	}
	err := f.Keeper.begin(t)
	for err == nil && len(t.measured) <= f.Epochs {
		err = t.next(ctx, p)
	}
	return t.measured, f.Keeper.end(t, err)
}

// A run is a fit under way.
type run struct {
	*Fit
	sgd     *optim.SGD[float32]
	stepper *train.Stepper[float32]

	measured []Epoch // the epochs that are over; the one under way is number len(measured)
	labels   []byte  // of a batch
	step     int     // steps taken in the epoch under way
	drawn    []byte  // the state of the generator before it drew the order of that epoch
}

// next goes through the epoch under way, of which number 0 has no steps, and
// measures what it has brought.
func (t *run) next(ctx context.Context, p progress.Progress) error {
	number := len(t.measured)
	if number > 0 {
		if t.Rate != nil {
			t.sgd.LR = t.Rate(number)
		}
		if err := t.steps(ctx, number, p); err != nil {
			return err
		}
	}
	if err := t.sound(); err != nil {
		return err
	}
	e, err := t.measure(ctx, number)
	if err != nil {
		return err
	}
	t.measured, t.step, t.drawn = append(t.measured, e), 0, stateOf(t.Order)
	p.Printf("%s: epoch %d of %d: test loss %.4f, test accuracy %.2f %%", t.Name, number, t.Epochs, e.TestLoss,
		100*e.TestAcc)
	return t.Keeper.save(t)
}

// steps takes one step of SGD for every batch of the training set, except those
// that were taken before the training was interrupted.
func (t *run) steps(ctx context.Context, number int, p progress.Progress) error {
	step := 0
	images := t.Train.Len()
	at := progress.Step{Task: t.Name, Unit: "images", Done: (number - 1) * images, Total: t.Epochs * images}
	loader := data.NewLoader[float32](t.Train, data.LoaderOptions{Batch: t.Batch, Shuffle: rand.New(t.Order)})
	t.stepper.Steps = uint64((number-1)*loader.Len() + t.step)
	for batch := range loader.Batches(1) {
		step++
		at.Done += batch.Len()
		if step <= t.step {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		t.labels = t.labels[:0]
		for _, i := range batch.Indices {
			t.labels = append(t.labels, t.Train.Labels[i])
		}
		loss := t.stepper.Step(batch.Len(), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			return t.Loss(t.forward(scope, t.Train, batch.Indices[lo:hi]), t.labels[lo:hi])
		})
		if !report.Finite(loss) {
			return t.diverged(fmt.Sprintf("epoch %d, step %d", number, step), loss)
		}
		t.sgd.Step()
		t.step, at.Loss = step, loss
		p.At(at)
		if err := t.Keeper.stepped(t); err != nil {
			return err
		}
	}
	return nil
}

// measure returns what is known at the end of an epoch.
func (t *run) measure(ctx context.Context, number int) (Epoch, error) {
	e := Epoch{Epoch: number, TrainLoss: math.NaN(), TrainAcc: math.NaN()}
	if t.Fitted != nil {
		e.TrainLoss, e.TrainAcc = t.Evaluate(t.Fitted)
	}
	e.TestLoss, e.TestAcc = t.Evaluate(t.Test)
	if err := ctx.Err(); err != nil {
		return e, err
	}
	if !report.Finite(e.TestLoss) {
		return e, t.diverged(fmt.Sprintf("the end of epoch %d, on the test set", number), e.TestLoss)
	}
	return e, nil
}

// stateOf returns the state of a generator, from which it draws the same numbers
// again.
func stateOf(rng *rand.PCG) []byte {
	state, err := rng.MarshalBinary()
	if err != nil {
		panic(err) // it never does
	}
	return state
}

// A bytesNetwork takes images as a set has them.
type bytesNetwork interface {
	ForwardBytes(scope *tensor.Scope[float32], set []byte, indices []int) *tensor.Tensor[float32]
}

// forward returns the network's output for samples of a set, stored in the scope.
func (f *Fit) forward(scope *tensor.Scope[float32], set *data.Set, indices []int) *tensor.Tensor[float32] {
	if n, ok := f.Network.(bytesNetwork); ok {
		return n.ForwardBytes(scope, set.Images, indices)
	}
	x := scope.Empty(len(indices), 1, set.Rows, set.Cols)
	data.Pixels(x.Data(), set, indices)
	return f.Network.Forward(x)
}

// infer returns the network's output for the samples lo to hi-1 of a set, stored in
// the scope and outside any graph, and their labels.
func (f *Fit) infer(scope *tensor.Scope[float32], set *data.Set, lo, hi int) (*tensor.Tensor[float32], []byte) {
	indices := make([]int, hi-lo)
	for i := range indices {
		indices[i] = lo + i
	}
	return f.forward(scope, set, indices).NoGrad(), set.Labels[lo:hi]
}

// Evaluate returns the mean loss and the accuracy on a set.
func (f *Fit) Evaluate(set *data.Set) (loss, accuracy float64) {
	sums := train.Evaluate(set.Len(), inferShard, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		out, labels := f.infer(scope, set, lo, hi)
		mean := float64(f.Loss(out, labels).Item())
		return []float64{mean * float64(hi-lo), float64(f.Correct(out, labels))}
	})
	n := float64(set.Len())
	return sums[0] / n, sums[1] / n
}
