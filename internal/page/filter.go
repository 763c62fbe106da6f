package page

import (
	"context"
	"encoding/json"

	"hw4/data"
	"hw4/internal/arrayfile"
	"hw4/internal/judge"
	"hw4/internal/problem"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/report"
	"hw4/tensor"
)

// judgedSide is the least side of the images on which filters are judged. All cases of
// a window at the border occur there, so a right filter is proved for every size.
const judgedSide = 8

// maxKernel bounds k of Problem 2, maxPicture the pixels of a picture that is filtered.
const (
	maxKernel  = 8
	maxPicture = 1 << 19
)

// An ownFilter is somebody's answer to one of the Problems 1 to 3.
type ownFilter struct {
	Problem int             `json:"problem"`
	Kernel  int             `json:"kernel"` // of Problem 2
	W       json.RawMessage `json:"w"`      // nested arrays of numbers
}

// task returns what judges the filter.
func (o ownFilter) task() (*judge.Task, error) {
	switch o.Problem {
	case 1:
		return difference.Options{}.Task()
	case 2:
		if o.Kernel < 1 || o.Kernel > maxKernel {
			return nil, problem.Settingf("kernel", "%d: want 1 to %d", o.Kernel, maxKernel)
		}
		side := judgedOn(o.Kernel)
		return avgpool.Options{Height: side, Width: side, Channels: 3, Kernel: o.Kernel}.Task()
	case 3:
		return grey.Options{}.Task()
	}
	return nil, problem.Settingf("problem", "%d: want 1, 2 or 3, which ask for a filter", o.Problem)
}

// judgedOn returns the side of the images to judge on, a multiple of step.
func judgedOn(step int) int { return (judgedSide + step - 1) / step * step }

// read returns the filter, what judges it, and the shape in which it was written.
func (o ownFilter) read() (*judge.Task, judge.Filter, []int, error) {
	task, err := o.task()
	if err != nil {
		return nil, judge.Filter{}, nil, err
	}
	w, _, err := arrayfile.One("w", o.W, "")
	if err != nil {
		return nil, judge.Filter{}, nil, err
	}
	filter, err := task.Fit(w)
	return task, filter, w.Shape(), err
}

// judge judges a filter as 'hw4 conv --filter' does.
func (p *Page) judge(_ context.Context, o ownFilter, _ Emit) (any, error) {
	task, filter, shape, err := o.read()
	if err != nil {
		return nil, err
	}
	side := judgedOn(task.Step)
	v := task.Judge(filter, side, side)
	v.Items = append([]report.Item{report.Textf("Read as w of shape %s, with stride %d and padding %d.",
		tensor.Tuple(shape), filter.Stride, filter.Padding)}, v.Items...)
	return verdict(o.Problem, v)
}

// A picture is one that the page shows: bytes of red, green and blue, by pixels.
type picture struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	RGB    []byte `json:"rgb"`
}

// tensor returns the picture with elements in [0, 1].
func (p picture) tensor() (*tensor.Tensor[float64], error) {
	n := p.Width * p.Height
	if p.Width < 1 || p.Height < 1 || p.Width > maxPicture || p.Height > maxPicture || n > maxPicture ||
		len(p.RGB) != 3*n {
		return nil, problem.Inputf("a picture of %d x %d pixels with %d bytes: want three bytes a pixel, and 1 to %d pixels",
			p.Width, p.Height, len(p.RGB), maxPicture)
	}
	x := tensor.Zeros[float64](3, p.Height, p.Width)
	for i, v := range p.RGB {
		x.Data()[i%3*n+i/3] = float64(v) / 255
	}
	return x, nil
}

// A filtering is a filter and the picture that it is applied to.
type filtering struct {
	ownFilter
	Picture picture `json:"picture"`
}

// apply returns the picture as the filter takes it, in one or three channels, and what
// it makes of it.
func (p *Page) apply(_ context.Context, o filtering, _ Emit) (any, error) {
	_, filter, _, err := o.read()
	if err != nil {
		return nil, err
	}
	x, err := o.Picture.tensor()
	if err != nil {
		return nil, err
	}
	if o.Problem == 1 {
		x = data.Luminance(x)
	}
	if k := filter.W.Dim(-1); x.Dim(1)+2*filter.Padding < k || x.Dim(2)+2*filter.Padding < k {
		return nil, problem.Inputf("the picture is smaller than the filter; take one of at least %d x %d pixels", k, k)
	}
	y := filter.Apply(tensor.Reshape(x, append([]int{1}, x.Shape()...)...))
	return map[string]any{
		"x": floats(x), "y": floats(y), "shape": x.Shape(), "result": y.Shape()[1:], "w": floats(filter.W),
		"weight": filter.W.Shape(), "stride": filter.Stride, "padding": filter.Padding,
	}, nil
}
