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

// halves reports whether the windows are 2 x 2, next to each other, without padding or
// dilation: those of LeNet-5, which have kernels of their own.
func (w *Window) halves() bool {
	return w.KernelH == 2 && w.KernelW == 2 && w.StrideH == 2 && w.StrideW == 2 && w.PadH == 0 && w.PadW == 0 &&
		w.DilationH == 1 && w.DilationW == 1 && 2*w.OutH <= w.Height && 2*w.OutW <= w.Width && w.Channels > 0
}

// eachHalf calls visit for blocks of rows of at most lanes windows, each with the
// number of rows and columns and where its output and its input begin. All planes
// are one block where no row is left between them. The last block of a row overlaps the
// one before, since a part of a vector takes longer than a vector.
func (w *Window) eachHalf(lanes int, visit func(rows, n, outAt, inAt int)) {
	planes, rows := w.Channels, w.OutH
	if 2*w.OutH == w.Height {
		planes, rows = 1, w.Channels*w.OutH
	}
	for p := range planes {
		for j := 0; j < w.OutW; j += lanes {
			from := max(0, min(j, w.OutW-lanes))
			visit(rows, min(lanes, w.OutW), p*w.OutH*w.OutW+from, p*w.Height*w.Width+2*from)
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
	eachMaxima(x, w, func(c, at int, found []int) {
		plane := x[c*w.Height*w.Width:]
		for j, best := range found {
			if best >= 0 {
				y[at+j] = plane[best]
			} else {
				y[at+j] = T(math.Inf(-1))
			}
		}
	})
}

// MaxPoolGrad is the adjoint of MaxPool at x: every element of dy is added to the
// element of dx where its window has the maximum, and the others are zero. It looks
// for the maxima again, since to keep their places would take more memory than y.
func MaxPoolGrad[T Float](dx, dy, x []T, w *Window) {
	clear(dx)
	eachMaxima(x, w, func(c, at int, found []int) {
		plane := dx[c*w.Height*w.Width:]
		for j, best := range found {
			if best >= 0 {
				plane[best] += dy[at+j]
			}
		}
	})
}

// eachMaxima calls visit for some windows of a row at a time: their plane c, the place of
// the first in the output, and for each the offset in the plane that argmax finds.
func eachMaxima[T Float](x []T, w *Window, visit func(c, at int, found []int)) {
	const most = 64
	var room [most]int
	halves := w.halves()
	for c := range w.Channels {
		plane := x[c*w.Height*w.Width:][:w.Height*w.Width]
		for i := range w.OutH {
			for j := 0; j < w.OutW; j += most {
				found := room[:min(most, w.OutW-j)]
				if halves {
					argmaxHalves(found, plane, 2*i*w.Width+2*j, w.Width)
				} else {
					rows := w.rowReach(i)
					for n := range found {
						found[n] = argmax(plane, w.Width, rows, w.colReach(j+n))
					}
				}
				visit(c, (c*w.OutH+i)*w.OutW+j, found)
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

// argmaxHalves finds the maxima of windows of 2 x 2 that follow each other from at on. It
// compares whole numbers, of which the processor chooses the larger without a jump. It
// cannot foresee jumps that depend on the data, and those that it takes wrong are slow.
func argmaxHalves[T Float](found []int, plane []T, at, width int) {
	for n := range found {
		upper, lower := (*[2]T)(plane[at:]), (*[2]T)(plane[at+width:])
		best, most := at, order(upper[0])
		if v := order(upper[1]); v > most {
			best, most = at+1, v
		}
		if v := order(lower[0]); v > most {
			best, most = at+width, v
		}
		if order(lower[1]) > most {
			best = at + width + 1
		}
		if sum := upper[0] + upper[1] + lower[0] + lower[1]; sum != sum { // perhaps of a NaN
			best = argmax(plane, width, reach{lo: at / width, hi: at/width + 2, step: 1},
				reach{lo: at % width, hi: at%width + 2, step: 1})
		}
		found[n] = best
		at += 2
	}
}

// order returns a whole number for v, not NaN: the larger, the larger v is, and one for
// both zeros.
func order[T Float](v T) int64 {
	bits := int64(math.Float64bits(float64(v) + 0))
	return bits ^ int64(uint64(bits>>63)>>1)
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
