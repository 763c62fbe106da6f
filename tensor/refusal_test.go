package tensor_test

import (
	"math"
	"strings"
	"testing"

	"hw4/tensor"
)

// Whatever does not fit is refused, in words that give the shapes.
func TestRefusals(t *testing.T) {
	zeros := func(shape ...int) *tensor64 { return tensor.Zeros[float64](shape...) }
	x, matrix := zeros(2, 3, 4), zeros(2, 3)
	for _, c := range []struct {
		say string
		f   func()
	}{
		{"zeros: negative dimension in shape (2,-1)", func() { zeros(2, -1) }},
		{"zeros: shape (4611686018427387904,2) is too large: its lengths multiply to more than 68719476736", func() {
			zeros(math.MaxInt/2+1, 2)
		}},
		{"from slice: 3 elements for shape (2,2), which has 4", func() { tensor.FromSlice(make([]float64, 3), 2, 2) }},
		{"dim: axis 3 of a tensor of rank 3", func() { x.Dim(3) }},
		{"dim: axis -4 of a tensor of rank 3", func() { x.Dim(-4) }},
		{"op: want a tensor of rank 2, got shape (2,3,4)", func() { x.Dims2("op") }},
		{"op: want a tensor of rank 4 (N, C, H, W), got shape (2,3,4)", func() { x.Dims4("op") }},
		{"at: 2 indices for shape (2,3,4)", func() { x.At(0, 0) }},
		{"at: index (0,3,0) is outside shape (2,3,4)", func() { x.At(0, 3, 0) }},
		{"set: index (1,-1,0) is outside shape (2,3,4)", func() { x.Set(1, 1, -1, 0) }},
		{"item: want one element, got shape (2,3)", func() { matrix.Item() }},
		{"item: want one element, got shape (0,)", func() { zeros(0).Item() }},
		{"set grad: a gradient of shape (3,2) for a tensor of shape (2,3)", func() {
			zeros(2, 3).SetGrad(zeros(3, 2))
		}},
		{"add: shapes (2,3,4) and (2,3) do not broadcast", func() { tensor.Add(x, matrix) }},
		{"sum: axis 3 of a tensor of rank 3", func() { tensor.Sum(x, 3) }},
		{"sum: axis -1 named twice in (2,-1)", func() { tensor.Sum(x, 2, -1) }},
		{"mean: axis 0 named twice in (0,0)", func() { tensor.Mean(x, 0, 0) }},
		{"max: axis 1 named twice in (1,1)", func() { tensor.Max(x, 1, 1) }},
		{"max: no elements to choose from in shape (2,0)", func() { tensor.Max(zeros(2, 0), 1) }},
		{"softmax: axis 2 of a tensor of rank 2", func() { tensor.Softmax(matrix, 2) }},
		{"log softmax: axis 2 of a tensor of rank 2", func() { tensor.LogSoftmax(matrix, 2) }},
		{"reshape: shape (2,3) has 6 elements, which do not make shape (4,)", func() { tensor.Reshape(matrix, 4) }},
		{"reshape: shape (2,3) has 6 elements, which do not make shape (4,-1)", func() {
			tensor.Reshape(matrix, 4, -1)
		}},
		{"reshape: shape (2,3) to (-1,-1): more than one length would do for the -1", func() {
			tensor.Reshape(matrix, -1, -1)
		}},
		{"permute: 1 axes (0,) for shape (2,3)", func() { tensor.Permute(matrix, 0) }},
		{"permute: axis 1 named twice in (1,1)", func() { tensor.Permute(matrix, 1, 1) }},
		{"permute: axis 2 of a tensor of rank 2", func() { tensor.Permute(matrix, 0, 2) }},
		{"concat: nothing to join", func() { tensor.Concat[float64](0) }},
		{"concat: axis 2 of a tensor of rank 2", func() { tensor.Concat(2, matrix) }},
		{"concat: shape (2,3) does not join (2,3,4) along axis 0", func() { tensor.Concat(0, x, matrix) }},
		{"concat: shape (2,3,4,1) does not join (2,3,4) along axis 0", func() {
			tensor.Concat(0, x, zeros(2, 3, 4, 1))
		}},
		{"concat: shape (1,3,4) does not join (2,3,4) along axis 1", func() { tensor.Concat(1, x, zeros(1, 3, 4)) }},
		{"concat: shape (2,3,5) does not join (2,3,4) along axis 1", func() { tensor.Concat(1, x, zeros(2, 3, 5)) }},
		{"index select: axis 3 of a tensor of rank 3", func() { tensor.IndexSelect(x, 3, nil) }},
		{"index select: index -1 on axis 1 of shape (2,3,4)", func() { tensor.IndexSelect(x, 1, []int{0, -1}) }},
		{"index select: index 3 on axis 1 of shape (2,3,4)", func() { tensor.IndexSelect(x, 1, []int{3}) }},
		{"matmul: shapes (2,3) and (2,3) do not fit", func() { tensor.MatMul(matrix, matrix) }},
		{"reshape: shape (0,2) to (0,-1): more than one length would do for the -1", func() {
			tensor.Reshape(zeros(0, 2), 0, -1)
		}},
		{"matmul: shapes (2,3,4) and (5,4) do not fit", func() { tensor.MatMul(x, zeros(5, 4)) }},
		{"matmul: leading axes: shapes (2,) and (3,) do not broadcast", func() { tensor.MatMul(x, zeros(3, 4, 5)) }},
		{"matmul: shapes (2,3,4) and (3,5) do not fit", func() { tensor.MatMul(x, zeros(3, 5)) }},
		{"matmul: shapes (2,3,4) and () do not fit", func() { tensor.MatMul(x, zeros()) }},
		{"matmul: shapes (3,4) and (0,4,2,3,5) do not fit", func() { tensor.MatMul(zeros(3, 4), zeros(0, 4, 2, 3, 5)) }},
		{"slice: axis 3 of a tensor of rank 3", func() { tensor.Slice(x, 3, 0, 1) }},
		{"slice: 2 to 1 on axis 1 of shape (2,3,4)", func() { tensor.Slice(x, 1, 2, 1) }},
		{"slice: 0 to 4 on axis 1 of shape (2,3,4)", func() { tensor.Slice(x, 1, 0, 4) }},
		{"slice: -4 to 2 on axis 1 of shape (2,3,4)", func() { tensor.Slice(x, 1, -4, 2) }},
		{"pad: widths for 3 axes of shape (2,3)", func() { tensor.Pad(matrix, 0, [2]int{}, [2]int{}, [2]int{}) }},
		{"pad: widths (0,-1) of axis 1 of shape (2,3); none", func() { tensor.Pad(matrix, 0, [2]int{0, -1}) }},
		{"pad: widths (-1,0) of axis 0 of shape (2,3); none", func() { tensor.Pad(matrix, 0, [2]int{-1, 0}, [2]int{}) }},
		{"stack: nothing to join", func() { tensor.Stack[float64](0) }},
		{"stack: axis 3 of a tensor of rank 3", func() { tensor.Stack(3, matrix) }},
		{"stack: shapes (2,3) and (2,3,4) differ", func() { tensor.Stack(0, matrix, x) }},
		{"argmax: axis 3 of a tensor of rank 3", func() { tensor.Argmax(x, 3) }},
		{"argmax: no elements to choose from on axis 1 of shape (2,0)", func() { tensor.Argmax(zeros(2, 0), 1) }},
		{"gather: 2 numbers of shape (2,) from a tensor of shape (2,3)", func() {
			tensor.Gather(matrix, 1, []int{0, 1}, 2)
		}},
		{"gather: 2 numbers of shape (2,2) from a tensor of shape (2,3)", func() {
			tensor.Gather(matrix, 1, []int{0, 1}, 2, 2)
		}},
		{"gather: shape (3,1) is longer than (2,3) along axis 0", func() {
			tensor.Gather(matrix, 1, []int{0, 1, 2}, 3, 1)
		}},
		{"gather: index 3 on axis 1 of shape (2,3)", func() { tensor.Gather(matrix, 1, []int{0, 3}, 2, 1) }},
		{"gather: index -1 on axis 1 of shape (2,3)", func() { tensor.Gather(matrix, 1, []int{-1, 0}, 2, 1) }},
		{"one hot: label 3 of row 1 is not one of 3 classes", func() { tensor.OneHot[float64]([]int{0, 3}, 3) }},
		{"one hot: label -1 of row 0 is not one of 3 classes", func() { tensor.OneHot[float64]([]int{-1}, 3) }},
		{"where: shapes (2,3,4) and (2,3) do not broadcast", func() { tensor.Where(x, matrix, matrix) }},
		{"where: shapes (2,3) and (2,) do not broadcast", func() { tensor.Where(matrix, matrix, zeros(2)) }},
		{"clamp: bounds 1 and 0, want the lower one first", func() { tensor.Clamp(x, 1, 0) }},
		{"clamp: bounds NaN and 0, want the lower one first", func() { tensor.Clamp(x, math.NaN(), 0) }},
		{"matmul: shapes () and () do not fit", func() { tensor.MatMul(zeros(), zeros()) }},
	} {
		if msg := wantPanic[*tensor.ShapeError](t, c.f); !strings.HasPrefix(msg, c.say) {
			t.Errorf("%q, want %q", msg, c.say)
		}
	}
}
