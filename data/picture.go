package data

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"

	"hw4/internal/atomicfile"
	"hw4/internal/picture"
	"hw4/internal/strict"
	"hw4/tensor"
)

// ReadImage returns the picture in a file as a tensor (C, H, W) with elements in
// [0, 1], in row-major order from the top left: one channel if the picture is grey,
// else red, green and blue. It reads PNG, JPEG, GIF (the first frame), TIFF (the first
// page), WebP and BMP, and takes the picture as viewers show it: turned as its Exif
// orientation says, with transparent pixels as FromImage has them. The size is checked
// before anything is allocated for it. What follows the picture does not matter, nor do
// checksums of parts of a PNG file that carry no pixels. It returns a *FormatError if
// the file is no such picture or damaged, and the error of reading it.
func ReadImage[T tensor.Float](path string) (*tensor.Tensor[T], error) {
	file, err := strict.ReadFile(path, picture.MaxFile)
	if err != nil {
		return nil, err
	}
	return ParseImage[T](path, file)
}

// ParseImage is ReadImage for a file whose content has been read.
func ParseImage[T tensor.Float](path string, file []byte) (*tensor.Tensor[T], error) {
	return parse[T](path, file, picture.Wanted)
}

// parse is ParseImage. For a file of another kind, its error says what is wanted.
func parse[T tensor.Float](name string, file []byte, wanted string) (*tensor.Tensor[T], error) {
	m, err := picture.Parse(name, file, wanted)
	if err != nil {
		return nil, err
	}
	return FromImage[T](m), nil
}

// FromImage returns a picture as a tensor (C, H, W) with elements in [0, 1], as
// ReadImage does. Transparent pixels are shown on white, as viewers show them, but on
// black if nothing could be seen on white.
func FromImage[T tensor.Float](m image.Image) *tensor.Tensor[T] {
	const faint = 0.05
	white, clear := onPaper[T](m, math.MaxUint16)
	if !clear || slices.Min(white.Data()) < 1-faint {
		return white
	}
	black, _ := onPaper[T](m, 0)
	if slices.Max(black.Data()) < faint {
		return white
	}
	return black
}

// onPaper returns a picture as FromImage does, on paper of a shade of grey, and whether
// a part of it is transparent.
func onPaper[T tensor.Float](m image.Image, paper uint32) (x *tensor.Tensor[T], clear bool) {
	b := m.Bounds()
	channels := 3
	switch m.ColorModel() {
	case color.GrayModel, color.Gray16Model:
		channels = 1
	}
	h, w := b.Dy(), b.Dx()
	x = tensor.Zeros[T](channels, h, w)
	data := x.Data()
	pixels, ok := m.(image.RGBA64Image) // as all of package image are; At would allocate every pixel
	if !ok {
		copied := image.NewRGBA64(b)
		draw.Draw(copied, b, m, b.Min, draw.Src)
		pixels = copied
	}
	for i := range h {
		for j := range w {
			p := pixels.RGBA64At(b.Min.X+j, b.Min.Y+i)
			behind := paper * uint32(math.MaxUint16-p.A) / math.MaxUint16
			clear = clear || p.A < math.MaxUint16
			rgb := [...]uint16{p.R, p.G, p.B}
			for c, v := range rgb[:channels] {
				data[(c*h+i)*w+j] = T(min(uint32(v)+behind, math.MaxUint16)) / math.MaxUint16
			}
		}
	}
	return x, clear
}

// WriteImage writes a tensor (H, W) or (1, H, W), grey, or (3, H, W), red, green
// and blue, to a file whose name ends in .png, .jpg or .jpeg. Elements are rounded
// to 8 bits; those below 0 and NaN are taken as 0, those above 1 as 1. The file
// appears under its name when it is complete: an error leaves what was there
// before. It panics with a [*tensor.ShapeError] if the shape is another or has no
// pixels.
func WriteImage[T tensor.Float](path string, x *tensor.Tensor[T]) error {
	m := ToImage(x)
	encode, err := picture.Encoder(path)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := encode(&buf, m); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, buf.Bytes(), atomicfile.Options{})
}

// CheckImageName returns the error that WriteImage would return for the ending
// of a file's name.
func CheckImageName(path string) error {
	_, err := picture.Encoder(path)
	return err
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
	size := image.Rect(0, 0, shape[2], shape[1])
	n := size.Dx() * size.Dy()
	at := func(i int) uint8 {
		v := float64(x.Data()[i])
		if !(v > 0) { // NaN, too
			return 0
		}
		return uint8(math.Round(255 * math.Min(v, 1)))
	}
	if shape[0] == 1 {
		grey := image.NewGray(size)
		for i := range n {
			grey.Pix[i] = at(i)
		}
		return grey
	}
	rgb := image.NewNRGBA(size)
	for i := range n {
		copy(rgb.Pix[4*i:], []uint8{at(i), at(n + i), at(2*n + i), math.MaxUint8})
	}
	return rgb
}
