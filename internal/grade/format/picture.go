package format

import (
	"encoding/base64"
	"slices"

	"hw4/internal/draw"
	"hw4/internal/grade"
	"hw4/internal/report"
	"hw4/tensor"
)

// maxPicture is how large a matrix may be that is drawn.
const maxPicture = 64

// pictures returns the example on which an answer fails as pictures: what goes in, what
// should come out, and what does.
func pictures(p *grade.PartResult) []report.Picture {
	e := p.Example()
	if e == nil {
		return nil
	}
	var list []report.Picture
	for _, m := range []report.Matrix{e.Input, e.Expected, e.Got} {
		if len(m.Rows) == 0 || len(m.Rows) > maxPicture || len(m.Rows[0]) > maxPicture {
			continue
		}
		x := tensor.FromSlice(slices.Concat(m.Rows...), len(m.Rows), len(m.Rows[0]))
		list = append(list, report.Picture{Title: m.Name, Image: draw.Map(x, draw.Diverging, draw.Range{Lo: -1, Hi: 1})})
	}
	return list
}

// dataURL returns a picture as the address of itself.
func dataURL(p report.Picture) (string, error) {
	file, err := p.PNG()
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(file), err
}
