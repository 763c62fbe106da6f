// Package plot draws the plots of reports: as SVG for a page, as an image for a
// terminal, and as a PNG file.
package plot

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"hw4/internal/report"
	"hw4/internal/report/axis"
)

// Size of a plot in points. Its text is legible on a screen of 360 pixels, at about the
// plot's own scale.
const (
	plotWidth  vg.Length = 360
	plotHeight vg.Length = 230
)

// The colours of a plot as it is drawn for print. In a page they are replaced by
// the style sheet's variables, so that they follow the reader's light or dark mode.
var (
	ink         = color.NRGBA{0x22, 0x22, 0x23, 0xff}
	grid        = color.NRGBA{0xdd, 0xdd, 0xde, 0xff}
	seriesColor = []color.NRGBA{
		{0x1b, 0x5f, 0xaa, 0xff}, {0xb2, 0x4a, 0x00, 0xff}, {0x00, 0x72, 0x4d, 0xff},
		{0x8e, 0x2f, 0x86, 0xff}, {0x6b, 0x58, 0x00, 0xff}, {0x55, 0x55, 0x56, 0xff},
	}
)

// seriesDash tells the curves apart without colour.
var seriesDash = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {4, 4}, {1, 3}}

// seriesShape marks the points of the curves.
var seriesShape = []draw.GlyphDrawer{
	draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.RingGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{},
}

// drawOn draws the plot on a canvas, with its legend above it.
func drawOn(c draw.Canvas, p report.Plot) error {
	x, y, err := axis.Of(p)
	if err != nil {
		return err
	}
	out, legend := plot.New(), plot.NewLegend()
	out.BackgroundColor = color.Transparent
	out.X.Label.Text, out.Y.Label.Text = p.X, p.Y
	out.X.Tick.Marker, out.Y.Tick.Marker = ticks(x), ticks(y)
	if p.LogX {
		out.X.Scale = plot.LogScale{}
	}
	dress(out, &legend)
	lines := plotter.NewGrid()
	lines.Vertical.Color, lines.Horizontal.Color = color.Transparent, grid
	out.Add(lines)
	for i, s := range p.Series {
		if err := addSeries(out, &legend, i, s); err != nil {
			return fmt.Errorf("plot %q, curve %q: %w", p.Title, s.Name, err)
		}
	}
	out.X.Min, out.X.Max, out.Y.Min, out.Y.Max = x.Lo, x.Hi, y.Lo, y.Hi
	const edge = 14 // room for the half of a label that is right of its tick
	key := legend.Rectangle(c).Size().Y + 8
	legend.Draw(draw.Crop(c, 4, 0, 0, 0))
	out.Draw(draw.Crop(c, 0, -edge, 0, -key))
	return nil
}

// ticks returns the ticks of an axis as gonum/plot wants them.
func ticks(a axis.Axis) plot.ConstantTicks {
	return report.Each(a.Ticks, func(t axis.Tick) plot.Tick { return plot.Tick{Value: t.Value, Label: t.Label} })
}

// PNG returns the plot as a PNG file, on white, two pixels a point.
func PNG(p report.Plot) ([]byte, error) {
	m, err := Image(p)
	if err != nil {
		return nil, err
	}
	return report.Picture{Title: p.Title, Image: m}.PNG()
}

// Image returns the plot as a picture, on white, two pixels a point.
func Image(p report.Plot) (image.Image, error) {
	const dpi = 144
	c := vgimg.NewWith(vgimg.UseWH(plotWidth, plotHeight), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(color.White))
	if err := drawOn(draw.New(c), p); err != nil {
		return nil, err
	}
	return c.Image(), nil
}

// dress sets sizes, fonts and colours.
func dress(p *plot.Plot, legend *plot.Legend) {
	const size = 10
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Tick.Color = ink, ink
		a.Label.TextStyle.Color, a.Tick.Label.Color = ink, ink
		for _, f := range []*font.Font{&a.Label.TextStyle.Font, &a.Tick.Label.Font} {
			f.Size, f.Variant = size, "Sans"
		}
	}
	legend.TextStyle.Color = ink
	legend.TextStyle.Font.Size, legend.TextStyle.Font.Variant = size, "Sans"
	legend.Top, legend.Left = true, true
	legend.ThumbnailWidth = 28
	legend.Padding = 3
}

// addSeries adds a curve, in as many pieces as its gaps leave, and its entry in
// the legend.
func addSeries(p *plot.Plot, legend *plot.Legend, i int, s report.Series) error {
	line := draw.LineStyle{Color: seriesColor[i%len(seriesColor)], Width: 1.6, Dashes: seriesDash[i%len(seriesDash)]}
	mark := draw.GlyphStyle{Color: line.Color, Radius: 2.4, Shape: seriesShape[i%len(seriesShape)]}
	const few = 40 // more points than these would hide the curve
	var thumbnail []plot.Thumbnailer
	for _, piece := range segments(s) {
		l, points, err := plotter.NewLinePoints(piece)
		if err != nil {
			return err
		}
		l.LineStyle, points.GlyphStyle = line, mark
		p.Add(l)
		thumbnail = []plot.Thumbnailer{l}
		if len(s.X) <= few {
			p.Add(points)
			thumbnail = append(thumbnail, points)
		}
	}
	if thumbnail != nil {
		legend.Add(s.Name, thumbnail...)
	}
	return nil
}

// segments cuts a curve where it is not finite.
func segments(s report.Series) []plotter.XYs {
	var all []plotter.XYs
	gap := true // before the next point
	for i, y := range s.Y {
		if !report.Finite(y) {
			gap = true
			continue
		}
		if gap {
			all, gap = append(all, nil), false
		}
		last := &all[len(all)-1]
		*last = append(*last, plotter.XY{X: s.X[i], Y: y})
	}
	return all
}

// SVG returns the plot as an SVG element for a page, whose style sheet has its
// colours and its font as variables: --ink, --grid, --series-1 to --series-6, --plot.
func SVG(p report.Plot) (string, error) {
	c := vgsvg.New(plotWidth, plotHeight)
	if err := drawOn(draw.New(c), p); err != nil {
		return "", err
	}
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	_, body, found := strings.Cut(b.String(), "<svg")
	_, body, closed := strings.Cut(body, ">")
	if !found || !closed {
		return "", fmt.Errorf("plot %q: gonum/plot wrote no SVG", p.Title)
	}
	head := fmt.Sprintf(`<svg viewBox="0 0 %g %g" role="img" aria-label="%s">`,
		plotWidth.Points(), plotHeight.Points(), html.EscapeString(p.Alt))
	return head + themed().Replace(body), nil
}

// themed replaces the colours of a plot by the style sheet's.
func themed() *strings.Replacer {
	hex := func(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }
	pairs := []string{
		hex(ink), "var(--ink)", hex(grid), "var(--grid)", "font-family:Liberation Sans", "font-family:var(--plot)",
	}
	for i, c := range seriesColor {
		pairs = append(pairs, hex(c), fmt.Sprintf("var(--series-%d)", i+1))
	}
	return strings.NewReplacer(pairs...)
}
