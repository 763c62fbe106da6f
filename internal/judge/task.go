package judge

import (
	"fmt"
	"slices"
	"strings"

	"hw4/internal/report"
	"hw4/tensor"
)

// A Task is a mapping that the sheet asks to write as a convolution.
type Task struct {
	Definition Map    // the sheet's formula
	Right      Filter // the sheet's answer
	Step       int    // the sides of the images are multiples of it

	forms    []form                 // the shapes in which w may be written
	about    string                 // what the shapes hold
	outputs  []string               // what the weights of each output channel are called
	mistakes []mistake              // changes of the right filter, the likeliest first
	every    string                 // why one size of images stands for all, if every border case occurs
	entry    func(at [4]int) string // the sheet's name of a weight
	plane    func(o, c int) string  // and of the plane from input c to output o
}

// A form is a shape in which a filter may be written.
type form struct {
	shape  []int
	dense  func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] // the weight (O, C, KH, KW)
	hidden bool                                                    // understood, but not among the shapes that are asked for
}

// reshaped is a form that has its elements in the order of the weight.
func reshaped(weight []int, shape ...int) form {
	return form{shape: shape, dense: func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] { return tensor.Reshape(w, weight...) }}
}

// A ShapeError says that a filter is not of a shape that answers the problem.
type ShapeError struct {
	Found  []int
	Wanted [][]int
	About  string // what a filter of the wanted shapes holds
}

// Error names the shapes, and says so if only the order of the axes is wrong.
func (e *ShapeError) Error() string {
	var wanted []string
	permuted := false
	for _, shape := range e.Wanted {
		wanted = append(wanted, Tuple(shape))
		permuted = permuted || slices.Equal(slices.Sorted(slices.Values(shape)), slices.Sorted(slices.Values(e.Found)))
	}
	message := fmt.Sprintf("the filter has shape %s, want %s", Tuple(e.Found), alternatives(wanted))
	if permuted {
		return message + "; its axes are in another order"
	}
	return message + ": " + e.About
}

// Fit returns the filter with the weights w, written in one of the shapes of the
// task. Its stride and padding are those of the right answer. The error is a
// *ShapeError.
func (t *Task) Fit(w *tensor.Tensor[float64]) (Filter, error) {
	var wanted [][]int
	for _, form := range t.forms {
		if slices.Equal(w.Shape(), form.shape) {
			return Filter{W: form.dense(w), Stride: t.Right.Stride, Padding: t.Right.Padding}, nil
		}
		if !form.hidden {
			wanted = append(wanted, form.shape)
		}
	}
	return Filter{}, &ShapeError{w.Shape(), wanted, t.about}
}

// Tuple writes a shape as PyTorch does: (2,3,3), and (3,) for a vector.
func Tuple(shape []int) string {
	if len(shape) == 1 {
		return fmt.Sprintf("(%d,)", shape[0])
	}
	return "(" + strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ",") + ")"
}

// alternatives joins words as "a", "a or b" or "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// IsRight reports whether a filter is the sheet's answer, weights but for float32
// rounding.
func (t *Task) IsRight(f Filter) bool { return f.W != nil && f.equal(t.Right) }

// maxShownPlanes is the number of planes of a filter that are shown.
const maxShownPlanes = 8

// Show returns the planes of a filter that are not zero, up to a number of them,
// under the names that the sheet gives them.
func (t *Task) Show(f Filter) []report.Item {
	outputs, inputs, _, _ := f.W.Dims4("judge")
	var items []report.Item
	for o := range outputs {
		for c := range inputs {
			if len(items) == maxShownPlanes {
				return append(items, report.Text("and so on."))
			}
			one := tensor.Select(f.output(o).W, 1, []int{c})
			if slices.ContainsFunc(one.Data(), func(v float64) bool { return v != 0 }) {
				items = append(items, report.Matrix{Name: t.plane(o, c), Rows: rows(one, 0)})
			}
		}
	}
	return items
}
