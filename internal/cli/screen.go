package cli

import (
	"time"

	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/terminal"
)

// screen returns what a stream of the command can show.
func (a *app) screen(stream any) terminal.Screen {
	s := terminal.Detect(stream, a.Getenv)
	if a.noColour {
		s.Colours = terminal.NoColours
	}
	return s
}

// progress returns what a problem reports its progress to, a bar on standard
// error, and what takes the bar away afterwards.
func (a *app) progress() (p progress.Progress, done func()) {
	if a.quiet {
		return progress.Progress{}, func() {}
	}
	bar := terminal.NewBar(a.Err, a.screen(a.Err), time.Now)
	line := func(s string) { bar.Line(report.Printable(s)) }
	return progress.Progress{Line: line, Step: bar.Set}, bar.Close
}
