package homework

import (
	"context"
	"fmt"
	"math/rand/v2"

	"hw4/conv"
	"hw4/internal/draw"
	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/tensor"
)

// The weights of red, green and blue in the luminance, as the sheet gives them
// (ITU-R BT.601).
const (
	redWeight   = 0.299
	greenWeight = 0.587
	blueWeight  = 0.114
)

// grey is the mapping of Problem 3 by its definition.
func grey(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	images, _, m, n := x.Dims4("grey")
	y := tensor.Zeros[float64](images, 1, m, n)
	for image := range images {
		for i := range m {
			for j := range n {
				r, g, b := x.At(image, 0, i, j), x.At(image, 1, i, j), x.At(image, 2, i, j)
				y.Set(redWeight*r+greenWeight*g+blueWeight*b, image, 0, i, j)
			}
		}
	}
	return y
}

// greyFilter returns the answer to Problem 3: w of shape (3, 1, 1), as the weight
// (1, 3, 1, 1) of a convolution with one output channel.
func greyFilter() *tensor.Tensor[float64] {
	return tensor.FromSlice([]float64{redWeight, greenWeight, blueWeight}, 1, 3, 1, 1)
}

// greyConv is the mapping as a 1 x 1 convolution.
func greyConv(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return conv.Conv2d(x, greyFilter(), nil, conv.Options{})
}

// solveGrey answers Problem 3.
func solveGrey(ctx context.Context, cfg Config) (*report.Report, error) {
	a := newAnswer(3)
	a.text("The mapping X -> Y is the convolution of X with a 1 x 1 filter, which combines the channels of each pixel linearly:")
	for c, name := range []string{"w[1,1,1] (red)", "w[2,1,1] (green)", "w[3,1,1] (blue)"} {
		a.matrix(name, planeOf(greyFilter(), 0, c))
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 3))
	err := a.checkLinearMap(ctx, cfg.Progress, rng, linearClaim{
		left: greyConv, right: grey, channels: 3, height: cfg.Height, width: cfg.Width,
		definition: "the sheet's formula",
	})
	if err != nil {
		return nil, err
	}
	a.checkRecovered(rng, judge.Grey(grey, greyFilter()), 3, 3)
	white := greyConv(tensor.Ones[float64](1, 3, 1, 1)).Item()
	a.check("white stays white", closeTo(white, 1), "the weights add up to %.15g", white)
	return a.picture(cfg, pictureMap{
		apply: luminous, panels: greyPanels, title: "Greyscale",
		alt: "A picture in colours, by the weights of the sheet, and by the uniform weights 1/3, which make red and blue too light and green too dark.",
	})
}

// luminous returns the luminance of a picture in colours.
func luminous(x *tensor.Tensor[float64], cfg Config) (*tensor.Tensor[float64], error) {
	if x.Dim(0) != 3 {
		return nil, &InputError{Err: fmt.Errorf("%s: the picture is grey, the mapping wants red, green and blue", cfg.Image)}
	}
	return tensor.Reshape(luminance(x), 1, x.Dim(1), x.Dim(2)), nil
}

// greyPanels shows a picture, its luminance, and for comparison the mean of its
// channels.
func greyPanels(x, y *tensor.Tensor[float64]) []draw.Tile {
	return []draw.Tile{
		panel(x, "X"),
		panel(tensor.Mean(x, 0), "the mean of red, green and blue"),
		panel(y, "Y: the luminance"),
	}
}
