// Package photo applies mappings of images to pictures: to a reader's, or to a
// photograph that is built in.
package photo

import (
	"cmp"
	_ "embed"
	"fmt"
	"image"

	xdraw "golang.org/x/image/draw"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/tensor"
)

// photograph is of a cup of coffee, by Rachel Michetti, courtesy of Pikolo Espresso
// Bar, 360 x 240 pixels. She released it into the public domain (CC0); it is known as
// skimage.data.coffee.
//
//go:embed photo.jpg
var photograph string

// Photograph returns it as a JPEG file.
func Photograph() []byte { return []byte(photograph) }

// Files are a picture to apply a mapping to, and where the result goes. Empty: the
// photograph, and nowhere.
type Files struct{ In, Out string }

// A Mapping is what is done to pictures (C, H, W).
type Mapping struct {
	Apply func(x *tensor.Tensor[float64]) (*tensor.Tensor[float64], error)
	// Panels are what the report shows of a picture and its result.
	Panels     func(x, y *tensor.Tensor[float64]) []draw.Tile
	Title, Alt string // of the panels
	Multiple   int    // the sides of pictures are cut to multiples of it; 0: 1
	Brightness bool   // it maps the brightness of a picture in colours
}

// Show applies a mapping to a picture, writes the result if it is to be written, and
// adds both to the report. Of a reader's picture it says what was done to it. The error
// is a *problem.InputError for a picture that cannot be read, or that of Apply or of
// writing.
func (m Mapping) Show(b *report.Body, f Files) error {
	whole, err := open(f.In)
	if err != nil {
		return err
	}
	x, left := m.cut(whole)
	y, err := m.Apply(x)
	if err != nil {
		return err
	}
	result := ""
	if f.Out != "" {
		if err := data.WriteImage(f.Out, y); err != nil {
			return err
		}
		result = fmt.Sprintf("; the result, a %s, is in %s", dimensions(y), f.Out)
	}
	if f != (Files{}) {
		of := ""
		if m.Brightness && x.Dim(0) == 3 {
			of = fmt.Sprintf("the brightness (%g R + %g G + %g B) of ", data.RedWeight, data.GreenWeight, data.BlueWeight)
		}
		b.Answerf("Applied to %s%s, a %s%s%s.", of, cmp.Or(f.In, "the photograph that is built in"), dimensions(whole),
			left, result)
	}
	tiles := m.Panels(x, y)
	for i := range tiles {
		tiles[i].Image = shrink(tiles[i].Image)
	}
	b.Add(report.Picture{Title: m.Title, Alt: m.Alt, Image: draw.Tiles(tiles, 2, 1), Panels: tiles})
	return nil
}

func open(path string) (*tensor.Tensor[float64], error) {
	if path != "" {
		x, err := data.ReadImage[float64](path)
		return x, problem.Input(err)
	}
	return data.ParseImage[float64]("the photograph that is built in", []byte(photograph))
}

// cut cuts a picture that is large enough to the sides that the mapping wants, and says
// what it left out.
func (m Mapping) cut(x *tensor.Tensor[float64]) (part *tensor.Tensor[float64], left string) {
	h, w, k := x.Dim(1), x.Dim(2), max(1, m.Multiple)
	rows, columns := h%k, w%k
	if h < k || w < k || rows+columns == 0 {
		return x, ""
	}
	var parts []string
	if rows > 0 {
		parts = append(parts, report.Plural(rows, "row")+" at the bottom")
	}
	if columns > 0 {
		parts = append(parts, report.Plural(columns, "column")+" on the right")
	}
	part = tensor.Slice(tensor.Slice(x, 1, 0, h-rows), 2, 0, w-columns)
	return part, fmt.Sprintf(", without %s, so that %d divides its sides", report.Join(parts, "and"), k)
}

// shrink returns a picture, or a smaller one if it is larger than a report shows it.
func shrink(m image.Image) image.Image {
	const width, height = 360, 360
	size := m.Bounds().Size()
	if size.X <= width && size.Y <= height {
		return m
	}
	w, h := width, size.Y*width/size.X
	if h > height {
		w, h = size.X*height/size.Y, height
	}
	small := image.NewRGBA(image.Rect(0, 0, max(w, 1), max(h, 1)))
	xdraw.CatmullRom.Scale(small, small.Bounds(), m, m.Bounds(), xdraw.Src, nil)
	return small
}

// Panel is a tensor (H, W), (1, H, W) or (3, H, W) as a part of a picture.
func Panel(x *tensor.Tensor[float64], caption string) draw.Tile {
	return draw.Tile{Image: data.ToImage(x), Caption: []string{caption}}
}

func dimensions(x *tensor.Tensor[float64]) string {
	kind := "colour"
	if x.Dim(0) == 1 {
		kind = "grey"
	}
	return fmt.Sprintf("%s picture of %d x %d pixels", kind, x.Dim(2), x.Dim(1))
}
