package pool_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"hw4/internal/torchref"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

func TestAdaptiveAvgPool2dIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("layers")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, c := range cases {
		if c.Op == "adaptive" {
			count++
			x := c.Leaf("x")
			y := pool.NewAdaptiveAvgPool2d[float64](c.Pair("size")).Forward(x)
			if err := c.Check(y, map[string]*tensor.Tensor[float64]{"x": x}); err != nil {
				t.Error(err)
			}
		}
	}
	if count != 9 {
		t.Errorf("%d cases", count)
	}
}

func TestGradientsOfAdaptiveAvgPool2d(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for range 20 {
		x := tensor.Normal[float64](rng, 0, 1, 1+rng.IntN(3), 1+rng.IntN(2), 1+rng.IntN(7), 1+rng.IntN(7))
		size := [2]int{rng.IntN(9), rng.IntN(9)}
		pooled := func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] { return pool.AdaptiveAvgPool2d(in[0], size) }
		if err := gradcheck.Check(fmt.Sprint("adaptive ", x.Shape(), size), pooled, x); err != nil {
			t.Error(err)
		}
	}
}

func TestAdaptiveAvgPool2dRefuses(t *testing.T) {
	for want, c := range map[string]struct{ shape, size []int }{
		"adaptive_avg_pool2d: want a tensor of rank 4 (N, C, H, W), got shape (2,3)": {[]int{2, 3}, []int{1, 1}},
		"adaptive_avg_pool2d: input (2,0,3,3) to size (1,1): only the batch may be empty, and no length negative": {
			[]int{2, 0, 3, 3}, []int{1, 1}},
		"adaptive_avg_pool2d: input (2,1,0,3) to size (1,1): only the batch may be empty, and no length negative": {
			[]int{2, 1, 0, 3}, []int{1, 1}},
		"adaptive_avg_pool2d: input (2,1,3,0) to size (1,1): only the batch may be empty, and no length negative": {
			[]int{2, 1, 3, 0}, []int{1, 1}},
		"adaptive_avg_pool2d: input (2,1,3,3) to size (-1,1): only the batch may be empty, and no length negative": {
			[]int{2, 1, 3, 3}, []int{-1, 1}},
		"adaptive_avg_pool2d: input (2,1,3,3) to size (1,-1): only the batch may be empty, and no length negative": {
			[]int{2, 1, 3, 3}, []int{1, -1}},
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			pool.AdaptiveAvgPool2d(tensor.Zeros[float64](c.shape...), [2]int(c.size))
		}()
	}
	if y := pool.AdaptiveAvgPool2d(tensor.Zeros[float64](0, 2, 3, 3), [2]int{1, 1}); y.Len() != 0 {
		t.Errorf("of no images: %v", y)
	}
}

func ExampleAdaptiveAvgPool2d() {
	x := tensor.FromSlice([]float64{1, 2, 3, 4, 5, 6}, 1, 1, 2, 3)
	fmt.Println(pool.AdaptiveAvgPool2d(x, [2]int{1, 1}).Item(), pool.AdaptiveAvgPool2d(x, [2]int{1, 2}).Data())
	// Output: 3.5 [3 4]
}
