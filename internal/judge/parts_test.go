package judge

import (
	"iter"
	"math"
	"testing"

	"hw4/tensor"
)

// The basis has every image once, in order, whatever the batches.
func TestBasis(t *testing.T) {
	n := 0
	for from, x := range Basis(3, 40, 50) {
		if from != n {
			t.Fatalf("a batch begins at %d, want %d", from, n)
		}
		for i := range x.Dim(0) {
			image := tensor.IndexSelect(x, 0, []int{i})
			if image.Data()[n] != 1 || tensor.Sum(tensor.Abs(image)).Item() != 1 {
				t.Fatalf("image %d is not a basis image", n)
			}
			n++
		}
	}
	if n != 3*40*50 {
		t.Errorf("%d images, want %d", n, 3*40*50)
	}
}

func TestFitWindow(t *testing.T) {
	for _, c := range []struct {
		lo, hi, in, out, stride int
		want                    window
	}{
		{0, 1, 28, 28, 1, window{1, 3}}, // Problem 1: the pixel and the next
		{0, 1, 28, 14, 2, window{0, 2}}, // Problem 2
		{0, 0, 28, 28, 1, window{0, 1}}, // Problem 3
		{-1, 1, 9, 9, 1, window{1, 3}},
		{-2, 0, 9, 9, 1, window{2, 5}},
		{0, 2, 9, 7, 1, window{0, 3}},
		{-1, 1, 8, 4, 2, window{1, 3}},
	} {
		if got, ok := fitWindow(c.lo, c.hi, c.in, c.out, c.stride); !ok || got != c.want {
			t.Errorf("offsets %d to %d, %d to %d, stride %d: %+v, want %+v", c.lo, c.hi, c.in, c.out, c.stride, got, c.want)
		}
	}
	if got, ok := fitWindow(0, 0, 4, 40, 1); ok {
		t.Errorf("4 pixels to 40: %+v", got)
	}
}

func TestBorderCases(t *testing.T) {
	three := &Task{Right: Filter{Stride: 1, Padding: 1}}
	for n, want := range map[int]int{1: 1, 2: 2, 3: 3, 4: 3, 28: 3} {
		if got := three.borderCases(n, 3); len(got) != want {
			t.Errorf("3 pixels with padding 1 on %d: %d cases %v, want %d", n, len(got), got, want)
		}
	}
	four := &Task{Right: Filter{Stride: 4}}
	if got := four.borderCases(8, 4); len(got) != 1 || !got[[2]int{}] {
		t.Errorf("4 pixels without padding on 8: %v", got)
	}
}

func TestTolerance(t *testing.T) {
	third := float64(float32(1.0 / 3))
	for _, c := range []struct {
		tol       Tolerance
		got, want float64
		equal     bool
	}{
		{weights, third, 1.0 / 3, true}, {weights, third * (1 + 1e-6), 1.0 / 3, false},
		{weights, 1e-300, 0, false}, {weights, 0, 0, true}, {weights, -third, 1.0 / 3, false},
		{sums, 1 + 5e-13, 1, true}, {sums, 1 + 5e-12, 1, false}, {sums, 0, 5e-13, true},
		{sums, math.NaN(), 0, false}, {sums, 0, math.NaN(), false}, {weights, math.NaN(), math.NaN(), false},
		{weights, 2, math.Inf(1), false}, {weights, 2, math.Inf(-1), false}, {weights, math.Inf(1), 2, false},
		{weights, math.Inf(1), math.Inf(1), false},
	} {
		if c.tol.Equal(c.got, c.want) != c.equal {
			t.Errorf("%+v: %g for %g", c.tol, c.got, c.want)
		}
	}
}

// Compare knows the first image that differs from the one that differs most.
func TestCompare(t *testing.T) {
	images := func(yield func(int, *tensor.Tensor[float64]) bool) {
		_ = yield(0, tensor.FromSlice([]float64{1, 2, 3, 4}, 2, 1, 1, 2)) &&
			yield(2, tensor.FromSlice([]float64{5, 6}, 1, 1, 1, 2))
	}
	grown := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { // by 0 for 1, by 1 for 2 ...
		return tensor.Sub(tensor.Scale(x, 2), tensor.Ones[float64](1))
	}
	seq := iter.Seq2[int, *tensor.Tensor[float64]](images)
	if c := Compare(same, same, seq, sums); c.Differ || c.Images != 3 || c.Worst != 0 {
		t.Errorf("equal maps: %+v", c)
	}
	if c := Compare(grown, same, seq, sums); !c.Differ || c.First != 0 || c.At != 2 || c.Worst != 5 {
		t.Errorf("maps that differ: %+v", c)
	}
	if c := Compare(grown, same, seq, Tolerance{Absolute: 2.5}); c.First != 1 {
		t.Errorf("first beyond 2.5: %+v", c)
	}
	nan := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Scale(x, math.NaN()) }
	if c := Compare(nan, same, seq, sums); !c.Differ || !math.IsNaN(c.Worst) {
		t.Errorf("NaN: %+v", c)
	}
	once := each(func(_ [3]int, v float64) float64 {
		if v == 3 {
			return math.NaN()
		}
		return v
	})
	if c := Compare(once, same, seq, sums); !c.Differ || !math.IsNaN(c.Worst) || c.First != 1 || c.At != 1 {
		t.Errorf("NaN in one image: %+v", c)
	} else if say := c.describe(func(n int) string { return string(rune('a' + n)) }); say != "differ by at most NaN (b)" {
		t.Errorf("NaN in one image: they %s", say)
	}
	flat := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Reshape(x, x.Dim(0), 1, 2, 1) }
	if c := Compare(flat, same, seq, sums); !c.Differ || c.First != 0 ||
		c.describe(nil) != "have outputs of shapes [2 1 2 1] and [2 1 1 2]" {
		t.Errorf("shapes: %+v", c)
	}
}
