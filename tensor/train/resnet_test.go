package train_test

import (
	"math/rand/v2"

	"hw4/conv"
	"hw4/data"
	"hw4/loss"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/train"
)

// trainResNet returns a residual network for images of ten classes, trained on a set in
// batches of n.
func trainResNet(set *data.Set, epochs, n int, rng *rand.Rand) nn.Sequential[float32] {
	convolution := func(in, out, size, stride int) nn.Module[float32] {
		o := conv.Options{Stride: [2]int{stride, stride}, Padding: [2]int{size / 2, size / 2}, Bias: nn.WithoutBias}
		return nn.NewSequential[float32](conv.NewConv2d[float32](rng, in, out, [2]int{size, size}, o),
			nn.NewBatchNorm2d[float32](out, nn.BatchNormOptions{}), nn.NewActivation[float32]("relu"))
	}
	block := func(in, out, stride int) nn.Module[float32] {
		layers := nn.NewSequential(convolution(in, out, 3, stride), convolution(out, out, 3, 1))
		return nn.NewSum[float32](layers, convolution(in, out, 1, stride))
	}
	network := nn.NewSequential(convolution(1, 16, 3, 1), block(16, 16, 1), block(16, 32, 2), block(32, 64, 2),
		pool.NewAdaptiveAvgPool2d[float32]([2]int{1, 1}), nn.NewFlatten[float32](),
		nn.NewLinear[float32](rng, 64, 10, nn.LinearOptions{}))
	params, loader := nn.Values(network.Params()), data.NewLoader[float32](set, data.LoaderOptions{Batch: n, Shuffle: rng})
	stepper, adamw := train.NewStepper(params, 32), optim.NewAdamW(params, optim.AdamWOptions{})
	rate := optim.CosineAnnealingLR(0.003, 0, epochs*loader.Len())
	for b := range loader.Batches(epochs) {
		adamw.LR = rate(int(stepper.Steps))
		stepper.Step(b.Len(), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			return loss.CrossEntropy(network.Forward(b.Images(scope, lo, hi)), b.Labels(lo, hi), loss.CrossEntropyOptions{})
		})
		adamw.Step()
	}
	return network
}
