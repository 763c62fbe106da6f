// Package avgpool is Problem 2: average pooling as a convolution.
package avgpool

import (
	"context"
	"embed"
	"fmt"
	"math/rand/v2"

	"hw4/conv"
	"hw4/internal/draw"
	"hw4/internal/judge"
	"hw4/internal/photo"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// texts are what the problem asks and why the answer is right, made of the Markdown beside it.
//
//go:embed statement.html derivation.html
var texts embed.FS

// Problem returns Problem 2 as the sheet lists it.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 2, Title: "Average pooling as convolution", Command: "conv", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			o := Defaults()
			o.Seed, o.Progress = s.Seed, s.Progress
			return o.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 2.
type Options struct {
	Height, Width int // of the images that are checked
	Channels      int
	Kernel        int // k
	Seed          uint64
	Picture       photo.Files
	Progress      progress.Progress
}

// Defaults returns images of MNIST's size in three colours, and k = 2.
func Defaults() Options { return Options{Height: 28, Width: 28, Channels: 3, Kernel: 2} }

// check returns an error unless k divides both sides of the images, as the problem
// assumes.
func (o Options) check() error {
	h, w, k := o.Height, o.Width, o.Kernel
	if k > h || k > w {
		return problem.Settingf("kernel", "%d is larger than the image of %dx%d", k, h, w)
	}
	if h%k != 0 || w%k != 0 {
		return problem.Settingf("size", "%dx%d is not divisible by the kernel size %d, which Problem 2 assumes: "+
			"the windows would leave out %s and %s; %dx%d is", h, w, k, report.Plural(h%k, "row"),
			report.Plural(w%k, "column"), h-h%k, w-w%k)
	}
	return nil
}

// definition is the mapping by the sheet's formula, for images whose sides k divides.
func definition(k int) judge.Map {
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		images, channels, m, n := x.Dims4("avg pool")
		y := tensor.Zeros[float64](images, channels, m/k, n/k)
		for at := range y.Len() {
			image, c := at/(n/k)/(m/k)/channels, at/(n/k)/(m/k)%channels
			i, j := at/(n/k)%(m/k), at%(n/k)
			sum := 0.0
			for a := range k {
				for b := range k {
					sum += x.At(image, c, k*i+a, k*j+b)
				}
			}
			y.Data()[at] = sum / float64(k*k)
		}
		return y
	}
}

// depthwise is the mapping as a convolution with stride k in which every channel has
// a filter of its own, all 1/k^2: one group a channel.
func depthwise(channels, k int) judge.Map {
	w := tensor.Full(1/float64(k*k), channels, 1, k, k)
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return conv.Conv2d(x, w, nil, conv.Options{Stride: [2]int{k, k}, Groups: channels})
	}
}

// Filter returns the answer as an ordinary convolution, which adds up its input
// channels: 1/k^2 where output and input channel are the same, 0 elsewhere.
func Filter(channels, k int) judge.Filter {
	return judge.Filter{W: judge.Depthwise(tensor.Full(1/float64(k*k), channels, k, k)), Stride: k}
}

// Solve answers the problem.
func (o Options) Solve(ctx context.Context) (*report.Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	k, channels := o.Kernel, o.Channels
	r := Problem().Report("")
	r.Answerf("AvgPool2d with kernel size k = %d is the convolution with stride %d and no padding in which channel c has "+
		"the filter w_c = 1/k^2 in %s:", k, k, report.All(k*k, "place"))
	r.Answer = append(r.Answer, report.Matrix{
		Name: "w_c",
		Rows: judge.Plane(tensor.Full(1/float64(k*k), 1, 1, k, k), 0, 0),
	})
	r.Textf("The channels are not added up: the convolution is depthwise, one group a channel. As the weight of an "+
		"ordinary convolution the same mapping is w in R^(%d x %d x %d x %d), with w_c in place (c, c) and zeros in every "+
		"place (c, d) with c != d.", channels, channels, k, k)
	rng := rand.New(rand.NewPCG(o.Seed, 2))
	claim := func(name string, left, right judge.Map, definition string) judge.Claim {
		return judge.Claim{Name: name, Left: left, Right: right, Definition: definition,
			Channels: channels, Height: o.Height, Width: o.Width}
	}
	library := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return pool.AvgPool2d(x, pool.Options{Kernel: [2]int{k, k}})
	}
	for _, c := range []judge.Claim{
		claim("", depthwise(channels, k), definition(k), "the sheet's formula"),
		claim("dense filter: ", Filter(channels, k).Apply, definition(k), "the sheet's formula"),
		claim("library: ", depthwise(channels, k), library, "pool.AvgPool2d"),
	} {
		if err := judge.Prove(ctx, o.Progress, rng, &r.Body, c); err != nil {
			return nil, err
		}
	}
	if c := min(channels, judge.MaxRecovered/(4*k*k)); c > 0 {
		judge.ProveRecovered(rng, &r.Body, task(c, k), 2*k, 2*k)
	}
	return r, pooled(k).Show(&r.Body, o.Picture)
}

// pooled shows a picture (C, H, W) shrunk by the kernel size.
func pooled(k int) photo.Mapping {
	return photo.Mapping{
		Title: fmt.Sprintf("Average pooling with k = %d", k),
		Alt:   fmt.Sprintf("A picture, and the same with %d x %d pixels averaged into one.", k, k),
		Apply: func(x *tensor.Tensor[float64]) (*tensor.Tensor[float64], error) {
			c, h, w := x.Dim(0), x.Dim(1), x.Dim(2)
			if err := (Options{Height: h, Width: w, Kernel: k}).check(); err != nil {
				return nil, err
			}
			y := depthwise(c, k)(tensor.Reshape(x, 1, c, h, w))
			return tensor.Reshape(y, y.Shape()[1:]...), nil
		},
		Panels: func(x, y *tensor.Tensor[float64]) []draw.Tile {
			return []draw.Tile{photo.Panel(x, "X"), photo.Panel(y, fmt.Sprintf("Y: 1/%d as wide and high", k))}
		},
		Multiple: k,
	}
}
