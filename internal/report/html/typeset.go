package html

import (
	"html/template"
	"regexp"
)

// notation is how mathematics is written in text for a terminal, and how a page
// sets it. The patterns are applied in this order to text that is escaped for
// HTML.
var notation = []struct {
	plain *regexp.Regexp
	set   string
}{
	{regexp.MustCompile(`(^|[ (=\[])-(\d)`), "$1−$2"},
	{regexp.MustCompile(`\(-([a-z])`), "(−$1"},
	{regexp.MustCompile(` - (\d)`), " − $1"},
	{regexp.MustCompile(`\^-(\w)`), "^−$1"},
	{regexp.MustCompile(`\b(\d+|[a-z]) x (\d+|[a-z])\b`), "$1 × $2"},
	{regexp.MustCompile(`× (\d+|[a-z]) x (\d+|[a-z])\b`), "× $1 × $2"},
	{regexp.MustCompile(`\bR\^\(([^()]*)\)`), "ℝ<sup>$1</sup>"},
	{regexp.MustCompile(`\b([ekR])\^(−?\w{1,2})\b`), "$1<sup>$2</sup>"},
	{regexp.MustCompile(`\)\^(\d)\b`), ")<sup>$1</sup>"},
	{regexp.MustCompile(`_\((\w+)-(\w+)\)`), "_($1−$2)"},
	{regexp.MustCompile(`\b(d?)([A-Za-z])_\(([^()]*)\)`), "$1<i>$2</i><sub>$3</sub>"},
	{regexp.MustCompile(`\b(d?)([A-Za-z])_([A-Za-z0-9]{1,2})\b`), "$1<i>$2</i><sub>$3</sub>"},
	{regexp.MustCompile(`\bsigma\b`), "σ"},
	{regexp.MustCompile(`\brho\b`), "ρ"},
	{regexp.MustCompile(` != `), " ≠ "},
	{regexp.MustCompile(` &lt;= `), " ≤ "},
	{regexp.MustCompile(` -&gt; `), " → "},
}

// typeset returns text for a page: escaped, and with signs, subscripts and
// superscripts where the text for a terminal has to spell them.
func typeset(text string) template.HTML {
	s := template.HTMLEscapeString(text)
	for _, n := range notation {
		s = n.plain.ReplaceAllString(s, n.set)
	}
	return template.HTML(s)
}
