package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"strings"
	"testing"

	"hw4/internal/report"
)

func example() *report.Report {
	return &report.Report{
		Problem: 3, Title: "A title",
		Body: report.Body{Items: []report.Item{
			report.Text("A paragraph that is long enough to be broken into two lines, since a line has eighty-eight columns at most."),
			report.Block("kept\n  as it is"),
			report.Matrix{Name: "w", Rows: [][]float64{{0, -1}, {0.25, 10}}},
			report.Table{Header: []string{"name", "value"}, Rows: [][]any{{"a", 1}, {"bc", 2.5}, {"d", report.Percent(0.123456)}, {"e", math.NaN()}}},
			report.Picture{Title: "Two pixels", Alt: "One black, one white", Image: &image.Gray{Pix: []uint8{0, 255}, Stride: 2, Rect: image.Rect(0, 0, 2, 1)}},
			report.Plot{Title: "A curve", Alt: "It falls from 1 to 0.5", X: "epoch", Y: "loss", Series: []report.Series{{Name: "w", X: []float64{0, 1, 2}, Y: []float64{1, math.Inf(1), 0.5}}}},
		},
			Checks: []report.Check{{Name: "first", OK: true, Detail: "it held"}, {Name: "second", OK: false, Detail: "it did not"}},
		},
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteText(&b, example()); err != nil {
		t.Fatal(err)
	}
	const want = `Problem 3: A title
==================

A paragraph that is long enough to be broken into two lines, since a line has
eighty-eight columns at most.

    kept
      as it is

    w = [    0 -1 ]
        [ 0.25 10 ]

    name    value
    ----  -------
    a           1
    bc        2.5
    d     12.35 %
    e         NaN

[picture: Two pixels. One black, one white]

[plot: A curve. It falls from 1 to 0.5]

ok    first: it held
FAIL  second: it did not

FAIL  Problem 3: A title (1 of 2 checks passed)
`
	if b.String() != want {
		t.Errorf("text is\n%s\nwant\n%s", b.String(), want)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteJSON(&b, "conv", []*report.Report{example()}); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"schema":"hw4/1","command":"conv","ok":false,"reports":[{"problem":3,"title":"A title","ok":false,`,
		`{"kind":"matrix","name":"w","rows":[[0,-1],[0.25,10]]}`,
		`"rows":[["a",1],["bc",2.5],["d",0.123456],["e","NaN"]]`,
		`{"alt":"One black, one white","height":1,"kind":"picture",`,
		`"series":[{"name":"w","points":[[0,1],[1,"+Inf"],[2,0.5]]}],"title":"A curve","x":"epoch","y":"loss"}`,
		`"checks":[{"name":"first","ok":true,"detail":"it held"},{"name":"second","ok":false,"detail":"it did not"}]`,
	} {
		if !strings.Contains(compact.String(), part) {
			t.Errorf("JSON lacks %s:\n%s", part, compact.String())
		}
	}
}

func TestPictureWithoutPixels(t *testing.T) {
	_, err := report.Picture{Title: "Nothing", Image: image.NewGray(image.Rectangle{})}.PNG()
	if err == nil || !strings.Contains(err.Error(), "Nothing") {
		t.Errorf("a picture without pixels: error %v", err)
	}
}

// A style decorates the states and shows the figures, and changes nothing else.
func TestTextStyle(t *testing.T) {
	style := report.TextStyle{
		State: func(ok bool, word string) string { return "<" + word + ">" },
		Figure: func(w io.Writer, figure report.Item) error {
			_, err := fmt.Fprintf(w, "shown: %T\n", figure)
			return err
		},
	}
	var plain, styled bytes.Buffer
	if err := report.WriteText(&plain, example()); err != nil {
		t.Fatal(err)
	}
	if err := style.Write(&styled, example()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"\n<ok>    first: it held\n<FAIL>  second: it did not\n\n<FAIL>  Problem 3", "]\nshown: report.Picture\n", "]\nshown: report.Plot\n"} {
		if !strings.Contains(styled.String(), part) {
			t.Errorf("the styled text lacks %q:\n%s", part, styled.String())
		}
	}
	back := strings.NewReplacer("<", "", ">", "", "shown: report.Picture\n", "", "shown: report.Plot\n", "").Replace(styled.String())
	if back != plain.String() {
		t.Errorf("but for its decoration the text is\n%s\nwant\n%s", back, plain.String())
	}
	failing := errors.New("no")
	style.Figure = func(io.Writer, report.Item) error { return failing }
	if err := style.Write(io.Discard, example()); !errors.Is(err, failing) {
		t.Errorf("error %v, want that of the figure", err)
	}
}

func TestReportWithoutChecksIsNotOK(t *testing.T) {
	if (&report.Report{}).OK() {
		t.Error("a report without evidence is ok")
	}
}
