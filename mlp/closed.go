package mlp

import (
	"gonum.org/v1/gonum/mat"

	"hw4/tensor"
)

// Closed returns the Jacobians at x by formulas: with
// D_l = diag(sigma'(A_l y_{l-1} + b_l)) for l < L and D_L = I,
//
//	dy_l/db_l     = D_l
//	dy_l/dy_{l-1} = D_l A_l
//	dy_L/dy_l     = dy_L/dy_{L-1} ... dy_{l+1}/dy_l
//	dy_L/dA_l     = D_l (dy_L/dy_l)ᵀ y_{l-1}ᵀ
//
// No gradient of package tensor is used. It panics if x does not have n_0
// elements or n_L is not 1.
func Closed(m *MLP[float64], x []float64) *Jacobians {
	m.checkInput(x)
	j := &Jacobians{DyLDy: make([]*mat.Dense, len(m.A)), DyLDA: make([]*mat.Dense, len(m.A))}
	y := []mat.Vector{mat.NewVecDense(len(x), x)}
	for l := range m.A {
		next, d := m.layer(l, y[l])
		y = append(y, next)
		j.DyDb = append(j.DyDb, mat.DenseCopyOf(d))
		j.DyDy = append(j.DyDy, new(mat.Dense))
		j.DyDy[l].Mul(d, matrix(m.A[l]))
	}
	last := len(m.A) - 1
	j.DyLDy[last] = mat.NewDense(1, 1, []float64{1})
	for l := last; l >= 0; l-- {
		if l < last {
			j.DyLDy[l] = new(mat.Dense)
			j.DyLDy[l].Mul(j.DyLDy[l+1], j.DyDy[l+1])
		}
		var column mat.Dense
		column.Mul(j.DyDb[l], j.DyLDy[l].T())
		j.DyLDA[l] = new(mat.Dense)
		j.DyLDA[l].Mul(&column, y[l].T())
	}
	return j
}

// layer returns y_l and D_l for the layer at index l, given y_{l-1}.
func (m *MLP[T]) layer(l int, y mat.Vector) (*mat.VecDense, *mat.DiagDense) {
	n := m.B[l].Len()
	var z mat.VecDense
	z.MulVec(matrix(m.A[l]), y)
	slopes := make([]float64, n)
	for i := range n {
		x := z.AtVec(i) + float64(m.B[l].At(i))
		fx, slope := x, 1.0
		if l < len(m.A)-1 {
			fx = m.Activation.F(x)
			slope = m.Activation.DF(x, fx)
		}
		z.SetVec(i, fx)
		slopes[i] = slope
	}
	return &z, mat.NewDiagDense(n, slopes)
}

// matrix returns a copy of a tensor of rank 2.
func matrix[T tensor.Float](t *tensor.Tensor[T]) *mat.Dense {
	rows, cols := t.Dims2("mlp")
	m := mat.NewDense(rows, cols, nil)
	m.Apply(func(i, j int, _ float64) float64 { return float64(t.At(i, j)) }, m)
	return m
}
