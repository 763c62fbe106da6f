package homework

import (
	_ "embed"
	"fmt"
	"image"
	"image/jpeg"
	"strings"

	xdraw "golang.org/x/image/draw"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/tensor"
)

// photo is a photograph of a cup of coffee by Rachel Michetti, courtesy of Pikolo
// Espresso Bar, 360 x 240 pixels. She released it into the public domain (CC0);
// it is known as skimage.data.coffee.
//
//go:embed photo.jpg
var photo string

// A pictureMap is a mapping of Problems 1 to 3 as it is applied to pictures
// (C, H, W).
type pictureMap struct {
	apply func(x *tensor.Tensor[float64], cfg Config) (*tensor.Tensor[float64], error)
	// panels are what the report shows of a picture and its result.
	panels func(x, y *tensor.Tensor[float64]) []draw.Tile
	title  string
	alt    string // what is to be seen in the panels
}

// picture applies a mapping to the picture that the settings name, or else to the
// photograph, and returns the finished report.
func (a *answer) picture(cfg Config, m pictureMap) (*report.Report, error) {
	x, err := openPicture(cfg)
	if err != nil {
		return nil, err
	}
	y, err := m.apply(x, cfg)
	if err != nil {
		return nil, err
	}
	if cfg.Out != "" {
		if err := data.WriteImage(cfg.Out, y); err != nil {
			return nil, err
		}
		a.text("Applied to %s, a %s; the result, a %s, is in %s.", cfg.Image, dimensions(x), dimensions(y), cfg.Out)
	}
	tiles := m.panels(x, y)
	for i := range tiles {
		tiles[i].Image = shrink(tiles[i].Image)
	}
	a.add(report.Picture{Title: m.title, Alt: m.alt, Image: draw.Tiles(tiles, 2, 1), Panels: tiles})
	return a.report()
}

// openPicture reads the picture that the settings name. The photograph is cut to
// what the kernel of Problem 2 divides.
func openPicture(cfg Config) (*tensor.Tensor[float64], error) {
	if cfg.Image != "" {
		x, err := data.ReadImage[float64](cfg.Image)
		if err != nil {
			return nil, &InputError{Err: err}
		}
		return x, nil
	}
	m, err := jpeg.Decode(strings.NewReader(photo))
	if err != nil {
		return nil, fmt.Errorf("the photograph that is compiled in: %w", err)
	}
	size, k := m.Bounds().Size(), max(1, cfg.Kernel)
	part := image.NewRGBA(image.Rect(0, 0, max(1, size.X/k)*k, max(1, size.Y/k)*k))
	xdraw.Draw(part, part.Bounds(), m, m.Bounds().Min, xdraw.Src)
	return data.FromImage[float64](part), nil
}

// shrink returns a picture, or a smaller one if it is larger than the report shows
// it.
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

// panel is a tensor (H, W), (1, H, W) or (3, H, W) as a part of a picture.
func panel(x *tensor.Tensor[float64], caption string) draw.Tile {
	return draw.Tile{Image: data.ToImage(x), Caption: []string{caption}}
}

func dimensions[T tensor.Float](x *tensor.Tensor[T]) string {
	return fmt.Sprintf("%s picture of %d x %d pixels", map[int]string{1: "grey", 3: "colour"}[x.Dim(0)], x.Dim(2), x.Dim(1))
}
