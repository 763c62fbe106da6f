package draw

import "image"

// A Tile is one picture among others, with a caption of any number of lines.
type Tile struct {
	Image   image.Image
	Caption []string
}

// Tiles returns tiles in rows of the given number of columns, every pixel as a
// square, with their captions below them.
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
		c.frame(c.paste(t.Image, at.Add(image.Pt((cell.X-width)/2, 0)), square), faint)
		for n, line := range t.Caption {
			c.text(line, at.X+cell.X/2, at.Y+cell.Y+n*lineHeight+lineHeight/2+2, centred, dark)
		}
	}
	return c
}

// Mosaic returns tiles without captions side by side in rows, one pixel a pixel
// and one between them: a small version of Tiles.
func Mosaic(tiles []Tile, columns int) image.Image {
	var cell image.Point
	for _, t := range tiles {
		size := t.Image.Bounds().Size()
		cell = image.Pt(max(cell.X, size.X), max(cell.Y, size.Y))
	}
	columns = max(1, min(columns, len(tiles)))
	rows := (len(tiles) + columns - 1) / columns
	c := newCanvas(columns*(cell.X+1)-1, rows*(cell.Y+1)-1)
	for i, t := range tiles {
		c.paste(t.Image, image.Pt(i%columns*(cell.X+1), i/columns*(cell.Y+1)), 1)
	}
	return c
}
