package lenet

import (
	"slices"

	"hw4/tensor"
)

// The input of 1998: an image of 32x32 pixels, in which the largest digit of the
// data set is 20x20, with the background at -0.1 and the foreground at 1.175.
const (
	retinaSide  = Side + 2*margin
	retinaWhite = -0.1
	retinaBlack = 1.175
)

// retina returns images (N, C, H, W) with pixels from 0 for white to 1 for black
// as the network of 1998 takes them: in the middle of a field (N, C, 32, 32) of
// white, with white at -0.1 and black at 1.175. Larger fields leave room for the
// ends of strokes in the middle of the receptive fields of C3. The gradient by a
// pixel is 1.275 times that at its place. It panics with a [*tensor.ShapeError] if
// the images are larger than the field.
func retina[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] {
	n, c, h, w := x.Dims4("retina")
	if h > retinaSide || w > retinaSide {
		panic(tensor.Shapef("retina", "images of %dx%d do not fit a field of %dx%d", h, w, retinaSide, retinaSide))
	}
	const contrast = retinaBlack - retinaWhite
	y := tensor.Out([]int{n, c, retinaSide, retinaSide}, x)
	field := y.Data()
	for i := range field {
		field[i] = T(retinaWhite)
	}
	eachRetinaRow(y, x, func(inner, pixels []T) {
		for j, v := range pixels {
			inner[j] += T(T(contrast) * v)
		}
	})
	return tensor.Record("retina", y, []*tensor.Tensor[T]{x}, func(dout *tensor.Tensor[T]) []*tensor.Tensor[T] {
		dx := tensor.Out(slices.Clone(x.Shape()), dout)
		eachRetinaRow(dout, dx, func(inner, pixels []T) {
			for j, v := range inner {
				pixels[j] = T(contrast) * v
			}
		})
		return []*tensor.Tensor[T]{dx}
	})
}

// eachRetinaRow visits every row of the images together with its place in the
// middle of the field.
func eachRetinaRow[T tensor.Float](field, images *tensor.Tensor[T], visit func(inner, pixels []T)) {
	n, c, h, w := images.Dims4("retina")
	top, left := (retinaSide-h)/2, (retinaSide-w)/2
	for i := range n * c * h {
		at := (i/h*retinaSide + top + i%h) * retinaSide
		visit(field.Data()[at+left:][:w], images.Data()[i*w:][:w])
	}
}
