package draw

import (
	"image"

	"hw4/internal/report"
)

// A Tile is one picture among others, with a caption of any number of lines, and texts
// in its pixels if it has Cells.
type Tile = report.Panel

// Tiles returns tiles in rows of the given number of columns, every pixel as a square,
// with their captions below them.
func Tiles(tiles []Tile, columns, square int) image.Image {
	const gap = 12
	var cell image.Point // of the largest tile
	lines := 0
	for _, t := range tiles {
		size := t.Image.Bounds().Size().Mul(square)
		cell = image.Pt(max(cell.X, size.X), max(cell.Y, size.Y))
		lines = max(lines, len(t.Caption))
		for _, line := range t.Caption {
			cell.X = max(cell.X, textWidth(line))
		}
	}
	columns = max(1, min(columns, len(tiles)))
	rows := (len(tiles) + columns - 1) / columns
	height := cell.Y + lines*lineHeight
	c := newCanvas(gap+columns*(cell.X+gap), gap+rows*(height+gap))
	for i, t := range tiles {
		at := image.Pt(gap+i%columns*(cell.X+gap), gap+i/columns*(height+gap))
		width := t.Image.Bounds().Dx() * square
		c.tile(t, at.Add(image.Pt((cell.X-width)/2, 0)), square)
		for n, line := range t.Caption {
			c.text(line, at.X+cell.X/2, at.Y+cell.Y+n*lineHeight+lineHeight/2+2, centred, dark)
		}
	}
	return c
}

// tile draws a tile without its caption, in a frame, and what is written in its pixels.
func (c *canvas) tile(t Tile, at image.Point, square int) {
	c.frame(c.paste(t.Image, at, square), faint)
	for i, row := range t.Cells {
		for j, s := range row {
			ground := t.Image.At(t.Image.Bounds().Min.X+j, t.Image.Bounds().Min.Y+i)
			c.text(s, at.X+j*square+square/2, at.Y+i*square+square/2, centred, report.Ink(ground))
		}
	}
}
