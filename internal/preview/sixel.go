package preview

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"io"
)

// writeSixel sends the picture as DEC's sixels: a palette, and for every band of
// six lines, for every colour in it, a character for each column whose bits say
// which of the six pixels have that colour. Source: VT330/VT340 Programmer
// Reference Manual, chapter 14.
func writeSixel(w io.Writer, m image.Image) error {
	p := paletted(m)
	size := p.Bounds().Size()
	var out bytes.Buffer
	fmt.Fprintf(&out, "\x1bPq\"1;1;%d;%d", size.X, size.Y)
	for i, c := range p.Palette {
		r, g, b, _ := c.RGBA()
		fmt.Fprintf(&out, "#%d;2;%d;%d;%d", i, percent(r), percent(g), percent(b))
	}
	for y := 0; y < size.Y; y += 6 {
		writeBand(&out, p, y)
	}
	out.WriteString("\x1b\\\n")
	_, err := w.Write(out.Bytes())
	return err
}

func percent(v uint32) uint32 { return (v*100 + 0x7fff) / 0xffff }

// paletted returns the picture with at most 256 colours, its own if it has no
// more, else dithered.
func paletted(m image.Image) *image.Paletted {
	b := m.Bounds()
	seen := make(map[color.RGBA]bool)
	var own color.Palette
	for y := b.Min.Y; y < b.Max.Y && len(own) <= 256; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
			if !seen[c] {
				seen[c] = true
				own = append(own, c)
			}
		}
	}
	at := image.Rectangle{Max: b.Size()}
	if len(own) > 256 {
		p := image.NewPaletted(at, palette.Plan9)
		draw.FloydSteinberg.Draw(p, at, m, b.Min)
		return p
	}
	p := image.NewPaletted(at, own)
	draw.Draw(p, at, m, b.Min, draw.Src)
	return p
}

// writeBand writes six lines from line y on.
func writeBand(out *bytes.Buffer, p *image.Paletted, y int) {
	width := p.Bounds().Dx()
	masks := make(map[uint8][]byte) // by colour, a column's bits
	var order []uint8
	for dy := range min(6, p.Bounds().Dy()-y) {
		for x := range width {
			c := p.ColorIndexAt(x, y+dy)
			if masks[c] == nil {
				masks[c] = make([]byte, width)
				order = append(order, c)
			}
			masks[c][x] |= 1 << dy
		}
	}
	for _, c := range order {
		fmt.Fprintf(out, "#%d", c)
		writeRuns(out, masks[c])
		out.WriteByte('$') // back to the left
	}
	out.WriteByte('-') // the next band
}

// writeRuns writes columns, four and more that are alike as one with their
// number.
func writeRuns(out *bytes.Buffer, columns []byte) {
	for from := 0; from < len(columns); {
		to := from
		for to < len(columns) && columns[to] == columns[from] {
			to++
		}
		sixel := columns[from] + '?'
		if to-from > 3 {
			fmt.Fprintf(out, "!%d%c", to-from, sixel)
		} else {
			out.Write(bytes.Repeat([]byte{sixel}, to-from))
		}
		from = to
	}
}
