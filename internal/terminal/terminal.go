// Package terminal is what the command knows of the screen in front of it: whether
// there is one, how wide it is, which colours and pictures it can show, and how a
// long computation is followed on it.
package terminal

import (
	"io"
	"strings"

	"golang.org/x/term"
)

// A Screen is what a stream can show. The zero value is a stream without a
// terminal, such as a file or a pipe.
type Screen struct {
	Terminal bool // somebody is looking, and control sequences work
	Colours  Colours
	Unicode  bool // characters beyond ASCII are shown
	fd       int
}

// Colours is how many colours a terminal shows.
type Colours int

const (
	NoColours   Colours = iota // none, or none wanted
	Palette                    // the 256 of xterm
	TrueColours                // 24 bits
)

// ColoursOff reports whether the environment turns colours off, by a NO_COLOR that is
// not empty: see https://no-color.org.
func ColoursOff(getenv func(key string) string) bool { return getenv("NO_COLOR") != "" }

// Detect returns what the terminal behind a stream can show, by the stream and
// the environment. A stream that is no terminal, and one with TERM=dumb, shows
// nothing but text.
func Detect(stream any, getenv func(key string) string) Screen {
	file, ok := stream.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return Screen{}
	}
	kind := getenv("TERM")
	if kind == "" || kind == "dumb" {
		return Screen{}
	}
	return Screen{Terminal: true, Colours: colours(kind, getenv), Unicode: unicode(getenv), fd: int(file.Fd())}
}

// colours returns how many colours a terminal of a kind has.
func colours(kind string, getenv func(string) string) Colours {
	if ColoursOff(getenv) {
		return NoColours
	}
	switch getenv("COLORTERM") {
	case "truecolor", "24bit":
		return TrueColours
	}
	if strings.HasSuffix(kind, "-direct") {
		return TrueColours
	}
	for _, name := range []string{"kitty", "ghostty", "alacritty", "foot", "wezterm", "contour"} {
		if strings.Contains(kind, name) {
			return TrueColours
		}
	}
	return Palette
}

// unicode reports whether the locale's characters are UTF-8, by the variables
// that set it, of which the first that is not empty counts.
func unicode(getenv func(string) string) bool {
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(getenv(key)); v != "" {
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return false
}

// Size returns the columns and rows of the screen as they are now, 80 and 24 if
// it does not say.
func (s Screen) Size() (columns, rows int) {
	if s.Terminal {
		if c, r, err := term.GetSize(s.fd); err == nil && c > 0 && r > 0 {
			return c, r
		}
	}
	return 80, 24
}

// The styles of text.
const (
	Green = "32"
	Red   = "1;31"
	Faint = "2"
)

// Style returns text in a style, if the screen has colours.
func (s Screen) Style(style, text string) string {
	if s.Colours == NoColours {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// write writes a string; what a terminal cannot take is lost, as it would be
// without us.
func write(w io.Writer, s string) { _, _ = io.WriteString(w, s) }
