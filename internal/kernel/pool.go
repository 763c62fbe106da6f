package kernel

import "math"

// AvgPool sets y[c, i, j] to the mean of the elements of plane c of x under
// window (i, j). The sum is divided by the number of positions of the window
// that lie inside x and its padding, or with inside set, inside x. The window
// must not be dilated. x holds Channels Height Width elements, y Channels OutH
// OutW.
func AvgPool[T Float](y, x []T, w *Window, inside bool) {
	if y, ok := any(y).([]float32); ok && selected.vector != nil && w.halves() {
		w.eachHalf(selected.vector.lanes, func(rows, n, outAt, inAt int) {
			selected.vector.avgPool2x2(rows, n, &y[outAt], w.OutW, &single(x)[inAt], w.Width)
		})
		return
	}
	at := 0
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowReach(i)
			for j := range w.OutW {
				cols := w.colReach(j)
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

// AvgPoolGrad is the adjoint of AvgPool: it sets every element of dx to the sum of
// its parts of dy.
func AvgPoolGrad[T Float](dx, dy []T, w *Window, inside bool) {
	if dx, ok := any(dx).([]float32); ok && selected.vector != nil && w.halves() {
		if w.Height%2 != 0 || w.Width%2 != 0 {
			clear(dx) // the last row or column is under no window
		}
		w.eachHalf(selected.vector.lanes, func(rows, n, outAt, inAt int) {
			selected.vector.avgPool2x2Grad(rows, n, &dx[inAt], w.Width, &single(dy)[outAt], w.OutW)
		})
		return
	}
	clear(dx)
	at := 0
	for c := range w.Channels {
		plane := dx[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowReach(i)
			for j := range w.OutW {
				cols := w.colReach(j)
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

// halves reports whether the windows are 2 x 2, next to each other, without
// padding: those of LeNet-5, which have kernels of their own.
func (w *Window) halves() bool {
	return w.KernelH == 2 && w.KernelW == 2 && w.StrideH == 2 && w.StrideW == 2 && w.PadH == 0 && w.PadW == 0 &&
		2*w.OutH <= w.Height && 2*w.OutW <= w.Width && w.Channels > 0
}

// eachHalf calls visit for blocks of rows of at most lanes windows, each with the
// number of rows and columns and where its output and its input begin. All planes
// are one block where no row is left between them.
func (w *Window) eachHalf(lanes int, visit func(rows, n, outAt, inAt int)) {
	planes, rows := w.Channels, w.OutH
	if 2*w.OutH == w.Height {
		planes, rows = 1, w.Channels*w.OutH
	}
	for p := range planes {
		for j := 0; j < w.OutW; j += lanes {
			visit(rows, min(lanes, w.OutW-j), p*w.OutH*w.OutW+j, p*w.Height*w.Width+2*j)
		}
	}
}

// divisor returns the number of elements that an average is taken over.
// Of a huge window that is more than an int can count.
func divisor(rows, cols reach, inside bool) float64 {
	if inside {
		return float64(rows.hi-rows.lo) * float64(cols.hi-cols.lo)
	}
	return float64(rows.padded) * float64(cols.padded)
}

// MaxPool sets y[c, i, j] to the maximum of the elements of plane c of x under
// window (i, j): NaN if one of them is, -Inf if the window meets padding only.
func MaxPool[T Float](y, x []T, w *Window) {
	at := 0
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowReach(i)
			for j := range w.OutW {
				y[at] = T(math.Inf(-1))
				if best := argmax(plane, w.Width, rows, w.colReach(j)); best >= 0 {
					y[at] = plane[best]
				}
				at++
			}
		}
	}
}

// MaxPoolGrad is the adjoint of MaxPool at x: every element of dy is added to the
// element of dx where its window has the maximum, and the others are zero. It looks
// for the maxima again, since to keep their places would take more memory than y.
func MaxPoolGrad[T Float](dx, dy, x []T, w *Window) {
	clear(dx)
	at := 0
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		grads := dx[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			rows := w.rowReach(i)
			for j := range w.OutW {
				if best := argmax(plane, w.Width, rows, w.colReach(j)); best >= 0 {
					grads[best] += dy[at]
				}
				at++
			}
		}
	}
}

// argmax returns the offset of the maximum under a window, -1 if there is
// nothing under it: the last NaN if there is one, else the first of equal maxima in
// row-major order, as in PyTorch.
func argmax[T Float](plane []T, width int, rows, cols reach) int {
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

// A reach is the part of one axis of the input that lies under a window: the
// indices lo, lo + step, ... below hi.
type reach struct {
	lo, hi, step int
	padded       int // from the window's start to its end or that of the padding
}

// rowReach returns the rows under the windows of output row i.
func (w *Window) rowReach(i int) reach {
	return reachAt(i*w.StrideH-w.PadH, w.KernelH, w.DilationH, w.Height, w.PadH)
}

// colReach returns the columns under the windows of output column j.
func (w *Window) colReach(j int) reach {
	return reachAt(j*w.StrideW-w.PadW, w.KernelW, w.DilationW, w.Width, w.PadW)
}

// reachAt returns the reach of a window that begins at start. In the padding before
// the input, where start is negative, the first index inside is the next one that is
// a multiple of the dilation away.
func reachAt(start, kernel, dilation, length, pad int) reach {
	end := start + (kernel-1)*dilation + 1
	t := reach{lo: start, hi: min(end, length), step: min(dilation, length), padded: min(end, length+pad) - start}
	if start < 0 {
		t.lo = start + ((-start-1)/dilation+1)*dilation
	}
	return t
}
