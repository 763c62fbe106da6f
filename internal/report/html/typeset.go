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
	// Numbers.
	{regexp.MustCompile(`(^|[ (=\[])-(\d)`), "$1−$2"},
	{regexp.MustCompile(` - (\d)`), " − $1"},
	{regexp.MustCompile(`(^|[^\w.])1e-0*(\d+)\b`), "${1}10<sup>−$2</sup>"},
	{regexp.MustCompile(`\b(\d+(?:\.\d+)?)e-0*(\d+)\b`), "$1 × 10<sup>−$2</sup>"},
	{regexp.MustCompile(`\b(\d+(?:\.\d+)?)e\+0*(\d+)\b`), "$1 × 10<sup>$2</sup>"},
	{regexp.MustCompile(`\b([1-9]\d*)x(\d+)x(\d+)\b`), "$1×$2×$3"},
	{regexp.MustCompile(`\b([1-9]\d*)x(\d+)\b`), "$1×$2"},
	{regexp.MustCompile(`\b(\d+|[a-z]) x (\d+|[a-z])\b`), "$1 × $2"},
	{regexp.MustCompile(`× (\d+|[a-z]) x (\d+|[a-z])\b`), "× $1 × $2"},
	{regexp.MustCompile(`-infinity\b`), "−∞"},
	// Powers, and letters with an index.
	{regexp.MustCompile(`\(-([a-z])`), "(−$1"},
	{regexp.MustCompile(`\^-(\w)`), "^−$1"},
	{regexp.MustCompile(`\bR\^\(([^()]*)\)`), "ℝ<sup>$1</sup>"},
	{regexp.MustCompile(`\b([A-Za-z])\^(−?\w{1,2})\b`), "$1<sup>$2</sup>"},
	{regexp.MustCompile(`\)\^(\d)\b`), ")<sup>$1</sup>"},
	{regexp.MustCompile(`_\((\w+)-(\w+)\)`), "_($1−$2)"},
	{regexp.MustCompile(`\bd([A-Za-z]_)`), "∂$1"},
	{regexp.MustCompile(`(^|[^\w])([A-Za-z])_\(([^()]*)\)`), "$1<i>$2</i><sub>$3</sub>"},
	{regexp.MustCompile(`(^|[^\w])([A-Za-z])_([A-Za-z0-9]{1,2})\b`), "$1<i>$2</i><sub>$3</sub>"},
	{regexp.MustCompile(`\b([XYZ])\[([^\]]+)\]`), "<i>$1</i><sub>$2</sub>"},
	{regexp.MustCompile(`\b(x)([ikn])\b`), "<i>$1</i><sub>$2</sub>"},
	{regexp.MustCompile(`\b([wxy])(\d)\b`), "<i>$1</i><sub>$2</sub>"},
	// Letters and signs.
	{regexp.MustCompile(`\bsigma&#39;`), "σ′"},
	{regexp.MustCompile(`\bsigma\b`), "σ"},
	{regexp.MustCompile(`\brho\b`), "ρ"},
	{regexp.MustCompile(`\b([a-z])&#39;([a-z])\b`), "$1<sup>⊤</sup>$2"},
	{regexp.MustCompile(`(\)|</sub>)&#39;([ ,.;)]|$)`), "$1<sup>⊤</sup>$2"},
	{regexp.MustCompile(` != `), " ≠ "},
	{regexp.MustCompile(` &lt;= `), " ≤ "},
	{regexp.MustCompile(` -&gt; `), " → "},
	{regexp.MustCompile(` \|\| `), " ‖ "},
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
