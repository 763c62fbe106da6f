package commute

import (
	"fmt"

	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/tensor"
)

// square shows the two ways around the square on one small picture: pooled first and
// squashed last, and the other way round. Both end at the same corner.
func square() report.Picture {
	x := tensor.FromSlice([]float64{
		-2, 1, 0, -1,
		0, -1, -2, -3,
		3, 1, -1, 2,
		2, -2, 1, 0,
	}, 1, 1, 4, 4)
	rho := MaxPool(2)
	pooled, squashed := rho(x), tensor.Tanh(x)
	first, last := tensor.Tanh(pooled), rho(squashed)
	over := draw.Range{Lo: -3, Hi: 3}
	tile := func(t *tensor.Tensor[float64], caption string) draw.Tile {
		return draw.Tile{Image: draw.Map(tensor.Reshape(t, t.Dim(2), t.Dim(3)), draw.Diverging, over),
			Caption: []string{caption}}
	}
	tiles := []draw.Tile{
		tile(x, "X"), tile(pooled, "rho(X)"), tile(squashed, "sigma(X)"),
		tile(first, "sigma(rho(X))"), tile(last, "rho(sigma(X))"),
	}
	return report.Picture{
		Title: "Both ways around the square",
		Alt: fmt.Sprintf("A picture X of 4 x 4 numbers, the max pool of its four windows of 2 x 2, and sigma = tanh of it. "+
			"Pooled first or last, the result is the same 2 x 2 picture, with %.3g in its first row and column.",
			first.At(0, 0, 0, 0)),
		Image: draw.Tiles(tiles, 3, 24), Panels: tiles,
	}
}
