package terminal

import (
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"hw4/internal/progress"
)

// How often a bar is drawn, how long a computation must last to get one, and how
// often its state is written where there is no terminal.
const (
	redrawEvery = 100 * time.Millisecond
	drawAfter   = 500 * time.Millisecond
	lineEvery   = 10 * time.Second
)

// A Bar follows a long computation. On a terminal its last line shows the share
// that is done, the rate, the time left and the loss, and milestones scroll by
// above it; elsewhere milestones are lines, and so is the state every ten
// seconds. Its methods may be called from several goroutines.
type Bar struct {
	w      io.Writer
	screen Screen
	now    func() time.Time

	mu      sync.Mutex
	status  progress.Step
	started time.Time // when the task's first step came
	first   int       // what was done then
	drawn   time.Time // when the state was last written
	shown   bool      // the last line of the terminal is the bar
}

// NewBar returns a bar on a stream with the given screen. The clock now is
// time.Now, except in tests.
func NewBar(w io.Writer, screen Screen, now func() time.Time) *Bar {
	return &Bar{w: w, screen: screen, now: now}
}

// Line writes a milestone.
func (b *Bar) Line(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shown := b.shown
	b.erase()
	write(b.w, line+"\n")
	if shown {
		b.draw()
	}
}

// Set tells the bar where the computation stands; a new task starts a new bar. It
// returns within a microsecond, except ten times a second.
func (b *Bar) Set(s progress.Step) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if s.Task != b.status.Task || s.Done < b.status.Done {
		b.erase()
		b.started, b.drawn, b.first = now, now, s.Done
	}
	b.status = s
	every := redrawEvery
	if !b.screen.Terminal {
		every = lineEvery
	}
	if now.Sub(b.drawn) < every || now.Sub(b.started) < drawAfter {
		return
	}
	b.drawn = now
	if b.screen.Terminal {
		b.draw()
		return
	}
	write(b.w, b.state(now)+"\n")
}

// Close takes the bar off the screen, before something else is written there. The
// bar may be used again.
func (b *Bar) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.erase()
	b.status = progress.Step{}
}

func (b *Bar) erase() {
	if b.shown {
		write(b.w, "\r\x1b[K")
		b.shown = false
	}
}

// draw writes the bar over itself. The line is cut to the width of the terminal,
// since one that wraps could not be written over.
func (b *Bar) draw() {
	columns, _ := b.screen.Size()
	line := fmt.Sprintf("%.*s", max(columns-1, 0), b.state(b.now()))
	if room := columns - 4 - utf8.RuneCountInString(line); room >= 10 {
		task, rest, _ := strings.Cut(line, "  ")
		line = task + "  " + b.meter(min(room, 30)) + "  " + rest
	}
	write(b.w, "\r"+line+"\x1b[K")
	b.shown = true
}

// state is the status in words: "LeNet-5  34 %  21400 images/s  0:12 left  loss 0.081".
func (b *Bar) state(now time.Time) string {
	s := b.status
	parts := []string{s.Task, fmt.Sprintf("%3d %%", int(100*b.share()))}
	if rate := float64(s.Done-b.first) / now.Sub(b.started).Seconds(); rate > 0 && !math.IsInf(rate, 1) {
		left := time.Duration(float64(s.Total-s.Done) / rate * float64(time.Second))
		parts = append(parts, fmt.Sprintf("%.*f %s/s", decimals(rate), rate, s.Unit), clock(left)+" left")
	}
	if s.Loss != 0 {
		parts = append(parts, fmt.Sprintf("loss %.4f", s.Loss))
	}
	return strings.Join(parts, "  ")
}

func (b *Bar) share() float64 {
	if b.status.Total <= 0 {
		return 0
	}
	return math.Max(0, math.Min(1, float64(b.status.Done)/float64(b.status.Total)))
}

// meter draws the share that is done, width characters wide.
func (b *Bar) meter(width int) string {
	full, empty := "#", "."
	if b.screen.Unicode {
		full, empty = "━", "─"
	}
	n := int(b.share() * float64(width))
	return b.screen.Style(Green, strings.Repeat(full, n)) + b.screen.Style(Faint, strings.Repeat(empty, width-n))
}

// decimals returns how many decimals a rate is worth showing.
func decimals(rate float64) int {
	switch {
	case rate >= 10:
		return 0
	case rate >= 1:
		return 1
	}
	return 3
}

// clock writes a duration as minutes and seconds, or with hours before them.
func clock(d time.Duration) string {
	s := int(math.Round(math.Min(d.Seconds(), 1e6)))
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
