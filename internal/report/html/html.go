// Package html renders the reports of the whole sheet as one HTML page.
package html

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"hw4/internal/report"
	"hw4/internal/report/plot"
)

// A Page is the answer to the whole sheet, for one HTML file.
type Page struct {
	Title      string
	Lead       string // who asks, in one line
	Facts      []Fact // how the run was made
	Sections   []Section
	References []string // what the statements cite by number
}

// A Fact is a line about the run.
type Fact struct {
	Name, Value string
	// Varies says that the value differs between runs of the same seed.
	Varies bool
}

// A Section is one problem of a Page.
type Section struct {
	Statement, Derivation template.HTML
	Report                *report.Report
	Took                  time.Duration
}

// The pieces that a page is made of: its outline, its looks, and the font of the
// formulas, a subset of STIX Two Math with the glyphs that occur (copyright 2001-2021
// The STIX Fonts Project Authors, SIL Open Font License 1.1).
//
//go:embed page.html style.css math.woff2
var pieces embed.FS

// Write writes the page as one file that needs neither network nor script:
// formulas are MathML, plots SVG, pictures PNG in the text, and a policy in the
// file's head forbids the browser to fetch or run anything.
//
// Two pages of the same content are the same bytes, but for what stands in
// <time> elements: Facts that vary, and how long the sections took.
func Write(w io.Writer, page Page) error {
	t := template.New("page.html").Funcs(template.FuncMap{
		"style": style, "kind": kind, "format": report.Format, "isNumber": isNumber, "numeric": numeric, "minus": report.Minus,
		"matrix": matrixMath, "image": imageOf, "svg": svg, "list": func(words []string) string { return report.Join(words, "and") }, "typeset": typeset,
	})
	t, err := t.ParseFS(pieces, "page.html")
	if err != nil {
		return err
	}
	var b bytes.Buffer // so that a failure writes nothing
	if err := t.Execute(&b, page); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

// style returns the style sheet with the font of the formulas in it.
func style() (template.CSS, error) {
	css, err := pieces.ReadFile("style.css")
	if err != nil {
		return "", err
	}
	font, err := pieces.ReadFile("math.woff2")
	if err != nil {
		return "", err
	}
	return template.CSS(strings.Replace(string(css), "math.woff2", "data:font/woff2;base64,"+base64.StdEncoding.EncodeToString(font), 1)), nil
}

// kind returns which part of the page template shows an item.
func kind(item report.Item) string {
	switch item.(type) {
	case report.Text:
		return "text"
	case report.Block:
		return "block"
	case report.Matrix:
		return "matrix"
	case report.Table:
		return "table"
	case report.Picture:
		return "picture"
	case report.Plot:
		return "plot"
	}
	panic("html: unknown kind of item")
}

// isNumber reports whether a cell is aligned to the right.
func isNumber(cell any) bool {
	_, text := cell.(string)
	return !text
}

// numeric reports whether a column of a table holds numbers.
func numeric(t report.Table, column int) bool {
	return len(t.Rows) > 0 && column < len(t.Rows[0]) && isNumber(t.Rows[0][column])
}

// An embedded is a picture as the page shows it.
type embedded struct {
	Source        template.URL // a data URI
	Width, Height int          // on the page, a whole multiple of the picture's
	Class         string       // pixels: enlarged; wide: with details that a phone would make too small
}

// imageOf returns a picture enlarged so that its pixels can be seen, but no more
// than fits on a narrow screen.
func imageOf(p report.Picture) (embedded, error) {
	const narrow, most = 320, 12
	file, err := p.PNG()
	if err != nil {
		return embedded{}, err
	}
	size := p.Image.Bounds().Size()
	scale := min(max(narrow/max(size.X, size.Y), 1), most)
	class := ""
	switch {
	case scale > 1:
		class = "pixels"
	case size.X > 3*narrow/2:
		class = "wide"
	}
	return embedded{
		Source: template.URL(fmt.Sprintf("data:image/png;base64,%s", base64.StdEncoding.EncodeToString(file))),
		Width:  scale * size.X, Height: scale * size.Y, Class: class,
	}, nil
}

// svg returns a plot as an element of the page.
func svg(p report.Plot) (template.HTML, error) {
	s, err := plot.SVG(p)
	return template.HTML(s), err
}
