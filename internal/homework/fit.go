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
	order       *rand.PCG               // shuffles the training set before every epoch
	shard       int                     // samples of a batch that go through the network together
	checkpoint  *checkpointing
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
// error when that is cancelled. With a checkpoint it goes on where that is, if it
// is anywhere, and keeps it up to date.
func (f *fit) run(ctx context.Context, progress Progress) ([]epoch, error) {
	params := nn.Values(f.network.Params())
	t := &training{
		fit:     f,
		sgd:     optim.NewSGD(params, optim.SGDOptions{LR: f.lr, Momentum: f.momentum}),
		stepper: train.NewStepper(params, f.shard),
		drawn:   stateOf(f.order),
	}
	err := f.checkpoint.begin(t)
	for err == nil && len(t.measured) <= f.epochs {
		err = t.next(ctx, progress)
	}
	return t.measured, f.checkpoint.end(t, err)
}

// A training is a fit under way.
type training struct {
	*fit
	sgd     *optim.SGD[float32]
	stepper *train.Stepper[float32]

	measured []epoch // the epochs that are over; the one under way is number len(measured)
	step     int     // steps taken in the epoch under way
	drawn    []byte  // the state of the generator before it drew the order of that epoch
}

// next goes through the epoch under way, of which number 0 has no steps, and
// measures what it has brought.
func (t *training) next(ctx context.Context, progress Progress) error {
	number := len(t.measured)
	if number > 0 {
		if t.rate != nil {
			t.sgd.LR = t.rate(number)
		}
		if err := t.steps(ctx, number, progress); err != nil {
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
	t.measured, t.step, t.drawn = append(t.measured, e), 0, stateOf(t.order)
	progress.Printf("%s: epoch %d of %d: test loss %.4f, test accuracy %.2f %%", t.name, number, t.epochs, e.TestLoss, 100*e.TestAcc)
	return t.checkpoint.save(t)
}

// steps takes one step of SGD for every batch of the training set, but for those
// that were taken before the training was interrupted.
func (t *training) steps(ctx context.Context, number int, progress Progress) error {
	step := 0
	at := Step{Task: t.name, Unit: "images", Done: (number - 1) * t.train.Len(), Total: t.epochs * t.train.Len()}
	for batch := range data.Batches(t.train.Len(), t.batch, rand.New(t.order)) {
		step++
		at.Done += len(batch)
		if step <= t.step {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		loss := t.stepper.Step(len(batch), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			return t.batchLoss(scope, batch[lo:hi])
		})
		if !finite(loss) {
			return t.diverged(fmt.Sprintf("epoch %d, step %d", number, step), loss)
		}
		t.sgd.Step()
		t.step, at.Loss = step, loss
		progress.At(at)
		if err := t.checkpoint.stepped(t); err != nil {
			return err
		}
	}
	return nil
}

// measure returns what is known at the end of an epoch.
func (t *training) measure(ctx context.Context, number int) (epoch, error) {
	e := epoch{Epoch: number, TrainLoss: math.NaN(), TrainAcc: math.NaN()}
	if t.fitted != nil {
		e.TrainLoss, e.TrainAcc = t.evaluate(t.fitted)
	}
	e.TestLoss, e.TestAcc = t.evaluate(t.test)
	if err := ctx.Err(); err != nil {
		return e, err
	}
	if !finite(e.TestLoss) {
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

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// A bytesNetwork takes images as a set has them.
type bytesNetwork interface {
	ForwardBytes(scope *tensor.Scope[float32], set []byte, indices []int) *tensor.Tensor[float32]
}

// forward returns the network's output for samples of a set, stored in the scope.
func (f *fit) forward(scope *tensor.Scope[float32], set *data.Set, indices []int) *tensor.Tensor[float32] {
	if n, ok := f.network.(bytesNetwork); ok {
		return n.ForwardBytes(scope, set.Images, indices)
	}
	x := scope.Empty(len(indices), 1, set.Rows, set.Cols)
	data.Pixels(x.Data(), set, indices)
	return f.network.Forward(x)
}

// batchLoss returns the mean loss of training samples, stored in the scope.
func (f *fit) batchLoss(scope *tensor.Scope[float32], indices []int) *tensor.Tensor[float32] {
	labels := make([]byte, len(indices))
	for i, at := range indices {
		labels[i] = f.train.Labels[at]
	}
	return f.loss(f.forward(scope, f.train, indices), labels)
}

// infer returns the network's output for the samples lo to hi-1 of a set, stored in
// the scope and outside any graph, and their labels.
func (f *fit) infer(scope *tensor.Scope[float32], set *data.Set, lo, hi int) (*tensor.Tensor[float32], []byte) {
	indices := make([]int, hi-lo)
	for i := range indices {
		indices[i] = lo + i
	}
	return f.forward(scope, set, indices).NoGrad(), set.Labels[lo:hi]
}

// evaluate returns the mean loss and the accuracy on a set.
func (f *fit) evaluate(set *data.Set) (loss, accuracy float64) {
	const shard = 100
	sums := train.Evaluate(set.Len(), shard, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		out, labels := f.infer(scope, set, lo, hi)
		mean := float64(f.loss(out, labels).Item())
		return []float64{mean * float64(hi-lo), float64(f.correct(out, labels))}
	})
	n := float64(set.Len())
	return sums[0] / n, sums[1] / n
}

// weightsSum returns the row of weightsSums for a fit that has run.
func weightsSum(f *fit) []any { return []any{f.name, nn.SHA256(f.network.Params())} }

// weightsSums reports which weights, to the bit, the trainings have ended with.
func (a *answer) weightsSums(rows [][]any) {
	a.table([]string{"final weights of", "SHA-256"}, rows)
}
