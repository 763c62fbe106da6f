package terminal

import (
	"slices"
	"strings"
	"time"
)

// Graphics is the best way a terminal has of showing a picture.
type Graphics int

const (
	NoGraphics Graphics = iota // not even blocks
	Blocks                     // block characters
	Kitty                      // kitty's graphics protocol
	Sixel                      // DEC's sixels
)

// answerWithin is how long a terminal may take to say what it is.
const answerWithin = 500 * time.Millisecond

// Graphics returns the best way the terminal has of showing pictures. What the
// environment does not tell the terminal is asked, once: a program should keep
// the answer. A terminal inside tmux or screen is not the one that the environment
// of the outer one describes.
func (s Screen) Graphics(getenv func(key string) string) Graphics {
	switch {
	case !s.Terminal:
		return NoGraphics
	case s.Colours == NoColours:
		return s.blocks()
	case multiplexed(getenv):
	case isKitty(getenv):
		return Kitty
	}
	if hasSixel(ask(s.fd, "\x1b[c", 'c', answerWithin)) {
		return Sixel
	}
	return s.blocks()
}

func (s Screen) blocks() Graphics {
	if s.Unicode {
		return Blocks
	}
	return NoGraphics
}

func multiplexed(getenv func(string) string) bool {
	kind := getenv("TERM")
	return getenv("TMUX") != "" || getenv("STY") != "" ||
		strings.HasPrefix(kind, "tmux") || strings.HasPrefix(kind, "screen")
}

// isKitty reports whether the environment is that of a terminal known to have
// kitty's protocol.
func isKitty(getenv func(string) string) bool {
	kind, program := getenv("TERM"), getenv("TERM_PROGRAM")
	return strings.Contains(kind, "kitty") || strings.Contains(kind, "ghostty") || getenv("KITTY_WINDOW_ID") != "" ||
		program == "WezTerm" || program == "ghostty"
}

// hasSixel reports whether a terminal's primary device attributes, such as
// "ESC [ ? 62 ; 4 ; 22 c", have sixels, number 4, among them.
func hasSixel(attributes string) bool {
	list, found := strings.CutPrefix(attributes, "\x1b[?")
	list, ended := strings.CutSuffix(list, "c")
	return found && ended && slices.Contains(strings.Split(list, ";")[1:], "4")
}

// Cell returns the width and height of a character in pixels, zero if the
// terminal does not say.
func (s Screen) Cell() (width, height int) {
	if !s.Terminal {
		return 0, 0
	}
	return cell(s.fd)
}
