package data

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"hw4/tensor"
)

// Limits of the pictures that are read: they keep memory below 2 GiB.
const (
	maxPixels      = 40_000_000
	maxPictureFile = 256 << 20
)

// ReadImage returns the picture in a PNG or JPEG file as a tensor (C, H, W) with
// elements in [0, 1], in row-major order from the top left: one channel if the
// picture is grey, else red, green and blue. Transparent pixels are shown on
// black. The size is checked before anything is allocated for it. It returns a
// *FormatError if the file is no such picture, and the error of reading it.
func ReadImage[T tensor.Float](path string) (*tensor.Tensor[T], error) {
	file, err := readRegular(path, maxPictureFile)
	if err != nil {
		return nil, err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, pictureError(path, err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, &FormatError{path, 0, "the size", fmt.Sprintf("%dx%d pixels", config.Width, config.Height), fmt.Sprintf("at least 1 and at most %d pixels", maxPixels)}
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, pictureError(path, fmt.Errorf("%s: %w", format, err))
	}
	return fromImage[T](picture), nil
}

func pictureError(path string, err error) error {
	found := "neither"
	if !errors.Is(err, image.ErrFormat) {
		found = "damaged (" + err.Error() + ")"
	}
	return &FormatError{path, 0, "the picture", found, "PNG or JPEG"}
}

// fromImage returns the pixels of a picture in [0, 1].
func fromImage[T tensor.Float](picture image.Image) *tensor.Tensor[T] {
	b := picture.Bounds()
	channels := 3
	switch picture.ColorModel() {
	case color.GrayModel, color.Gray16Model:
		channels = 1
	}
	h, w := b.Dy(), b.Dx()
	x := tensor.Zeros[T](channels, h, w)
	for i := range h {
		for j := range w {
			r, g, bl, _ := picture.At(b.Min.X+j, b.Min.Y+i).RGBA()
			for c, v := range [...]uint32{r, g, bl} {
				if c < channels {
					x.Data()[(c*h+i)*w+j] = T(v) / math.MaxUint16
				}
			}
		}
	}
	return x
}

// WriteImage writes a tensor (1, H, W) or (3, H, W), grey or red, green and
// blue, to a file whose name ends in .png, .jpg or .jpeg. Elements are rounded to
// 8 bits; those below 0 or above 1, and NaN, are taken as 0 and 1, and 0. The file appears under its name when it is complete: an error leaves
// what was there before. It panics if the shape is another.
func WriteImage[T tensor.Float](path string, x *tensor.Tensor[T]) error {
	picture := toImage(x)
	encode, err := encoder(path)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := encode(&buf, picture); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writeFile(path, buf.Bytes())
}

// CheckImageName returns the error that WriteImage would return for the ending
// of a file's name.
func CheckImageName(path string) error {
	_, err := encoder(path)
	return err
}

// encoder returns the function that writes the format of a file's ending.
func encoder(path string) (func(w io.Writer, m image.Image) error, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		return png.Encode, nil
	case ".jpg", ".jpeg":
		return func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 95}) }, nil
	default:
		return nil, fmt.Errorf("%s: the name ends in %q, want .png, .jpg or .jpeg", path, ext)
	}
}

// toImage returns a tensor as a picture.
func toImage[T tensor.Float](x *tensor.Tensor[T]) image.Image {
	if x.Rank() != 3 || (x.Dim(0) != 1 && x.Dim(0) != 3) {
		panic(tensor.Shapef("write image", "want shape (1, H, W) or (3, H, W), got %v", x.Shape()))
	}
	h, w := x.Dim(1), x.Dim(2)
	at := func(c, i, j int) uint8 {
		v := float64(x.Data()[(c*h+i)*w+j])
		if !(v > 0) {
			return 0
		}
		return uint8(math.Round(255 * math.Min(v, 1)))
	}
	if x.Dim(0) == 1 {
		grey := image.NewGray(image.Rect(0, 0, w, h))
		for i := range h {
			for j := range w {
				grey.SetGray(j, i, color.Gray{Y: at(0, i, j)})
			}
		}
		return grey
	}
	rgb := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range h {
		for j := range w {
			rgb.SetNRGBA(j, i, color.NRGBA{R: at(0, i, j), G: at(1, i, j), B: at(2, i, j), A: 255})
		}
	}
	return rgb
}

// writeFile writes a file under a temporary name in the same folder and renames
// it, so that no reader ever sees a part of it.
func writeFile(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
