package text_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/internal/report/text"
)

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := text.Write(&b, reporttest.Example(), text.Style{}); err != nil {
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

// A style decorates the states and shows the figures, and changes nothing else.
func TestTextStyle(t *testing.T) {
	style := text.Style{
		State: func(ok bool, word string) string { return "<" + word + ">" },
		Figure: func(w io.Writer, figure report.Item) error {
			_, err := fmt.Fprintf(w, "shown: %T\n", figure)
			return err
		},
	}
	var plain, styled bytes.Buffer
	if err := text.Write(&plain, reporttest.Example(), text.Style{}); err != nil {
		t.Fatal(err)
	}
	if err := text.Write(&styled, reporttest.Example(), style); err != nil {
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
	if err := text.Write(io.Discard, reporttest.Example(), style); !errors.Is(err, failing) {
		t.Errorf("error %v, want that of the figure", err)
	}
}
