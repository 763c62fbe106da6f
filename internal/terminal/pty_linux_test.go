package terminal

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// openPTY returns both ends of a pseudo-terminal of 70 columns.
func openPTY(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { slave.Close() })
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 20, Col: 70}); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// show plays what was written to a terminal and returns its lines.
func show(written string) []string {
	lines, column := [][]rune{nil}, 0
	for len(written) > 0 {
		last := &lines[len(lines)-1]
		if rest, erase := strings.CutPrefix(written, "\x1b[K"); erase {
			*last, written = (*last)[:column], rest
			continue
		}
		r, size := utf8.DecodeRuneInString(written)
		written = written[size:]
		switch r {
		case '\r':
			column = 0
		case '\n':
			lines, column = append(lines, nil), 0
		default:
			*last = append((*last)[:column], append([]rune{r}, (*last)[min(column+1, len(*last)):]...)...)
			column++
		}
	}
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = string(l)
	}
	return texts
}

func TestDetectOnAPseudoTerminal(t *testing.T) {
	_, slave := openPTY(t)
	for _, c := range []struct {
		vars map[string]string
		want Screen
	}{
		{
			map[string]string{"TERM": "xterm-256color", "LANG": "C.UTF-8"},
			Screen{Terminal: true, Colours: Palette, Unicode: true},
		},
		{map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1"}, Screen{Terminal: true}},
		{map[string]string{"TERM": "dumb", "LANG": "C.UTF-8"}, Screen{}},
		{nil, Screen{}},
	} {
		got := Detect(slave, env(c.vars))
		if c.want.Terminal {
			c.want.fd = got.fd
		}
		if got != c.want {
			t.Errorf("%v: %+v, want %+v", c.vars, got, c.want)
		}
	}
	if columns, rows := Detect(slave, env(map[string]string{"TERM": "xterm"})).Size(); columns != 70 || rows != 20 {
		t.Errorf("size %d x %d, want 70 x 20", columns, rows)
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil || Detect(file, env(map[string]string{"TERM": "xterm"})).Terminal {
		t.Errorf("a file is taken for a terminal (%v)", err)
	}
}

// On a terminal of 70 columns no line wraps, and when the bar is closed only the
// milestones are left.
func TestBarLeavesNothingBehind(t *testing.T) {
	master, slave := openPTY(t)
	written := make(chan string)
	go func() {
		var all []byte
		buf := make([]byte, 4096)
		for !strings.Contains(string(all), "the end") {
			n, err := master.Read(buf)
			if err != nil {
				break
			}
			all = append(all, buf[:n]...)
		}
		written <- string(all)
	}()
	c := newClock()
	b := NewBar(slave, Detect(slave, env(map[string]string{"TERM": "xterm", "NO_COLOR": "1"})), c.now)
	follow(b, c, 1, 300)
	b.Line("epoch 1")
	follow(b, c, 301, 600)
	b.Line("epoch 2")
	c.after(time.Second)
	follow(b, c, 600, 600)
	b.Close()
	b.Line("the end")
	out := <-written
	lines := show(out)
	if want := []string{"epoch 1", "epoch 2", "the end", ""}; fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("left %q on the screen, want %q", lines, want)
	}
	for _, drawn := range strings.Split(out, "\r") {
		if len([]rune(strings.TrimSuffix(drawn, "\x1b[K"))) > 69 {
			t.Errorf("%q wraps on 70 columns", drawn)
		}
	}
	if !strings.Contains(out, "#") {
		t.Error("no bar was drawn")
	}
}
