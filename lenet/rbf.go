package lenet

import (
	"hw4/tensor"
	"hw4/tensor/nn"
)

// rbf returns the outputs of Euclidean radial basis function units: the squared
// distances of a batch of vectors x, of shape (N, F), from the centres w, of
// shape (K, F),
//
//	y[n, i] = sum over j of (x[n, j] - w[i, j])^2
//
// of shape (N, K). The further x is from a centre, the larger the output, which
// the paper calls the penalty of class i. The gradients are
//
//	dx[n, j] = 2 sum over i of dout[n, i] (x[n, j] - w[i, j])
//	dw[i, j] = 2 sum over n of dout[n, i] (w[i, j] - x[n, j]).
//
// Sums are formed in float64. It panics with a [*tensor.ShapeError] if the shapes
// do not fit.
func rbf[T tensor.Float](x, w *tensor.Tensor[T]) *tensor.Tensor[T] {
	n, features := x.Dims2("rbf: input")
	k, wanted := w.Dims2("rbf: centres")
	if features != wanted {
		panic(tensor.Shapef("rbf", "input %v has %d features, centres %v want %d",
			x.Shape(), features, w.Shape(), wanted))
	}
	y := tensor.Out([]int{n, k}, x, w)
	for i := range y.Data() {
		y.Data()[i] = T(squaredDistance(rowOf(x, i/k), rowOf(w, i%k)))
	}
	return tensor.Record("rbf", y, []*tensor.Tensor[T]{x, w}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		byUnit := func(sample, unit int) float64 { return float64(dout.Data()[sample*k+unit]) }
		byCentre := func(unit, sample int) float64 { return byUnit(sample, unit) }
		return []*tensor.Tensor[T]{away(x, w, byUnit, dout), away(w, x, byCentre, dout)}
	})
}

// away returns, for each row r of a, 2 times the sum over the rows s of b of
// weight(r, s) (a[r] - b[s]), stored where dout is; nil if a requires no gradient.
func away[T tensor.Float](a, b *tensor.Tensor[T], weight func(r, s int) float64,
	dout *tensor.Tensor[T]) *tensor.Tensor[T] {
	if !a.RequiresGrad() {
		return nil
	}
	da := tensor.Out(a.Shape(), dout)
	sums := make([]float64, a.Dim(1))
	for r := range a.Dim(0) {
		clear(sums)
		row := rowOf(a, r)
		for s := range b.Dim(0) {
			factor := 2 * weight(r, s)
			for j, v := range rowOf(b, s) {
				sums[j] += float64(factor * (float64(row[j]) - float64(v)))
			}
		}
		for j, sum := range sums {
			rowOf(da, r)[j] = T(sum)
		}
	}
	return da
}

func squaredDistance[T tensor.Float](a, b []T) float64 {
	var sum float64
	for i, v := range a {
		d := float64(v) - float64(b[i])
		sum += float64(d * d)
	}
	return sum
}

// rowOf returns the elements of row i of a matrix.
func rowOf[T tensor.Float](m *tensor.Tensor[T], i int) []T {
	n := m.Dim(1)
	return m.Data()[i*n : (i+1)*n]
}

// rbfLayer is the output layer of 1998: a radial basis function unit for every
// class. Its centres are fixed, so as an nn.Module it has no parameters.
type rbfLayer[T tensor.Float] struct {
	Centres *tensor.Tensor[T] // (classes, features)
}

// Forward maps states of layer F6 (N, features) to penalties (N, classes).
func (l *rbfLayer[T]) Forward(x *tensor.Tensor[T]) *tensor.Tensor[T] { return rbf(x, l.Centres) }

// Params returns nothing.
func (l *rbfLayer[T]) Params() []nn.Param[T] { return nil }
