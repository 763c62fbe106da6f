package data

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hw4/internal/picture"
	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/npy"
)

// ReadDigit returns the readings of a picture of a digit, at least one: see Digit. The
// file is a picture as for ReadImage, or an array of NumPy's (.npy): (H, W) grey, or
// (H, W, C) or (C, H, W) with 1 or 3 channels of red, green and blue, or such a picture
// in a batch of one. It returns a *FormatError if the file is none of these or shows
// nothing, and the error of reading it.
func ReadDigit[T tensor.Float](path string) ([]Reading[T], error) {
	file, err := strict.ReadFile(path, picture.MaxFile)
	if err != nil {
		return nil, err
	}
	return ParseDigit[T](path, file)
}

// ParseDigit is ReadDigit for a file whose content has been read.
func ParseDigit[T tensor.Float](path string, file []byte) ([]Reading[T], error) {
	var x *tensor.Tensor[T]
	var err error
	if strict.Begins(file, "\x93NUMPY") {
		x, err = digitArray[T](path, file)
	} else {
		x, err = parse[T](path, file, picture.Wanted+", or one array as .npy")
	}
	if err != nil {
		return nil, err
	}
	if h, w := x.Dim(1), x.Dim(2); min(h, w) < leastSide {
		return nil, strict.Failf(path, strict.Whole, "the size", fmt.Sprintf("%dx%d pixels", w, h),
			"a picture of a digit, at least %d pixels wide and high", leastSide)
	}
	readings := Digit(x)
	if len(readings) == 0 {
		return nil, strict.Fail(path, strict.Whole, "the picture", "blank", "a digit that differs from the paper around it")
	}
	return readings, nil
}

const leastSide = 5 // pixels in which a digit can be told

// maxBrightness bounds the elements of arrays, well below the largest float32.
const maxBrightness = 1e30

// digitArray returns an array as a picture (C, H, W).
func digitArray[T tensor.Float](name string, file []byte) (*tensor.Tensor[T], error) {
	array, err := npy.Read(name, file)
	if err != nil {
		return nil, err
	}
	shape := array.Shape
	if len(shape) == 4 && shape[0] == 1 { // a batch of one
		shape = shape[1:]
	}
	n, _ := strict.Product(shape, picture.MaxPixels)
	last := len(shape) - 1
	colours := func(axis int) bool { return len(shape) == 3 && (shape[axis] == 1 || shape[axis] == 3) }
	if n < 1 || len(shape) != 2 && !colours(0) && !colours(last) {
		return nil, strict.Failf(name, strict.Whole, "the shape", tensor.Tuple(array.Shape),
			"one picture: (H, W), (H, W, C) or (C, H, W) with 1 or 3 channels and 1 to %d elements", picture.MaxPixels)
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
	switch x = tensor.Reshape(x, shape...); {
	case colours(last):
		x = tensor.Permute(x, 2, 0, 1)
	case len(shape) == 2:
		x = tensor.Reshape(x, 1, shape[0], shape[1])
	case !sameScene(x):
		return nil, strict.Fail(name, strict.Whole, "the shape", tensor.Tuple(array.Shape)+" with three different pictures",
			"one picture")
	}
	channels := tensor.Zeros[T](x.Shape()...)
	for i, v := range x.Data() {
		channels.Data()[i] = T(v)
	}
	return channels, nil
}

// sameScene reports whether the channels of a picture (C, H, W) show the same: where one
// changes, the others do, or they are nearly even.
func sameScene(x *tensor.Tensor[float64]) bool {
	const alike, even = 0.5, 0.02
	n := x.Len() / x.Dim(0)
	lo, hi := slices.Min(x.Data()), slices.Max(x.Data())
	for i := range x.Dim(0) {
		for k := range i {
			a, b := x.Data()[i*n:][:n], x.Data()[k*n:][:n]
			least := math.Min(stat.StdDev(a, nil), stat.StdDev(b, nil))
			if least > even*(hi-lo) && math.Abs(stat.Correlation(a, b, nil)) < alike {
				return false
			}
		}
	}
	return true
}
