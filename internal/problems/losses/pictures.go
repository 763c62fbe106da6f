package losses

import (
	"fmt"

	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/tensor"
)

// weightsPicture shows the weight vector as the image that it is the inner product
// with.
func weightsPicture(b *report.Body, f *training.Fit) {
	const side = 11 // pixels of a weight
	weights := tensor.Reshape(f.Network.Params()[0].Value.NoGrad(), f.Train.Rows, f.Train.Cols)
	over := draw.Around(weights)
	b.Add(report.Picture{
		Title: "The weight vector a, trained by the " + f.Name,
		Alt: fmt.Sprintf("The weights as an image of %d x %d: red, up to %.3g, where ink speaks for a 9, blue, down to "+
			"%.3g, where it speaks for a 4, white where it says nothing.", f.Train.Rows, f.Train.Cols, over.Hi, over.Lo),
		Image:  draw.HeatMap(weights, side),
		Panels: []report.Panel{{Image: draw.Map(weights, draw.Diverging, over)}},
	})
}
