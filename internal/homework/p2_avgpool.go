package homework

import (
	"context"
	"fmt"
	"math/rand/v2"

	"hw4/conv"
	"hw4/internal/draw"
	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// avgPool is the mapping of Problem 2 by its definition, for images whose sides
// k divides.
func avgPool(k int) imageMap {
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		images, channels, m, n := x.Dims4("avg pool")
		y := tensor.Zeros[float64](images, channels, m/k, n/k)
		for image := range images {
			for c := range channels {
				for i := range m / k {
					for j := range n / k {
						sum := 0.0
						for a := range k {
							for b := range k {
								sum += x.At(image, c, k*i+a, k*j+b)
							}
						}
						y.Set(sum/float64(k*k), image, c, i, j)
					}
				}
			}
		}
		return y
	}
}

// avgPoolConv is the mapping as a convolution with stride k in which every
// channel has a filter of its own, all 1/k^2: a depthwise convolution, one group
// a channel.
func avgPoolConv(channels, k int) imageMap {
	w := tensor.Full(1/float64(k*k), channels, 1, k, k)
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return conv.Conv2d(x, w, nil, conv.Options{Stride: [2]int{k, k}, Groups: channels})
	}
}

// denseAvgPool returns the filter as the weight (C, C, k, k) of an ordinary
// convolution, which adds up its input channels: 1/k^2 where output and input
// channel are the same, 0 elsewhere.
func denseAvgPool(channels, k int) *tensor.Tensor[float64] {
	w := tensor.Zeros[float64](channels, channels, k, k)
	for c := range channels {
		for a := range k {
			for b := range k {
				w.Set(1/float64(k*k), c, c, a, b)
			}
		}
	}
	return w
}

// solveAvgPool answers Problem 2.
func solveAvgPool(ctx context.Context, cfg Config) (*report.Report, error) {
	channels, k, h, w := cfg.Channels, cfg.Kernel, cfg.Height, cfg.Width
	if err := divisible(h, w, k); err != nil {
		return nil, err
	}
	a := newAnswer(2)
	a.text("AvgPool2d with kernel size k = %d is the convolution with stride %d and no padding in which channel c has the filter w_c = 1/k^2 in all %d places:", k, k, k*k)
	a.matrix(fmt.Sprintf("w_c for c = 1, ..., %d", channels), planeOf(tensor.Full(1/float64(k*k), 1, 1, k, k), 0, 0))
	a.text("The channels are not added up: the convolution is depthwise, one group a channel. As the weight of an ordinary convolution the same "+
		"mapping is w in R^(%d x %d x %d x %d), with w_c in place (c, c) and zeros in every place (c, d) with c != d.", channels, channels, k, k)
	dense := denseAvgPool(channels, k)
	denseConv := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return conv.Conv2d(x, dense, nil, conv.Options{Stride: [2]int{k, k}})
	}
	library := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return pool.AvgPool2d(x, pool.Options{Kernel: [2]int{k, k}})
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 2))
	for _, claim := range []linearClaim{
		{"", avgPoolConv(channels, k), avgPool(k), "the sheet's formula", channels, h, w},
		{"dense filter: ", denseConv, avgPool(k), "the sheet's formula", channels, h, w},
		{"library: ", avgPoolConv(channels, k), library, "pool.AvgPool2d", channels, h, w},
	} {
		if err := a.checkLinearMap(ctx, cfg.Progress, rng, claim); err != nil {
			return nil, err
		}
	}
	if c := min(channels, maxRecovered/(4*k*k)); c > 0 {
		a.checkRecovered(rng, judge.AvgPool(avgPool(k), c, k), 2*k, 2*k)
	}
	return a.picture(cfg, pictureMap{
		apply: pooled, title: fmt.Sprintf("Average pooling with k = %d", k),
		panels: func(x, y *tensor.Tensor[float64]) []draw.Tile {
			return []draw.Tile{panel(x, "X"), panel(y, fmt.Sprintf("Y: 1/%d as wide and high", k))}
		},
		alt: fmt.Sprintf("A picture, and the same with %d x %d pixels averaged into one.", k, k),
	})
}

// pooled returns a picture (C, H, W) shrunk by the kernel size.
func pooled(x *tensor.Tensor[float64], cfg Config) (*tensor.Tensor[float64], error) {
	c, h, w := x.Dim(0), x.Dim(1), x.Dim(2)
	if err := divisible(h, w, cfg.Kernel); err != nil {
		return nil, err
	}
	y := avgPoolConv(c, cfg.Kernel)(tensor.Reshape(x, 1, c, h, w))
	return tensor.Reshape(y, y.Shape()[1:]...), nil
}

// divisible returns an error unless k divides both sides of the image, as the
// problem assumes.
func divisible(h, w, k int) error {
	if k > h || k > w {
		return usagef("a kernel of size %d is larger than the %dx%d image", k, h, w)
	}
	if h%k != 0 || w%k != 0 {
		return usagef("size %dx%d is not divisible by the kernel size %d, which Problem 2 assumes: the windows would not cover the last %d rows and %d columns", h, w, k, h%k, w%k)
	}
	return nil
}
