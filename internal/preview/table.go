package preview

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"unicode/utf8"

	"hw4/internal/report"
	"hw4/internal/terminal"
)

// tableSize returns the characters that a panel takes whose pixels are the cells of a
// table.
func tableSize(p report.Panel) image.Point {
	left, wide := tableWidths(p)
	size := image.Pt(left+p.Image.Bounds().Dx()*wide, len(p.Cells))
	if p.Columns != nil {
		size.Y++
	}
	return size
}

// tableWidths returns how wide the labels of the rows are, and a cell; each with a space
// behind it.
func tableWidths(p report.Panel) (left, cell int) {
	for _, label := range p.Rows {
		left = max(left, utf8.RuneCountInString(label)+1)
	}
	for _, row := range append([][]string{p.Columns}, p.Cells...) {
		for _, s := range row {
			cell = max(cell, utf8.RuneCountInString(s)+1)
		}
	}
	return left, cell
}

// table returns a panel as a table whose cells have the colours of its pixels.
func table(p report.Panel, colours terminal.Colours) []string {
	left, wide := tableWidths(p)
	var lines []string
	if p.Columns != nil {
		line := strings.Repeat(" ", left)
		for _, label := range p.Columns {
			line += fmt.Sprintf("%*s", wide, label+" ")
		}
		lines = append(lines, line)
	}
	for i, row := range p.Cells {
		line := strings.Repeat(" ", left)
		if i < len(p.Rows) {
			line = fmt.Sprintf("%*s", left, p.Rows[i]+" ")
		}
		for j, cell := range row {
			at := p.Image.Bounds().Min.Add(image.Pt(j, i))
			line += onGround(colours, fmt.Sprintf("%*s", wide, cell+" "), p.Image.At(at.X, at.Y))
		}
		lines = append(lines, line)
	}
	return lines
}

// onGround returns a text on a ground of a colour, in black or white, whichever can be
// read there.
func onGround(colours terminal.Colours, text string, ground color.Color) string {
	if colours == terminal.NoColours {
		return text
	}
	return "\x1b[" + code(colours, 38, report.Ink(ground)) + ";" + code(colours, 48, ground) + "m" + text + "\x1b[0m"
}
