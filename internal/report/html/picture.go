package html

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/color"

	"hw4/internal/report"
)

// An embedded is an image as the page shows it.
type embedded struct {
	Source        template.URL // a data URI
	Width, Height int          // on the page, a whole multiple of the image's
}

// A panel is a part of a picture: an image or a table, with its caption.
type panel struct {
	Image   *embedded
	Table   *cells
	Small   bool // three stand side by side on a phone
	Caption []string
}

// cells is a table with coloured cells.
type cells struct {
	Columns []string
	Rows    []cellRow
}

type cellRow struct {
	Label string // empty: none
	Cells []coloured
}

type coloured struct {
	Text  string
	Style template.CSS
}

// panels returns the parts of a picture, none if it is one image.
func panels(p report.Picture) ([]panel, error) {
	if len(p.Panels) == 1 && p.Panels[0].Cells == nil {
		return nil, nil
	}
	var all []panel
	for _, part := range p.Panels {
		out := panel{Caption: part.Caption}
		if part.Cells != nil {
			out.Table = tableOf(part)
		} else {
			const width, height = 720, 112
			m, err := inPage(p.Title, part.Image, width, height)
			if err != nil {
				return nil, err
			}
			out.Image, out.Small = m, m.Width <= 1.5*height
		}
		all = append(all, out)
	}
	return all, nil
}

// single returns the whole picture as one image.
func single(p report.Picture) (*embedded, error) {
	const width, height = 320, 320
	return inPage(p.Title, p.Image, width, height)
}

// inPage returns an image of a picture, enlarged by the largest whole number with which
// it is at most width by height.
func inPage(title string, m image.Image, width, height int) (*embedded, error) {
	file, err := report.Picture{Title: title, Image: m}.PNG()
	if err != nil {
		return nil, err
	}
	size := m.Bounds().Size()
	scale := max(1, min(width/size.X, height/size.Y))
	return &embedded{
		Source: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(file)),
		Width:  scale * size.X, Height: scale * size.Y,
	}, nil
}

// tableOf returns a panel whose pixels are the cells of a table.
func tableOf(p report.Panel) *cells {
	t := &cells{Columns: p.Columns}
	at := p.Image.Bounds().Min
	for i, row := range p.Cells {
		var out cellRow
		if i < len(p.Rows) {
			out.Label = p.Rows[i]
		}
		for j, text := range row {
			ground := p.Image.At(at.X+j, at.Y+i)
			style := "background:" + hex(ground) + ";color:" + hex(report.Ink(ground))
			out.Cells = append(out.Cells, coloured{text, template.CSS(style)})
		}
		t.Rows = append(t.Rows, out)
	}
	return t
}

// hex returns a colour as style sheets write it.
func hex(c color.Color) string {
	rgba := color.RGBAModel.Convert(c).(color.RGBA)
	return fmt.Sprintf("#%02x%02x%02x", rgba.R, rgba.G, rgba.B)
}
