package nn

import (
	"cmp"
	"fmt"
	"math"

	"hw4/tensor"
)

// Affine says whether a normalised result is scaled and shifted by parameters. The
// zero value is PyTorch's default.
type Affine int

const (
	WithAffine    Affine = iota // it is, by "weight" and "bias"
	WithoutAffine               // it is not: PyTorch's affine=False
)

// Running says whether a layer keeps running statistics. The zero value is PyTorch's
// default.
type Running int

const (
	WithRunning    Running = iota // it does, and takes them in evaluation
	WithoutRunning                // it takes those of its input always: track_running_stats=False
)

// CumulativeMean is the Momentum with which running statistics are the plain means of
// all batches: PyTorch's momentum=None.
const CumulativeMean = -1

// BatchNormOptions are the options of NewBatchNorm1d and NewBatchNorm2d.
type BatchNormOptions struct {
	Eps      float64 // added to the variance; 0: 1e-5
	Momentum float64 // weight of the newest batch in the running statistics; 0: 0.1; or CumulativeMean
	Affine   Affine
	Running  Running
}

// BatchNormLayer is batch normalisation (Ioffe and Szegedy 2015), PyTorch's
// BatchNorm1d and BatchNorm2d: channel by channel
//
//	y = (x - mean) / sqrt(variance + eps) weight + bias
//
// In training, mean and variance (over n, not n - 1 elements) are those of the channel
// in the whole batch, also when the batch goes through the layer in shards, and the
// gradients go through them. The running statistics are moved towards them, with the
// variance over n - 1. In evaluation, the running statistics are taken.
// [tensor.Tensor.Step] says how the layer knows which of the two it is.
//
// It is a Module with the parameters "weight" and "bias" and the buffers
// "running_mean", "running_var" and "num_batches_tracked", as the options say. The
// last is an integer in PyTorch, and here a T, which counts up to 2^24 if it is a
// float32, and stays there.
type BatchNormLayer[T tensor.Float] struct {
	Weight, Bias *tensor.Tensor[T] // (C,), or nil
	Mean, Var    *tensor.Tensor[T] // the running statistics, (C,), or nil
	Batches      *tensor.Tensor[T] // the number of batches in them, of rank 0, or nil
	Options      BatchNormOptions

	features       int
	rankLo, rankHi int // of the input
}

// NewBatchNorm1d returns a layer for inputs (N, C) or (N, C, L) of that many features C.
// It panics if an option is out of range.
func NewBatchNorm1d[T tensor.Float](features int, opt BatchNormOptions) *BatchNormLayer[T] {
	return newBatchNorm[T](features, 2, 3, opt)
}

// NewBatchNorm2d returns a layer for images (N, C, H, W) of that many channels C. It
// panics if an option is out of range.
func NewBatchNorm2d[T tensor.Float](features int, opt BatchNormOptions) *BatchNormLayer[T] {
	return newBatchNorm[T](features, 4, 4, opt)
}

func newBatchNorm[T tensor.Float](features, rankLo, rankHi int, opt BatchNormOptions) *BatchNormLayer[T] {
	if features < 0 {
		panic(tensor.Shapef(batchNormOp, "a layer of %d features", features))
	}
	tensor.Size(batchNormOp, []int{features})
	opt.Eps, opt.Momentum = cmp.Or(opt.Eps, 1e-5), cmp.Or(opt.Momentum, 0.1)
	if !(opt.Eps > 0) || !(opt.Momentum > 0 && opt.Momentum <= 1 || opt.Momentum == CumulativeMean) {
		panic(tensor.Shapef(batchNormOp, "eps %v and momentum %v, want a positive number and one up to 1 or CumulativeMean",
			opt.Eps, opt.Momentum))
	}
	l := &BatchNormLayer[T]{Options: opt, features: features, rankLo: rankLo, rankHi: rankHi}
	if opt.Affine != WithoutAffine {
		l.Weight, l.Bias = tensor.Ones[T](features).RequireGrad(), tensor.Zeros[T](features).RequireGrad()
	}
	if opt.Running != WithoutRunning {
		l.Mean, l.Var, l.Batches = tensor.Zeros[T](features), tensor.Ones[T](features), tensor.Zeros[T]()
	}
	return l
}

// batchNormOp is the name of the operation.
const batchNormOp = "batch norm"

// Forward returns the normalised x. It panics if the shape does not fit, in training
// also if a channel of the batch has fewer than two elements, where PyTorch takes none, and
// if nothing says whether it is training.
func (l *BatchNormLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] {
	tensor.Need(batchNormOp, x)
	if r := x.Rank(); r < max(l.rankLo, 2) || r > l.rankHi || x.Dim(1) != l.features {
		wanted := fmt.Sprintf("(N, %d, H, W)", l.features)
		if l.rankHi < 4 {
			wanted = fmt.Sprintf("(N, %[1]d) or (N, %[1]d, L)", l.features)
		}
		panic(tensor.Shapef(batchNormOp, "input %v, want %s", x.Shape(), wanted))
	}
	step := x.Step(batchNormOp)
	if n := x.Dim(0); x.Rank() == 2 { // a channel of one sample is one element: all samples make a row
		rows := l.normalise(tensor.Reshape(tensor.Transpose(x), 1, l.features, n), step)
		return tensor.Transpose(tensor.Reshape(rows, l.features, n))
	}
	return l.normalise(x, step)
}

// normalise returns the normalised x of rank 3 or 4.
func (l *BatchNormLayer[T]) normalise(x *tensor.Tensor[T], step *tensor.Step) *tensor.Tensor[T] {
	if step == nil && l.Mean != nil {
		return normalised(x, l, nil, fixed(l.Mean.Data(), l.Var.Data()))
	}
	if step == nil {
		step = new(tensor.Step) // it is a batch by itself
	}
	of := momentsOf(x, l.features)
	of = together(step.Parts(l, of.numbers()), l.features)
	if of.count < 2 {
		panic(tensor.Shapef(batchNormOp, "elements of a channel in the batch: %v, want 2 or more for a variance", of.count))
	}
	if step.First == 0 && l.Mean != nil {
		l.update(of)
	}
	return normalised(x, l, step, of)
}

// update moves the running statistics towards those of a batch.
func (l *BatchNormLayer[T]) update(of *moments) {
	l.Batches.Data()[0]++
	share := l.Options.Momentum
	if share == CumulativeMean {
		share = 1 / float64(l.Batches.Item())
	}
	mean, variance := l.Mean.Data(), l.Var.Data()
	for c, m := range of.mean {
		mean[c] = T(float64((1-share)*float64(mean[c])) + float64(share*m))
		variance[c] = T(float64((1-share)*float64(variance[c])) + float64(share*of.squares[c]/(of.count-1)))
	}
}

// Params returns the parameters and the buffers, those that there are.
func (l *BatchNormLayer[T]) Params() []Param[T] {
	var params []Param[T]
	if l.Weight != nil {
		params = WeightAndBias(l.Weight, l.Bias)
	}
	if l.Mean != nil {
		params = append(params, Param[T]{"running_mean", l.Mean, true}, Param[T]{"running_var", l.Var, true},
			Param[T]{"num_batches_tracked", l.Batches, true})
	}
	return params
}

// channel returns weight and bias of a channel.
func (l *BatchNormLayer[T]) channel(c int) (weight, bias float64) {
	if l.Weight == nil {
		return 1, 0
	}
	return float64(l.Weight.Data()[c]), float64(l.Bias.Data()[c])
}

// scale returns 1/sqrt(variance + eps) of a channel.
func (l *BatchNormLayer[T]) scale(of *moments, c int) float64 {
	return 1 / math.Sqrt(of.squares[c]/of.count+l.Options.Eps)
}
