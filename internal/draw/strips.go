package draw

import (
	"fmt"
	"image"

	"hw4/internal/report"
)

// A Strip is a row of pictures under a name.
type Strip struct {
	Name     string
	Tiles    []image.Image
	Captions []string // below the tiles; nil: none
}

// A Legend says what the colours of a picture are. The zero value is no legend.
type Legend struct {
	Palette Palette
	Over    Range
}

// Strips returns rows of pictures, each with its name to the left, and every
// picture enlarged by the whole number that brings it closest to the height
// given. The legend stands at the right end of the first row.
func Strips(strips []Strip, height int, legend Legend) image.Image {
	const gap, between = 12, 4
	names, width, total := 0, 0, gap
	for i, s := range strips {
		names = max(names, textWidth(s.Name))
		row := -between
		if i == 0 && legend.Palette != nil {
			row += gap + legendBar + legendWidth(legend.Over) + between
		}
		for _, t := range s.Tiles {
			row += t.Bounds().Dx()*enlarge(t, height) + between
		}
		width = max(width, row)
		total += s.height(height) + s.captionHeight() + gap
	}
	c := newCanvas(gap+names+gap+width+gap, total)
	y := gap
	for _, s := range strips {
		c.text(s.Name, gap+names, y+s.height(height)/2, leftOf, dark)
		c.strip(s, image.Pt(gap+names+gap, y), height, between)
		y += s.height(height) + s.captionHeight() + gap
	}
	if legend.Palette != nil {
		right := c.Bounds().Dx() - gap - legendWidth(legend.Over)
		c.legend(image.Rect(right-legendBar, gap, right, gap+height), legend.Palette, legend.Over)
	}
	return c
}

// StripPanels returns rows of pictures as panels: one of a row without captions, one of
// each picture in a row with captions, and a table of a row whose pictures are single
// pixels.
func StripPanels(strips []Strip) []report.Panel {
	var all []report.Panel
	for _, s := range strips {
		size := s.Tiles[0].Bounds().Size()
		switch {
		case s.Captions == nil:
			const columns = 8
			what := fmt.Sprintf("%s: %d x %d", s.Name, size.Y, size.X)
			if n := len(s.Tiles); n > 1 {
				what = fmt.Sprintf("%s: %d pictures of %d x %d", s.Name, n, size.Y, size.X)
			}
			all = append(all, report.Panel{Image: mosaic(s.Tiles, columns, 1), Caption: []string{what}})
		case size == image.Pt(1, 1):
			row := mosaic(s.Tiles, len(s.Tiles), 0)
			all = append(all, report.Panel{Image: row, Cells: [][]string{s.Captions}, Caption: []string{s.Name}})
		default:
			for i, t := range s.Tiles {
				all = append(all, report.Panel{Image: t, Caption: []string{s.Name + ", " + s.Captions[i]}})
			}
		}
	}
	return all
}

// mosaic returns pictures of one size side by side in rows, pixel for pixel, with some
// pixels between them.
func mosaic(tiles []image.Image, columns, between int) image.Image {
	cell := tiles[0].Bounds().Size().Add(image.Pt(between, between))
	columns = min(columns, len(tiles))
	rows := (len(tiles) + columns - 1) / columns
	c := newCanvas(columns*cell.X-between, rows*cell.Y-between)
	for i, t := range tiles {
		c.paste(t, image.Pt(i%columns*cell.X, i/columns*cell.Y), 1)
	}
	return c
}

// strip draws the pictures of one row from a point on, and their captions.
func (c *canvas) strip(s Strip, at image.Point, height, between int) {
	below := at.Y + s.height(height)
	for i, t := range s.Tiles {
		r := c.paste(t, at, enlarge(t, height))
		c.frame(r, faint)
		if i < len(s.Captions) {
			c.text(s.Captions[i], (r.Min.X+r.Max.X)/2, below+lineHeight/2+2, centred, dark)
		}
		at.X = r.Max.X + between
	}
}

// enlarge returns the whole factor that brings a picture closest to a height.
func enlarge(m image.Image, height int) int {
	return max(1, (height+m.Bounds().Dy()/2)/m.Bounds().Dy())
}

// height returns the height of a strip, that of its tallest picture.
func (s Strip) height(height int) int {
	tall := lineHeight
	for _, t := range s.Tiles {
		tall = max(tall, t.Bounds().Dy()*enlarge(t, height))
	}
	return tall
}

func (s Strip) captionHeight() int {
	if s.Captions == nil {
		return 0
	}
	return lineHeight
}
