package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns a text with everything that a terminal could take for a command,
// or that does not show, as Go escapes it, such as \x1b: control characters, marks that
// turn the direction of writing, and bytes that are no UTF-8. Names of files and what
// stands in files may have any of them.
func Printable(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch _, size := utf8.DecodeRuneInString(s[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsGraphic(r) && r != '\u2028' && r != '\u2029':
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(fmt.Sprintf("%+q", r), "'"))
		}
	}
	return b.String()
}

// obeyed are what a terminal obeys that encoding/json leaves.
var obeyed = &unicode.RangeTable{R16: []unicode.Range16{{0x7f, 0x9f, 1}, {0x202a, 0x202e, 1}, {0x2066, 0x2069, 1}}}

// printableJSON returns JSON with that escaped.
func printableJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.Is(obeyed, r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
