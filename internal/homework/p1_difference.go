package homework

import (
	"context"
	"image"
	"math"
	"math/rand/v2"
	"slices"

	"hw4/conv"
	"hw4/internal/draw"
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
	return a.picture(cfg, pictureMap{
		apply: edges, panels: differencePanels, title: "Edges",
		alt: "A picture, its differences down and across, blue where it becomes darker and red where it becomes brighter, and their length, which is large along edges.",
	})
}

// luminance returns the brightness (1, 1, H, W) of a picture (C, H, W), by the
// weights of Problem 3 if it has colours.
func luminance(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	batch := tensor.Reshape(x, 1, x.Dim(0), x.Dim(1), x.Dim(2))
	if x.Dim(0) == 1 {
		return batch
	}
	return greyConv(batch)
}

// edges returns the length of the gradient of the brightness at every pixel of a
// picture (C, H, W), what Problem 1 calls edge detection. It is scaled so that
// one pixel in a hundred is white: the strongest edges. The last row and column,
// where the sheet's zeros outside make an edge of the frame, have no part in that.
func edges(x *tensor.Tensor[float64], _ Config) (*tensor.Tensor[float64], error) {
	y := differenceConv(luminance(x))
	h, w := y.Dim(2), y.Dim(3)
	out := tensor.Zeros[float64](1, h, w)
	var inside []float64
	for i := range out.Data() {
		length := math.Hypot(y.Data()[i], y.Data()[h*w+i])
		out.Data()[i] = length
		if i/w < h-1 && i%w < w-1 {
			inside = append(inside, length)
		}
	}
	slices.Sort(inside)
	if n := len(inside); n > 0 && inside[n*99/100] > 0 {
		return tensor.Scale(out, 1/inside[n*99/100]), nil
	}
	return out, nil
}

// differencePanels shows a picture, both channels of Y, and the edges.
func differencePanels(x, edges *tensor.Tensor[float64]) []draw.Tile {
	y := differenceConv(luminance(x))
	const strong = 0.25 // of the way from black to white
	over := draw.Range{Lo: -strong, Hi: strong}
	h, w := y.Dim(2), y.Dim(3)
	channel := func(c int) image.Image {
		return draw.Map(tensor.FromSlice(y.Data()[c*h*w:][:h*w], h, w), draw.Diverging, over)
	}
	return []draw.Tile{
		panel(x, "X"),
		{Image: channel(0), Caption: []string{"Y[1]: the pixel below minus this one"}},
		{Image: channel(1), Caption: []string{"Y[2]: the pixel to the right minus this one"}},
		panel(edges, "the length of (Y[1], Y[2])"),
	}
}
