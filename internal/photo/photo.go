// Package photo applies mappings of images to pictures: to a reader's, or to a
// photograph that is built in.
package photo

import (
	"cmp"
	_ "embed"
	"fmt"
	"image"
	"image/jpeg"
	"strings"

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

// Files are a picture to apply a mapping to, and where the result goes. Empty: the
// photograph, and nowhere.
type Files struct{ In, Out string }

// A Mapping is what is done to pictures (C, H, W).
type Mapping struct {
	Apply func(x *tensor.Tensor[float64]) (*tensor.Tensor[float64], error)
	// Panels are what the report shows of a picture and its result.
	Panels     func(x, y *tensor.Tensor[float64]) []draw.Tile
	Title, Alt string // of the panels
	Multiple   int    // the sides of the photograph are cut to multiples of it; 0: 1
}

// Show applies a mapping to a picture, writes the result if it is to be written, and
// adds both to the report. The error is a *problem.InputError for a picture that
// cannot be read, or that of Apply or of writing.
func (m Mapping) Show(b *report.Body, f Files) error {
	x, err := m.open(f.In)
	if err != nil {
		return err
	}
	y, err := m.Apply(x)
	if err != nil {
		return err
	}
	if f.Out != "" {
		if err := data.WriteImage(f.Out, y); err != nil {
			return err
		}
		b.Answerf("Applied to %s, a %s; the result, a %s, is in %s.", cmp.Or(f.In, "the photograph that is built in"),
			dimensions(x), dimensions(y), f.Out)
	}
	tiles := m.Panels(x, y)
	for i := range tiles {
		tiles[i].Image = shrink(tiles[i].Image)
	}
	b.Add(report.Picture{Title: m.Title, Alt: m.Alt, Image: draw.Tiles(tiles, 2, 1), Panels: tiles})
	return nil
}

// open reads a picture. The photograph is cut to the sides that the mapping wants.
func (m Mapping) open(path string) (*tensor.Tensor[float64], error) {
	if path != "" {
		x, err := data.ReadImage[float64](path)
		return x, problem.Input(err)
	}
	p, err := jpeg.Decode(strings.NewReader(photograph))
	if err != nil {
		return nil, fmt.Errorf("the photograph that is built in: %w", err)
	}
	size, k := p.Bounds().Size(), max(1, m.Multiple)
	part := image.NewRGBA(image.Rect(0, 0, max(1, size.X/k)*k, max(1, size.Y/k)*k))
	xdraw.Draw(part, part.Bounds(), p, p.Bounds().Min, xdraw.Src)
	return data.FromImage[float64](part), nil
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
