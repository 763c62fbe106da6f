package judge

import (
	"fmt"
	"slices"

	"hw4/internal/report"
	"hw4/tensor"
)

// A Task is a mapping that somebody is asked to write as a convolution.
type Task struct {
	Definition Map    // the mapping by its formula
	Right      Filter // the right answer
	Step       int    // the sides of the images are multiples of it

	Forms    []Form                 // the shapes in which w may be written
	About    string                 // what the shapes hold
	Outputs  []string               // what the weights of each output channel are called
	Mistakes []Mistake              // changes of the right filter, the likeliest first
	Every    string                 // why one size of images stands for all, if every border case occurs
	Entry    func(at [4]int) string // the name of a weight
	Plane    func(o, c int) string  // and of the plane from input c to output o
}

// A Form is a shape in which a filter may be written.
type Form struct {
	Shape  []int
	Dense  func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] // the weight (O, C, KH, KW)
	Hidden bool                                                    // understood, but not asked for
}

// Reshaped is a form with its elements in the order of the weight.
func Reshaped(weight []int, shape ...int) Form {
	return Form{Shape: shape, Dense: func(w *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return tensor.Reshape(w, weight...)
	}}
}

// Hide returns the form as one that is understood but not asked for.
func (f Form) Hide() Form {
	f.Hidden = true
	return f
}

// A ShapeError says that a filter is not of a shape that answers the task.
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
		wanted = append(wanted, tensor.Tuple(shape))
		permuted = permuted || slices.Equal(slices.Sorted(slices.Values(shape)), slices.Sorted(slices.Values(e.Found)))
	}
	message := fmt.Sprintf("the filter has shape %s, want %s", tensor.Tuple(e.Found), report.Join(wanted, "or"))
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
	for _, form := range t.Forms {
		if slices.Equal(w.Shape(), form.Shape) {
			return Filter{W: form.Dense(w), Stride: t.Right.Stride, Padding: t.Right.Padding}, nil
		}
		if !form.Hidden {
			wanted = append(wanted, form.Shape)
		}
	}
	return Filter{}, &ShapeError{w.Shape(), wanted, t.About}
}

// Codes returns the words for what is wrong with a filter. Two of them are joined by a plus.
func (t *Task) Codes() []string {
	codes := []string{"scaled", "nearly-right"}
	for _, s := range t.slips() {
		if !slices.Contains(codes, s.Code) {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

// IsRight reports whether a filter is the right answer, up to the rounding of weights
// to float32.
func (t *Task) IsRight(f Filter) bool { return f.W != nil && f.equal(t.Right) }

// maxShownPlanes is the number of planes of a filter that are shown.
const maxShownPlanes = 8

// Show returns the planes of a filter that are not zero, up to a number of them,
// under the names that the task gives them.
func (t *Task) Show(f Filter) []report.Item {
	outputs, inputs, _, _ := f.W.Dims4("judge")
	var items []report.Item
	for o := range outputs {
		for c := range inputs {
			if len(items) == maxShownPlanes {
				return append(items, report.Text("and so on."))
			}
			rows := Plane(f.W, o, c)
			if slices.ContainsFunc(slices.Concat(rows...), func(v float64) bool { return v != 0 }) {
				items = append(items, report.Matrix{Name: t.Plane(o, c), Rows: rows})
			}
		}
	}
	return items
}
