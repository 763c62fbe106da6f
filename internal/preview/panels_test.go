package preview

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"hw4/internal/report"
	"hw4/internal/terminal"
)

// grey returns a picture of one grey.
func grey(w, h int, v uint8) image.Image {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = v
	}
	return m
}

// Panels stand side by side as far as they fit, with their captions below them.
func TestPanels(t *testing.T) {
	p := report.Picture{Panels: []report.Panel{
		{Image: grey(12, 4, 255), Caption: []string{"a first", "P = 1"}},
		{Image: grey(12, 4, 255), Caption: []string{"this one is longer"}},
		{Image: grey(4, 2, 255), Caption: []string{"small"}},
	}}
	for columns, want := range map[int]string{
		60: `████████████  ████████████  ████████████
████████████  ████████████  ████████████
a first       this one is   ████████████
P = 1         longer        small
`,
		30: `████████████  ████████████
████████████  ████████████
a first       this one is
P = 1         longer

████████████
████████████
████████████
small
`,
	} {
		if got := figure(t, p, Options{Protocol: terminal.Blocks, Columns: columns, Rows: 24}); got != want {
			t.Errorf("%d columns:\n%swant\n%s", columns, got, want)
		}
	}
}

// A panel with something written in its pixels is a table, in their colours, if it fits.
func TestTable(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 2, 2))
	m.Pix = []uint8{0, 255, 255, 0}
	p := report.Picture{Panels: []report.Panel{{
		Image: m, Cells: [][]string{{"90", ""}, {"1", "100"}},
		Rows: []string{"a", "b"}, Columns: []string{"0", "1"}, Caption: []string{"counts"},
	}}}
	o := Options{Protocol: terminal.Blocks, Columns: 20, Rows: 20}
	if got, want := figure(t, p, o), "    0   1\na  90\nb   1 100\ncounts\n"; got != want {
		t.Errorf("without colours:\n%swant\n%s", got, want)
	}
	o.Colours = terminal.Palette
	const black, white = "\x1b[38;5;231;48;5;16m", "\x1b[38;5;16;48;5;231m"
	want := "    0   1\na " + black + " 90 \x1b[0m" + white + "    \x1b[0m\n" +
		"b " + white + "  1 \x1b[0m" + black + "100 \x1b[0m\ncounts\n"
	if got := figure(t, p, o); got != want {
		t.Errorf("in colours %q, want %q", got, want)
	}
	o.Columns = 9
	if got := figure(t, p, o); strings.Contains(got, "100") || !strings.Contains(got, "▀") {
		t.Errorf("a table that is too wide is shown as %q", got)
	}
}

// However many panels there are, of whatever sizes: no line is wider than the screen,
// and every caption is there. Up to what can be made out they fit on two screens.
func TestPanelsOfAnySize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	escape := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for range 60 {
		var p report.Picture
		size := image.Pt(1+rng.IntN(200), 1+rng.IntN(200))
		for i := range 1 + rng.IntN(20) {
			if rng.IntN(4) == 0 {
				size = image.Pt(1+rng.IntN(200), 1+rng.IntN(200))
			}
			caption := []string{fmt.Sprintf("panel-%d of many", i)}
			p.Panels = append(p.Panels, report.Panel{Image: checker(size.X, size.Y, 3), Caption: caption})
		}
		o := Options{
			Protocol: terminal.Blocks, Colours: terminal.Colours(rng.IntN(3)),
			Columns: 20 + rng.IntN(80), Rows: 10 + rng.IntN(30),
		}
		got := escape.ReplaceAllString(figure(t, p, o), "")
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(line) - 1; n > o.Columns {
				t.Fatalf("%+v: a line of %d characters", o, n)
			}
		}
		for i := range p.Panels {
			if !strings.Contains(got, fmt.Sprintf("panel-%d", i)) {
				t.Errorf("%+v: panel %d of %d is missing", o, i, len(p.Panels))
			}
		}
		if n, least := strings.Count(got, "\n"), lines(flow(p.Panels, 6, o)); n > max(2*o.Rows, least) {
			t.Errorf("%+v: %d lines, where %d would do", o, n, least)
		}
	}
}

// What is written on a ground can be read there.
func TestOnGround(t *testing.T) {
	for v, ink := range map[uint8]string{0: "231", 90: "231", 200: "16", 255: "16"} {
		if got := onGround(terminal.Palette, "x", color.Gray{v}); !strings.HasPrefix(got, "\x1b[38;5;"+ink+";48;5;") {
			t.Errorf("on %d it is written as %q", v, got)
		}
	}
}
