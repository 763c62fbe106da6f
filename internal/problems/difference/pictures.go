package difference

import (
	"image"
	"math"
	"slices"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/photo"
	"hw4/tensor"
)

// edgesOf shows what the sheet calls edge detection.
var edgesOf = photo.Mapping{
	Apply: edges, Panels: panels, Title: "Edges", Brightness: true,
	Alt: "A picture, its differences down and across, blue where it becomes darker and red where it becomes brighter, " +
		"and their length, which is large along edges.",
}

// brightnessDifferences returns Y (1, 2, H, W) for the brightness of a picture (C, H, W).
func brightnessDifferences(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return Filter().Apply(tensor.Reshape(data.Luminance(x), 1, 1, x.Dim(1), x.Dim(2)))
}

// edges returns the length of the gradient of the brightness at every pixel of a
// picture (C, H, W). It is scaled so that one pixel in a hundred is white: the
// strongest edges. The last row and column, where the sheet's zeros outside make an
// edge of the frame, do not count for the scale.
func edges(x *tensor.Tensor[float64]) (*tensor.Tensor[float64], error) {
	y := brightnessDifferences(x)
	h, w := y.Dim(2), y.Dim(3)
	out := tensor.Zeros[float64](1, h, w)
	var inside []float64
	for i := range out.Data() {
		length := math.Hypot(y.Data()[i], y.Data()[h*w+i])
		out.Data()[i] = length
		if i/w < h-1 && i%w < w-1 {
			inside = append(inside, length)
		}
	}
	slices.Sort(inside)
	if n := len(inside); n > 0 && inside[n*99/100] > 0 {
		return tensor.Scale(out, 1/inside[n*99/100]), nil
	}
	return out, nil
}

// panels shows a picture, both channels of Y, and the edges.
func panels(x, edges *tensor.Tensor[float64]) []draw.Tile {
	y := brightnessDifferences(x)
	const strong = 0.25 // of the way from black to white
	h, w := y.Dim(2), y.Dim(3)
	channel := func(c int) image.Image {
		return draw.Map(tensor.FromSlice(y.Data()[c*h*w:][:h*w], h, w), draw.Diverging, draw.Range{Lo: -strong, Hi: strong})
	}
	return []draw.Tile{
		photo.Panel(x, "X"),
		{Image: channel(0), Caption: []string{"Y[1]: the pixel below minus this one"}},
		{Image: channel(1), Caption: []string{"Y[2]: the pixel to the right minus this one"}},
		photo.Panel(edges, "the length of (Y[1], Y[2])"),
	}
}
