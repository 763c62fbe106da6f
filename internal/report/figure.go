package report

import (
	"image"
	"image/color"
)

// Picture is an image, shown pixel for pixel in HTML and named in text.
type Picture struct {
	Title  string      // what it is, in a few words: the caption
	Alt    string      // what a reader who does not see it has to know, in one sentence
	Image  image.Image // its pixels, with all that is written in it
	Panels []Panel     // the images in it, for terminals of characters; nil: Image is the only one
}

// A Panel is one of the images that a Picture shows.
type Panel struct {
	Image   image.Image
	Caption []string // lines below it; nil: none

	// Of a panel whose pixels are the cells of a table: what is written in them, by rows,
	// and the labels of rows and columns. nil: nothing is.
	Cells         [][]string
	Rows, Columns []string
}

// Ink returns the colour in which a text can be read on a ground: black or white.
func Ink(ground color.Color) color.Gray {
	const middle = 117 // as far from black as from white, by WCAG's contrast
	if color.GrayModel.Convert(ground).(color.Gray).Y > middle {
		return color.Gray{}
	}
	return color.Gray{Y: 255}
}

// Plot is a diagram of curves over one axis.
type Plot struct {
	Title  string   // what it is, in a few words: the caption
	Alt    string   // what the curves say, in one sentence
	X, Y   string   // labels of the axes, with their units
	Series []Series // the curves, in the order of the legend
	LogX   bool     // whether the x axis is logarithmic; then every x is positive
}

// Series is one curve of a Plot: points (X[i], Y[i]) in the order of X. A y that
// is not finite leaves a gap.
type Series struct {
	Name string // in the legend
	X, Y []float64
}

// Kind returns "picture".
func (Picture) Kind() string { return "picture" }

// Kind returns "plot".
func (Plot) Kind() string { return "plot" }

// IsFigure reports whether an item is a Picture or a Plot.
func IsFigure(item Item) bool {
	switch item.(type) {
	case Picture, Plot:
		return true
	}
	return false
}

// Parted returns the items that are no figures, and the figures.
func Parted(items []Item) (rest, figures []Item) {
	for _, item := range items {
		if IsFigure(item) {
			figures = append(figures, item)
		} else {
			rest = append(rest, item)
		}
	}
	return rest, figures
}
