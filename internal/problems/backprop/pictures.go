package backprop

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// picture shows the formulas at work in the first layer: each Jacobian beside its
// two factors.
func picture(net *mlp.MLP[float64], x []float64) report.Picture {
	const across = 160 // pixels of the widest panel, about
	p := newPass(net, x)
	product := derivative{byWeight, 1, p.last}
	var tiles []draw.Tile
	widest := 1
	for _, panel := range []struct {
		name   string
		matrix *mat.Dense
	}{
		{"dy_1/db_1 = D_1", p.diag(1)},
		{"A_1", p.a[1]},
		{"dy_1/dy_0 = D_1 A_1", p.right(derivative{byInput, 1, p.last})},
		{product.spelled("D_1 (dy_L/dy_1)'"), p.up(1)},
		{"y_0'", row(x)},
		{product.String() + ", their product", p.right(product)},
	} {
		rows, cols := panel.matrix.Dims()
		widest = max(widest, cols)
		t := tensor.FromSlice(slices.Clone(panel.matrix.RawMatrix().Data), rows, cols)
		tiles = append(tiles, draw.Tile{
			Image:   draw.Map(t, draw.Diverging, draw.Around(t)),
			Caption: []string{panel.name, fmt.Sprintf("largest %.3g", largest(panel.matrix))},
		})
	}
	return report.Picture{
		Title: "The derivatives of the first layer and their factors",
		Alt: product.spelled("Six matrices with a square for each entry: red above zero, blue below, white at " +
			"zero, each darkest at its own largest entry. First, the diagonal matrix D_1 times A_1 is dy_1/dy_0: it " +
			"scales each row of A_1. Then, the column D_1 (dy_L/dy_1)' times the row y_0' is dy_L/dA_1: each of its " +
			"rows is a multiple of y_0'."),
		Image:  draw.Tiles(tiles, 3, max(1, min(24, across/widest))),
		Panels: tiles,
	}
}
