package preview

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-sixel"

	"hw4/internal/report"
	"hw4/internal/terminal"
)

// checker returns a picture of w x h pixels in the given number of colours.
func checker(w, h, colours int) *image.RGBA {
	rng := rand.New(rand.NewPCG(1, uint64(colours)))
	var p []color.RGBA
	for range colours {
		p = append(p, color.RGBA{uint8(rng.IntN(256)), uint8(rng.IntN(256)), uint8(rng.IntN(256)), 255})
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, p[rng.IntN(colours)])
		}
	}
	return m
}

func show(t *testing.T, m image.Image, o Options) string {
	t.Helper()
	return figure(t, report.Picture{Image: m}, o)
}

func figure(t *testing.T, f report.Item, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNothingToShow(t *testing.T) {
	for _, o := range []Options{
		{}, {Protocol: terminal.Blocks}, {Protocol: terminal.Kitty, Columns: 10},
		{Protocol: terminal.NoGraphics, Columns: 10, Rows: 10},
	} {
		if s := show(t, checker(3, 3, 2), o); s != "" {
			t.Errorf("%+v: wrote %q", o, s)
		}
	}
	for _, p := range []terminal.Graphics{terminal.Blocks, terminal.Sixel} {
		if s := show(t, image.NewGray(image.Rect(0, 0, 0, 5)), Options{Protocol: p, Columns: 10, Rows: 10}); s != "" {
			t.Errorf("a picture without pixels: wrote %q", s)
		}
	}
}

// Half blocks can be read back: two pixels a character, exact in true colour.
func TestBlocksShowEveryPixel(t *testing.T) {
	m := checker(13, 5, 9)
	s := show(t, m, Options{Protocol: terminal.Blocks, Colours: terminal.TrueColours, Columns: 80, Rows: 24})
	var front, back color.RGBA
	token := regexp.MustCompile(`\x1b\[38;2;(\d+);(\d+);(\d+);(?:48;2;(\d+);(\d+);(\d+)|49)m|▀|\x1b\[0m\n`)
	x, y := 0, 0
	for _, part := range token.FindAllStringSubmatch(s, -1) {
		switch {
		case part[0] == "▀":
			if got := m.RGBAAt(x, y); got != front {
				t.Fatalf("pixel (%d, %d) is shown as %v, want %v", x, y, front, got)
			}
			if got := m.RGBAAt(x, y+1); y+1 < 5 && got != back {
				t.Fatalf("pixel (%d, %d) is shown as %v, want %v", x, y+1, back, got)
			}
			x++
		case strings.HasSuffix(part[0], "\n"):
			if x != 13 {
				t.Errorf("a line of %d characters, want 13", x)
			}
			x, y = 0, y+2
		default:
			front, back = rgb(part[1:4]), rgb(part[4:7])
		}
	}
	if y != 6 {
		t.Errorf("%d lines, want 3", y/2)
	}
	if rest := token.ReplaceAllString(s, ""); rest != "" {
		t.Errorf("also wrote %q", rest)
	}
}

func rgb(parts []string) color.RGBA {
	c := color.RGBA{A: 255}
	for i, v := range []*uint8{&c.R, &c.G, &c.B} {
		n, _ := strconv.Atoi(parts[i])
		*v = uint8(n)
	}
	return c
}

// Every colour of xterm's palette is its own nearest colour, and no colour is far
// from its nearest.
func TestXterm(t *testing.T) {
	colour := func(n int) (r, g, b int) {
		if n >= 232 {
			return 8 + 10*(n-232), 8 + 10*(n-232), 8 + 10*(n-232)
		}
		n -= 16
		return levels[n/36], levels[n/6%6], levels[n%6]
	}
	for n := 16; n < 256; n++ {
		r, g, b := colour(n)
		x, y, z := colour(xterm(color.RGBA{uint8(r), uint8(g), uint8(b), 255}))
		if x != r || y != g || z != b {
			t.Errorf("colour %d is taken for %d", n, xterm(color.RGBA{uint8(r), uint8(g), uint8(b), 255}))
		}
	}
	rng := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		r, g, b := rng.IntN(256), rng.IntN(256), rng.IntN(256)
		x, y, z := colour(xterm(color.RGBA{uint8(r), uint8(g), uint8(b), 255}))
		got, best := distance(r-x, g-y, b-z), 1<<30
		for n := 16; n < 256; n++ {
			u, v, w := colour(n)
			best = min(best, distance(r-u, g-v, b-w))
		}
		if got > best+300 {
			t.Errorf("(%d, %d, %d) is shown %d away, the nearest is %d", r, g, b, got, best)
		}
	}
}

func TestPaletteAndMono(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 2, 2))
	m.SetGray(0, 0, color.Gray{255})
	m.SetGray(1, 1, color.Gray{255})
	for colours, want := range map[terminal.Colours]string{
		terminal.Palette: "\x1b[38;5;231;48;5;16m▀\x1b[38;5;16;48;5;231m▀\x1b[0m", terminal.NoColours: "▀▄",
	} {
		if got := blocks(m, colours); len(got) != 1 || got[0] != want {
			t.Errorf("colours %d: %q, want %q", colours, got, want)
		}
	}
}

func TestKittyCarriesThePicture(t *testing.T) {
	m := checker(120, 90, 200)
	s := show(t, m, Options{Protocol: terminal.Kitty, Columns: 80, Rows: 24})
	if !strings.HasPrefix(s, "\x1b_Gf=100,a=T,q=2,m=1;") || !strings.HasSuffix(s, "\x1b\\\n") {
		t.Errorf("begins %q", s[:30])
	}
	parts := regexp.MustCompile(`\x1b_G[^;]*m=([01]);([^\x1b]*)\x1b\\`).FindAllStringSubmatch(s, -1)
	text := ""
	for i, p := range parts {
		if (p[1] == "0") != (i == len(parts)-1) || len(p[2]) > kittyChunk {
			t.Errorf("piece %d of %d: m=%s, %d characters", i, len(parts), p[1], len(p[2]))
		}
		text += p[2]
	}
	file, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(file))
	if err != nil || got.Bounds() != m.Bounds() || got.At(7, 5) != m.At(7, 5) {
		t.Errorf("the picture came out as %v (%v)", got.Bounds(), err)
	}
}

// In sixels a picture can be read back, as exactly as its colours are in per cent.
func TestSixelShowsEveryPixel(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {9, 6}, {33, 20}} {
		m := checker(size.X, size.Y, 30)
		var got image.Image
		shown := show(t, m, Options{Protocol: terminal.Sixel, Columns: 80, Rows: 24})
		if err := sixel.NewDecoder(strings.NewReader(shown)).Decode(&got); err != nil || !strings.HasSuffix(shown, "\x1b\\\n") {
			t.Fatalf("%v: %v", size, err)
		}
		for y := range size.Y {
			for x := range size.X {
				a, b := m.RGBAAt(x, y), color.RGBAModel.Convert(got.At(x, y)).(color.RGBA)
				near := func(u, v uint8) bool { return u-v+3 <= 6 }
				if !near(a.R, b.R) || !near(a.G, b.G) || !near(a.B, b.B) || b.A != 255 {
					t.Fatalf("%v: pixel (%d, %d) is shown as %v, want %v", size, x, y, b, a)
				}
			}
		}
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct{ w, h, width, height, wantW, wantH int }{
		{10, 10, 20, 20, 10, 10}, {100, 50, 50, 50, 50, 25}, {100, 50, 100, 10, 20, 10}, {1000, 1, 10, 10, 10, 1},
	} {
		if got := fit(checker(c.w, c.h, 2), c.width, c.height).Bounds().Size(); got != image.Pt(c.wantW, c.wantH) {
			t.Errorf("%dx%d in %dx%d: %v, want %dx%d", c.w, c.h, c.width, c.height, got, c.wantW, c.wantH)
		}
	}
}

func ExampleWrite() {
	m := image.NewGray(image.Rect(0, 0, 12, 4))
	for x := range 12 {
		m.SetGray(x, 3-x*4/12, color.Gray{255})
	}
	o := Options{Protocol: terminal.Blocks, Columns: 40, Rows: 10}
	if err := Write(os.Stdout, report.Picture{Image: m}, o); err != nil {
		fmt.Println(err)
	}
	// Output:
	//       ▄▄▄▀▀▀
	// ▄▄▄▀▀▀
}
