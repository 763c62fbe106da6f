package homework

import (
	"context"
	"math"
	"math/rand/v2"

	"hw4/conv"
	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/tensor"
)

// differenceFilter returns the answer to Problem 1: w of shape (2, 3, 3), as the
// weight (2, 1, 3, 3) of a convolution with one input channel.
func differenceFilter() *tensor.Tensor[float64] {
	return tensor.FromSlice([]float64{
		0, 0, 0,
		0, -1, 0,
		0, 1, 0,

		0, 0, 0,
		0, -1, 1,
		0, 0, 0,
	}, 2, 1, 3, 3)
}

// difference is the mapping of Problem 1 by its definition, with
// X_{m+1,:} = X_{:,n+1} = 0.
func difference(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	images, _, m, n := x.Dims4("difference")
	y := tensor.Zeros[float64](images, 2, m, n)
	at := func(image, i, j int) float64 {
		if i == m || j == n {
			return 0
		}
		return x.At(image, 0, i, j)
	}
	for image := range images {
		for i := range m {
			for j := range n {
				y.Set(at(image, i+1, j)-at(image, i, j), image, 0, i, j)
				y.Set(at(image, i, j+1)-at(image, i, j), image, 1, i, j)
			}
		}
	}
	return y
}

// differenceConv is the mapping as a convolution with zero padding 1.
func differenceConv(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return conv.Conv2d(x, differenceFilter(), nil, conv.Options{Padding: [2]int{1, 1}})
}

// solveDifference answers Problem 1.
func solveDifference(ctx context.Context, cfg Config) (*report.Report, error) {
	h, w := cfg.Height, cfg.Width
	a := newAnswer(1)
	a.text("The mapping X -> Y is the convolution of X, with zero padding 1, with the filter w = [w1, w2]:")
	filter := differenceFilter()
	a.matrix("w1", planeOf(filter, 0, 0))
	a.matrix("w2", planeOf(filter, 1, 0))
	a.text("w1 takes -1 times the pixel itself plus the pixel below, w2 -1 times the pixel itself plus the pixel to the right. " +
		"The padding supplies the zeros X[m+1,:] and X[:,n+1].")
	rng := rand.New(rand.NewPCG(cfg.Seed, 1))
	err := a.checkLinearMap(ctx, cfg.Progress, rng, linearClaim{
		left: differenceConv, right: difference, channels: 1, height: h, width: w,
		definition: "the sheet's formula",
	})
	if err != nil {
		return nil, err
	}
	a.checkRecovered(rng, judge.Difference(difference, filter), 5, 5)
	return a.picture(cfg, edges)
}

// edges returns the length of the gradient of the brightness at every pixel,
// what Problem 1 calls edge detection, of a picture (C, H, W).
func edges(x *tensor.Tensor[float64], _ Config) (*tensor.Tensor[float64], error) {
	grey := tensor.Mean(x, 0)
	h, w := grey.Dims2("edges")
	y := differenceConv(tensor.Reshape(grey, 1, 1, h, w))
	out := tensor.Zeros[float64](1, h, w)
	for i := range out.Data() {
		out.Data()[i] = math.Hypot(y.Data()[i], y.Data()[h*w+i])
	}
	return out, nil
}
