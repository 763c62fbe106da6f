package draw

import (
	"fmt"
	"image"
	"math"

	"hw4/internal/report"
	"hw4/tensor"
)

// A Range is the numbers that a palette's ends stand for.
type Range struct{ Lo, Hi float64 }

// Unit returns the range of pixels and of probabilities, 0 to 1.
func Unit() Range { return Range{0, 1} }

// Around returns the range around zero that holds all finite elements: what
// Diverging wants. It is never empty.
func Around[T tensor.Float](xs ...*tensor.Tensor[T]) Range {
	largest := 0.0
	for _, x := range xs {
		for _, v := range x.Data() {
			if a := math.Abs(float64(v)); a > largest && !math.IsInf(a, 1) {
				largest = a
			}
		}
	}
	if largest == 0 {
		largest = 1
	}
	return Range{-largest, largest}
}

// of returns where v lies in the range, 0 at its lower end and 1 at the upper.
func (r Range) of(v float64) float64 { return (v - r.Lo) / (r.Hi - r.Lo) }

// Map returns a picture of a tensor (H, W), or (1, H, W), with one pixel an
// element, coloured by the palette over the range. It panics with a
// *tensor.ShapeError if the shape is another.
func Map[T tensor.Float](x *tensor.Tensor[T], palette Palette, over Range) *image.RGBA {
	shape := x.Shape()
	if len(shape) == 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) != 2 {
		panic(tensor.Shapef("map", "want shape (H, W) or (1, H, W), got %v", x.Shape()))
	}
	h, w := shape[0], shape[1]
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, v := range x.Data() {
		m.SetRGBA(i%w, i/w, palette(over.of(float64(v))))
	}
	return m
}

// HeatMap returns a picture of a tensor (H, W) with every element a square, in
// blue below and in red above zero, and beside it a legend that says what the
// colours are.
func HeatMap[T tensor.Float](x *tensor.Tensor[T], square int) image.Image {
	const margin, gap, bar = 10, 16, legendBar
	over := Around(x)
	m := Map(x, Diverging, over)
	size := m.Bounds().Size().Mul(square)
	c := newCanvas(margin+size.X+gap+bar+legendWidth(over)+margin, size.Y+2*margin)
	c.frame(c.paste(m, image.Pt(margin, margin), square), faint)
	c.legend(image.Rect(margin+size.X+gap, margin, margin+size.X+gap+bar, margin+size.Y), Diverging, over)
	return c
}

// legendBar is the width of a legend's colours.
const legendBar = 16

// legend draws a palette upwards in r, and to its right the numbers at both ends
// and in the middle.
func (c *canvas) legend(r image.Rectangle, palette Palette, over Range) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		v := 1 - (float64(y-r.Min.Y)+0.5)/float64(r.Dy())
		c.fill(image.Rect(r.Min.X, y, r.Max.X, y+1), palette(v))
	}
	c.frame(r, faint)
	for i, label := range over.labels() {
		y := r.Max.Y - i*r.Dy()/2
		y = max(r.Min.Y+textSize/2, min(r.Max.Y-textSize/2, y))
		c.text(label, r.Max.X+6, y, rightOf, dark)
	}
}

// labels returns the ends and the middle of a range in three significant digits.
func (r Range) labels() [3]string {
	number := func(v float64) string { return report.Minus(fmt.Sprintf("%.3g", v)) }
	return [3]string{number(r.Lo), number((r.Lo + r.Hi) / 2), number(r.Hi)}
}

// legendWidth returns the width of a legend's numbers with their distance.
func legendWidth(over Range) int {
	width := 0
	for _, label := range over.labels() {
		width = max(width, textWidth(label))
	}
	return 6 + width
}
