package judge

import (
	"math"
	"slices"

	"hw4/internal/report"
	"hw4/tensor"
)

// A Mistake is a change of the right filter that people make.
type Mistake struct {
	Code      string // a stable word for machines
	Name, Why string
	Change    func(Filter) Filter // a Filter without weights: the mistake cannot be made here
}

// Named returns a mistake.
func Named(code, name, why string, change func(Filter) Filter) Mistake {
	return Mistake{Code: code, Name: name, Why: why, Change: change}
}

// String returns the name and why it is a mistake.
func (m Mistake) String() string { return m.Name + ": " + m.Why }

// AllZero is the mistake of a filter that does nothing.
func AllZero() Mistake {
	return Mistake{"all-zero", "all weights are zero", "the output is zero whatever the picture", Scale(0)}
}

// Roundings are the mistakes of writing a weight with too few decimals, from the most
// of them to the fewest.
func Roundings(fewest, most int) []Mistake {
	const why = "so short a number is near the weight but is not the weight; write it in full"
	var list []Mistake
	for d := most; d >= fewest; d-- {
		decimals := report.Plural(d, "decimal")
		list = append(list,
			Mistake{"rounded", "rounded to " + decimals, why, toDecimals(d, math.Round)},
			Mistake{"cut-off", "cut off after " + decimals, why, toDecimals(d, math.Trunc)})
	}
	return list
}

// toDecimals keeps some decimals. 0.25 has two numbers of one decimal that are equally
// near: rounding takes 0.3, cutting off 0.2, so that both are known.
func toDecimals(decimals int, whole func(float64) float64) func(Filter) Filter {
	unit := math.Pow10(decimals)
	return EachWeight(func(_ [4]int, v float64) float64 { return whole(v*unit) / unit })
}

// The functions below make mistakes: each returns a function that changes a
// filter, or returns one without weights if the change does not apply to it.

// EachWeight changes every weight, given its place (output, input, row, column).
func EachWeight(change func(at [4]int, v float64) float64) func(Filter) Filter {
	return func(f Filter) Filter {
		w := tensor.Zeros[float64](f.W.Shape()...)
		for n, v := range f.W.Data() {
			w.Data()[n] = change(place(f.W, n), v)
		}
		f.W = w
		return f
	}
}

// place returns the indices of element n of a tensor of rank 4.
func place(w *tensor.Tensor[float64], n int) [4]int {
	_, c, kh, kw := w.Dims4("judge")
	return [4]int{n / (c * kh * kw), n / (kh * kw) % c, n / kw % kh, n % kw}
}

// Scale multiplies every weight.
func Scale(by float64) func(Filter) Filter {
	return EachWeight(func(_ [4]int, v float64) float64 { return v * by })
}

// Keep sets the weights at other places to zero: from input c to output o at row i and
// column j of the window.
func Keep(keep func(o, c, i, j int) bool) func(Filter) Filter {
	return EachWeight(func(at [4]int, v float64) float64 {
		if keep(at[0], at[1], at[2], at[3]) {
			return v
		}
		return 0
	})
}

// Move moves the weight at every place (i, j) of a k x k window to another one. An
// output of which a weight would leave the window is made NaN, which equals nothing.
func Move(to func(i, j, k int) (int, int)) func(Filter) Filter {
	return func(f Filter) Filter {
		k := f.W.Dim(2)
		w := tensor.Zeros[float64](f.W.Shape()...)
		for n, v := range f.W.Data() {
			if v == 0 {
				continue
			}
			at := place(f.W, n)
			i, j := to(at[2], at[3], k)
			if i < 0 || i >= k || j < 0 || j >= k {
				i, j, v = 0, 0, math.NaN()
			}
			w.Set(w.At(at[0], at[1], i, j)+v, at[0], at[1], i, j)
		}
		f.W = w
		return f
	}
}

// Shift moves every weight by some rows and columns.
func Shift(down, right int) func(Filter) Filter {
	return Move(func(i, j, _ int) (int, int) { return i + down, j + right })
}

// Replace puts other weights in the place of the answer's. It does not apply to a
// filter of another size.
func Replace(values ...float64) func(Filter) Filter {
	return func(f Filter) Filter {
		if f.W.Len() != len(values) {
			return Filter{}
		}
		f.W = tensor.FromSlice(values, f.W.Shape()...)
		return f
	}
}

// Reorder puts the channels along an axis of the weight, 0 for outputs and 1 for
// inputs, in another order.
func Reorder(axis int, order ...int) func(Filter) Filter {
	return func(f Filter) Filter {
		f.W = tensor.IndexSelect(f.W, axis, order)
		return f
	}
}

// Repeat gives all output channels the weights of channel o.
func Repeat(o int) func(Filter) Filter {
	return func(f Filter) Filter { return Reorder(0, slices.Repeat([]int{o}, f.W.Dim(0))...)(f) }
}

// WithStride changes the stride.
func WithStride(stride int) func(Filter) Filter {
	return func(f Filter) Filter {
		f.Stride = stride
		return f
	}
}

// WithPadding changes the padding.
func WithPadding(padding int) func(Filter) Filter {
	return func(f Filter) Filter {
		f.Padding = padding
		return f
	}
}
