// Package difference is Problem 1: the differences of a picture down and across, as
// a convolution.
package difference

import (
	"context"
	"embed"
	"math/rand/v2"

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

// Problem returns Problem 1 as the sheet lists it.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 1, Title: "Finite difference with convolution", Command: "conv", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			o := Defaults()
			o.Seed, o.Progress = s.Seed, s.Progress
			return o.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 1.
type Options struct {
	Height, Width int // of the images that are checked
	Seed          uint64
	Picture       photo.Files
	Progress      progress.Progress
}

// Defaults returns images of MNIST's size.
func Defaults() Options { return Options{Height: 28, Width: 28} }

// Filter returns the answer: w of shape (2, 3, 3), as the weight (2, 1, 3, 3) of a
// convolution with one input channel and zero padding 1.
func Filter() judge.Filter {
	w := tensor.FromSlice([]float64{
		0, 0, 0,
		0, -1, 0,
		0, 1, 0,

		0, 0, 0,
		0, -1, 1,
		0, 0, 0,
	}, 2, 1, 3, 3)
	return judge.Filter{W: w, Stride: 1, Padding: 1}
}

// definition is the mapping by the sheet's formula, with X_{m+1,:} = X_{:,n+1} = 0.
func definition(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
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

// Solve answers the problem.
func (o Options) Solve(ctx context.Context) (*report.Report, error) {
	r := Problem().Report("")
	r.Answerf("The mapping X -> Y is the convolution of X, with zero padding 1, with the filter w = [w1, w2]:")
	r.Answer = append(r.Answer,
		report.Matrix{Name: "w1", Rows: judge.Plane(Filter().W, 0, 0)},
		report.Matrix{Name: "w2", Rows: judge.Plane(Filter().W, 1, 0)})
	r.Textf("w1 takes -1 times the pixel itself plus the pixel below, w2 -1 times the pixel itself plus the pixel to " +
		"the right. The padding supplies the zeros X[m+1,:] and X[:,n+1].")
	rng := rand.New(rand.NewPCG(o.Seed, 1))
	err := judge.Prove(ctx, o.Progress, rng, &r.Body, judge.Claim{
		Left: Filter().Apply, Right: definition, Definition: "the sheet's formula",
		Channels: 1, Height: o.Height, Width: o.Width,
	})
	if err != nil {
		return nil, err
	}
	judge.ProveRecovered(rng, &r.Body, task(), 5, 5)
	return r, edgesOf.Show(&r.Body, o.Picture)
}
