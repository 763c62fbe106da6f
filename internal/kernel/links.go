package kernel

// Links are the channels of a convolution that are connected, if not all are: From has
// for each output channel the input channels that feed it, To for each input channel the
// output channels that it feeds, both in increasing order. Weights of others are not read.
type Links struct{ From, To [][]int }

// NewLinks returns the links of a number of input channels, given From.
func NewLinks(in int, from [][]int) *Links {
	l := &Links{From: from, To: make([][]int, in)}
	for o, channels := range from {
		for _, ch := range channels {
			l.To[ch] = append(l.To[ch], o)
		}
	}
	return l
}

// feeds returns From and To, or for no links nil, which stands for all channels.
func (l *Links) feeds() (from, to [][]int) {
	if l == nil {
		return nil, nil
	}
	return l.From, l.To
}

// most returns the largest number of channels in a list.
func most(lists [][]int) int {
	n := 0
	for _, l := range lists {
		n = max(n, len(l))
	}
	return n
}

// ClearOthers sets the weights of channels that are not connected to zero.
func ClearOthers[T Float](l *Links, w []T) {
	if l == nil {
		return
	}
	square := len(w) / (len(l.From) * len(l.To))
	for o, from := range l.From {
		next := 0
		for ch := range l.To {
			if next < len(from) && from[next] == ch {
				next++
			} else {
				clear(w[(o*len(l.To)+ch)*square:][:square])
			}
		}
	}
}

// collect copies the blocks of a size in src with the given numbers next to each other,
// where blocks are apart.
func collect[T Float](dst, src []T, size, apart int, numbers []int) []T {
	for i, at := range numbers {
		copy(dst[i*size:][:size], src[at*apart:])
	}
	return dst
}

// linkedForward is convForward for an image whose channels are not all connected: the
// product of each output channel's weights and the rows of the column matrix that they
// meet.
func linkedForward[T Float](y, columns, w []T, accumulate bool, c *Conv) {
	pixels, square := c.Cols(), c.KernelH*c.KernelW
	scratch := getBuffer[T](most(c.Links.From) * square * (pixels + 1))
	defer putBuffer(scratch)
	for o, from := range c.Links.From {
		n := len(from) * square
		weights, rows := (*scratch)[:n], (*scratch)[n:]
		collect(weights, w[o*c.terms():], square, square, from)
		collect(rows, columns, square*pixels, square*pixels, from)
		Gemm(NN, 1, pixels, n, weights, n, rows, pixels, y[o*pixels:], pixels, accumulate)
	}
}

// linkedInputGrad is convInputGrad for an image, up to the columns.
func linkedInputGrad[T Float](columns, dy, w []T, c *Conv) {
	pixels, square := c.Cols(), c.KernelH*c.KernelW
	scratch := getBuffer[T](most(c.Links.To) * (square + pixels))
	defer putBuffer(scratch)
	for ch, to := range c.Links.To {
		weights, rows := (*scratch)[:len(to)*square], (*scratch)[len(to)*square:]
		collect(weights, w[ch*square:], square, c.terms(), to)
		collect(rows, dy, pixels, pixels, to)
		Gemm(TN, square, pixels, len(to), weights, square, rows, pixels, columns[ch*square*pixels:], pixels, false)
	}
}

// linkedWeightGrad is convWeightGrad for an image.
func linkedWeightGrad[T Float](dw, dy, columns []T, c *Conv) {
	pixels, square := c.Cols(), c.KernelH*c.KernelW
	for o, from := range c.Links.From {
		for _, ch := range from {
			Gemm(NT, 1, square, pixels, dy[o*pixels:], pixels, columns[ch*square*pixels:], pixels,
				dw[o*c.terms()+ch*square:], square, true)
		}
	}
}
