package preview

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"

	"hw4/internal/terminal"
)

// blocks returns the lines of a picture, two pixels a character: the upper as the colour
// of an upper half block, the lower as the background behind it.
func blocks(m image.Image, colours terminal.Colours) []string {
	if colours == terminal.NoColours {
		return monoBlocks(m)
	}
	var lines []string
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		var out strings.Builder
		last := ""
		for x := b.Min.X; x < b.Max.X; x++ {
			set := "\x1b[" + code(colours, 38, m.At(x, y))
			if y+1 < b.Max.Y {
				set += ";" + code(colours, 48, m.At(x, y+1)) + "m"
			} else {
				set += ";49m"
			}
			if set != last {
				out.WriteString(set)
				last = set
			}
			out.WriteString("▀")
		}
		lines = append(lines, out.String()+"\x1b[0m")
	}
	return lines
}

// code returns the part of a control sequence that sets a colour, of text if what
// is 38, of the background if it is 48.
func code(colours terminal.Colours, what int, c color.Color) string {
	rgba := color.RGBAModel.Convert(c).(color.RGBA)
	if colours == terminal.TrueColours {
		return fmt.Sprintf("%d;2;%d;%d;%d", what, rgba.R, rgba.G, rgba.B)
	}
	return fmt.Sprintf("%d;5;%d", what, xterm(rgba))
}

// levels are the intensities of xterm's colour cube.
var levels = [6]int{0, 95, 135, 175, 215, 255}

// xterm returns the nearest of xterm's colours 16 to 255: a cube of six levels a
// channel, and 24 greys.
func xterm(c color.RGBA) int {
	r, g, b := int(c.R), int(c.G), int(c.B)
	i, j, k := level(r), level(g), level(b)
	grey := max(0, min(23, ((r+g+b)/3-3)/10))
	v := 8 + 10*grey
	if distance(r-v, g-v, b-v) < distance(r-levels[i], g-levels[j], b-levels[k]) {
		return 232 + grey
	}
	return 16 + 36*i + 6*j + k
}

func distance(r, g, b int) int { return r*r + g*g + b*b }

// level returns which of the cube's levels is nearest.
func level(v int) int {
	best := 0
	for i, l := range levels {
		if d := v - l; d*d < (v-levels[best])*(v-levels[best]) {
			best = i
		}
	}
	return best
}

// monoBlocks returns the lines of a picture in black and white, dithered, without any
// colour: the light pixels are those that are written.
func monoBlocks(m image.Image) []string {
	b := m.Bounds()
	bits := image.NewPaletted(b, color.Palette{color.Black, color.White})
	draw.FloydSteinberg.Draw(bits, b, m, b.Min)
	light := func(x, y int) int {
		if y >= b.Max.Y {
			return 0
		}
		return int(bits.ColorIndexAt(x, y))
	}
	var lines []string
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		line := ""
		for x := b.Min.X; x < b.Max.X; x++ {
			line += []string{" ", "▀", "▄", "█"}[light(x, y)+2*light(x, y+1)]
		}
		lines = append(lines, line)
	}
	return lines
}
