// Package html renders the reports of the whole sheet as one HTML page: the answers
// first, and the evidence folded away below each.
package html

import (
	"bytes"
	_ "embed"
	"encoding/base64"
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
	Statement, Derivation string // HTML with MathML
	Report                *report.Report
	Took                  time.Duration
}

// The pieces that a page is made of: its outline, its looks, and the font of the
// formulas, a subset of STIX Two Math with the glyphs that occur (copyright 2001-2021
// The STIX Fonts Project Authors, SIL Open Font License 1.1).
//
//go:embed page.html
var outline string

//go:embed style.css
var looks string

//go:embed math.woff2
var mathFont []byte

// Write writes the page as one file that needs neither network nor script: formulas are
// MathML, plots SVG, pictures PNG in the text, and a policy in the file's head forbids
// the browser to fetch or run anything. It writes nothing if it fails.
//
// Two pages of the same content are the same bytes, except for what stands in <time>
// elements: Facts that vary, and how long the sections took.
func Write(w io.Writer, page Page) error {
	t := template.Must(template.New("page").Funcs(template.FuncMap{
		"style": style, "raw": raw, "typeset": typeset,
		"isNumber": isNumber, "numeric": numeric, "number": number, "list": list,
		"matrix": matrixMath, "svg": svg, "panels": panels, "image": single,
		"lines": lines, "figures": figures, "figure": report.IsFigure,
	}).Parse(outline))
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// style returns the style sheet of the page.
func style() template.CSS { return template.CSS(WithMathFont(looks)) }

// WithMathFont returns a style sheet with the font of the formulas, in the format WOFF2, in
// the place of its name math.woff2.
func WithMathFont(sheet string) string {
	source := "data:font/woff2;base64," + base64.StdEncoding.EncodeToString(mathFont)
	return strings.Replace(sheet, "math.woff2", source, 1)
}

// raw returns HTML of ours as it is.
func raw(html string) template.HTML { return template.HTML(html) }

// svg returns a plot as an element of the page.
func svg(p report.Plot) (template.HTML, error) {
	s, err := plot.SVG(p)
	return template.HTML(s), err
}

// list joins words as a sentence does.
func list(words []string) string { return report.Join(words, "and") }

// figures returns the pictures and plots among items.
func figures(items []report.Item) []report.Item {
	_, figures := report.Parted(items)
	return figures
}

// lines returns the items of an answer that are lines to be read, without tables and
// figures, and without the text that announces them.
func lines(items []report.Item) []report.Item {
	var some []report.Item
	for i, item := range items {
		text, isText := item.(report.Text)
		announces := isText && strings.HasSuffix(string(text), ":") && i+1 < len(items) && !isLine(items[i+1])
		if isLine(item) && !announces {
			some = append(some, item)
		}
	}
	return some
}

func isLine(item report.Item) bool { return item.Kind() == "text" || item.Kind() == "matrix" }

// isNumber reports whether a cell is aligned to the right.
func isNumber(cell any) bool {
	_, text := cell.(string)
	return !text
}

// numeric reports whether a column of a table holds numbers.
func numeric(t report.Table, column int) bool {
	return len(t.Rows) > 0 && column < len(t.Rows[0]) && isNumber(t.Rows[0][column])
}

// number returns a cell that is a number.
func number(cell any) template.HTML { return typeset(report.Format(cell)) }
