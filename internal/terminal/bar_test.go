package terminal

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"hw4/internal/progress"
)

// clockAt is a clock that a test moves.
type clockAt struct{ t time.Time }

func (c *clockAt) now() time.Time { return c.t }

func (c *clockAt) after(d time.Duration) { c.t = c.t.Add(d) }

func newClock() *clockAt { return &clockAt{time.Unix(1000, 0)} }

// follow tells a bar of 600 steps, one every 50 milliseconds.
func follow(b *Bar, c *clockAt, from, to int) {
	for i := from; i <= to; i++ {
		b.Set(progress.Step{Task: "fit", Unit: "images", Done: i, Total: 600, Loss: 1 / float64(i)})
		c.after(50 * time.Millisecond)
	}
}

func TestBarOnATerminal(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	b := NewBar(&out, Screen{Terminal: true, fd: -1}, c.now)
	follow(b, c, 1, 10)
	if out.Len() > 0 {
		t.Errorf("drew %q within the first half second", out.String())
	}
	follow(b, c, 11, 300)
	last := out.String()[strings.LastIndex(out.String(), "\r"):]
	const end = "....   49 %  20 images/s  0:15 left  loss 0.0033\x1b[K"
	if !strings.HasPrefix(last, "\rfit  ####") || !strings.HasSuffix(last, end) {
		t.Errorf("drew %q", last)
	}
	if n := strings.Count(out.String(), "\r"); n < 140 || n > 150 {
		t.Errorf("drew %d times in 14.5 seconds, want ten times a second at most", n)
	}
	for _, line := range strings.Split(out.String(), "\r") {
		if n := len([]rune(strings.TrimSuffix(line, "\x1b[K"))); n > 79 {
			t.Errorf("a line of %d columns wraps: %q", n, line)
		}
	}
	out.Reset()
	b.Line("milestone")
	if got := out.String(); !strings.HasPrefix(got, "\r\x1b[Kmilestone\n\rfit  ") {
		t.Errorf("a milestone is written as %q", got)
	}
	out.Reset()
	b.Close()
	b.Line("after")
	if got := out.String(); got != "\r\x1b[Kafter\n" {
		t.Errorf("closing wrote %q", got)
	}
}

func TestBarWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	b := NewBar(&out, Screen{}, c.now)
	b.Line("begin")
	follow(b, c, 1, 600)
	b.Close()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 3 || lines[0] != "begin" || lines[1] != "fit   33 %  20 images/s  0:20 left  loss 0.0050" {
		t.Errorf("wrote %q, want a line every ten seconds", lines)
	}
	if strings.ContainsAny(out.String(), "\r\x1b") {
		t.Errorf("wrote control characters: %q", out.String())
	}
}

// The rate of a computation that was resumed is that of this run.
func TestBarOfAResumedComputation(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	b := NewBar(&out, Screen{Terminal: true, fd: -1}, c.now)
	follow(b, c, 500, 520)
	if !strings.Contains(out.String(), "20 images/s  0:04 left") {
		t.Errorf("drew %q", out.String())
	}
}

func TestBarStartsAnewForANewTask(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	b := NewBar(&out, Screen{Terminal: true, fd: -1}, c.now)
	follow(b, c, 1, 100)
	out.Reset()
	b.Set(progress.Step{Task: "other", Unit: "images", Done: 1, Total: 2})
	if got := out.String(); got != "\r\x1b[K" {
		t.Errorf("a new task wrote %q, want the old bar taken away", got)
	}
}

func TestMeter(t *testing.T) {
	for done, want := range map[int]string{0: "....", 1: "#...", 4: "####", 9: "####"} {
		b := NewBar(nil, Screen{}, time.Now)
		b.status = progress.Step{Done: done, Total: 4}
		if got := b.meter(4); got != want {
			t.Errorf("%d of 4: %q, want %q", done, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0:00", 12 * time.Second: "0:12", 59*time.Minute + 59*time.Second: "59:59",
		2*time.Hour + 3*time.Minute + 4*time.Second: "2:03:04",
	} {
		if got := clock(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func BenchmarkBar(b *testing.B) {
	bar := NewBar(&bytes.Buffer{}, Screen{}, time.Now)
	i := 0
	for b.Loop() {
		i++
		bar.Set(progress.Step{Task: "fit", Unit: "images", Done: i, Total: math.MaxInt, Loss: 1})
	}
}

// env returns an environment of the given variables.
func env(vars map[string]string) func(string) string {
	return func(key string) string { return vars[key] }
}

func TestColours(t *testing.T) {
	for _, c := range []struct {
		vars map[string]string
		want Colours
	}{
		{map[string]string{"TERM": "xterm-256color"}, Palette},
		{map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TrueColours},
		{map[string]string{"TERM": "xterm-kitty"}, TrueColours},
		{map[string]string{"TERM": "xterm-direct"}, TrueColours},
		{map[string]string{"TERM": "xterm-kitty", "NO_COLOR": "1"}, NoColours},
		{map[string]string{"TERM": "xterm", "NO_COLOR": ""}, Palette},
	} {
		if got := colours(c.vars["TERM"], env(c.vars)); got != c.want {
			t.Errorf("%v: %v, want %v", c.vars, got, c.want)
		}
	}
}

func TestUnicode(t *testing.T) {
	for _, c := range []struct {
		vars map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"LANG": "en_GB.UTF-8"}, true},
		{map[string]string{"LANG": "C.utf8"}, true},
		{map[string]string{"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, false},
		{map[string]string{"LC_CTYPE": "C.UTF-8", "LANG": "C"}, true},
	} {
		if got := unicode(env(c.vars)); got != c.want {
			t.Errorf("%v: %v, want %v", c.vars, got, c.want)
		}
	}
}

func TestStyle(t *testing.T) {
	if got := (Screen{}).Style(Red, "FAIL"); got != "FAIL" {
		t.Errorf("without colours: %q", got)
	}
	if got := (Screen{Colours: Palette}).Style(Red, "FAIL"); got != "\x1b[1;31mFAIL\x1b[0m" {
		t.Errorf("with colours: %q", got)
	}
}

func ExampleBar() {
	var out bytes.Buffer
	bar := NewBar(&out, Screen{}, time.Now)
	bar.Line("epoch 1 of 3")
	bar.Set(progress.Step{Task: "fit", Unit: "images", Done: 10, Total: 30})
	bar.Close()
	fmt.Print(out.String())
	// Output: epoch 1 of 3
}
