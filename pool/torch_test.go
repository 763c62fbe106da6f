package pool_test

import (
	"testing"

	"hw4/internal/torchref"
	"hw4/pool"
	"hw4/tensor"
)

func checkTorch(t *testing.T, topic string, op operation[float64], options func(c *torchref.Case, opt *pool.Options)) {
	t.Helper()
	cases, err := torchref.Load(topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		opt := pool.Options{
			Kernel:   c.Pair("kernel"),
			Stride:   c.Pair("stride"),
			Padding:  c.Pair("padding"),
			CeilMode: c.Ints("ceil_mode")[0] != 0,
		}
		options(&c, &opt)
		x := c.Leaf("x")
		if err := c.Check(op(x, opt), map[string]*tensor.Tensor[float64]{"x": x}); err != nil {
			t.Error(err)
		}
	}
}

func TestTorchAvg(t *testing.T) {
	checkTorch(t, "avgpool2d", pool.AvgPool2d[float64], func(c *torchref.Case, opt *pool.Options) {
		if c.Ints("count_include_pad")[0] == 0 {
			opt.Divisor = pool.CountImage
		}
	})
}

func TestTorchMax(t *testing.T) {
	checkTorch(t, "maxpool2d", pool.MaxPool2d[float64], func(c *torchref.Case, opt *pool.Options) {
		opt.Dilation = c.Pair("dilation")
	})
}
