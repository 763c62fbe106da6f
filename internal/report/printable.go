package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
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
		case shows(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(fmt.Sprintf("%+q", r), "'"))
		}
	}
	return b.String()
}

// shows reports whether a character is one to read, a blank included.
func shows(r rune) bool { return unicode.IsGraphic(r) && r != '\u2028' && r != '\u2029' }

// visibleJSON returns JSON with what does not show as JSON escapes it, as encoding/json
// does with the first 32 characters only. Of other characters it has none outside of
// strings, except ends of lines.
func visibleJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch high, low := utf16.EncodeRune(r); {
		case r == '\n' || shows(r):
			b.WriteRune(r)
		case high != unicode.ReplacementChar:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
