package data

import (
	"fmt"
	"image"
	"math"
	"path/filepath"
	"strings"

	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/npy"
)

// ReadDigit returns the digit in a picture as MNIST has digits, (1, 1, 28, 28):
// see Digit. The file is a PNG or JPEG file, or an array of NumPy's if its name
// ends in .npy: (H, W) grey, or (H, W, C) or (C, H, W) with 1 or 3 channels of red,
// green and blue. What is transparent is paper. It returns a *FormatError if the
// file is none of these or shows nothing, and the error of reading it.
func ReadDigit[T tensor.Float](path string) ([]Reading[T], error) {
	file, err := strict.ReadFile(path, maxPictureFile)
	if err != nil {
		return nil, err
	}
	parse := pictureGreys[T]
	if strings.EqualFold(filepath.Ext(path), ".npy") {
		parse = arrayGreys[T]
	}
	greys, err := parse(path, file)
	if err != nil {
		return nil, err
	}
	for _, grey := range greys {
		if readings := Digit(grey); len(readings) > 0 {
			return readings, nil
		}
	}
	return nil, strict.Fail(path, strict.Whole, "the picture", "blank", "a digit that differs from the paper around it")
}

// maxBrightness bounds the elements of arrays, well below the largest float32.
const maxBrightness = 1e30

// pictureGreys returns a picture in grey: on white paper and, if parts of it are
// transparent, also on black.
func pictureGreys[T tensor.Float](name string, file []byte) ([]*tensor.Tensor[T], error) {
	picture, err := parsePicture(name, file)
	if err != nil {
		return nil, err
	}
	b := picture.Bounds()
	white, black := tensor.Zeros[T](b.Dy(), b.Dx()), tensor.Zeros[T](b.Dy(), b.Dx())
	opaque := true
	pixels := picture.(image.RGBA64Image) // as all of package image are
	for i := range white.Data() {
		p := pixels.RGBA64At(b.Min.X+i%b.Dx(), b.Min.Y+i/b.Dx())
		v := brightness(float64(p.R), float64(p.G), float64(p.B))
		clear := math.MaxUint16 - float64(p.A)
		black.Data()[i], white.Data()[i] = T(v/math.MaxUint16), T((v+clear)/math.MaxUint16)
		opaque = opaque && clear == 0
	}
	if opaque {
		return []*tensor.Tensor[T]{white}, nil
	}
	return []*tensor.Tensor[T]{white, black}, nil
}

// arrayGreys returns an array in grey.
func arrayGreys[T tensor.Float](name string, file []byte) ([]*tensor.Tensor[T], error) {
	array, err := npy.Read(name, file)
	if err != nil {
		return nil, err
	}
	shape := array.Shape
	n, _ := strict.Product(shape, maxPixels)
	last := len(shape) - 1
	colours := func(axis int) bool { return len(shape) == 3 && (shape[axis] == 1 || shape[axis] == 3) }
	if n < 1 || len(shape) != 2 && !colours(0) && !colours(last) {
		return nil, strict.Failf(name, strict.Whole, "the shape", tensor.Tuple(shape),
			"(H, W), (H, W, C) or (C, H, W) with 1 or 3 channels and 1 to %d elements", maxPixels)
	}
	x, err := npy.ToTensor[float64](array)
	if err != nil {
		return nil, err
	}
	for i, v := range x.Data() {
		if !(math.Abs(v) <= maxBrightness) {
			return nil, strict.Failf(name, strict.Whole, fmt.Sprintf("element %d", i), v,
				"a number of size at most %g", maxBrightness)
		}
	}
	switch {
	case colours(last):
		x = tensor.Permute(x, 2, 0, 1)
	case len(shape) == 2:
		x = tensor.Reshape(x, 1, shape[0], shape[1])
	}
	grey := tensor.Zeros[T](x.Dim(1), x.Dim(2))
	for i, v := range Luminance(x).Data() {
		grey.Data()[i] = T(v)
	}
	return []*tensor.Tensor[T]{grey}, nil
}
