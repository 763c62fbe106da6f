// Package draw makes pictures of tensors: heat maps with a legend, tiles of
// images, matrices of counts, tables of connections. It knows nothing of
// terminals and files.
package draw

import (
	"image"
	"image/color"
	stddraw "image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// textSize is the size of captions in pixels, lineHeight the room for a line.
const (
	textSize   = 13
	lineHeight = 18
)

// A canvas is a white picture to draw on.
type canvas struct {
	*image.RGBA
	face font.Face
}

func newCanvas(width, height int) *canvas {
	c := &canvas{image.NewRGBA(image.Rect(0, 0, width, height)), newFace()}
	c.fill(c.Bounds(), white)
	return c
}

func (c *canvas) fill(r image.Rectangle, with color.Color) {
	stddraw.Draw(c, r, image.NewUniform(with), image.Point{}, stddraw.Src)
}

// frame draws a line of one pixel around r.
func (c *canvas) frame(r image.Rectangle, with color.Color) {
	out := r.Inset(-1)
	c.fill(image.Rect(out.Min.X, out.Min.Y, out.Max.X, r.Min.Y), with)
	c.fill(image.Rect(out.Min.X, r.Max.Y, out.Max.X, out.Max.Y), with)
	c.fill(image.Rect(out.Min.X, r.Min.Y, r.Min.X, r.Max.Y), with)
	c.fill(image.Rect(r.Max.X, r.Min.Y, out.Max.X, r.Max.Y), with)
}

// An anchor says where a text is beside the point it is drawn at.
type anchor int

const (
	leftOf  anchor = iota // ends at the point
	centred               // has the point in its middle
	rightOf               // begins at the point
)

// text writes one line whose height is centred on y.
func (c *canvas) text(s string, x, y int, at anchor, with color.Color) {
	d := font.Drawer{Dst: c, Src: image.NewUniform(with), Face: c.face}
	width := d.MeasureString(s).Round()
	switch at {
	case leftOf:
		x -= width
	case centred:
		x -= width / 2
	}
	d.Dot = fixed.P(x, y+textSize*3/8)
	d.DrawString(s)
}

// textWidth returns the width of one line in pixels.
func textWidth(s string) int { return font.MeasureString(newFace(), s).Ceil() }

// paste draws a picture with every pixel as a square of scale pixels.
func (c *canvas) paste(m image.Image, at image.Point, scale int) image.Rectangle {
	b := m.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			p := image.Pt(at.X+x*scale, at.Y+y*scale)
			c.fill(image.Rectangle{p, p.Add(image.Pt(scale, scale))}, m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return image.Rectangle{at, at.Add(b.Size().Mul(scale))}
}
