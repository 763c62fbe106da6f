package html

import (
	"html"
	"html/template"
	"regexp"
	"strings"

	"hw4/internal/report"
)

// matrixMath returns a matrix with its name as MathML.
func matrixMath(m report.Matrix) template.HTML {
	var b strings.Builder
	b.WriteString(`<math display="block"><mrow>` + nameMath(m.Name))
	b.WriteString(`<mo>=</mo><mrow><mo fence="true" form="prefix" stretchy="true">[</mo><mtable>`)
	for _, row := range m.Rows {
		b.WriteString("<mtr>")
		for _, v := range row {
			b.WriteString(`<mtd><mn>` + string(number(v)) + `</mn></mtd>`)
		}
		b.WriteString("</mtr>")
	}
	b.WriteString(`</mtable><mo fence="true" form="postfix" stretchy="true">]</mo></mrow></mrow></math>`)
	return template.HTML(b.String())
}

var (
	derivative = regexp.MustCompile(`^d([a-z])_(\w+)/d([a-zA-Z])_(\w+)$`)
	index      = regexp.MustCompile(`^(|.* )([a-zA-Z])(?:_?(\d+)|_(\w+)|\[([^\]]+)\]|)(| .*)$`)
)

// nameMath returns the name of a matrix as MathML: w1, w_1 and w[1] with a subscript,
// dy_3/dA_2 as a derivative, and words as text.
func nameMath(name string) string {
	if m := derivative.FindStringSubmatch(name); m != nil {
		return "<mfrac>" + differential(m[1], m[2]) + differential(m[3], m[4]) + "</mfrac>"
	}
	m := index.FindStringSubmatch(name)
	if m == nil {
		return words(name)
	}
	letter := "<mi>" + m[2] + "</mi>"
	switch {
	case m[4] != "":
		letter = "<msub>" + letter + "<mi>" + m[4] + "</mi></msub>"
	case m[3]+m[5] != "":
		letter = indexed(m[2], m[3]+html.EscapeString(m[5]))
	}
	return words(m[1]) + letter + words(m[6])
}

// words returns a part of a name that is no formula.
func words(s string) string {
	if s == "" {
		return ""
	}
	const solid = "\u00a0" // a space at an end would be lost
	return "<mtext>" + strings.ReplaceAll(html.EscapeString(s), " ", solid) + "</mtext>"
}

func differential(letter, index string) string {
	return "<mrow><mo>∂</mo>" + indexed(letter, index) + "</mrow>"
}

func indexed(letter, index string) string {
	return "<msub><mi>" + letter + "</mi><mn>" + index + "</mn></msub>"
}
