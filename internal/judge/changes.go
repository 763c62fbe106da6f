package judge

import (
	"math"
	"slices"

	"hw4/tensor"
)

// The functions below make mistakes: each returns a function that changes a
// filter, or returns one without weights if the change does not apply to it.

// eachWeight changes every weight by itself.
func eachWeight(change func(v float64) float64) func(Filter) Filter {
	return eachTap(func(_ [4]int, v float64) float64 { return change(v) })
}

// eachTap changes every weight, given its place (output, input, row, column).
func eachTap(change func(at [4]int, v float64) float64) func(Filter) Filter {
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

// keepTaps sets the weights of the other taps to zero.
func keepTaps(keep func(i, j int) bool) func(Filter) Filter {
	return eachTap(func(at [4]int, v float64) float64 {
		if keep(at[2], at[3]) {
			return v
		}
		return 0
	})
}

// moveTaps moves the weight of every tap (i, j) of a k x k window to another one.
// An output of which a weight would leave the window is made NaN, which equals
// nothing.
func moveTaps(to func(i, j, k int) (int, int)) func(Filter) Filter {
	return func(f Filter) Filter {
		_, _, k, _ := f.W.Dims4("judge")
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

// shiftTaps moves every weight by some rows and columns.
func shiftTaps(down, right int) func(Filter) Filter {
	return moveTaps(func(i, j, _ int) (int, int) { return i + down, j + right })
}

// replaceWith puts other weights in the place of the answer's. It does not apply
// to a filter of another size.
func replaceWith(values []float64) func(Filter) Filter {
	return func(f Filter) Filter {
		if f.W.Len() != len(values) {
			return Filter{}
		}
		f.W = tensor.FromSlice(values, f.W.Shape()...)
		return f
	}
}

// swapOutputs exchanges the weights of the two output channels.
func swapOutputs(f Filter) Filter {
	f.W = tensor.Select(f.W, 0, []int{1, 0})
	return f
}

// repeatOutput gives all output channels the weights of channel o.
func repeatOutput(o int) func(Filter) Filter {
	return func(f Filter) Filter {
		f.W = tensor.Select(f.W, 0, slices.Repeat([]int{o}, f.W.Dim(0)))
		return f
	}
}

// withStride and withPadding change the options.

func withStride(stride int) func(Filter) Filter {
	return func(f Filter) Filter {
		f.Stride = stride
		return f
	}
}

func withPadding(padding int) func(Filter) Filter {
	return func(f Filter) Filter {
		f.Padding = padding
		return f
	}
}

// rounded rounds every weight to a number of decimals.
func rounded(decimals int) func(Filter) Filter { return toDecimals(decimals, math.RoundToEven) }

// cutOff leaves out the decimals after the given number of them.
func cutOff(decimals int) func(Filter) Filter { return toDecimals(decimals, math.Trunc) }

func toDecimals(decimals int, whole func(float64) float64) func(Filter) Filter {
	unit := math.Pow10(decimals)
	return eachWeight(func(v float64) float64 { return whole(v*unit) / unit })
}
