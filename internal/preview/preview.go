// Package preview turns the figures of a report into what terminals show: pictures as
// half blocks and plots in braille, which every terminal with Unicode has, or both in
// the graphics of kitty and of sixel terminals.
package preview

import (
	"image"
	"io"

	"github.com/mattn/go-sixel"
	"golang.org/x/image/draw"

	"hw4/internal/report"
	"hw4/internal/report/plot"
	"hw4/internal/terminal"
)

// Options says how a figure is shown.
type Options struct {
	Protocol terminal.Graphics // Blocks: half blocks, two pixels each, and braille, eight dots each
	Colours  terminal.Colours  // of Blocks; NoColours: the terminal's own two, dithered
	Columns  int               // room in characters
	Rows     int               // room in lines, which many panels may exceed
	Cell     image.Point       // pixels of a character, for Kitty and Sixel; zero: 8 x 16
}

// Write shows a Picture or a Plot in lines of its own and returns the error of drawing
// or writing it. An image is scaled down to the room there is; only one of few pixels is
// scaled up. Where nothing can be shown it writes nothing.
func Write(w io.Writer, figure report.Item, o Options) error {
	if o.Columns < 1 || o.Rows < 1 || o.Protocol == terminal.NoGraphics {
		return nil
	}
	var m image.Image
	switch figure := figure.(type) {
	case report.Picture:
		if o.Protocol == terminal.Blocks {
			return writePanels(w, figure, o)
		}
		m = figure.Image
	case report.Plot:
		if o.Protocol == terminal.Blocks {
			return writePlot(w, figure, o)
		}
		var err error
		if m, err = plot.Image(figure); err != nil {
			return err
		}
	}
	if m == nil || m.Bounds().Empty() {
		return nil
	}
	m = fit(m, o.Columns*o.cell().X, o.Rows*o.cell().Y)
	if o.Protocol == terminal.Kitty {
		return writeKitty(w, m)
	}
	if err := sixel.NewEncoder(w).Encode(m); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (o Options) cell() image.Point {
	if o.Cell.X <= 0 || o.Cell.Y <= 0 {
		return image.Pt(8, 16)
	}
	return o.Cell
}

// fit returns the picture, or a smaller one with the same proportions that is at most
// width by height.
func fit(m image.Image, width, height int) image.Image {
	size := m.Bounds().Size()
	if size.X <= width && size.Y <= height {
		return m
	}
	return scaled(m, within(size, width, height))
}

// within returns a size that is made smaller, if need be, to be at most width by
// height.
func within(size image.Point, width, height int) image.Point {
	if size.X > width {
		size = image.Pt(width, size.Y*width/size.X)
	}
	if size.Y > height {
		size = image.Pt(size.X*height/size.Y, height)
	}
	return image.Pt(max(size.X, 1), max(size.Y, 1))
}

// scaled returns a picture in another size.
func scaled(m image.Image, size image.Point) image.Image {
	out := image.NewRGBA(image.Rectangle{Max: size})
	var by draw.Scaler = draw.CatmullRom
	if size.X >= m.Bounds().Dx() {
		by = draw.NearestNeighbor // pixels stay squares
	}
	by.Scale(out, out.Bounds(), m, m.Bounds(), draw.Src, nil)
	return out
}
