// Package grey is Problem 3: colours to greys by a 1 x 1 convolution.
package grey

import (
	"context"
	"embed"
	"math"
	"math/rand/v2"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/judge"
	"hw4/internal/photo"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/tensor"
)

// texts are what the problem asks and why the answer is right, made of the Markdown beside it.
//
//go:embed statement.html derivation.html
var texts embed.FS

// Problem returns Problem 3 as the sheet lists it.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 3, Title: "RGB to greyscale mapping with 1x1 convolution", Command: "conv", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			o := Defaults()
			o.Seed, o.Progress = s.Seed, s.Progress
			return o.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 3.
type Options struct {
	Height, Width int // of the images that are checked
	Seed          uint64
	Picture       photo.Files
	Progress      progress.Progress
}

// Defaults returns images of MNIST's size.
func Defaults() Options { return Options{Height: 28, Width: 28} }

// Filter returns the answer: w of shape (3, 1, 1), as the weight (1, 3, 1, 1) of a
// convolution with one output channel.
func Filter() judge.Filter {
	w := tensor.FromSlice([]float64{data.RedWeight, data.GreenWeight, data.BlueWeight}, 1, 3, 1, 1)
	return judge.Filter{W: w, Stride: 1}
}

// definition is the mapping by the sheet's formula.
func definition(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	images, _, m, n := x.Dims4("grey")
	y := tensor.Zeros[float64](images, 1, m, n)
	for image := range images {
		for i := range m {
			for j := range n {
				r, g, b := x.At(image, 0, i, j), x.At(image, 1, i, j), x.At(image, 2, i, j)
				y.Set(0.299*r+0.587*g+0.114*b, image, 0, i, j)
			}
		}
	}
	return y
}

// Solve answers the problem.
func (o Options) Solve(ctx context.Context) (*report.Report, error) {
	r := Problem().Report("")
	r.Answerf("The mapping X -> Y is the convolution of X with a 1 x 1 filter. It has one weight for each colour:")
	for c, name := range []string{"w[1,1,1] (red)", "w[2,1,1] (green)", "w[3,1,1] (blue)"} {
		r.Answer = append(r.Answer, report.Matrix{Name: name, Rows: judge.Plane(Filter().W, 0, c)})
	}
	rng := rand.New(rand.NewPCG(o.Seed, 3))
	err := judge.Prove(ctx, o.Progress, rng, &r.Body, judge.Claim{
		Left: Filter().Apply, Right: definition, Definition: "the sheet's formula",
		Channels: 3, Height: o.Height, Width: o.Width,
	})
	if err != nil {
		return nil, err
	}
	judge.ProveRecovered(rng, &r.Body, task(), 3, 3)
	white := Filter().Apply(tensor.Ones[float64](1, 3, 1, 1)).Item()
	r.Check("white stays white", math.Abs(white-1) <= 1e-15, "the weights add up to %.15g", white)
	return r, picture(o.Picture.In).Show(&r.Body, o.Picture)
}

// picture shows a picture in colours in grey, and for comparison the mean of its
// channels.
func picture(name string) photo.Mapping {
	return photo.Mapping{
		Title: "Greyscale",
		Alt: "A picture in colours, by the weights of the sheet, and by the uniform weights 1/3, which make red and blue " +
			"too light and green too dark.",
		Apply: func(x *tensor.Tensor[float64]) (*tensor.Tensor[float64], error) {
			if x.Dim(0) != 3 {
				return nil, problem.Inputf("%s: the picture is grey; Problem 3 needs a picture in colour", name)
			}
			y := Filter().Apply(tensor.Reshape(x, 1, 3, x.Dim(1), x.Dim(2)))
			return tensor.Reshape(y, 1, x.Dim(1), x.Dim(2)), nil
		},
		Panels: func(x, y *tensor.Tensor[float64]) []draw.Tile {
			return []draw.Tile{
				photo.Panel(x, "X"),
				photo.Panel(y, "Y: the luminance"),
				photo.Panel(tensor.Mean(x, 0), "the mean of red, green and blue"),
			}
		},
	}
}
