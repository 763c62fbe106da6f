package html

import (
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
	subscript  = regexp.MustCompile(`^([a-zA-Z])_?(\d+)$`)
)

// nameMath returns the name of a matrix as MathML: w1 and w_1 with a subscript,
// dy_3/dA_2 as a derivative, anything else as text.
func nameMath(name string) string {
	if m := derivative.FindStringSubmatch(name); m != nil {
		return "<mfrac>" + differential(m[1], m[2]) + differential(m[3], m[4]) + "</mfrac>"
	}
	if m := subscript.FindStringSubmatch(name); m != nil {
		return indexed(m[1], m[2])
	}
	return "<mtext>" + string(typeset(name)) + "</mtext>"
}

func differential(letter, index string) string {
	return "<mrow><mo>∂</mo>" + indexed(letter, index) + "</mrow>"
}

func indexed(letter, index string) string {
	return "<msub><mi>" + letter + "</mi><mn>" + index + "</mn></msub>"
}
