package draw

import "image"

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
