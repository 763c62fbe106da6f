package draw

import (
	"image/color"
	"math"
)

// A Palette gives the colour of a number from 0 to 1; those beyond are taken as
// the nearer end, NaN as 0.
type Palette func(v float64) color.RGBA

// Ink is white at 0 and black at 1, as MNIST's digits are written.
func Ink(v float64) color.RGBA { return mix(white, black, clamp(v)) }

// Diverging is blue at 0, white at 1/2 and red at 1: for numbers that have a
// sign, with zero in the middle. The colours are those of ColorBrewer's RdBu,
// which people who see red and green alike can tell apart.
func Diverging(v float64) color.RGBA {
	return along(clamp(v), color.RGBA{5, 48, 97, 255}, color.RGBA{67, 147, 195, 255}, color.RGBA{247, 247, 247, 255},
		color.RGBA{214, 96, 77, 255}, color.RGBA{103, 0, 31, 255})
}

// Heat is white at 0, over orange, to dark red at 1: for amounts. The colours are
// those of ColorBrewer's OrRd.
func Heat(v float64) color.RGBA {
	return along(clamp(v), white, color.RGBA{253, 212, 158, 255}, color.RGBA{252, 141, 89, 255},
		color.RGBA{215, 48, 31, 255}, color.RGBA{127, 0, 0, 255})
}

var (
	black = color.RGBA{0, 0, 0, 255}
	white = color.RGBA{255, 255, 255, 255}
	faint = color.RGBA{200, 200, 200, 255} // frames
	dark  = color.RGBA{34, 34, 34, 255}    // text
	blue  = color.RGBA{33, 102, 172, 255}  // what is there, or right
)

func clamp(v float64) float64 {
	if !(v > 0) { // NaN, too
		return 0
	}
	return math.Min(1, v)
}

// along returns the colour at v of a scale with the given colours at equal
// distances.
func along(v float64, colours ...color.RGBA) color.RGBA {
	at := v * float64(len(colours)-1)
	i := min(int(at), len(colours)-2)
	return mix(colours[i], colours[i+1], at-float64(i))
}

// mix returns the colour at v on the way from a to b.
func mix(a, b color.RGBA, v float64) color.RGBA {
	m := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + float64(v*(float64(b)-float64(a))))) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 255}
}
