// Package preview turns pictures into what terminals show: half blocks, which
// every terminal with Unicode has, and the graphics of kitty and of sixel
// terminals.
package preview

import (
	"image"
	"io"

	"golang.org/x/image/draw"
)

// A Protocol is a way in which a terminal shows pictures.
type Protocol int

const (
	None   Protocol = iota
	Blocks          // characters of half a cell, two pixels a character
	Kitty           // kitty's graphics protocol: PNG
	Sixel           // DEC's: six pixels a character, a palette
)

// Colours is how many colours half blocks may use.
type Colours int

const (
	Mono      Colours = iota // the terminal's own two, dithered
	Palette                  // the 256 of xterm
	TrueColor                // 24 bits
)

// Options says how a picture is shown.
type Options struct {
	Protocol Protocol
	Colours  Colours     // of Blocks
	Columns  int         // room in characters
	Rows     int         // room in lines
	Cell     image.Point // pixels of a character, for Kitty and Sixel; zero: 8 x 16
}

// Write shows a picture in lines of its own, scaled down to the room there is but
// never up, and returns the error of writing. Where nothing can be shown it writes
// nothing.
func Write(w io.Writer, m image.Image, o Options) error {
	if m.Bounds().Empty() || o.Columns < 1 || o.Rows < 1 {
		return nil
	}
	switch o.Protocol {
	case Blocks:
		return writeBlocks(w, fit(m, o.Columns, 2*o.Rows), o.Colours)
	case Kitty:
		return writeKitty(w, fit(m, o.Columns*o.cell().X, o.Rows*o.cell().Y))
	case Sixel:
		return writeSixel(w, fit(m, o.Columns*o.cell().X, o.Rows*o.cell().Y))
	}
	return nil
}

func (o Options) cell() image.Point {
	if o.Cell.X <= 0 || o.Cell.Y <= 0 {
		return image.Pt(8, 16)
	}
	return o.Cell
}

// fit returns the picture, or a smaller one with the same proportions that is at
// most width by height.
func fit(m image.Image, width, height int) image.Image {
	size := m.Bounds().Size()
	if size.X <= width && size.Y <= height {
		return m
	}
	w, h := width, size.Y*width/size.X
	if h > height {
		w, h = size.X*height/size.Y, height
	}
	small := image.NewRGBA(image.Rect(0, 0, max(w, 1), max(h, 1)))
	draw.CatmullRom.Scale(small, small.Bounds(), m, m.Bounds(), draw.Src, nil)
	return small
}
