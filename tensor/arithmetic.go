package tensor

import (
	"slices"

	"hw4/internal/kernel"
)

// Add returns a + b. Shapes broadcast by NumPy's rule: aligned at the last axis,
// lengths must agree or be 1. It panics if they do not.
func Add[T Float](a, b *Tensor[T]) *Tensor[T] {
	out := zip("add", a, b, kernel.Add)
	return Record("add", out, []*Tensor[T]{a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		return []*Tensor[T]{sumTo(dout, a), sumTo(dout, b)}
	})
}

// Sub returns a - b, broadcasting as Add does, with the gradients dout and -dout.
func Sub[T Float](a, b *Tensor[T]) *Tensor[T] {
	out := zip("sub", a, b, kernel.Sub)
	return Record("sub", out, []*Tensor[T]{a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		grads := []*Tensor[T]{sumTo(dout, a), nil}
		if b.RequiresGrad() {
			grads[1] = sumTo(scaled(dout, -1), b)
		}
		return grads
	})
}

// Mul returns the element-wise product a b, broadcasting as Add does, with the
// gradients dout b and dout a.
func Mul[T Float](a, b *Tensor[T]) *Tensor[T] {
	out := zip("mul", a, b, kernel.Mul)
	return Record("mul", out, []*Tensor[T]{a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		grads := make([]*Tensor[T], 2)
		if a.RequiresGrad() {
			grads[0] = sumTo(zip("mul", dout, b, kernel.Mul), a)
		}
		if b.RequiresGrad() {
			grads[1] = sumTo(zip("mul", dout, a, kernel.Mul), b)
		}
		return grads
	})
}

// Div returns the element-wise quotient a / b, broadcasting as Add does. With
// q = a/b the gradients are dout/b and -dout q/b.
func Div[T Float](a, b *Tensor[T]) *Tensor[T] {
	out := zip("div", a, b, kernel.Div)
	return Record("div", out, []*Tensor[T]{a, b}, func(dout *Tensor[T]) []*Tensor[T] {
		da := zip("div", dout, b, kernel.Div)
		grads := []*Tensor[T]{sumTo(da, a), nil}
		if b.RequiresGrad() {
			grads[1] = sumTo(scaled(zip("mul", da, out, kernel.Mul), -1), b)
		}
		return grads
	})
}

// Neg returns -x.
func Neg[T Float](x *Tensor[T]) *Tensor[T] { return scale("neg", x, -1) }

// Scale returns s x for a number s.
func Scale[T Float](x *Tensor[T], s T) *Tensor[T] { return scale("scale", x, s) }

func scale[T Float](op string, x *Tensor[T], s T) *Tensor[T] {
	Need(op, x)
	return RecordRule(op, scaled(x, s), scaling[T]{s}, x)
}

// scaling is the rule of Scale.
type scaling[T Float] struct{ s T }

// Gradients computes s dout.
func (r *scaling[T]) Gradients(dout *Tensor[T], _, grads []*Tensor[T]) { grads[0] = scaled(dout, r.s) }

// AddScalar returns x + s for a number s.
func AddScalar[T Float](x *Tensor[T], s T) *Tensor[T] {
	Need("add scalar", x)
	out := Out(x.shape, x)
	kernel.AddScalar(out.data, x.data, s)
	return Record("add scalar", out, []*Tensor[T]{x}, func(dout *Tensor[T]) []*Tensor[T] {
		return []*Tensor[T]{dout}
	})
}

// scaled returns s x, outside the graph.
func scaled[T Float](x *Tensor[T], s T) *Tensor[T] {
	out := Out(x.shape, x)
	kernel.Scale(out.data, s, x.data)
	return out
}

// zip returns f(a, b), outside the graph. f works on slices of one length: on the
// whole of operands of one shape, and else row by row. A row that repeats one
// element is written out for it first.
func zip[T Float](op string, a, b *Tensor[T], f func(dst, a, b []T)) *Tensor[T] {
	Need(op, a, b)
	shape := broadcastShape(op, a.shape, b.shape)
	out := Out(shape, a, b)
	if slices.Equal(a.shape, b.shape) {
		f(out.data, a.data, b.data)
		return out
	}
	sa, sb := broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)
	n, da, db := rowOf(shape, sa, sb)
	rowA, rowB := make([]T, n), make([]T, n)
	to := 0
	eachRow(shape, sa, sb, func(atA, atB int) {
		f(out.data[to:to+n], row(rowA, a.data, atA, da), row(rowB, b.data, atB, db))
		to += n
	})
	return out
}

// row returns the len(buf) elements of data from at on, or in buf the one element
// there repeated if the stride is 0.
func row[T Float](buf, data []T, at, stride int) []T {
	if stride != 0 || len(buf) == 0 {
		return data[at : at+len(buf)]
	}
	kernel.Fill(buf, data[at])
	return buf
}

// sumTo returns the gradient by x from the gradient by what x was broadcast to:
// the sum over every axis along which x was repeated. Broadcasting is linear, and
// this is its adjoint: an element that was used n times has a sum of n gradients. It is
// nil if x requires none.
func sumTo[T Float](dout, x *Tensor[T]) *Tensor[T] {
	if !x.RequiresGrad() {
		return nil
	}
	if slices.Equal(dout.shape, x.shape) {
		return dout
	}
	return sumInto(Out(x.shape, dout), dout, broadcastStrides(x.shape, dout.shape), 1)
}

// sumInto sets every element of out to the sum of the elements of x that strides map
// to it, divided by n. The sums are formed in the order of x.
func sumInto[T Float](out, x *Tensor[T], strides []int, n int) *Tensor[T] {
	sums := make([]sum, len(out.data))
	length, d, _ := rowOf(x.shape, strides, strides)
	from := 0
	eachRow(x.shape, strides, strides, func(to, _ int) {
		for i, v := range x.data[from : from+length] {
			sums[to+i*d].add(float64(v))
		}
		from += length
	})
	for i, s := range sums {
		out.data[i] = T(s.over(float64(n)))
	}
	return out
}

// A sum has beside its total what rounding has lost of it (Knuth, and Ogita, Rump and
// Oishi 2005).
type sum struct{ total, lost float64 }

func (s *sum) add(v float64) {
	total := s.total + v
	got := total - s.total // of v
	s.lost += (s.total - (total - got)) + (v - got)
	s.total = total
}

// over returns the sum divided by n. What is lost of an infinite total is NaN.
func (s sum) over(n float64) float64 {
	if s.lost != s.lost {
		return s.total / n
	}
	return s.total/n + s.lost/n
}

// spread is the adjoint of sumInto: it returns x repeated to a shape, given the
// strides that read it so, 0 along a repeated axis, outside the graph.
func spread[T Float](x *Tensor[T], shape, strides []int) *Tensor[T] {
	out := Out(shape, x)
	n, d, _ := rowOf(shape, strides, strides)
	to := 0
	eachRow(shape, strides, strides, func(from, _ int) {
		for i := range n {
			out.data[to+i] = x.data[from+i*d]
		}
		to += n
	})
	return out
}
