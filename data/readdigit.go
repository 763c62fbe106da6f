package data

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/npy"
)

// ReadDigit returns the digit in a picture as MNIST has digits, (1, 1, 28, 28):
// see Digit. The file is a picture as for ReadImage, or an array of NumPy's if its name
// ends in .npy: (H, W) grey, or (H, W, C) or (C, H, W) with 1 or 3 channels of red,
// green and blue. It returns a *FormatError if the file is none of these or shows
// nothing, and the error of reading it.
func ReadDigit[T tensor.Float](path string) (*tensor.Tensor[T], error) {
	file, err := strict.ReadFile(path, maxPictureFile)
	if err != nil {
		return nil, err
	}
	return ParseDigit[T](path, file)
}

// ParseDigit returns the digit in the content of a file, as ReadDigit does.
func ParseDigit[T tensor.Float](path string, file []byte) (*tensor.Tensor[T], error) {
	parse := pictureGrey[T]
	if strings.EqualFold(filepath.Ext(path), ".npy") {
		parse = arrayGrey[T]
	}
	grey, err := parse(path, file)
	if err != nil {
		return nil, err
	}
	if digit, ok := Digit(grey); ok {
		return digit, nil
	}
	return nil, strict.Fail(path, strict.Whole, "the picture", "blank", "a digit that differs from the paper around it")
}

// maxBrightness bounds the elements of arrays, well below the largest float32.
const maxBrightness = 1e30

// pictureGrey returns a picture in grey.
func pictureGrey[T tensor.Float](name string, file []byte) (*tensor.Tensor[T], error) {
	picture, err := parsePicture(name, file, wantDigit)
	if err != nil {
		return nil, err
	}
	size := picture.Bounds().Size()
	return tensor.Reshape(Luminance(FromImage[T](picture)), size.Y, size.X), nil
}

// arrayGrey returns an array in grey.
func arrayGrey[T tensor.Float](name string, file []byte) (*tensor.Tensor[T], error) {
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
	return grey, nil
}
