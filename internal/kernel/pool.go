package kernel

import "math"

// AvgPool sets y[c, i, j] to the mean of the elements of plane c of x under
// window (i, j). The sum is divided by the number of positions of the window
// that lie inside x and its padding, or with inside set, inside x. The window
// must not be dilated. x holds Channels Height Width elements, y Channels OutH
// OutW.
func AvgPool[T Float](y, x []T, w *Window, inside bool) {
	at := 0
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowTaps(i)
			for j := range w.OutW {
				cols := w.colTaps(j)
				var sum T
				for r := rows.lo; r < rows.hi; r++ {
					for _, v := range plane[r*w.Width+cols.lo : r*w.Width+cols.hi] {
						sum += v
					}
				}
				y[at] = sum / T(divisor(rows, cols, inside))
				at++
			}
		}
	}
}

// AvgPoolGrad is the adjoint of AvgPool: it adds to every element of dx its part
// of dy.
func AvgPoolGrad[T Float](dx, dy []T, w *Window, inside bool) {
	at := 0
	for c := range w.Channels {
		plane := dx[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowTaps(i)
			for j := range w.OutW {
				cols := w.colTaps(j)
				part := dy[at] / T(divisor(rows, cols, inside))
				for r := rows.lo; r < rows.hi; r++ {
					row := plane[r*w.Width+cols.lo : r*w.Width+cols.hi]
					for p := range row {
						row[p] += part
					}
				}
				at++
			}
		}
	}
}

// divisor returns the number of elements that an average is taken over.
func divisor(rows, cols taps, inside bool) int {
	if inside {
		return (rows.hi - rows.lo) * (cols.hi - cols.lo)
	}
	return rows.padded * cols.padded
}

// MaxPool sets y[c, i, j] to the maximum of the elements of plane c of x under
// window (i, j): NaN if one of them is, -Inf if the window meets padding only.
func MaxPool[T Float](y, x []T, w *Window) {
	at := 0
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowTaps(i)
			for j := range w.OutW {
				y[at] = T(math.Inf(-1))
				if best := argmax(plane, w.Width, rows, w.colTaps(j)); best >= 0 {
					y[at] = plane[best]
				}
				at++
			}
		}
	}
}

// MaxPoolGrad adds every element of dy to the element of dx at the place where
// MaxPool found the maximum in x. It looks for it again, which needs no memory.
func MaxPoolGrad[T Float](dx, dy, x []T, w *Window) {
	at := 0
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		grads := dx[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowTaps(i)
			for j := range w.OutW {
				if best := argmax(plane, w.Width, rows, w.colTaps(j)); best >= 0 {
					grads[best] += dy[at]
				}
				at++
			}
		}
	}
}

// argmax returns the offset of the maximum under a window, -1 if there is
// nothing under it: the first of equal maxima in row-major order, but the last
// NaN if there is one, as in PyTorch.
func argmax[T Float](plane []T, width int, rows, cols taps) int {
	if rows.lo >= rows.hi || cols.lo >= cols.hi {
		return -1
	}
	at := rows.lo*width + cols.lo
	best := plane[at]
	for r := rows.lo; r < rows.hi; r += rows.step {
		for c := cols.lo; c < cols.hi; c += cols.step {
			if v := plane[r*width+c]; v > best || v != v {
				best, at = v, r*width+c
			}
		}
	}
	return at
}

// taps is what a window meets along one axis of the input: the indices lo, lo +
// step, ... below hi.
type taps struct {
	lo, hi, step int
	padded       int // from the window's start to its end or that of the padding
}

// rowTaps returns the rows under the windows of output row i.
func (w *Window) rowTaps(i int) taps {
	return tapsAt(i*w.StrideH-w.PadH, w.KernelH, w.DilationH, w.Height, w.PadH)
}

// colTaps returns the columns under the windows of output column j.
func (w *Window) colTaps(j int) taps {
	return tapsAt(j*w.StrideW-w.PadW, w.KernelW, w.DilationW, w.Width, w.PadW)
}

func tapsAt(start, kernel, dilation, length, pad int) taps {
	end := start + (kernel-1)*dilation + 1
	t := taps{lo: start, hi: min(end, length), step: dilation, padded: min(end, length+pad) - start}
	if start < 0 {
		t.lo = start + ((-start-1)/dilation+1)*dilation
	}
	return t
}
