package pool_test

import (
	"errors"
	"math"
	"testing"

	"hw4/pool"
	"hw4/tensor"
)

// message returns what f panics with, which must be a *tensor.ShapeError.
func message(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		err, _ := recover().(error)
		var shape *tensor.ShapeError
		if !errors.As(err, &shape) {
			t.Errorf("panics with %v, want a *tensor.ShapeError", err)
			return
		}
		text = shape.Error()
	}()
	f()
	return ""
}

func TestErrors(t *testing.T) {
	type pair = [2]int
	avg, max2d := pool.AvgPool2d[float64], pool.MaxPool2d[float64]
	image := []int{1, 1, 6, 4}
	for _, c := range []struct {
		name  string
		op    operation[float64]
		shape []int
		opt   pool.Options
		want  string
	}{
		{"rank", avg, []int{6, 4}, pool.Options{Kernel: pair{2, 2}},
			"avg_pool2d: want a tensor of rank 4 (N, C, H, W), got shape (6,4)"},
		{"no channels", avg, []int{1, 0, 6, 4}, pool.Options{Kernel: pair{2, 2}},
			"avg_pool2d: input (1,0,6,4) is empty: only the batch may be"},
		{"no columns", max2d, []int{1, 1, 6, 0}, pool.Options{Kernel: pair{2, 2}},
			"max_pool2d: input (1,1,6,0) is empty: only the batch may be"},
		{"no kernel", avg, image, pool.Options{},
			"avg_pool2d: kernel of height 0 must be positive"},
		{"negative kernel", max2d, image, pool.Options{Kernel: pair{2, -3}},
			"max_pool2d: kernel of width -3 must be positive"},
		{"negative stride", avg, image, pool.Options{Kernel: pair{2, 2}, Stride: pair{-1, 0}},
			"avg_pool2d: stride -1, padding 0 or dilation 1 along the height is negative"},
		{"negative padding", avg, image, pool.Options{Kernel: pair{2, 2}, Padding: pair{0, -1}},
			"avg_pool2d: stride 2, padding -1 or dilation 1 along the width is negative"},
		{"negative dilation", max2d, image, pool.Options{Kernel: pair{2, 2}, Dilation: pair{0, -1}},
			"max_pool2d: stride 2, padding 0 or dilation -1 along the width is negative"},
		{"padding", avg, image, pool.Options{Kernel: pair{3, 3}, Padding: pair{2, 0}},
			"avg_pool2d: padding 2 along the height is more than half of the kernel's 3"},
		{"padding of one", max2d, image, pool.Options{Kernel: pair{2, 1}, Padding: pair{1, 1}},
			"max_pool2d: padding 1 along the width is more than half of the kernel's 1"},
		{"too large", avg, image, pool.Options{Kernel: pair{2, 5}},
			"avg_pool2d: window of width 5 does not fit the input of 4 with padding 0"},
		{"too large by dilation", max2d, image, pool.Options{Kernel: pair{2, 3}, Dilation: pair{1, 3},
			Padding: pair{0, 1}},
			"max_pool2d: window of width 7 does not fit the input of 4 with padding 1"},
		{"too large in ceil mode", avg, image, pool.Options{Kernel: pair{2, 6}, Stride: pair{1, 2}, CeilMode: true},
			"avg_pool2d: window of width 6 does not fit the input of 4 with padding 0"},
		{"dilated mean", avg, image, pool.Options{Kernel: pair{2, 2}, Dilation: pair{2, 1}},
			"avg_pool2d: dilation (2,1), which only max pooling has"},
		{"padding of half a dilated window", max2d, image, pool.Options{Kernel: pair{3, 3}, Padding: pair{2, 2},
			Dilation: pair{2, 2}}, "max_pool2d: padding 2 along the height is more than half of the kernel's 3"},
		{"maximum without padding", max2d, image, pool.Options{Kernel: pair{2, 2}, Divisor: pool.CountImage},
			"max_pool2d: divisor CountImage, which only average pooling has"},
	} {
		got := message(t, func() { c.op(tensor.Zeros[float64](c.shape...), c.opt) })
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, opt := range []pool.Options{
		{Kernel: pair{math.MaxInt, 1}},
		{Kernel: pair{2, 2}, Stride: pair{math.MaxInt, 1}},
		{Kernel: pair{2, 3}, Dilation: pair{1, math.MaxInt}},
		{Kernel: pair{2, 2}, Padding: pair{math.MaxInt, 0}},
	} {
		message(t, func() { max2d(tensor.Zeros[float64](image...), opt) })
	}
}

// Windows of any size give what they see of the image, in both types.
func TestHugeWindows(t *testing.T) {
	const most = math.MaxInt / 8
	image := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		op   operation[float64]
		op32 operation[float32]
		opt  pool.Options
		want float64
	}{
		{pool.MaxPool2d[float64], pool.MaxPool2d[float32],
			pool.Options{Kernel: [2]int{1, 1}, Stride: [2]int{9, 9}, Dilation: [2]int{math.MaxInt, math.MaxInt}}, 1},
		{pool.MaxPool2d[float64], pool.MaxPool2d[float32],
			pool.Options{Kernel: [2]int{most, most}, Stride: [2]int{9, 9}, Padding: [2]int{most / 2, most / 2}}, 4},
		{pool.AvgPool2d[float64], pool.AvgPool2d[float32], pool.Options{Kernel: [2]int{most, most}, Stride: [2]int{9, 9},
			Padding: [2]int{most / 2, most / 2}, Divisor: pool.CountImage}, 2.5},
		{pool.AvgPool2d[float64], pool.AvgPool2d[float32], pool.Options{Kernel: [2]int{most, most}, Stride: [2]int{9, 9},
			Padding: [2]int{most / 2, most / 2}}, 10 / float64(most) / float64(most)},
	} {
		x := tensor.FromSlice(image, 1, 1, 2, 2).RequireGrad()
		y := c.op(x, c.opt)
		y.Backward(nil)
		if v := y.Item(); math.Abs(v-c.want) > 1e-9*c.want || tensor.Sum(x.Grad()).Item() > 1+1e-9 {
			t.Errorf("%+v: %v, want %v; gradient %v", c.opt, v, c.want, x.Grad())
		}
		narrow := tensor.FromSlice([]float32{1, 2, 3, 4}, 1, 1, 2, 2)
		if v := float64(c.op32(narrow, c.opt).Item()); math.Abs(v-c.want) > 1e-6*c.want {
			t.Errorf("float32, %+v: %v, want %v", c.opt, v, c.want)
		}
	}
}
