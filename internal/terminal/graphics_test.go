package terminal

import "testing"

func TestHasSixel(t *testing.T) {
	for answer, want := range map[string]bool{
		"\x1b[?62;4;22c": true, "\x1b[?1;2;4c": true, "\x1b[?62;22c": false, "\x1b[?4c": false, "\x1b[?62;44c": false,
		"": false, "\x1b[?62;4": false, "62;4c": false, "\x1b[?c": false,
	} {
		if got := hasSixel(answer); got != want {
			t.Errorf("%q: %v, want %v", answer, got, want)
		}
	}
}

func TestGraphicsOfTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		vars  map[string]string
		inner bool
		kitty bool
	}{
		{map[string]string{"TERM": "xterm-kitty"}, false, true},
		{map[string]string{"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, false, true},
		{map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, false, true},
		{map[string]string{"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, true, true},
		{map[string]string{"TERM": "screen"}, true, false},
		{map[string]string{"TERM": "xterm-256color"}, false, false},
	} {
		if got := multiplexed(env(c.vars)); got != c.inner {
			t.Errorf("%v: inside another terminal: %v, want %v", c.vars, got, c.inner)
		}
		if got := isKitty(env(c.vars)); got != c.kitty {
			t.Errorf("%v: kitty: %v, want %v", c.vars, got, c.kitty)
		}
	}
}

func TestGraphics(t *testing.T) {
	kitty := env(map[string]string{"TERM": "xterm-kitty"})
	for _, c := range []struct {
		screen Screen
		want   Graphics
	}{
		{Screen{}, NoGraphics},
		{Screen{Terminal: true, Colours: TrueColours, fd: -1}, Kitty},
		{Screen{Terminal: true, Unicode: true, fd: -1}, Blocks}, // NO_COLOR
		{Screen{Terminal: true, fd: -1}, NoGraphics},
	} {
		if got := c.screen.Graphics(kitty); got != c.want {
			t.Errorf("%+v: %v, want %v", c.screen, got, c.want)
		}
	}
}
