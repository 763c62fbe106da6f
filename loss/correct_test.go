package loss_test

import (
	"math"
	"testing"

	"hw4/loss"
	"hw4/tensor"
)

func TestCorrect(t *testing.T) {
	z := tensor.FromSlice([]float32{1, 2, 0, 3, 3, 0, 0, 0, 1}, 3, 3)
	for _, c := range []struct {
		labels []int
		want   int
	}{{[]int{1, 0, 2}, 3}, {[]int{1, 1, 2}, 2}, {[]int{0, 2, 1}, 0}, {[]int{1, -100, 3}, 1}} {
		if got := loss.Correct(z, c.labels); got != c.want {
			t.Errorf("labels %v: %d correct, want %d", c.labels, got, c.want)
		}
	}
}

// Without classes no label is right.
func TestCorrectOfNoClasses(t *testing.T) {
	if got := loss.Correct(tensor.Zeros[float32](2, 0), []int{0, 0}); got != 0 {
		t.Errorf("%d correct, want 0", got)
	}
}

// A NaN is the largest of the logits, the first of two, as in PyTorch's argmax: a row
// with one is right for its own class only.
func TestCorrectOfNaN(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		z    []float64
		says int
	}{{[]float64{1, nan, 0}, 1}, {[]float64{nan, 1, inf}, 0}, {[]float64{inf, 1, nan}, 2}, {[]float64{0, nan, nan}, 1},
		{[]float64{-inf, -inf, -inf}, 0}} {
		for label := range 3 {
			if got := loss.Correct(tensor.FromSlice(c.z, 1, 3), []int{label}) == 1; got != (label == c.says) {
				t.Errorf("logits %v, label %d: right %v", c.z, label, got)
			}
		}
	}
}

// At a tie the first class is said, -1, whatever the label: by the sign of a logit
// as by the largest of two.
func TestCorrectSign(t *testing.T) {
	for _, c := range []struct {
		z    float64
		says float64
	}{{3, 1}, {math.SmallestNonzeroFloat64, 1}, {0, -1}, {math.Copysign(0, -1), -1}, {-1e-9, -1},
		{math.Inf(1), 1}, {math.Inf(-1), -1}, {math.NaN(), -1}} {
		for _, y := range []float64{-1, 1} {
			want := 0
			if y == c.says {
				want = 1
			}
			if got := loss.CorrectSign(tensor.Scalar(c.z), tensor.Scalar(y)); got != want {
				t.Errorf("z = %v, y = %v: %d correct, want %d", c.z, y, got, want)
			}
			two := tensor.FromSlice([]float64{-c.z, c.z}, 1, 2)
			if got := loss.Correct(two, []int{int(y+1) / 2}); got != want {
				t.Errorf("logits %v, y = %v: %d correct, want %d", two, y, got, want)
			}
		}
	}
	z, y := tensor.FromSlice([]float32{1, 0, -1, 0}, 4, 1), tensor.FromSlice([]float32{1, 1, -1, -1}, 4, 1)
	if got := loss.CorrectSign(z, y); got != 3 {
		t.Errorf("%d of 4 correct, want 3", got)
	}
}
