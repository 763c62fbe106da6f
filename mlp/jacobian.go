package mlp

import (
	"slices"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"hw4/tensor"
)

// Jacobians holds the derivatives at one input. Layer l, counted from 1, is at index
// l-1 of every slice. Jacobian matrices have a row for every output and a column for
// every variable.
type Jacobians struct {
	DyDb  []*mat.Dense // of y_l by b_l, n_l x n_l
	DyDy  []*mat.Dense // of y_l by y_{l-1}, n_l x n_{l-1}
	DyLDy []*mat.Dense // of y_L by y_l, 1 x n_l
	DyLDA []*mat.Dense // of y_L by A_l, n_l x n_{l-1}, the shape of A_l
}

// checkInput panics unless the formulas apply: one output, and as many inputs as x
// has elements.
func (m *MLP[T]) checkInput(x []float64) {
	if len(x) != m.A[0].Dim(1) {
		panic(tensor.Shapef("mlp", "input of %d elements, A_1 %v wants %d", len(x), m.A[0].Shape(), m.A[0].Dim(1)))
	}
	if last := m.A[len(m.A)-1]; last.Dim(0) != 1 {
		panic(tensor.Shapef("mlp", "%d outputs; the Jacobians are those of one", last.Dim(0)))
	}
}

// Autograd returns the Jacobians at x by reverse-mode differentiation of Layers,
// row by row. It panics as Closed does.
func Autograd(m *MLP[float64], x []float64) *Jacobians {
	m.checkInput(x)
	input := tensor.FromSlice(slices.Clone(x), 1, len(x)).RequireGrad()
	ys := m.Layers(input)
	j := &Jacobians{}
	yL := ys[len(ys)-1]
	for l, a := range m.A {
		y := ys[l+1]
		j.DyDb = append(j.DyDb, rows(y, m.B[l]))
		j.DyDy = append(j.DyDy, rows(y, ys[l]))
		j.DyLDy = append(j.DyLDy, rows(yL, y))
		j.DyLDA = append(j.DyLDA, matrix(tensor.Gradients(yL, nil, a)[0]))
	}
	return j
}

// rows returns the Jacobian of y, of shape (1, n), by x, one backward pass a row.
func rows(y, x *tensor.Tensor[float64]) *mat.Dense {
	j := mat.NewDense(y.Len(), x.Len(), nil)
	for i := range y.Len() {
		dout := tensor.Zeros[float64](y.Shape()...)
		dout.Data()[i] = 1
		j.SetRow(i, tensor.Gradients(y, dout, x)[0].Data())
	}
	return j
}

// FiniteDifferences returns the Jacobians at x by central differences of the
// perceptron's layers, whose error is of the order of 1e-10 for smooth
// activations and weights of the order of 1. It panics as Closed does.
func FiniteDifferences(m *MLP[float64], x []float64) *Jacobians {
	m.checkInput(x)
	ys := [][]float64{x}
	for l := range m.A {
		ys = append(ys, m.apply(l, l+1, ys[l]))
	}
	layers := len(m.A)
	j := &Jacobians{}
	for l := range layers {
		n, in := m.A[l].Dims2("mlp")
		next := func() []float64 { return m.apply(l, l+1, ys[l]) }
		j.DyDb = append(j.DyDb, differences(n, m.B[l].Data(), next))
		j.DyDy = append(j.DyDy, differences(n, ys[l], next))
		j.DyLDy = append(j.DyLDy, differences(1, ys[l+1], func() []float64 { return m.apply(l+1, layers, ys[l+1]) }))
		flat := differences(1, m.A[l].Data(), func() []float64 { return m.apply(l, layers, ys[l]) })
		j.DyLDA = append(j.DyLDA, mat.NewDense(n, in, flat.RawMatrix().Data))
	}
	return j
}

// apply returns y_to given y_from.
func (m *MLP[T]) apply(from, to int, y []float64) []float64 {
	for l := from; l < to; l++ {
		next, _ := m.layer(l, mat.NewVecDense(len(y), y))
		y = next.RawVector().Data
	}
	return y
}

// differences returns the Jacobian of f, which has n results, by the variables v
// that it reads, which are moved and put back.
func differences(n int, v []float64, f func() []float64) *mat.Dense {
	at := slices.Clone(v)
	j := mat.NewDense(n, len(v), nil)
	fd.Jacobian(j, func(y, x []float64) {
		copy(v, x)
		copy(y, f())
	}, at, &fd.JacobianSettings{Formula: fd.Central})
	copy(v, at)
	return j
}
