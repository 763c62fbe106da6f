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
	"path/filepath"
	"strings"

	"hw4/internal/atomicfile"
	"hw4/internal/strict"
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
// *FormatError if the file is no such picture, damaged, or a PNG file that goes
// on after the picture's end (many cameras add something to a JPEG file), and the
// error of reading it.
func ReadImage[T tensor.Float](path string) (*tensor.Tensor[T], error) {
	picture, err := readPicture(path)
	if err != nil {
		return nil, err
	}
	return FromImage[T](picture), nil
}

// readPicture returns the picture in a file as ReadImage describes it.
func readPicture(path string) (image.Image, error) {
	file, err := strict.ReadFile(path, maxPictureFile)
	if err != nil {
		return nil, err
	}
	return parsePicture(path, file)
}

// parsePicture returns the picture in the content of a file.
func parsePicture(name string, file []byte) (image.Image, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, pictureError(name, err)
	}
	if err := checkSize(name, config, format, len(file)); err != nil {
		return nil, err
	}
	rest := bytes.NewReader(file)
	picture, err := decode(rest, format)
	if err != nil {
		return nil, pictureError(name, err)
	}
	if n := rest.Len(); format == "png" && n > 0 {
		return nil, strict.Fail(name, len(file)-n, "what follows the picture", strict.Bytes(n), "the end of the file")
	}
	return picture, nil
}

// checkSize refuses what a header claims if it is more than is read, or than a
// file of that length can hold, before anything is allocated for it. PNG's deflate
// makes at most 1032 bytes of a byte, each of at most 8 pixels; JPEG has at least a
// bit for every 64 pixels.
func checkSize(name string, config image.Config, format string, length int) error {
	found := fmt.Sprintf("%dx%d pixels", config.Width, config.Height)
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return strict.Failf(name, strict.Whole, "the size", found, "at least 1 and at most %d pixels", maxPixels)
	}
	most := int64(length) * map[string]int64{"png": 1032 * 8, "jpeg": 8 * 64}[format]
	if int64(config.Width)*int64(config.Height) > most {
		return strict.Failf(name, strict.Whole, "the size", found,
			"at most %d pixels, which %s can hold", most, strict.Bytes(length))
	}
	return nil
}

// decode decodes the formats that are ours, whatever others a program has
// registered with package image.
func decode(r io.Reader, format string) (image.Image, error) {
	switch format {
	case "png":
		return png.Decode(r)
	case "jpeg":
		return jpeg.Decode(r)
	}
	return nil, image.ErrFormat
}

func pictureError(path string, err error) error {
	found := "neither"
	if !errors.Is(err, image.ErrFormat) {
		found = "damaged (" + err.Error() + ")"
	}
	return strict.Fail(path, strict.Whole, "the picture", found, "PNG or JPEG")
}

// FromImage returns a picture as a tensor (C, H, W) with elements in [0, 1], as
// ReadImage does.
func FromImage[T tensor.Float](picture image.Image) *tensor.Tensor[T] {
	b := picture.Bounds()
	channels := 3
	switch picture.ColorModel() {
	case color.GrayModel, color.Gray16Model:
		channels = 1
	}
	h, w := b.Dy(), b.Dx()
	x := tensor.Zeros[T](channels, h, w)
	data := x.Data()
	pixels := picture.(image.RGBA64Image) // as all of package image are; At would allocate every pixel
	for i := range h {
		for j := range w {
			p := pixels.RGBA64At(b.Min.X+j, b.Min.Y+i)
			rgb := [...]uint16{p.R, p.G, p.B}
			for c, v := range rgb[:channels] {
				data[(c*h+i)*w+j] = T(v) / math.MaxUint16
			}
		}
	}
	return x
}

// WriteImage writes a tensor (H, W) or (1, H, W), grey, or (3, H, W), red, green
// and blue, to a file whose name ends in .png, .jpg or .jpeg. Elements are rounded
// to 8 bits; those below 0 and NaN are taken as 0, those above 1 as 1. The file
// appears under its name when it is complete: an error leaves what was there
// before. It panics with a *tensor.ShapeError if the shape is another or has no
// pixels.
func WriteImage[T tensor.Float](path string, x *tensor.Tensor[T]) error {
	picture := ToImage(x)
	encode, err := encoder(path)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := encode(&buf, picture); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, buf.Bytes(), atomicfile.Options{})
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

// ToImage returns a tensor as a picture of 8 bits a channel. It rounds, and
// panics, as WriteImage does.
func ToImage[T tensor.Float](x *tensor.Tensor[T]) image.Image {
	shape := x.Shape()
	if len(shape) == 2 {
		shape = []int{1, shape[0], shape[1]}
	}
	if len(shape) != 3 || (shape[0] != 1 && shape[0] != 3) || x.Len() == 0 {
		panic(tensor.Shapef("image", "want shape (H, W), (1, H, W) or (3, H, W) with pixels, got %v", x.Shape()))
	}
	channels, h, w := shape[0], shape[1], shape[2]
	data := x.Data()
	at := func(c, i, j int) uint8 {
		v := float64(data[(c*h+i)*w+j])
		if !(v > 0) {
			return 0
		}
		return uint8(math.Round(255 * math.Min(v, 1)))
	}
	if channels == 1 {
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
