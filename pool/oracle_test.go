package pool_test

import (
	"math"
	"math/rand/v2"

	"hw4/pool"
	"hw4/tensor"
)

// An axis is one axis of a pooling with all defaults filled in.
type axis struct{ in, kernel, stride, pad, dilation int }

func axes(x *tensor.Tensor[float64], opt pool.Options) [2]axis {
	var out [2]axis
	for i := range out {
		a := axis{in: x.Dim(2 + i), kernel: opt.Kernel[i], stride: opt.Stride[i], pad: opt.Padding[i],
			dilation: opt.Dilation[i]}
		if a.stride == 0 {
			a.stride = a.kernel
		}
		if a.dilation == 0 {
			a.dilation = 1
		}
		out[i] = a
	}
	return out
}

func (a axis) span() int { return (a.kernel-1)*a.dilation + 1 }

// windows counts the windows one by one. A window must end within the padded
// axis; with ceil, it is enough that the one before it, if there had been one,
// leaves a part of the padded axis uncovered and that it starts in the axis or
// the padding before it.
func (a axis) windows(ceil bool) int {
	n := 0
	for {
		fits := n*a.stride+a.span() <= a.in+2*a.pad
		if ceil {
			fits = (n-1)*a.stride+a.span() < a.in+2*a.pad && n*a.stride < a.in+a.pad
		}
		if !fits {
			return n
		}
		n++
	}
}

// legal reports whether the pooling is one that PyTorch accepts.
func legal(x *tensor.Tensor[float64], opt pool.Options) bool {
	for _, a := range axes(x, opt) {
		if 2*a.pad > a.kernel || a.windows(opt.CeilMode) == 0 {
			return false
		}
	}
	return true
}

// A place is an element under a window, or on the padding if it is outside.
type place struct {
	inside bool
	index  []int
}

// under lists the places of window (i, j) that lie in the image or its padding, in
// row-major order.
func under(n, c, i, j int, ax [2]axis) []place {
	var places []place
	for p := range ax[0].kernel {
		for q := range ax[1].kernel {
			row := i*ax[0].stride + p*ax[0].dilation - ax[0].pad
			col := j*ax[1].stride + q*ax[1].dilation - ax[1].pad
			if row >= ax[0].in+ax[0].pad || col >= ax[1].in+ax[1].pad {
				continue
			}
			places = append(places, place{
				inside: row >= 0 && row < ax[0].in && col >= 0 && col < ax[1].in,
				index:  []int{n, c, row, col},
			})
		}
	}
	return places
}

// naive pools x by calling pick for the elements of every window. pick returns
// the output and by how much it changes with each of the elements.
func naive(x *tensor.Tensor[float64], opt pool.Options, dout func(at int) float64,
	pick func(values []float64, padded int) (float64, []float64)) (y, dx *tensor.Tensor[float64]) {
	ax := axes(x, opt)
	y = tensor.Zeros[float64](x.Dim(0), x.Dim(1), ax[0].windows(opt.CeilMode), ax[1].windows(opt.CeilMode))
	dx = tensor.Zeros[float64](x.Shape()...)
	at := 0
	for n := range y.Dim(0) {
		for c := range y.Dim(1) {
			for i := range y.Dim(2) {
				for j := range y.Dim(3) {
					places := under(n, c, i, j, ax)
					var values []float64
					var inside []place
					for _, p := range places {
						if p.inside {
							values, inside = append(values, x.At(p.index...)), append(inside, p)
						}
					}
					v, slopes := pick(values, len(places))
					y.Set(v, n, c, i, j)
					for k, p := range inside {
						dx.Set(dx.At(p.index...)+slopes[k]*dout(at), p.index...)
					}
					at++
				}
			}
		}
	}
	return y, dx
}

// naiveAvg is average pooling by its definition.
func naiveAvg(x *tensor.Tensor[float64], opt pool.Options, dout func(at int) float64) (y, dx *tensor.Tensor[float64]) {
	return naive(x, opt, dout, func(values []float64, padded int) (float64, []float64) {
		divisor := float64(padded)
		if opt.Divisor == pool.CountImage {
			divisor = float64(len(values))
		}
		sum, slopes := 0.0, make([]float64, len(values))
		for i, v := range values {
			sum += v
			slopes[i] = 1 / divisor
		}
		return sum / divisor, slopes
	})
}

// naiveMax is max pooling by its definition.
func naiveMax(x *tensor.Tensor[float64], opt pool.Options, dout func(at int) float64) (y, dx *tensor.Tensor[float64]) {
	return naive(x, opt, dout, func(values []float64, _ int) (float64, []float64) {
		best, slopes := math.Inf(-1), make([]float64, len(values))
		nan := -1
		for i, v := range values {
			best = max(best, v) // NaN if either is
			if math.IsNaN(v) {
				nan = i
			}
		}
		for i, v := range values {
			if i == nan || v == best {
				slopes[i] = 1
				break
			}
		}
		return best, slopes
	})
}

// shuffled returns a tensor of distinct values 1/64 apart, so that no step of a
// finite difference changes which is the largest.
func shuffled(rng *rand.Rand, shape ...int) *tensor.Tensor[float64] {
	x := tensor.Zeros[float64](shape...)
	for i, p := range rng.Perm(x.Len()) {
		x.Data()[i] = float64(p-x.Len()/2) / 64
	}
	return x
}

// randomPool returns a pooling that PyTorch accepts, with dilation if asked for,
// and an input for it.
func randomPool(rng *rand.Rand, dilated bool) (*tensor.Tensor[float64], pool.Options) {
	lengths := []int{1, 2, 3, 5, 7, 8}
	length := func() int { return lengths[rng.IntN(len(lengths))] }
	for {
		x := shuffled(rng, 1+rng.IntN(2), 1+rng.IntN(3), length(), length())
		opt := pool.Options{
			Kernel:   [2]int{1 + rng.IntN(4), 1 + rng.IntN(4)},
			Stride:   [2]int{rng.IntN(6), rng.IntN(6)},
			Padding:  [2]int{rng.IntN(3), rng.IntN(3)},
			CeilMode: rng.IntN(2) == 0,
		}
		if dilated {
			opt.Dilation = [2]int{rng.IntN(4), rng.IntN(4)}
		} else {
			opt.Divisor = pool.Divisor(rng.IntN(2))
		}
		if legal(x, opt) {
			return x, opt
		}
	}
}
