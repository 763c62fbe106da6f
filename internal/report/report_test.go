package report_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"hw4/internal/report"
)

func example() *report.Report {
	return &report.Report{
		Problem: 3, Title: "A title",
		Items: []report.Item{
			report.Text("A paragraph that is long enough to be broken into two lines, since a line has eighty-eight columns at most."),
			report.Block("kept\n  as it is"),
			report.Matrix{Name: "w", Rows: [][]float64{{0, -1}, {0.25, 10}}},
			report.Table{Header: []string{"name", "value"}, Rows: [][]any{{"a", 1}, {"bc", 2.5}, {"d", report.Percent(0.123456)}, {"e", math.NaN()}}},
		},
		Checks: []report.Check{{Name: "first", OK: true, Detail: "it held"}, {Name: "second", OK: false, Detail: "it did not"}},
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
		`"checks":[{"name":"first","ok":true,"detail":"it held"},{"name":"second","ok":false,"detail":"it did not"}]`,
	} {
		if !strings.Contains(compact.String(), part) {
			t.Errorf("JSON lacks %s:\n%s", part, compact.String())
		}
	}
}

func TestReportWithoutChecksIsNotOK(t *testing.T) {
	if (&report.Report{}).OK() {
		t.Error("a report without evidence is ok")
	}
}
