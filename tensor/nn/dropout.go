package nn

import (
	"math"
	"math/rand/v2"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// Dropout returns in training x with every element, by the probability p, multiplied by
// 0, and the others divided by 1 - p: PyTorch's nn.functional.dropout. So NaN and infinity
// become NaN, and a negative element -0. In evaluation it returns x. [tensor.Tensor.Step] says how it knows which of the two it is.
//
// Whether an element is dropped depends on the seed, the number of the step, and its
// place in the batch alone, so that shards and cores change no bit. It panics unless p
// is from 0 to 1.
func Dropout[T tensor.Float](x *tensor.Tensor[T], p float64, seed uint64) *tensor.Tensor[T] {
	const op = "dropout"
	tensor.Need(op, x)
	checkProbability(op, p)
	step := x.Step(op)
	if step == nil || p == 0 {
		return x
	}
	key, at, scale := kernel.Hash(seed, step.Number), uint64(0), T(0)
	if n := x.Len(); n > 0 && x.Rank() > 0 {
		at = uint64(step.First) * uint64(n/x.Dim(0))
	}
	if p < 1 {
		scale = T(1 / (1 - p))
	}
	threshold := uint32(min(math.Round(p*(1<<32)), math.MaxUint32))
	y := tensor.Out(x.Shape(), x)
	kernel.Dropout(y.Data(), x.Data(), key, at, threshold, scale)
	return tensor.Record(op, y, []*tensor.Tensor[T]{x}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx := tensor.OutOver(dout)
		kernel.Dropout(dx.Data(), dout.Data(), key, at, threshold, scale)
		return []*tensor.Tensor[T]{dx}
	})
}

func checkProbability(op string, p float64) {
	if !(p >= 0 && p <= 1) {
		panic(tensor.Shapef(op, "probability %v, want 0 to 1", p))
	}
}

// DropoutLayer is Dropout with its probability and seed: a Module without parameters.
type DropoutLayer[T tensor.Float] struct {
	P    float64
	Seed uint64
}

// NewDropout returns a layer that applies Dropout with a seed drawn from rng. It panics
// with a [*tensor.ShapeError] if rng is nil or p is not from 0 to 1.
func NewDropout[T tensor.Float](rng *rand.Rand, p float64) *DropoutLayer[T] {
	if rng == nil {
		panic(tensor.Shapef("dropout", "the generator of random numbers is nil"))
	}
	checkProbability("dropout", p)
	return &DropoutLayer[T]{P: p, Seed: rng.Uint64()}
}

// Forward returns Dropout(x, P, Seed).
func (l *DropoutLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	return Dropout(x, l.P, l.Seed)
}

// Params returns nothing.
func (l *DropoutLayer[T]) Params() []Param[T] { return nil }
