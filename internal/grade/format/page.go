package format

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"maps"
	"slices"

	"hw4/internal/draw"
	"hw4/internal/grade"
	"hw4/internal/report"
	"hw4/internal/report/plot"
	"hw4/tensor"
)

var (
	//go:embed student.html class.html
	pages embed.FS
	//go:embed style.css
	style string
)

// write writes a page as one file. It writes nothing if it fails.
func write(w io.Writer, name string, content any, o Options) error {
	t := template.Must(template.New(name).Funcs(template.FuncMap{
		"style":     func() template.CSS { return template.CSS(style) },
		"number":    digits,
		"why":       func(p *grade.PartResult) string { return report.Printable(o.why(p)) },
		"printable": report.Printable,
		"pictures":  embedded,
	}).ParseFS(pages, name))
	var b bytes.Buffer
	if err := t.Execute(&b, content); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

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

// An embeddedPicture is one as the page shows it.
type embeddedPicture struct {
	Title         string
	URL           template.URL
	Width, Height int
}

func embedded(p *grade.PartResult) ([]embeddedPicture, error) {
	var list []embeddedPicture
	for _, picture := range pictures(p) {
		url, err := dataURL(picture)
		if err != nil {
			return nil, err
		}
		size := picture.Image.Bounds().Size()
		scale := max(1, 96/max(size.X, size.Y))
		list = append(list, embeddedPicture{picture.Title, template.URL(url), scale * size.X, scale * size.Y})
	}
	return list, nil
}

// WriteStudent writes the page of one hand-in: for each part the points, and why some were
// lost.
func WriteStudent(w io.Writer, title string, r *grade.Result, o Options) error {
	earned, most := r.Total()
	return write(w, "student.html", map[string]any{"Title": title, "Result": r, "Earned": earned, "Most": most,
		"About": about(r)}, o)
}

// A mistake is how often answers to a part had a code.
type mistake struct {
	Part, Code string
	Count      int
}

// Mistakes returns which codes answers had that are not right, and how often, by parts.
func Mistakes(c *grade.Class) []mistake {
	count := make(map[mistake]int)
	place := make(map[string]int)
	for _, r := range c.Results {
		for i, p := range r.Parts {
			place[p.ID] = i
			if !p.Verdict.Right {
				count[mistake{Part: p.ID, Code: p.Verdict.Code}]++
			}
		}
	}
	list := slices.Collect(maps.Keys(count))
	for i := range list {
		list[i].Count = count[list[i]]
	}
	slices.SortFunc(list, func(a, b mistake) int {
		return cmp.Or(place[a.Part]-place[b.Part], b.Count-a.Count, cmp.Compare(a.Code, b.Code))
	})
	return list
}

// WriteClass writes the page of the class: points and mistakes, without names.
func WriteClass(w io.Writer, c *grade.Class) error {
	type row struct {
		ID, Title       string
		Right, Answered int
		Mean, Max       float64
	}
	var rows []row
	var totals []float64
	judged := 0
	for _, r := range c.Results {
		earned, most := r.Total()
		if totals = append(totals, 100*share(earned, most)); r.Judged() {
			judged++
		}
		for i, p := range r.Parts {
			if i == len(rows) {
				rows = append(rows, row{ID: p.ID, Title: p.Title, Max: p.Max})
			}
			rows[i].Mean += p.Earned / float64(len(c.Results))
			if p.Verdict.Right {
				rows[i].Right++
			}
			if p.From != "" {
				rows[i].Answered++
			}
		}
	}
	svg, err := totalsPlot(totals)
	if err != nil {
		return err
	}
	return write(w, "class.html", map[string]any{"Title": c.Title, "Count": report.Plural(len(c.Results), "hand-in"),
		"Judged": judged, "Rows": rows, "Mistakes": Mistakes(c), "Plot": svg}, Options{})
}

// totalsPlot draws how many hand-ins have at least so much of the points.
func totalsPlot(totals []float64) (template.HTML, error) {
	if len(totals) < 2 {
		return "", nil
	}
	s := report.Series{Name: "hand-ins"}
	for at := 0.0; at <= 100; at += 5 {
		n := 0
		for _, v := range totals {
			if v >= at {
				n++
			}
		}
		s.X, s.Y = append(s.X, at), append(s.Y, float64(n))
	}
	svg, err := plot.SVG(report.Plot{Title: "How many hand-ins have at least so much of the points",
		Alt: report.Plural(len(totals), "hand-in") + ".", X: "per cent of the points", Y: "hand-ins",
		Series: []report.Series{s}})
	return template.HTML(svg), err
}
