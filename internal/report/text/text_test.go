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
eighty columns at most.

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

FAIL  1 of 2 checks passed
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
	for _, part := range []string{
		"\n<ok>    first: it held\n<FAIL>  second: it did not\n\n<FAIL>  1 of 2 checks passed",
		"\n\nTwo pixels. One black, one white\nshown: report.Picture\n", "\n\nA curve\nshown: report.Plot\n",
	} {
		if !strings.Contains(styled.String(), part) {
			t.Errorf("the styled text lacks %q:\n%s", part, styled.String())
		}
	}
	back := strings.NewReplacer("<", "", ">", "", "shown: report.Picture\n", "", "shown: report.Plot\n", "",
		"Two pixels. One black, one white", "[picture: Two pixels. One black, one white]",
		"A curve", "[plot: A curve. It falls from 1 to 0.5]").Replace(styled.String())
	if back != plain.String() {
		t.Errorf("without its decoration the text is\n%s\nwant\n%s", back, plain.String())
	}
	failing := errors.New("no")
	style.Figure = func(io.Writer, report.Item) error { return failing }
	if err := text.Write(io.Discard, reporttest.Example(), style); !errors.Is(err, failing) {
		t.Errorf("error %v, want that of the figure", err)
	}
}

// answered is a report with an answer of text, a matrix and a plot.
func answered() *report.Report {
	r := reporttest.Example()
	r.Answerf("The first line of the answer, which is long enough to be broken into two, as the second is.")
	r.Answerf("The second.")
	r.Answer = append(r.Answer, r.Items[2], r.Items[5])
	return r
}

const answer = `Problem 3: A title
==================

The first line of the answer, which is long enough to be broken into two, as the
  second is.
The second.

    w = [    0 -1 ]
        [ 0.25 10 ]

FAIL  1 of 2 checks passed

`

// The answer comes first, then the outcome; then the checks that failed and how to see
// more, or all of it.
func TestAnswerFirst(t *testing.T) {
	got := write(t, answered(), text.Style{})
	if want := answer + `FAIL  second: it did not

More: --details shows the evidence and the checks.

[plot: A curve. It falls from 1 to 0.5]
`; got != want {
		t.Errorf("text is\n%s\nwant\n%s", got, want)
	}
	got = write(t, answered(), text.Style{Details: true})
	if !strings.HasPrefix(got, answer+"[plot: A curve. It falls from 1 to 0.5]\n\nA paragraph") ||
		!strings.HasSuffix(got, "\n\nok    first: it held\nFAIL  second: it did not\n") || strings.Contains(got, "More:") {
		t.Errorf("with details the text is\n%s", got)
	}
}

// Where no check failed the next line says how to see more.
func TestAnswerWithoutFailure(t *testing.T) {
	r := answered()
	r.Checks = r.Checks[:1]
	const want = "\nok    1 of 1 checks passed\nMore: --details"
	if got := write(t, r, text.Style{}); !strings.Contains(got, want) {
		t.Errorf("the text lacks %q:\n%s", want, got)
	}
}

func TestBrief(t *testing.T) {
	var b bytes.Buffer
	if err := text.WriteBrief(&b, answered(), text.Style{}); err != nil {
		t.Fatal(err)
	}
	if want := `FAIL  Problem 3: A title (1 of 2 checks passed)
      The first line of the answer, which is long enough to be broken into two,
        as the second is.
      The second.
          w = [    0 -1 ]
              [ 0.25 10 ]
      FAIL  second: it did not
`; b.String() != want {
		t.Errorf("text is\n%s\nwant\n%s", b.String(), want)
	}
}

func write(t *testing.T, r *report.Report, s text.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := text.Write(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Nothing that stands in a report is obeyed by the terminal, wherever it stands.
func TestControlCharacters(t *testing.T) {
	const evil = "\x1b]0;t\x07 \u009b2J \u202e \xff"
	r := &report.Report{Title: evil}
	r.Answerf("%s", evil)
	r.Textf("%s", evil)
	r.Add(report.Block("line 1\n"+evil+"\n"), report.Picture{Title: evil, Alt: evil}, report.Plot{Title: evil, Alt: evil})
	r.Matrix(evil, [][]float64{{1}})
	r.Table([]string{evil, "b"}, [][]any{{evil, 1}})
	r.Check(evil, false, "%s", evil)
	for _, s := range []text.Style{{Details: true}, {Details: true, Width: 20}, {}} {
		var out strings.Builder
		if err := text.Write(&out, r, s); err != nil {
			t.Fatal(err)
		}
		if err := text.WriteBrief(&out, r, s); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String() + s.Outcome(r) + s.Paragraph(evil)) {
			if line = strings.TrimSuffix(line, "\n"); report.Printable(line) != line {
				t.Errorf("width %d: %q", s.Width, line)
			}
		}
	}
}

// A line never begins with the % of a number on the line before.
func TestPercentStaysWithItsNumber(t *testing.T) {
	if got, want := (text.Style{Width: 12}).Paragraph("accuracy 95 % of all"), "accuracy\n95 % of all\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
