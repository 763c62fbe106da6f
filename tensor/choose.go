package tensor

// Where returns a where cond is not zero, and b elsewhere. The three shapes broadcast
// as Add's do. An element's gradient goes to the one that it was taken of; cond has
// none.
func Where[T Float](cond, a, b *Tensor[T]) *Tensor[T] {
	Need("where", cond, a, b)
	shape := broadcastShape("where", broadcastShape("where", cond.shape, a.shape), b.shape)
	chosen := spread(cond.Detach(), shape, broadcastStrides(cond.shape, shape))
	pick := func(yes, no *Tensor[T]) *Tensor[T] {
		out := Out(shape, cond, yes, no)
		y, n := spread(yes, shape, broadcastStrides(yes.shape, shape)), spread(no, shape, broadcastStrides(no.shape, shape))
		for i, c := range chosen.data {
			if c != 0 {
				out.data[i] = y.data[i]
			} else {
				out.data[i] = n.data[i]
			}
		}
		return out
	}
	return Record("where", pick(a, b), []*Tensor[T]{cond, a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		zero := Scalar(T(0))
		return []*Tensor[T]{nil, sumTo(pick(dout, zero), a), sumTo(pick(zero, dout), b)}
	})
}

// Clamp returns x with elements below lo replaced by lo and those above hi by hi. The
// gradient is 1 between lo and hi, and 0 at them, outside and at NaN, as in PyTorch 2.15.
// An infinity is no bound, and NaN stays. It panics unless lo <= hi.
func Clamp[T Float](x *Tensor[T], lo, hi T) *Tensor[T] {
	Need("clamp", x)
	if !(lo <= hi) {
		panic(Shapef("clamp", "bounds %v and %v, want the lower one first", lo, hi))
	}
	out := Out(x.shape, x)
	for i, v := range x.data {
		out.data[i] = v
		if v < lo {
			out.data[i] = lo
		} else if v > hi {
			out.data[i] = hi
		}
	}
	return Record("clamp", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		dx := OutOver(dout)
		for i, v := range x.data {
			d := dout.data[i]
			if !(lo < v && v < hi) {
				d = 0
			}
			dx.data[i] = d
		}
		return []*Tensor[T]{dx}
	})
}
