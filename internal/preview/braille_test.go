package preview

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"hw4/internal/report"
	"hw4/internal/terminal"
)

func curve(name string, y ...float64) report.Series {
	s := report.Series{Name: name, Y: y}
	for i := range y {
		s.X = append(s.X, float64(i))
	}
	return s
}

func TestPlot(t *testing.T) {
	p := report.Plot{Title: "t", X: "epoch", Y: "loss", Series: []report.Series{
		curve("falls", 1, 0.5, 0.25, 0), curve("stays", 0.5, 0.5, math.NaN(), 0.5), curve("a point", 1),
	}}
	got := figure(t, p, Options{Protocol: terminal.Blocks, Columns: 38, Rows: 12})
	const want = `loss
1.0 ┤●▲⢄
0.8 ┤   ⠉⠢⢄⡀
0.6 ┤      ⠈⠒⢄⡀
    │■⠒⠒⠒⠒⠒⠒⠒⠒⠚●■⠤⣀⡀                ■
0.4 ┤              ⠈⠉⠒⠢⠤⣀⡀
0.2 ┤                    ⠈●⠒⠢⠤⣀⡀
0.0 ┤                          ⠈⠉⠒⠢⠤●
    └┬─────────┬──────────┬─────────┬
     0         1          2         3
                                epoch
● falls   ■ stays   ▲ a point
`
	if got != want {
		t.Errorf("the plot is\n%swant\n%s", got, want)
	}
}

// Curves are told apart by colours, too; and no line is wider than the screen, whatever
// the screen and the curves.
func TestPlotOnAnyScreen(t *testing.T) {
	p := report.Plot{X: "learning rate", Y: "a rather long label of the axis", LogX: true, Series: []report.Series{
		{Name: "one", X: []float64{0.001, 1, 1e4}, Y: []float64{-1e9, 1e9, math.Inf(1)}},
		{Name: "another curve", X: []float64{0.001, 1}, Y: []float64{3, 3}},
		{Name: "none", X: []float64{1}, Y: []float64{math.NaN()}},
	}}
	for columns := 24; columns <= 100; columns++ {
		for rows := 1; rows < 40; rows += 7 {
			o := Options{Protocol: terminal.Blocks, Columns: columns, Rows: rows}
			for line := range strings.Lines(figure(t, p, o)) {
				if n := utf8.RuneCountInString(line) - 1; n > max(columns, len(p.Y)) || strings.HasSuffix(line, " \n") {
					t.Fatalf("%d columns: %q", columns, line)
				}
			}
		}
	}
	got := figure(t, p, Options{Protocol: terminal.Blocks, Colours: terminal.TrueColours, Columns: 60, Rows: 20})
	for _, part := range []string{
		"\x1b[38;2;62;130;214m●\x1b[0m one   \x1b[38;2;214;104;24m■\x1b[0m another", "0.001 ", "1e+09 ┤",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("the plot lacks %q:\n%s", part, got)
		}
	}
	p = report.Plot{Series: []report.Series{{X: []float64{1}}}}
	if err := Write(nil, p, Options{Protocol: terminal.Blocks, Columns: 9, Rows: 9}); err == nil {
		t.Error("an x without a y is drawn")
	}
}

// In pixels the plot is drawn as for a page.
func TestPlotInPixels(t *testing.T) {
	p := report.Plot{X: "x", Y: "y", Series: []report.Series{curve("c", 1, 2)}}
	got := figure(t, p, Options{Protocol: terminal.Kitty, Columns: 80, Rows: 24})
	if !strings.HasPrefix(got, "\x1b_Gf=100") {
		t.Errorf("it begins with %q", got[:min(20, len(got))])
	}
}
