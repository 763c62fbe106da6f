package report

import (
	"fmt"
	"regexp"
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

var obeyed = regexp.MustCompile(`[\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`)

// printableJSON returns JSON with that escaped of what a terminal obeys that encoding/json
// leaves.
func printableJSON(text string) string {
	return obeyed.ReplaceAllStringFunc(text, func(s string) string { return fmt.Sprintf(`\u%04x`, []rune(s)[0]) })
}
