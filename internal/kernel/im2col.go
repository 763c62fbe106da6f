package kernel

// Window is the geometry of a two-dimensional sliding window: an input of
// Channels planes of Height x Width, a kernel of KernelH x KernelW taps spread
// by the dilation and moved by the stride over the padded input, and the
// OutH x OutW positions it visits.
type Window struct {
	Channels, Height, Width int
	KernelH, KernelW        int
	StrideH, StrideW        int
	PadH, PadW              int
	DilationH, DilationW    int
	OutH, OutW              int
}

// Cols returns the number of window positions, OutH OutW.
func (w *Window) Cols() int { return w.OutH * w.OutW }

// Rows returns the number of taps of all channels, Channels KernelH KernelW.
func (w *Window) Rows() int { return w.Channels * w.KernelH * w.KernelW }

// Im2col lays every window of x out as a column:
//
//	col[(c KernelH + a) KernelW + b, i OutW + j] =
//	    x[c, StrideH i + DilationH a - PadH, StrideW j + DilationW b - PadW]
//
// and 0 where that lies outside x, so that a convolution is the product of the
// weight matrix with col (Chellapilla, Puri and Simard 2006). x holds Channels
// Height Width elements, col Rows() Cols().
func Im2col[T Float](col, x []T, w *Window) {
	w.eachTapRow(func(colAt, n, xAt, lead, tail int) {
		row := col[colAt : colAt+n]
		clear(row[:lead])
		clear(row[n-tail:])
		inner := row[lead : n-tail]
		if w.StrideW == 1 && len(inner) > 0 { // else xAt may lie outside
			copy(inner, x[xAt:])
			return
		}
		for j := range inner {
			inner[j] = x[xAt+j*w.StrideW]
		}
	})
}

// Col2im is the adjoint of Im2col: it adds every element of col to the element
// of x that Im2col read it from. What came from the padding is dropped.
func Col2im[T Float](x, col []T, w *Window) {
	w.eachTapRow(func(colAt, n, xAt, lead, tail int) {
		inner := col[colAt+lead : colAt+n-tail]
		if w.StrideW == 1 && len(inner) > 0 { // else xAt may lie outside
			Add(x[xAt:][:len(inner)], x[xAt:], inner)
			return
		}
		for j, v := range inner {
			x[xAt+j*w.StrideW] += v
		}
	})
}

// eachTapRow calls visit for every tap and every row of window positions, in
// the order of col: the row starts at colAt and has n elements, of which the
// first lead and the last tail fall on padding; the others read x from xAt on,
// StrideW apart.
func (w *Window) eachTapRow(visit func(colAt, n, xAt, lead, tail int)) {
	at := 0
	for c := range w.Channels {
		for a := range w.KernelH {
			for b := range w.KernelW {
				lead, tail := w.outside(b)
				for i := range w.OutH {
					y := i*w.StrideH + a*w.DilationH - w.PadH
					if y < 0 || y >= w.Height {
						visit(at, w.OutW, 0, w.OutW, 0)
					} else {
						x := lead*w.StrideW + b*w.DilationW - w.PadW
						visit(at, w.OutW, (c*w.Height+y)*w.Width+x, lead, tail)
					}
					at += w.OutW
				}
			}
		}
	}
}

// outside returns how many window positions at the start and at the end of a
// row put the tap of column b on padding.
func (w *Window) outside(b int) (lead, tail int) {
	first := b*w.DilationW - w.PadW // the column of x under the first position
	if first < 0 {
		lead = min(w.OutW, (-first-1)/w.StrideW+1)
	}
	inside := 0 // positions whose column is below Width
	if first < w.Width {
		inside = min(w.OutW, (w.Width-1-first)/w.StrideW+1)
	}
	return lead, min(w.OutW-inside, w.OutW-lead)
}
