package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hw4/internal/atomicfile"
	"hw4/internal/preview"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/plot"
	"hw4/internal/report/text"
	"hw4/internal/terminal"
)

// previews returns the values of --preview.
func previews() []string { return []string{"auto", "none", "blocks", "kitty", "sixel"} }

// widest is the most columns that text and figures take of a terminal.
const widest = 100

// width returns how many columns text takes of a screen.
func width(s terminal.Screen) int {
	columns, _ := s.Size()
	return min(columns, widest)
}

// textStyle returns how reports look on standard output: states in colour and
// figures shown where the terminal can do that.
func (a *app) textStyle() text.Style {
	screen := a.screen(a.Out)
	style := text.Style{Width: width(screen), Details: a.details}
	if screen.Colours != terminal.NoColours {
		style.State = func(ok bool, word string) string {
			if ok {
				return screen.Style(terminal.Green, word)
			}
			return screen.Style(terminal.Red, word)
		}
	}
	if o := a.previewOptions(screen); o.Protocol != terminal.NoGraphics {
		style.Figure = func(w io.Writer, figure report.Item) error { return preview.Write(w, figure, o) }
	}
	return style
}

// previewOptions returns how figures are shown on a screen.
func (a *app) previewOptions(screen terminal.Screen) preview.Options {
	columns, rows := screen.Size()
	o := preview.Options{Columns: min(columns, widest), Rows: max(8, min(rows-4, 30))}
	o.Cell.X, o.Cell.Y = screen.Cell()
	o.Colours = screen.Colours
	if !screen.Terminal && !a.noColour && !terminal.ColoursOff(a.Getenv) {
		o.Colours = terminal.TrueColours // a file may be shown on any terminal
	}
	o.Protocol = map[string]terminal.Graphics{
		"blocks": terminal.Blocks, "kitty": terminal.Kitty, "sixel": terminal.Sixel,
	}[a.preview]
	if a.preview == "auto" {
		o.Protocol = screen.Graphics(a.Getenv)
	}
	return o
}

// checkPictures refuses a folder for --pictures that could not be made or written to. It
// is made when there is something to write.
func (a *app) checkPictures() error {
	if a.pictures == "" {
		return nil
	}
	dir := filepath.Clean(a.pictures)
	for dir != filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		dir = filepath.Dir(dir)
	}
	err := atomicfile.CheckFolder(dir)
	if unwritable, ok := errors.AsType[*atomicfile.WriteError](err); ok {
		return &atomicfile.WriteError{Path: a.pictures, Err: unwritable.Err}
	}
	return err
}

// savePictures writes the figures of the reports as PNG files into the folder
// that --pictures names, which it makes if need be.
func (a *app) savePictures(reports []*report.Report) error {
	if a.pictures == "" {
		return nil
	}
	if err := os.MkdirAll(a.pictures, 0o777); err != nil {
		return &atomicfile.WriteError{Path: a.pictures, Err: err}
	}
	n := 0
	for _, r := range reports {
		names := make(map[string]int)
		for _, item := range slices.Concat(r.Answer, r.Items) {
			title, file, err := figureFile(item)
			if err != nil {
				return err
			}
			if file == nil {
				continue
			}
			name := slug(title)
			if r.Problem > 0 {
				name = fmt.Sprintf("problem%d-%s", r.Problem, name)
			}
			names[name]++
			if names[name] > 1 {
				name = fmt.Sprintf("%s-%d", name, names[name])
			}
			if err := atomicfile.Write(filepath.Join(a.pictures, name+".png"), file, atomicfile.Options{}); err != nil {
				return err
			}
			n++
		}
	}
	if !a.quiet {
		a.say("wrote %s to %s", report.Plural(n, "picture"), a.pictures)
	}
	return nil
}

// figureFile returns a figure as a PNG file, nil if the item is no figure.
func figureFile(item report.Item) (title string, file []byte, err error) {
	switch item := item.(type) {
	case report.Picture:
		file, err = item.PNG()
		return item.Title, file, err
	case report.Plot:
		file, err = plot.PNG(item)
		return item.Title, file, err
	}
	return "", nil, nil
}

// slug returns a title as a part of a file's name: letters and digits in lower
// case, joined by hyphens.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

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
